"""A shift changes hands: offered, accepted once, and never into a gap, a double booking or somebody's rest."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from factories import NOW, POLICY, TEAM, person, settle
from rota import day, office, schedule, shift_on, shifts
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from triage.audit import AuditEntry
from triage.errors import NotAllowed, NotAnAgent
from triage.oncall.absences import add_absence
from triage.oncall.overrides import add_override
from triage.oncall.plan import Why
from triage.oncall.rota_upkeep import look_again_at_swaps
from triage.oncall.schedules import schedules
from triage.oncall.swap_checks import Hindrance
from triage.oncall.swap_errors import (
    NotYourShift,
    OutsideTheShift,
    SwapNotFound,
    SwapNotPossible,
    SwapOver,
    SwapTaken,
)
from triage.oncall.swap_lookup import shifts_to_offer
from triage.oncall.swap_tables import Swap
from triage.oncall.swap_upkeep import look_after_swaps, reconsider
from triage.oncall.swaps import accept, asked_of, decline, offer, offered_by, withdraw
from triage.outbox import Say
from triage.people.models import Person
from triage.vocabulary import AbsenceKind, DutyRole, OverrideKind, Role, SwapState

AT = NOW  # a Tuesday; the rota begins on the Monday after


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Ben has Monday, Cleo Tuesday, Dee Wednesday, and so on."""
    settle(database)
    with database.transaction() as session:
        days = office([person(session, name) for name in ("ben", "cleo", "dee")])
        schedule(session, TEAM, days, now=AT)
        yield session


def who(session: Session, name: str) -> Person:
    return person(session, name)


def on(session: Session, n: int, hour: int = 10) -> str:
    found = shift_on(session, TEAM, day(n, hour))
    return session.get_one(Person, found.person_id).slack_id


def offered(session: Session, n: int, owner: str, *to: str, **more: object) -> Swap:
    return offer(
        session,
        shift_on(session, TEAM, day(n, 10)),
        owner=who(session, owner),
        to=[who(session, name) for name in to],
        by=who(session, owner),
        now=AT,
        **more,  # type: ignore[arg-type]
    )


def taken(session: Session, swap: Swap, taker: str) -> Swap:
    return accept(session, swap.id, taker=who(session, taker), policy=POLICY, now=AT)


def told(session: Session, name: str) -> list[str]:
    rows = session.scalars(select(Say).where(Say.person_id == who(session, name).id).order_by(Say.id))
    return [row.params["notice"] for row in rows if "notice" in row.params]


def test_both_consent_and_the_shift_is_the_takers(session: Session) -> None:
    swap = offered(session, 0, "ben", "dee")
    assert on(session, 0) == "UBEN", "until somebody accepts, the owner is on"

    taken(session, swap, "dee")

    found = shift_on(session, TEAM, day(0, 10))
    assert (on(session, 0), found.why) == ("UDEE", Why.SWAP)
    assert told(session, "ben") == ["swap_offered", "swap_taken"]
    assert told(session, "dee") == ["swap_asked", "swap_yours"]
    kept = session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)).all()
    assert [what for what in kept if what.startswith("swap")] == ["swap.offered", "swap.accepted"]


def test_a_part_of_a_shift_changes_hands_and_the_rest_stays(session: Session) -> None:
    swap = offered(session, 0, "ben", "dee", start=day(0, 13), end=day(0, 15))
    taken(session, swap, "dee")
    assert [on(session, 0, hour) for hour in (9, 12, 13, 14, 15, 16)] == [
        *["UBEN"] * 2,
        *["UDEE"] * 2,
        *["UBEN"] * 2,
    ]


def test_an_exchange_moves_both_shifts_or_none(session: Session) -> None:
    counter = shift_on(session, TEAM, day(2, 10))
    swap = offered(session, 0, "ben", "dee", counter=counter)
    taken(session, swap, "dee")
    assert (on(session, 0), on(session, 2)) == ("UDEE", "UBEN")


def test_an_exchange_that_one_side_cannot_do_moves_nothing(session: Session) -> None:
    counter = shift_on(session, TEAM, day(2, 10))
    swap = offered(session, 0, "ben", "dee", counter=counter)
    add_absence(
        session,
        who(session, "ben"),
        kind=AbsenceKind.TIME_OFF,
        start=day(2),
        end=day(3),
        by=who(session, "ben"),
        now=AT,
    )
    with pytest.raises(SwapNotPossible) as refused:
        taken(session, swap, "dee")
    assert not refused.value.yours, "why Ben can't is Ben's own business"
    assert (on(session, 0), on(session, 2)) == ("UBEN", "UDEE")


def test_the_second_taker_is_told_that_somebody_was_quicker(session: Session) -> None:
    swap = offered(session, 3, "ben", "cleo", "dee")
    taken(session, swap, "cleo")
    with pytest.raises(SwapTaken):
        taken(session, swap, "dee")
    assert taken(session, swap, "cleo").state is SwapState.ACCEPTED, "pressed twice is pressed once"


def test_nobody_takes_what_they_were_not_asked_to(session: Session) -> None:
    swap = offered(session, 0, "ben", "cleo")
    with pytest.raises(NotAllowed):
        taken(session, swap, "dee")


def test_offered_to_anybody_asks_those_who_could_take_it(session: Session) -> None:
    add_absence(
        session, who(session, "cleo"), kind=AbsenceKind.SICK, start=day(0), end=day(1), by=None, now=AT
    )
    swap = offered(session, 0, "ben")
    assert (told(session, "cleo"), told(session, "dee")) == ([], ["swap_asked"])
    assert [found.id for found in asked_of(session, who(session, "dee"), now=AT)] == [swap.id]
    assert [found.id for found in offered_by(session, who(session, "ben"), now=AT)] == [swap.id]


@pytest.mark.parametrize(
    ("kind", "reason"), [(AbsenceKind.TIME_OFF, Hindrance.AWAY), (AbsenceKind.REST, Hindrance.RESTING)]
)
def test_nobody_takes_a_shift_in_their_time_off_or_rest(
    session: Session, kind: AbsenceKind, reason: Hindrance
) -> None:
    swap = offered(session, 0, "ben", "dee")
    add_absence(session, who(session, "dee"), kind=kind, start=day(0, 12), end=day(0, 13), by=None, now=AT)
    with pytest.raises(SwapNotPossible) as refused:
        taken(session, swap, "dee")
    assert (refused.value.reason, refused.value.yours) == (reason, True)


def test_nobody_is_on_twice_at_a_time_in_whatever_schedule(session: Session) -> None:
    other = office([who(session, "dee")], name="Other days")
    schedule(session, TEAM, other, name="Yet another", now=AT)
    swap = offered(session, 0, "ben", "dee")
    with pytest.raises(SwapNotPossible) as refused:
        taken(session, swap, "dee")
    assert refused.value.reason is Hindrance.BUSY


def test_less_than_eleven_hours_between_two_shifts_is_too_little(session: Session) -> None:
    nights = replace(
        office([who(session, "dee")], name="Nights"),
        restrictions=(replace(office([]).restrictions[0], start=day(0, 20).time(), end=day(0, 23).time()),),
    )
    schedule(session, TEAM, nights, name="Yet another", now=AT)
    swap = offered(session, 0, "ben", "dee")
    with pytest.raises(SwapNotPossible) as refused:
        taken(session, swap, "dee")
    assert refused.value.reason is Hindrance.TIRED


def test_a_requester_can_not_take_a_shift_and_a_learner_not_alone(session: Session) -> None:
    with pytest.raises(NotAnAgent):
        offered(session, 0, "ben", "ada")
    learner = Person(team_id=TEAM, slack_id="UFAY", name="Fay", role=Role.AGENT, created_at=AT)
    session.add(learner)
    session.flush()
    days = office([who(session, name) for name in ("ben", "cleo", "dee")])
    shadow = office([learner], role=DutyRole.SHADOW, name="Learning")
    schedule(session, TEAM, days, replace(shadow, starts=shadow.starts + timedelta(days=30)), now=AT)
    swap = offered(session, 0, "ben", "fay")
    with pytest.raises(SwapNotPossible) as refused:
        taken(session, swap, "fay")
    assert refused.value.reason is Hindrance.LEARNING


def test_only_the_owner_offers_and_not_to_themselves_nor_in_the_past(session: Session) -> None:
    shift = shift_on(session, TEAM, day(0, 10))
    ben, cleo = who(session, "ben"), who(session, "cleo")
    with pytest.raises(NotYourShift):
        offer(session, replace(shift, person_id=cleo.id), owner=cleo, to=[ben], by=cleo, now=AT)
    with pytest.raises(SwapNotPossible):
        offer(session, shift, owner=ben, to=[ben], by=ben, now=AT)
    for start, end in ((day(0, 8), None), (None, day(0, 18)), (day(0, 15), day(0, 14))):
        with pytest.raises(OutsideTheShift):
            offer(session, shift, owner=ben, to=[cleo], start=start, end=end, by=ben, now=AT)
    with pytest.raises(OutsideTheShift):
        offer(session, shift, owner=ben, to=[cleo], by=ben, now=day(0, 12))
    with pytest.raises(SwapNotFound):
        accept(session, 4711, taker=cleo, policy=POLICY, now=AT)


def test_whoever_is_on_leave_may_still_find_somebody_for_their_shift(session: Session) -> None:
    add_absence(
        session, who(session, "ben"), kind=AbsenceKind.TIME_OFF, start=day(0), end=day(1), by=None, now=AT
    )
    away = day(0, 10)
    assert not [shift for shift in shifts(session, TEAM, start=away, end=away + timedelta(hours=1))]
    mine = shifts_to_offer(session, who(session, "ben"), now=AT)[0]
    swap = offer(
        session, mine, owner=who(session, "ben"), to=[who(session, "dee")], by=who(session, "ben"), now=AT
    )
    taken(session, swap, "dee")
    assert on(session, 0) == "UDEE"


# --- Taken back, turned down, never taken -----------------------------------------------------------


def test_a_withdrawn_offer_can_not_be_taken(session: Session) -> None:
    swap = offered(session, 0, "ben", "dee")
    with pytest.raises(NotAllowed):
        withdraw(session, swap.id, by=who(session, "cleo"), now=AT)
    withdraw(session, swap.id, by=who(session, "ben"), now=AT)
    with pytest.raises(SwapOver):
        taken(session, swap, "dee")


def test_the_owner_hears_of_a_no_only_when_everybody_said_it(session: Session) -> None:
    swap = offered(session, 0, "ben", "cleo", "dee")
    decline(session, swap.id, person=who(session, "dee"), now=AT)
    decline(session, swap.id, person=who(session, "dee"), now=AT)
    assert "swap_declined" not in told(session, "ben")
    decline(session, swap.id, person=who(session, "cleo"), now=AT)
    assert told(session, "ben").count("swap_declined") == 1


def test_an_untaken_offer_is_told_a_day_before_once_and_lapses_at_the_start(session: Session) -> None:
    swap = offered(session, 0, "ben", "dee")
    before = day(0, 9) - timedelta(hours=24)
    look_after_swaps(session, TEAM, POLICY, before - timedelta(minutes=1))
    assert "swap_untaken" not in told(session, "ben")
    for minutes in (0, 1, 60):
        look_after_swaps(session, TEAM, POLICY, before + timedelta(minutes=minutes))
    assert told(session, "ben").count("swap_untaken") == 1

    for _ in range(2):
        look_after_swaps(session, TEAM, POLICY, day(0, 9))
    assert (swap.state, told(session, "ben").count("swap_lapsed")) == (SwapState.LAPSED, 1)
    assert on(session, 0) == "UBEN"


def test_who_sleeps_is_asked_in_the_morning(session: Session) -> None:
    night = AT.replace(hour=23)
    shift = shift_on(session, TEAM, day(0, 10))
    dee = who(session, "dee")
    offer(session, shift, owner=who(session, "ben"), to=[dee], by=who(session, "ben"), now=night)
    look_after_swaps(session, TEAM, POLICY, night + timedelta(hours=1))
    assert told(session, "dee") == []
    for hours in (8, 9):
        look_after_swaps(session, TEAM, POLICY, night + timedelta(hours=hours))
    assert told(session, "dee") == ["swap_asked"]


# --- The rota changes under it ----------------------------------------------------------------------


def edited(session: Session, *names: str) -> None:
    days = office([who(session, name) for name in names])
    schedule(session, TEAM, days, now=AT + timedelta(minutes=5))


def test_an_edit_of_the_rota_asks_again_what_was_offered(session: Session) -> None:
    swap = offered(session, 0, "ben", "dee")
    edited(session, "cleo", "ben", "dee")
    session.refresh(swap)
    assert swap.state is SwapState.ASK_AGAIN
    assert told(session, "ben")[-1] == "swap_ask_again"
    with pytest.raises(SwapOver):
        taken(session, swap, "dee")


def test_an_edit_asks_again_what_was_agreed_and_tells_both(session: Session) -> None:
    swap = taken(session, offered(session, 0, "ben", "dee"), "dee")
    edited(session, "cleo", "ben", "dee")
    session.refresh(swap)
    assert (swap.state, on(session, 0)) == (SwapState.ASK_AGAIN, "UCLEO")
    assert told(session, "ben")[-1] == told(session, "dee")[-1] == "swap_ask_again"


def test_what_rests_upon_a_swap_that_fell_is_asked_again_too(session: Session) -> None:
    first = taken(session, offered(session, 0, "ben", "dee"), "dee")
    second = taken(session, offered(session, 0, "dee", "cleo"), "cleo")
    edited(session, "cleo", "ben", "dee")
    for swap in (first, second):
        session.refresh(swap)
        assert swap.state is SwapState.ASK_AGAIN


def test_an_edit_that_changes_nothing_for_it_leaves_a_swap_alone(session: Session) -> None:
    swap = taken(session, offered(session, 0, "ben", "dee"), "dee")
    assert reconsider(session, schedules(session, TEAM)[0].id, now=AT) == []
    session.refresh(swap)
    assert (swap.state, on(session, 0)) == (SwapState.ACCEPTED, "UDEE")


def test_an_override_by_hand_is_seen_by_the_upkeep(session: Session) -> None:
    swap = offered(session, 0, "ben", "dee")
    shift = shift_on(session, TEAM, day(0, 10))
    later = AT + timedelta(minutes=5)
    add_override(
        session,
        shift.schedule_id,
        kind=OverrideKind.REPLACE,
        role=shift.role,
        start=shift.start,
        end=shift.end,
        person=who(session, "cleo"),
        instead_of=who(session, "ben"),
        by=who(session, "dee"),
        now=later,
    )
    assert look_again_at_swaps(session, TEAM, POLICY, later) == 1
    session.refresh(swap)
    assert swap.state is SwapState.ASK_AGAIN
    assert look_again_at_swaps(session, TEAM, POLICY, later + timedelta(minutes=1)) == 0


def test_what_changed_hands_can_not_be_taken_by_another_offer(session: Session) -> None:
    one, other = offered(session, 0, "ben", "dee"), offered(session, 0, "ben", "cleo")
    taken(session, one, "dee")
    session.refresh(other)
    assert other.state is SwapState.WITHDRAWN
