"""What is changed through one process counts in every other within two seconds, by the clock that they are told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
import sqlalchemy as sa
from factories import NOW, POLICY, TEAM, person, settle, suggested
from labelled_desk import add_model, settle_with_vpn
from rota import office, schedule
from sqlalchemy.orm import Session

from bot.database import Database
from bot.slack.desk import Desk
from bot.slack.workspaces import Workspaces
from kb.articles import Content, Placement, archive, draft, publish
from kb.current import CurrentIndex
from kb.models import Article
from kb.own_weights import Judgement, adopt, retire
from kb.ranker import shipped_rankers
from triage.classifier import registry
from triage.classifier.modes import mode_of, set_mode
from triage.escalation.policies import delete_policy, policies, save_policy
from triage.escalation.values import EscalationPolicy, Level, Target
from triage.oncall.plans import plans
from triage.oncall.schedules import delete_schedule
from triage.sla.versions import promises, save_promises
from triage.tickets.models import Ticket
from triage.vocabulary import LabelField, Mode, TargetKind
from triage.workspace_rules import set_rules

WITHIN = timedelta(seconds=2)
VPN = Content("VPN drops on the train", "Keep it up.", "Turn off power saving.")
WEIGHTS = replace(shipped_rankers().lexical, cutoff=0.9)
JUDGED = Judgement(mrr=0.7, log_loss=0.4, false_show=0.1)

Act = Callable[[Session], Any]
See = Callable[[Desk, Session, datetime], Any]


@dataclass(frozen=True)
class Change:
    """Something that is done, and undone again, through one desk; and what another one sees of it."""

    do: Act
    undo: Act
    seen: See


def _publish(session: Session) -> None:
    article = draft(session, TEAM, VPN, placement=Placement("vpn"), author="dee", now=NOW)
    publish(session, TEAM, article.id, now=NOW)


def _archive(session: Session) -> None:
    archive(session, TEAM, session.scalars(sa.select(Article.id)).one(), now=NOW)


def _promote(session: Session) -> None:
    registry.promote(session, TEAM, "one", instead_of=None, by=person(session, "dee"), now=NOW)


def _roll_back(session: Session) -> None:
    registry.roll_back(session, TEAM, instead_of="one", now=NOW, to_starter=True)


def _own_weights(session: Session) -> None:
    adopt(session, TEAM, WEIGHTS, by_meaning=False, outcomes=60, before=JUDGED, after=JUDGED, now=NOW)


def _no_weights(session: Session) -> None:
    retire(session, TEAM, by_meaning=False, now=NOW)


def _mode(mode: Mode) -> Act:
    return lambda session: set_mode(
        session, TEAM, LabelField.CATEGORY, mode, by=person(session, "dee"), now=NOW, category="printing"
    )


def _rules(**typed: str) -> Act:
    return lambda session: set_rules(session, TEAM, typed, by=person(session, "dee"), now=NOW)


def _policy(session: Session) -> None:
    ours = EscalationPolicy("Ours", (Level((Target(TargetKind.GROUP),)),))
    save_policy(session, TEAM, ours, by=None, policy=POLICY, now=NOW)


def _no_policy(session: Session) -> None:
    delete_policy(session, TEAM, "Ours", by=None, now=NOW)


def _grace(grace: str) -> Act:
    def save(session: Session) -> None:
        before = promises(session, TEAM)
        definition = before.as_json() | {"grace": grace}
        save_promises(session, TEAM, definition, seen=before.version, by=None, now=NOW)

    return save


def _schedule(session: Session) -> None:
    schedule(session, TEAM, office([person(session, "ben")]), now=NOW)


def _no_schedule(session: Session) -> None:
    (plan,) = plans(session, TEAM, start=NOW, end=NOW + timedelta(days=14))
    delete_schedule(session, TEAM, plan.schedule.id, by=None, now=NOW)


def _titles(desk: Desk, session: Session, now: datetime) -> list[str]:
    return [entry.title for entry in desk.indexes.for_team(session, TEAM, now).entries]


def _cutoff(desk: Desk, session: Session, now: datetime) -> float | None:
    own = desk.indexes.for_team(session, TEAM, now).ranker
    return own.cutoff if own else None


CHANGES = {
    "the model": Change(
        _promote, _roll_back, lambda desk, session, now: desk.judge(session, TEAM, now).classifier.version
    ),
    "articles": Change(_publish, _archive, _titles),
    "search weights": Change(_own_weights, _no_weights, _cutoff),
    "how far the model decides": Change(
        _mode(Mode.RECOMMEND),
        _mode(Mode.DECIDE),
        lambda desk, session, now: mode_of(session, TEAM, LabelField.CATEGORY, "printing"),
    ),
    "the workspace's rules": Change(
        _rules(desk_channel="CNEW", opening_hours="Mon-Fri 09:00-17:00"),
        _rules(desk_channel="", opening_hours=""),
        lambda desk, session, now: desk.policy_for(session, TEAM),
    ),
    "escalation": Change(
        _policy, _no_policy, lambda desk, session, now: [one.name for one in policies(session, TEAM)]
    ),
    "promises": Change(
        _grace("3 h"), _grace("5 h"), lambda desk, session, now: promises(session, TEAM).grace
    ),
    "schedules": Change(
        _schedule,
        _no_schedule,
        lambda desk, session, now: [
            one.schedule.name for one in plans(session, TEAM, start=NOW, end=NOW + timedelta(days=14))
        ],
    ),
}


def a_desk(database: Database) -> Desk:
    """A process of its own: what it keeps in memory, no other has."""
    own = Database(database.engine, database.jobs)
    return Desk(own, lambda: NOW, POLICY, cast(Workspaces, None), indexes=CurrentIndex(None, own.reading))


def seen(desk: Desk, look: See, now: datetime) -> Any:
    with desk.database.reading() as session:
        return look(desk, session, now)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_counts_everywhere_within_two_seconds(database: Database, change: Change) -> None:
    settle_with_vpn(database)
    add_model(database, "one", at=NOW)
    here, there = a_desk(database), a_desk(database)
    before = seen(there, change.seen, NOW)
    assert seen(here, change.seen, NOW) == before
    for step, act in enumerate((change.do, change.undo), start=1):
        with here.database.transaction() as session:
            act(session)
        at = NOW + step * WITHIN
        now = seen(there, change.seen, at)
        assert now != before, "the other desk goes on by what was"
        assert seen(here, change.seen, at) == now
        before = now


def test_what_was_asked_through_one_desk_is_known_to_the_other_at_once(database: Database) -> None:
    settle(database)
    here, there = a_desk(database), a_desk(database)

    def alike(desk: Desk) -> list[int]:
        with desk.database.reading() as session:
            return [near.key for near in desk.asked.for_team(session, TEAM).near("Printer prints blanks")]

    assert alike(here) == alike(there) == []
    first = suggested(here.database)
    assert alike(there) == [first]
    # A question may grow by a line.
    with here.database.transaction() as session:
        session.execute(sa.update(Ticket).values(question="My tunnel to Lyon is down"))
    assert alike(there) == []
