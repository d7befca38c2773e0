"""Emergency cover: arranged without the absent one's click, told, logged, undone; and what it is worth."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from factories import NOW, POLICY, TEAM, person, settle
from rota import day, office, schedule, shift_on
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from triage.audit import AuditEntry
from triage.care.cover_credit import credit_covers
from triage.care.load import my_load
from triage.errors import NotAllowed
from triage.oncall.absences import add_absence
from triage.oncall.cover import cover_now, undo_cover
from triage.oncall.plan import Why
from triage.oncall.swap_checks import Hindrance
from triage.oncall.swap_errors import OutsideTheShift, SwapNotPossible, SwapOver
from triage.oncall.swap_lookup import shifts_to_cover
from triage.oncall.swap_tables import Swap
from triage.outbox import Say
from triage.people.models import Person
from triage.vocabulary import AbsenceKind, SwapState

AT = day(0, 10)  # Monday, 10:00: Ben is on until 17:00, and nobody can reach him


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    settle(database)
    with database.transaction() as session:
        days = office([person(session, name) for name in ("ben", "cleo", "dee")])
        schedule(session, TEAM, days, now=NOW)
        yield session


def covered(session: Session, taker: str = "dee", by: str = "dee", at: datetime = AT) -> Swap:
    shift = shift_on(session, TEAM, at)
    return cover_now(session, shift, taker=person(session, taker), by=person(session, by), now=at)


def on(session: Session, at: datetime) -> str:
    return session.get_one(Person, shift_on(session, TEAM, at).person_id).slack_id


def told(session: Session, name: str) -> list[str]:
    rows = session.scalars(select(Say).where(Say.person_id == person(session, name).id).order_by(Say.id))
    return [row.params["notice"] for row in rows if "notice" in row.params]


def test_it_counts_from_now_and_both_and_the_admins_hear_of_it(session: Session) -> None:
    covered(session, taker="cleo", by="dee")
    assert (on(session, AT), on(session, day(0, 16))) == ("UCLEO", "UCLEO")
    assert shift_on(session, TEAM, day(0, 12)).why is Why.COVER
    assert told(session, "ben") == told(session, "cleo") == told(session, "dee") == ["cover_arranged"]
    assert "cover.arranged" in session.scalars(select(AuditEntry.what)).all()


def test_agents_arrange_it_for_themselves_alone(session: Session) -> None:
    with pytest.raises(NotAllowed):
        covered(session, taker="dee", by="cleo")
    assert on(session, AT) == "UBEN"


def test_it_can_be_undone_until_it_ends_and_the_past_stays(session: Session) -> None:
    swap = covered(session)
    with pytest.raises(NotAllowed):
        undo_cover(session, swap.id, by=person(session, "cleo"), now=day(0, 12))
    undo_cover(session, swap.id, by=person(session, "ben"), now=day(0, 12))
    assert (on(session, day(0, 11)), on(session, day(0, 13))) == ("UDEE", "UBEN")
    assert told(session, "dee")[-1] == "cover_undone"
    assert undo_cover(session, swap.id, by=person(session, "ben"), now=day(0, 13)).state is SwapState.UNDONE

    again = covered(session, at=day(0, 12))
    with pytest.raises(SwapOver):
        undo_cover(session, again.id, by=person(session, "ben"), now=day(0, 17))


def test_whoever_is_away_can_be_covered_and_nobody_who_is_away_covers(session: Session) -> None:
    add_absence(session, person(session, "ben"), kind=AbsenceKind.SICK, start=AT, end=day(1), by=None, now=AT)
    shift = shifts_to_cover(session, person(session, "dee"), now=AT)[0]
    cover_now(session, shift, taker=person(session, "dee"), by=person(session, "dee"), now=AT)
    assert on(session, day(0, 12)) == "UDEE"

    with pytest.raises(OutsideTheShift):
        cover_now(session, shift, taker=person(session, "dee"), by=person(session, "dee"), now=day(0, 17))


def test_nobody_covers_on_too_little_rest(session: Session) -> None:
    early = day(0, 17) - timedelta(hours=1)
    add_absence(
        session,
        person(session, "dee"),
        kind=AbsenceKind.REST,
        start=day(0, 3),
        end=early,
        by=None,
        now=NOW,
    )
    with pytest.raises(SwapNotPossible) as refused:
        covered(session)
    assert refused.value.reason is Hindrance.RESTING


def test_standing_in_counts_as_load_once_it_is_over_and_only_once(session: Session) -> None:
    covered(session)
    dee = person(session, "dee")
    for at in (day(0, 16), day(0, 17), day(0, 18)):
        credit_covers(session, TEAM, POLICY, at)
    mine = my_load(session, dee, by=dee, rules=POLICY.care, now=day(0, 18))
    assert mine.covered_minutes == 7 * 60
    assert mine.burden > 0


def test_what_was_undone_is_worth_nothing(session: Session) -> None:
    swap = covered(session)
    undo_cover(session, swap.id, by=person(session, "dee"), now=day(0, 11))
    assert credit_covers(session, TEAM, POLICY, day(0, 18)) == 0
