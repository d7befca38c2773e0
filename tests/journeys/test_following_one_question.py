"""One id leads from what somebody did to everything the desk said because of it."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from cast import Actor, Clock, Desk, Question
from sqlalchemy import select

from bot.slack import copy
from bot.slack.inbox import InboxEvent
from triage.outbox import Occasion, Say
from triage.work_notes import Happened, notes_of

Lines = list[Any]


@pytest.fixture
def lines() -> Iterator[Lines]:
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        yield lines


def ids(desk: Desk, occasion: Occasion) -> list[str | None]:
    return [row.request_id for row in desk.messages if row.occasion is occasion]


def event_of(desk: Desk, question: Question) -> str:
    with desk.database.reading() as session:
        rows = session.scalars(select(InboxEvent))
        return next(row.event_id for row in rows if row.body["event"].get("ts") == question.ts)


def told(lines: Lines, request_id: str | None) -> set[str]:
    return {str(line["event"]) for line in lines if line.get("request_id") == request_id}


def test_one_grep_tells_the_story_of_an_answer(desk: Desk, ada: Actor, lines: Lines) -> None:
    question = ada.says("My VPN drops every ten minutes on the train")

    event_id = event_of(desk, question)
    assert ids(desk, Occasion.ANSWER) == [event_id]
    assert {"event.stored", "event.handled", "say.finished"} <= told(lines, event_id)


def test_a_click_and_all_that_follows_share_an_id(desk: Desk, ada: Actor, lines: Lines) -> None:
    question = ada.says("The label printer prints every second label blank")
    question.clicks(copy.BUTTON_PERSON)

    (paged,) = ids(desk, Occasion.PAGE)
    assert paged is not None
    assert paged.startswith("web-")
    assert ids(desk, Occasion.CARD) == [paged]
    assert {"slack.pressed", "say.finished"} <= told(lines, paged)


def test_a_timer_begins_a_story_of_its_own(desk: Desk, clock: Clock, ada: Actor, lines: Lines) -> None:
    ada.says("The label printer prints every second label blank").clicks(copy.BUTTON_PERSON)
    clock.advance(minutes=20)

    later = ids(desk, Occasion.PAGE)[-1]
    assert later is not None
    assert later.startswith("timer-")
    assert {"timer.fired", "say.finished"} <= told(lines, later)


def test_what_was_marked_is_answered_under_the_event_that_marked_it(
    desk: Desk, ada: Actor, ben: Actor
) -> None:
    desk.rules(help_channels=frozenset())
    question = ada.says("My VPN drops every ten minutes on the train")
    ben.marks(question)

    (answered,) = ids(desk, Occasion.ANSWER)
    assert answered is not None
    assert answered.startswith("Ev")


def test_what_slack_refused_is_noted_with_its_id_and_its_worker(desk: Desk, ada: Actor) -> None:
    desk.slack.fail_next("chat.postMessage", error="is_archived")
    ada.says("My VPN drops every ten minutes on the train")

    (row,) = [row for row in desk.messages if row.occasion is Occasion.ANSWER]
    with desk.database.reading() as session:
        (note,) = notes_of(session, f"say:{row.id}")
    assert (note.what, note.error, note.times) == (Happened.REFUSED, "SlackRefused: is_archived", 1)
    assert (note.request_id, bool(note.process)) == (row.request_id, True)


def test_a_slack_that_is_away_for_long_is_one_line_of_history(desk: Desk, ada: Actor) -> None:
    desk.slack.fail_next("chat.postMessage", times=3, http_status=503)
    ada.says("My VPN drops every ten minutes on the train")

    with desk.database.reading() as session:
        row = session.scalars(select(Say).where(Say.occasion == Occasion.ANSWER)).one()
        (note,) = notes_of(session, f"say:{row.id}")
    assert (note.what, note.error) == (Happened.WAITED, "SlackUnavailable")
