"""Open questions like each other: linked once, for a few days, and counted by people."""

from datetime import timedelta

import pytest
from factories import NOW, TEAM, person, settle
from sqlalchemy import select

from bot.database import Database
from kb.likeness import Likeness
from triage.tickets.alike import OpenLike, TicketLink, link, open_likes
from triage.tickets.asked import AskedQuestions
from triage.tickets.models import Prediction, Ticket, TimelineEntry
from triage.vocabulary import Source, TicketStatus, Urgency

VPN = (
    "The VPN drops every few minutes",
    "vpn drops every few minutes again",
    "My VPN drops every few minutes",
)


@pytest.fixture(autouse=True)
def people(database: Database) -> None:
    settle(database)


def ask(
    database: Database,
    who: str,
    question: str,
    *,
    hours_ago: float = 0,
    status: TicketStatus = TicketStatus.WAITING,
) -> int:
    with database.transaction() as session:
        ticket = Ticket(
            team_id=TEAM,
            requester_id=person(session, who).id,
            source=Source.CHANNEL,
            question=question,
            status=status,
            asked_at=NOW - timedelta(hours=hours_ago),
        )
        session.add(ticket)
        session.flush()
        return ticket.id


def linked(database: Database, ticket_id: int) -> list[int]:
    """Links it to everything that was asked."""
    with database.reading() as session:
        asked = AskedQuestions().for_team(session, TEAM)
    with database.transaction() as session:
        return link(session, session.get_one(Ticket, ticket_id), asked, now=NOW)


def likes(database: Database, ticket_id: int, hours: float | None = None) -> list[OpenLike]:
    with database.reading() as session:
        since = None if hours is None else NOW - timedelta(hours=hours)
        return open_likes(session, ticket_id, since=since)


def test_linked_both_ways_and_counted_by_people(database: Database) -> None:
    first = ask(database, "ada", VPN[0], hours_ago=5)
    second = ask(database, "ada", VPN[1], hours_ago=1)
    third = ask(database, "eli", VPN[2])
    ask(database, "eli", "The canteen has no soup")
    linked(database, second)
    linked(database, third)

    assert [like.ticket_id for like in likes(database, third)] == [first, second]
    assert [like.ticket_id for like in likes(database, first)] == [second, third]
    assert len({like.requester_id for like in likes(database, third)}) == 1, "one person asked twice"
    assert [like.ticket_id for like in likes(database, third, hours=2)] == [second]
    assert all(0.5 <= like.likeness <= 1 for like in likes(database, third))


def test_linking_again_changes_nothing_and_says_nothing_twice(database: Database) -> None:
    ask(database, "ada", VPN[0])
    second = ask(database, "eli", VPN[1])

    assert linked(database, second) == linked(database, second)

    with database.reading() as session:
        assert len(session.scalars(select(TicketLink)).all()) == 1
        lines = session.scalars(select(TimelineEntry.reason).where(TimelineEntry.what == "alike")).all()
    assert len(lines) == 1


def test_a_changed_question_is_linked_anew(database: Database) -> None:
    ask(database, "ada", VPN[0])
    second = ask(database, "eli", VPN[1])
    linked(database, second)
    with database.transaction() as session:
        session.get_one(Ticket, second).question = "Oh no, it is the coffee machine"

    assert linked(database, second) == []
    assert likes(database, second) == []


def test_what_is_older_than_three_days_or_done_is_no_spike(database: Database) -> None:
    ask(database, "ada", VPN[0], hours_ago=73)
    ask(database, "ada", VPN[2], hours_ago=1, status=TicketStatus.CLOSED)
    third = ask(database, "eli", VPN[1])

    assert linked(database, third) == []


def test_another_workspace_s_questions_and_matters_for_a_person_are_not_known(database: Database) -> None:
    first = ask(database, "ada", VPN[0])
    with database.transaction() as session:
        session.add(
            Prediction(
                ticket_id=first,
                at=NOW,
                model_version="m",
                category=None,
                urgency=Urgency.MEDIUM,
                category_confidence=0.0,
                urgency_confidence=0.0,
                verdict={"needs_person": {"rule": "grief", "sentence": "For a person.", "words": []}},
                milliseconds=1.0,
            )
        )
    with database.reading() as session:
        held = AskedQuestions()
        assert len(held.for_team(session, TEAM)) == 0
        assert len(held.for_team(session, "T2")) == 0


def test_new_and_changed_questions_are_seen_at_once(database: Database) -> None:
    held = AskedQuestions()
    first = ask(database, "ada", VPN[0])

    def near(text: str) -> list[int]:
        with database.reading() as session:
            known: Likeness = held.for_team(session, TEAM)
        return [found.key for found in known.near(text, least=0.5)]

    assert near(VPN[1]) == [first]
    second = ask(database, "eli", "The coffee machine hums")
    assert near("coffee machine hums") == [second]
    with database.transaction() as session:
        session.get_one(Ticket, second).question = VPN[2]
    assert sorted(near(VPN[1])) == [first, second]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("it doesnt work", "cant log in"),
        ("it does not work", "it doesnt work"),
        ("how do I print?", "how do I sign in?"),
        ("nothing works", "the VPN doesn't work"),
    ],
)
def test_small_words_in_common_are_no_likeness(database: Database, one: str, other: str) -> None:
    """“Not” and “work” weigh much in a short question, and say nothing about what it is about."""
    for solved in (
        "Who may log in?",
        "Log in at home",
        "The VPN is slow",
        "Which VPN?",
        "Print or sign in twice",
    ):
        ask(database, "ada", solved, hours_ago=2, status=TicketStatus.RESOLVED)
    ask(database, "ada", one, hours_ago=1)
    assert linked(database, ask(database, "eli", other)) == []


def test_one_word_of_the_matter_in_common_is_enough(database: Database) -> None:
    first = ask(database, "ada", "cant log in", hours_ago=1)
    ask(database, "eli", "The canteen has no soup", hours_ago=1)
    assert linked(database, ask(database, "eli", "I can't log in any more")) == [first]
