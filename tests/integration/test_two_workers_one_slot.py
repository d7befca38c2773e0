"""Whatever falls due by itself falls due once, however many workers look in that moment.

Two keepers look at the same desk at the same moments, each duty of one beside the same duty of the other. What comes
of it is what comes of one keeper alone.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from threading import Barrier
from typing import Any, cast

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM
from databases import Jobs
from factories import POLICY, person, settle
from labelled_desk import settle_with_vpn, teach
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation import TokenRotator
from sqlalchemy.orm import Session
from test_models_watched import decisions, said
from two_desks import TwoDesks

from bot.database import Database
from bot.sealing import Sealer, new_key
from bot.slack.desk import Desk
from bot.slack.gateway import Gateway
from bot.slack.installations import Installed, Tokens, installation, write_down
from bot.slack.oauth import TokenExchange
from bot.slack.role_reading import read_role_groups
from bot.slack.workspaces import Identity, OneWorkspace
from bot.tables import metadata
from bot.worker.learning import Learner
from bot.worker.tokens import TokenKeeper
from bot.worker.upkeep import keep_up
from kb.current import CurrentIndex
from triage import upkeep
from triage.audit import AuditEntry
from triage.classifier import starter
from triage.effects import Effect
from triage.learning.runs import TrainingRun
from triage.oncall.cover import cover_now
from triage.oncall.swap_lookup import shifts_to_cover
from triage.outbox import Say
from triage.people.role_groups import RoleGroups
from triage.policy import KeepingPolicy, LearningPolicy, Policy
from triage.replays import first_sight
from triage.upkeep import Duty
from triage.vocabulary import Role

MOMENTS = [NOW + timedelta(hours=past) for past in (1, 24, 48, 120)]
# By the last of these moments everything is old.
KEEPING = KeepingPolicy(*[timedelta(days=2)] * 4)
# Old things go in bites.
LOOKS = 2
# What each duty may do once: these have something to do in the story.
AT_WORK = {
    "remember_who_was_on",
    "tell_what_is_ahead",
    "look_after_swaps",
    "look_after_handoffs",
    "credit_covers",
    "tell_promises",
    "let_go",
    "forget_signatures",
    "ask_who_has_a_role",
}
_NUMBER = re.compile(r"(?<=:)\d{1,4}(?=:|$)")


class Together(Database):
    """Begins each transaction in the same moment as its twin does."""

    def __init__(self, engine: sa.Engine, jobs: object, start: Barrier) -> None:
        super().__init__(engine, jobs)
        self._start = start

    @contextmanager
    def transaction(self, *, urgent: bool = False) -> Iterator[Session]:
        self._start.wait(30)
        with super().transaction(urgent=urgent) as session:
            yield session


def at_once(desk: Desk, workers: int, look: Callable[[Desk], Any]) -> list[Any]:
    """`look`, by so many workers: each with a desk of its own, all of them on one database."""
    start, database = Barrier(workers), desk.database
    desks = [
        replace(desk, database=Together(database.engine, database.jobs, start), indexes=CurrentIndex())
        for _ in range(workers)
    ]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(look, desks))


def what_came_of_it(database: Database, jobs: list[str]) -> dict[str, Counter[str]]:
    """What was said, to whom; what was written down; what was queued; and how many rows there are of each kind."""
    with database.reading() as session:
        said = session.scalars(sa.select(Say)).all()
        audit = session.scalars(sa.select(AuditEntry)).all()
        rows = {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }
        return {
            "said": Counter(
                f"{row.occasion} {row.address} {(row.params or {}).get('notice')}" for row in said
            ),
            "audit": Counter(entry.what for entry in audit),
            # One database numbers its rows anew, the other goes on.
            "effects": Counter(_NUMBER.sub("#", key) for key in session.scalars(sa.select(Effect.key))),
            "rows": Counter(rows),
            "jobs": Counter(_NUMBER.sub("#", job) for job in jobs),
        }


def story(engine: sa.Engine, workers: int) -> dict[str, Counter[str]]:
    """The same desk at work each time, and then nobody but the keepers for days."""
    desks = TwoDesks(engine)
    desk, jobs = desks.desk, desks.jobs
    groups = RoleGroups(admins="SADMINS", agents="SAGENTS")
    desk.rules = replace(desk.rules, role_groups=groups, keeping=KEEPING)
    with desk.database.transaction() as session:
        dee = desks.someone(session, "dee")
        shift = shifts_to_cover(session, dee, now=NOW)[0]
        cover_now(session, shift, taker=dee, by=dee, now=NOW)
        assert first_sight(session, "a press", now=NOW)
    jobs.enqueued.clear()
    for moment in MOMENTS:
        desks.now = moment
        for _ in range(LOOKS):
            at_once(desk, workers, keep_up)
    return what_came_of_it(desks.database, [options["workflow_id"] for options, _ in jobs.enqueued])


@pytest.fixture
def at_work(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The duties that had something to do."""
    names: set[str] = set()

    def watched(duty: Duty) -> Duty:
        @wraps(duty)
        def look(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
            done = duty(session, team_id, policy, now)
            if done:
                names.add(duty.__name__)
            return done

        return look

    monkeypatch.setattr(upkeep, "DUTIES", tuple(watched(duty) for duty in upkeep.DUTIES))
    return names


def test_two_keepers_who_look_at_once_do_what_one_does(bare_engine: sa.Engine, at_work: set[str]) -> None:
    alone = story(bare_engine, 1)
    assert at_work >= AT_WORK
    both = story(bare_engine, 2)
    assert both == alone


# The models, the roles and the tokens


def a_desk(database: Database, policy: Policy = POLICY, at: datetime = NOW, gateway: object = None) -> Desk:
    workspaces = OneWorkspace(cast(Gateway, gateway), Identity(TEAM, "UBOT", "BBOT", ""))
    return Desk(database, lambda: at, policy, workspaces)


@pytest.mark.parametrize("monthly", [True, False], ids=["the month trains", "the month reminds"])
def test_two_learners_train_hold_back_and_remind_once(database: Database, monthly: bool) -> None:
    settle_with_vpn(database)
    teach(database, 120)
    decisions(database, right=10, wrong=20, first=500, version=starter.classifier().version)
    rules = replace(POLICY, learning=LearningPolicy(monthly=monthly))
    later = NOW + timedelta(days=1)
    at_once(a_desk(database, rules, later), 2, lambda desk: Learner(desk).look_after())
    with database.reading() as session:
        trainings = session.scalar(sa.select(sa.func.count()).select_from(TrainingRun))
        held_back = session.scalar(sa.select(sa.func.count()).where(AuditEntry.what == "mode.guarded"))
    news = [line.split()[0] for line in said(database)]
    assert (trainings, held_back) == (int(monthly), 1)
    assert len(news) == (1 if monthly else 2), "that a category is held back, and the labels that wait"
    queued = [job for job in cast(Jobs, database.jobs).enqueued if job.startswith("train:")]
    assert len(queued) == trainings


class Groups:
    """Slack with two user groups. Both workers have asked before either gets its answer."""

    def __init__(self) -> None:
        self._both = Barrier(2)

    def group_members(self, group: str) -> list[str]:
        if group == "SADMINS":
            self._both.wait(30)
        return {"SADMINS": ["UDEE"], "SAGENTS": ["UBEN", "UELI", "UZOE"]}[group]


def test_two_who_read_the_role_groups_give_each_role_once(database: Database) -> None:
    settle(database)
    rules = replace(POLICY, role_groups=RoleGroups(admins="SADMINS", agents="SAGENTS"))
    desk = a_desk(database, rules, gateway=Groups())
    with ThreadPoolExecutor(2) as both:
        changed = list(both.map(lambda _: read_role_groups(desk, TEAM), range(2)))
    assert sum(changed) == 2, "Eli became an agent, and so did Zoe, whom nobody knew"
    with database.reading() as session:
        given = session.scalars(sa.select(AuditEntry).where(AuditEntry.what == "person.role")).all()
        assert sorted(entry.details["person"] for entry in given) == ["UELI", "UZOE"]
        assert person(session, "zoe").role is Role.AGENT


class Rotator:
    """Slack's side of an exchange: a refresh token works once, and the next look comes while it is at work."""

    def __init__(self) -> None:
        self.used: list[str] = []
        self.looked: list[int] = []
        self.meanwhile: Callable[[], int] = lambda: 0

    def perform_bot_token_rotation(self, *, bot: Bot, **_more: int) -> Bot:
        self.used.append(str(bot.bot_refresh_token))
        self.looked.append(self.meanwhile())
        bot.bot_token, bot.bot_refresh_token = "two", "refresh-two"
        bot.bot_token_expires_at = int(time.time()) + 43_200
        return bot


def test_two_token_keepers_exchange_a_token_once(database: Database) -> None:
    settle(database)
    sealer, rotator = Sealer([new_key()]), Rotator()
    with database.transaction() as session:
        tokens = Tokens("one", "refresh-one", NOW + timedelta(minutes=30))
        write_down(session, Installed(TEAM, "UBOT", "One"), tokens, sealer=sealer, now=NOW)
    exchange = TokenExchange(database, lambda: NOW, sealer, cast(TokenRotator, rotator))
    first, other = TokenKeeper(exchange), TokenKeeper(exchange)
    rotator.meanwhile = other.exchange_what_ends
    assert first.exchange_what_ends() == 1
    assert other.exchange_what_ends() == 0
    assert (rotator.used, rotator.looked) == (["refresh-one"], [0])
    with database.reading() as session:
        row = installation(session, TEAM)
        assert row is not None
        assert sealer.open(str(row.sealed_bot_token)) == "two"
