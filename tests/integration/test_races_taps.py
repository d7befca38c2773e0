"""Two taps at once: each is kept, none counts twice, and of two answers to one question the first stands."""

from typing import Any

import pytest
from factories import NOW, POLICY, TEAM, person, settle, suggested, waiting
from sqlalchemy import func, select
from test_races_two_at_once import at_once

from bot.database import Database
from kb.index import load_index
from triage.classifier import starter
from triage.judge import Judge
from triage.tickets import choosing, impact
from triage.tickets.choosing import CategoryChoice
from triage.tickets.impact import Tap
from triage.tickets.models import Category, Label, Prediction, Ticket, TimelineEntry
from triage.vocabulary import Impact, Urgency

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def people(database: Database) -> None:
    settle(database)


def judged(database: Database, ticket_id: int) -> None:
    with database.transaction() as session:
        session.add(
            Prediction(
                ticket_id=ticket_id,
                at=NOW,
                model_version="m",
                category=None,
                urgency=Urgency.MEDIUM,
                category_confidence=0.1,
                urgency_confidence=0.3,
                verdict={"by_rules": "medium"},
                milliseconds=1.0,
            )
        )


def taps(database: Database, ticket_id: int, tap: Tap) -> Any:
    def side() -> None:
        with database.transaction() as session:
            impact.tell(session, ticket_id, tap, by=person(session, "ada"), policy=POLICY, now=NOW)

    return side


def noted(database: Database, ticket_id: int, what: str) -> int:
    with database.reading() as session:
        found = session.scalar(
            select(func.count())
            .select_from(TimelineEntry)
            .where(TimelineEntry.ticket_id == ticket_id, TimelineEntry.what == what)
        )
    return found or 0


def test_the_same_tap_twice_at_once_counts_once(database: Database) -> None:
    for round_ in range(3):
        ticket_id = waiting(database, ts=f"1803981600.00{round_:04}")
        judged(database, ticket_id)
        stuck = taps(database, ticket_id, Tap(stuck=True))
        assert at_once(stuck, stuck) == [None, None]
        assert noted(database, ticket_id, "told_impact") == 1
        with database.reading() as session:
            assert session.get_one(Ticket, ticket_id).urgency is Urgency.HIGH


def test_both_answers_given_at_once_are_weighed_together(database: Database) -> None:
    for round_ in range(3):
        ticket_id = waiting(database, ts=f"1803981600.00{round_:04}")
        judged(database, ticket_id)
        assert at_once(
            taps(database, ticket_id, Tap(impact=Impact.TEAM)), taps(database, ticket_id, Tap(stuck=True))
        ) == [None, None]
        with database.reading() as session:
            row = impact.told(session, ticket_id)
            assert row is not None
            assert (row.impact, row.stuck) == (Impact.TEAM, True)
            assert session.get_one(Ticket, ticket_id).urgency is Urgency.HIGH


def test_of_two_choices_at_once_the_first_stands_and_is_the_only_label(database: Database) -> None:
    with database.reading() as session:
        judge = Judge(starter.classifier(), load_index(session, TEAM))
    for round_ in range(3):
        ticket_id = suggested(database, ts=f"1803981600.00{round_:04}")
        with database.transaction() as session:
            if not round_:
                session.add(Category(team_id=TEAM, key="vpn", name="VPN", description="VPN"))
            session.add(CategoryChoice(ticket_id=ticket_id, first="vpn", second="printing", asked_at=NOW))

        def chooses(key: str, ticket_id: int = ticket_id) -> Any:
            def side() -> None:
                with database.transaction() as session:
                    ada = person(session, "ada")
                    choosing.choose(session, ticket_id, key, by=ada, judge=judge, policy=POLICY, now=NOW)

            return side

        assert at_once(chooses("vpn"), chooses("printing")) == [None, None]
        with database.reading() as session:
            (label,) = session.scalars(select(Label).where(Label.ticket_id == ticket_id))
            assert session.get_one(Ticket, ticket_id).category == label.value
            assert choosing.chosen(session, session.get_one(Ticket, ticket_id)) == label.value
