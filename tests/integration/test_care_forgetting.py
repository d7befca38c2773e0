"""What the desk keeps about one agent goes after five weeks."""

from datetime import timedelta

import pytest
from factories import NOW, POLICY, TEAM, person, settle, suggested
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from triage.care import worked
from triage.care.focus import take_break
from triage.care.forgetting import PRIVATE_NOTICES, forget
from triage.care.profile import Wishes, save_profile
from triage.care.tables import BurdenEntry, Pause, RestCredit
from triage.effects import Effect
from triage.outbox import Say
from triage.tickets import claims, closing
from triage.tickets.closing import Resolution
from triage.tickets.models import Ticket
from triage.vocabulary import CreditChoice, SayState, Urgency

NIGHT = NOW.replace(hour=2)


@pytest.fixture(autouse=True)
def settled(database: Database) -> None:
    settle(database)


def a_hard_night(database: Database, *, choice: CreditChoice = CreditChoice.REST) -> None:
    ticket_id = suggested(database)
    with database.transaction() as session:
        ben = person(session, "ben")
        save_profile(session, ben, Wishes(credit_choice=choice), by=ben, now=NIGHT)
        session.get_one(Ticket, ticket_id).hostile = True
        claims.claim(session, ticket_id, agent=ben, policy=POLICY, now=NIGHT)
        resolution = Resolution("Restarted it.", "printing", Urgency.MEDIUM)
        closing.resolve(session, ticket_id, resolution, by=ben, policy=POLICY, now=NIGHT + timedelta(hours=1))
        take_break(session, ben, policy=POLICY, now=NIGHT + timedelta(hours=1))
        for row in session.scalars(select(Say)):
            row.state = SayState.SENT


def left(session: Session) -> tuple[int, int, int, int, int]:
    """Rows of burden, pauses, credit, of effects about a person, and of what they were told in private."""
    told = [row for row in session.scalars(select(Say)) if row.params.get("notice") in PRIVATE_NOTICES]
    effects = session.scalars(
        select(Effect).where(Effect.key.startswith("rest:") | Effect.key.startswith("break:"))
    )
    rows = [len(session.scalars(select(table)).all()) for table in (BurdenEntry, Pause, RestCredit)]
    return rows[0], rows[1], rows[2], len(effects.all()), len(told)


def test_nothing_goes_before_its_time(database: Database) -> None:
    a_hard_night(database)
    with database.transaction() as session:
        before = left(session)
        assert 0 not in before
        forget(session, TEAM, POLICY, NIGHT + timedelta(days=34))
        assert left(session) == before


def test_after_five_weeks_nothing_tells_of_a_hard_night(database: Database) -> None:
    a_hard_night(database)
    later = NIGHT + POLICY.care.kept + timedelta(days=1)
    with database.transaction() as session:
        assert forget(session, TEAM, POLICY, later) > 0
        session.expire_all()
        assert left(session) == (0, 0, 0, 0, 0)
        assert forget(session, TEAM, POLICY, later) == 0


def test_time_that_is_still_owed_stays(database: Database) -> None:
    a_hard_night(database, choice=CreditChoice.LATER)
    with database.transaction() as session:
        forget(session, TEAM, POLICY, NIGHT + POLICY.care.kept + timedelta(days=1))
        session.expire_all()
        (credit,) = session.scalars(select(RestCredit)).all()
        assert (credit.minutes, credit.taken) == (60, 0)


def test_who_answers_is_woken_only_for_their_own_sake(database: Database) -> None:
    """Acknowledging by day leaves nothing behind."""
    with database.transaction() as session:
        ben = person(session, "ben")
        worked.acknowledged(session, ben, policy=POLICY, now=NOW)
        assert left(session) == (0, 0, 0, 0, 0)
