"""Calling pagers as durable work: in order, once, again after trouble, and given up where people see it."""

from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from factories import NOW, POLICY, person, settle, waiting
from sqlalchemy import select

from bot.database import Database
from bot.outbound.pagers.calling import PagerRefused, PagerTrouble
from bot.slack.desk import Desk
from bot.slack.gateway import Gateway
from bot.slack.speaking import NotYet
from bot.slack.workspaces import OneWorkspace
from bot.worker.paging import call_pager
from triage.escalation import alerts
from triage.escalation.alerts import Alert
from triage.escalation.tables import PagerAction, PagerCall
from triage.outbox import Occasion, Say
from triage.tickets import claims
from triage.tickets.models import Ticket
from triage.vocabulary import SayState


class Beeper:
    def __init__(self) -> None:
        self.told: list[Alert] = []
        self.trouble: Exception | None = None

    def send(self, alert: Alert) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.told.append(alert)


class Case:
    def __init__(self, database: Database) -> None:
        settle(database)
        self.database, self.beeper, self.now = database, Beeper(), NOW
        self.desk = Desk(
            database, self._clock, POLICY, OneWorkspace(cast(Gateway, None)), pagers={"beeper": self.beeper}
        )
        self.ticket_id = waiting(database)
        with database.transaction() as session:
            alerts.trigger(session, session.get_one(Ticket, self.ticket_id), "beeper", now=NOW)

    def _clock(self) -> datetime:
        return self.now

    def claimed(self) -> None:
        with self.database.transaction() as session:
            ben = person(session, "ben")
            claims.claim(session, self.ticket_id, agent=ben, policy=POLICY, now=self.now)

    def calls(self) -> list[PagerCall]:
        with self.database.reading() as session:
            return list(session.scalars(select(PagerCall).order_by(PagerCall.id)))

    def work(self, which: int = 0) -> None:
        call_pager(self.calls()[which].id, self.desk)

    @property
    def notices(self) -> list[Any]:
        with self.database.reading() as session:
            found = session.scalars(select(Say).where(Say.occasion == Occasion.DESK_NOTICE))
            return [row.params["notice"] for row in found]


@pytest.fixture
def case(database: Database) -> Case:
    return Case(database)


def test_a_call_is_made_once_and_carries_no_text(case: Case) -> None:
    case.work()
    case.work()
    (alert,) = case.beeper.told
    assert (alert.action, alert.text) == (PagerAction.TRIGGER, "")
    assert case.calls()[0].state is SayState.SENT


def test_words_go_along_where_the_desk_chose_so(case: Case) -> None:
    case.desk.pager_with_text = True
    with case.desk.database.transaction() as session:
        session.scalars(select(Ticket)).one().question = "Printer prints blanks, password: hunter22"
    case.work()
    assert case.beeper.told[0].text == "Printer prints blanks, password: [secret]"


def test_what_was_claimed_before_the_call_wakes_nobody(case: Case) -> None:
    case.claimed()
    case.work(0)
    case.work(1)
    assert case.beeper.told == []
    assert {call.state for call in case.calls()} == {SayState.SENT}


def test_the_end_waits_for_the_beginning(case: Case) -> None:
    case.beeper.trouble = PagerTrouble("away")
    with pytest.raises(PagerTrouble):
        case.work()
    case.claimed()
    with pytest.raises(NotYet):
        case.work(1)
    case.beeper.trouble = None
    case.work(0)
    case.work(1)
    assert [alert.action for alert in case.beeper.told] == [PagerAction.TRIGGER, PagerAction.ACKNOWLEDGE]


@pytest.mark.parametrize("hours", [1, 3])
def test_trouble_is_tried_again_and_then_said_aloud(case: Case, hours: int) -> None:
    case.beeper.trouble = PagerTrouble("the beeper does not answer")
    case.now += timedelta(hours=hours)
    if hours < 2:
        with pytest.raises(PagerTrouble):
            case.work()
        assert case.notices == []
        return
    case.work()
    assert case.notices == ["pager_failed"]
    assert case.calls()[0].error == "the beeper does not answer"


def test_a_refusal_is_said_at_once(case: Case) -> None:
    case.beeper.trouble = PagerRefused("the beeper does not accept the key (401)")
    case.work()
    assert case.calls()[0].state is SayState.FAILED
    assert case.notices == ["pager_failed"]


def test_a_pager_that_is_set_up_no_more_is_said_too(case: Case) -> None:
    case.desk.pagers = {}
    case.work()
    assert case.notices == ["pager_failed"]


def test_nothing_left_to_call_is_found_by_the_sweep(case: Case) -> None:
    with case.database.reading() as session:
        assert alerts.uncalled(session) == [case.calls()[0].id]
    case.work()
    with case.database.reading() as session:
        assert alerts.uncalled(session) == []
