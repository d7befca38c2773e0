"""Every change of policy, people, model and article leaves a row that names who, and no words of anybody's."""

import ast
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, Browser, ConsoleDesk
from sqlalchemy import select

from bot import account
from kb.memory import SaidBy, remember
from kb.review import FlagReason, open_flags, raise_flag
from triage.audit import AuditEntry
from triage.oncall.current import set_on_call
from triage.people.roster import appoint
from triage.vocabulary import Role

ROOT = Path(__file__).parents[2]
SECRET_WORDS = "unmistakable canary sentence"

# What each form of the console writes down.
AUDITED = {
    "create_article": "article.drafted",
    "save_article": "article.edited",
    "publish_article": "article.published",
    "archive_article": "article.archived",
    "redraft_article": "article.made_a_draft",
    "restore_revision": "article.restored",
    "article_still_right": "article.still_right",
    "settle_article_flag": "article.flag_settled",
    "forget_question": "memory.forgotten",
    "roll_back_learned": "memory.rolled_back",
    "restore_learned": "memory.restored",
    "roll_back_weights": "weights.rolled_back",
    "draft_gap": "article.drafted",
    "save_as_article": "article.drafted",
    "set_model_mode": "mode.set",
    "promote_model": "model.promoted",
    "roll_back_model": "model.rolled_back",
    "train_model": "training.asked",
    "change_promises": "promises_changed",
    "save_escalation": "escalation.policy",
    "delete_escalation": "escalation.policy_deleted",
    "make_schedule": "schedule.saved",
    "save_edited_schedule": "schedule.saved",
    "save_turns": "schedule.saved",
    "put_schedule_away": "schedule.deleted",
    "add_rota_override": "override.added",
    "remove_rota_override": "override.removed",
    "offer_shift": "swap.offered",
    "accept_swap": "swap.accepted",
    "withdraw_swap": "swap.withdrawn",
    "undo_my_cover": "cover.undone",
    "take_time_off": "absence.added",
    "remove_time_off": "absence.removed",
    "new_calendar": "feed.subscribed",
    "revoke_calendar": "feed.revoked",
    "my_data": "person.exported",
    "set_workspace": "workspace.rules",
    "retry_failed": "work.retried",
    "bury_work": "work.buried",
    "dig_up_work": "work.dug_up",
}
# And why these write nothing: a ticket tells its own story, and what is one's own is nobody else's business.
NOT_AUDITED = {
    "nowhere": "there is nothing",
    "enter_now": "the visit is kept",
    "choose_who": "the visit is kept",
    "leave": "the visit is kept",
    "leave_everywhere": "the visits are kept",
    "claim": "the ticket's timeline",
    "hold": "the ticket's timeline",
    "release": "the ticket's timeline",
    "reopen": "the ticket's timeline",
    "resolve": "the ticket's timeline",
    "resume": "the ticket's timeline",
    "take": "the ticket's timeline",
    "transfer": "the ticket's timeline",
    "vote_on_article": "a reader's opinion, kept as a vote",
    "preview_article": "saves nothing",
    "escalation_draft": "saves nothing",
    "answer_review": "a label, kept with who gave it",
    "decline_swap": "changes no shift; the swap keeps it",
    "save_wishes": "one's own hours; a skill is noted by the profile",
    "take_rest": "one's own rest",
}
ARTICLE = {
    "title": "VPN drops",
    "summary": SECRET_WORDS,
    "body": f"## Try\n1. {SECRET_WORDS}",
    "aliases": "vpn dies",
    "symptoms": "",
    "codes": "",
    "category": "vpn",
    "audience": "everyone",
    "language": "en",
    "owner": "",
    "review_on": "",
}


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def posts(desk: ConsoleDesk) -> set[str]:
    rules = desk.app.url_map.iter_rules()
    return {rule.endpoint.removeprefix("console.") for rule in rules if "POST" in (rule.methods or ())}


def test_every_form_of_the_console_says_what_it_writes_down_or_why_not(desk: ConsoleDesk) -> None:
    told = AUDITED.keys() | NOT_AUDITED.keys()
    assert posts(desk) - told == set(), "a new form: say what it leaves in the audit, or why nothing"
    assert told - posts(desk) == set(), "no such form any more"
    assert AUDITED.keys() & NOT_AUDITED.keys() == set()


def _literals() -> set[str]:
    """Every name with a dot in it that the code holds."""
    found = set()
    for package in ("bot", "triage"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
                if isinstance(node, ast.JoinedStr):
                    found.add(ast.unparse(node))
    return found


def test_what_is_promised_here_is_what_the_code_writes() -> None:
    known = _literals()
    assert [what for what in AUDITED.values() if what not in known] == []


def test_nothing_in_the_code_changes_or_deletes_what_was_noted() -> None:
    against = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for package in ("bot", "triage")
        for file in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).removeprefix("sa.") in ("update", "delete")
        and [ast.unparse(argument) for argument in node.args[:1]] == ["AuditEntry"]
    ]
    assert against == []


# --- And they do --------------------------------------------------------------------------------------

Deed = Callable[[ConsoleDesk, Browser], object]


def _edit(desk: ConsoleDesk, dee: Browser) -> None:
    dee.post(f"/articles/{desk.article()}/edit", **ARTICLE, based_on=1)


def _restore(desk: ConsoleDesk, dee: Browser) -> None:
    article = desk.article()
    dee.post(f"/articles/{article}/edit", **ARTICLE, based_on=1)
    dee.post(f"/articles/{article}/revisions/1/restore", based_on=2)


def _settle(desk: ConsoleDesk, dee: Browser) -> None:
    article = desk.article()
    with desk.database.transaction() as session:
        raise_flag(session, TEAM, article, reason=FlagReason.NEAR_DUPLICATE, detail="", now=NOW)
        (raised,) = open_flags(session, TEAM)[article]
    dee.post(f"/articles/flags/{raised.id}/settle")


def _learned(desk: ConsoleDesk) -> int:
    article = desk.article()
    with desk.database.transaction() as session:
        at = NOW - timedelta(hours=1)
        remember(
            session,
            TEAM,
            text=SECRET_WORDS,
            article_id=article,
            helped=True,
            said_by=SaidBy.REQUESTER,
            now=at,
        )
    return article


def _take_back(desk: ConsoleDesk, dee: Browser) -> None:
    _learned(desk)
    dee.post("/articles/learned/roll-back", since="2027-03-02T07:00:00+00:00")


def _escalation(desk: ConsoleDesk, dee: Browser) -> None:
    with desk.database.transaction() as session:
        set_on_call(session, TEAM, [desk.someone(session, "ben")], by=None, now=NOW)
    form = {
        "name": "Nights",
        "seen": "0",
        "urgency": ["critical"],
        "repeats": "0",
        "again": "20",
        "count": "1",
        "target.0": ["group"],
        "how.0": "all",
        "minutes.0": "3",
        "tries.0": "0",
    }
    dee.post("/escalation/save", **form)


def _escalation_gone(desk: ConsoleDesk, dee: Browser) -> None:
    _escalation(desk, dee)
    dee.post("/escalation/delete", name="Nights")


def _schedule(desk: ConsoleDesk, dee: Browser) -> None:
    with desk.database.reading() as session:
        ben, cleo = (desk.someone(session, name).id for name in ("ben", "cleo"))
    form = {
        "name": "Days",
        "zone": "Europe/Berlin",
        "person0": ben,
        "person1": cleo,
        "turn": "week",
        "every": 1,
    }
    dee.post("/rota/new", **form, starts="2027-03-08T09:00", hours="always", opens="09:00", closes="17:00")


def _schedule_gone(desk: ConsoleDesk, dee: Browser) -> None:
    _schedule(desk, dee)
    dee.post("/rota/1/delete")


def _off(desk: ConsoleDesk, dee: Browser) -> None:
    dee.post("/my-oncall/off", kind="learning", first="2027-03-16", last="2027-03-17")


DEEDS: dict[str, Deed] = {
    "article.drafted": lambda desk, dee: dee.post("/articles/new", **ARTICLE),
    "article.edited": _edit,
    "article.restored": _restore,
    "article.archived": lambda desk, dee: dee.post(f"/articles/{desk.article()}/archive"),
    "article.made_a_draft": lambda desk, dee: dee.post(f"/articles/{desk.article()}/draft"),
    "article.still_right": lambda desk, dee: dee.post(f"/articles/{desk.article()}/still-right"),
    "article.flag_settled": _settle,
    "memory.rolled_back": _take_back,
    "mode.set": lambda desk, dee: dee.post(
        "/models/modes", field="category", category="vpn", mode="recommend"
    ),
    "training.asked": lambda desk, dee: dee.post("/models/train"),
    "escalation.policy": _escalation,
    "escalation.policy_deleted": _escalation_gone,
    "schedule.saved": _schedule,
    "absence.added": _off,
    "feed.subscribed": lambda desk, dee: dee.post("/my-oncall/calendars"),
}


@pytest.mark.parametrize("what", DEEDS)
def test_a_change_is_noted_with_who_made_it_and_without_anybody_s_words(desk: ConsoleDesk, what: str) -> None:
    dee = desk.browser("dee")
    dee.get("/articles/new")
    DEEDS[what](desk, dee)

    with desk.database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.what == what)).all()
        assert len(entries) == 1
        assert entries[0].by_id == desk.someone(session, "dee").id
        assert (entries[0].team_id, entries[0].at) == (TEAM, desk.now)
        assert SECRET_WORDS not in json.dumps(entries[0].details)


def test_a_command_is_noted_under_the_account_that_typed_it(desk: ConsoleDesk) -> None:
    with account.signed(), desk.database.transaction() as session:
        appoint(session, TEAM, ["UFAY"], Role.ADMIN, now=NOW)
    with desk.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.what == "person.role")).all()
    assert entry.by_id is None
    assert "@" in (entry.account or "")
    assert (entry.details["person"], entry.details["before"], entry.details["after"]) == (
        "UFAY",
        "requester",
        "admin",
    )
