"""The demo's own rota is one that the desk would not complain about."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.demo_content import rota
from triage.oncall.checking import problems
from triage.oncall.concern import Contact
from triage.oncall.concerns import concerns
from triage.oncall.plan import Plan
from triage.oncall.rules import CareRules
from triage.oncall.shifts import on_now
from triage.vocabulary import DutyRole

BEN, CLEO = 1, 2
WHERE = {BEN: Contact(ZoneInfo("Europe/Stockholm")), CLEO: Contact(ZoneInfo("America/Sao_Paulo"))}


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("month", [1, 3, 7, 10])
def test_the_look_ahead_of_a_fresh_demo_has_nothing_to_say(month: int, hour: int) -> None:
    now = datetime(2027, month, 20, hour, 30, tzinfo=UTC)
    schedule = rota("T", BEN, CLEO, now)

    assert not problems(schedule)
    assert [
        concern.sentence
        for concern in concerns(
            [Plan(schedule)], WHERE, start=now, end=now + timedelta(days=90), rules=CareRules()
        )
    ] == []


@pytest.mark.parametrize("hour", range(24))
def test_ben_has_the_first_turn(hour: int) -> None:
    now = datetime(2027, 3, 20, hour, tzinfo=UTC)
    on = {shift.role: shift.person_id for shift in on_now(Plan(rota("T", BEN, CLEO, now)), now)}
    assert on[DutyRole.PRIMARY] == BEN
    assert on.get(DutyRole.SECONDARY, CLEO) == CLEO
