"""Who asks makes no difference to the decision; only what a guest may read differs."""

from collections.abc import Iterator
from typing import Any

import pytest
from cast import TEAM, Actor, Clock, Desk, Question, shown_text

from bot.demo import HELP_CHANNEL
from bot.playground.cast import Persona
from bot.slack import copy, ids
from kb.models import Audience
from triage.tickets.models import Prediction

INTERNAL = "Access denied on the shared finance folder, I need access"
PUBLIC = "The guest wifi does not open the login page"


@pytest.fixture
def gil(desk: Desk) -> Iterator[Actor]:
    """A guest from another organisation, in the shared help channel."""
    desk.slack.add_user(
        Persona("UGIL", "gil", "Gil Roy", "requester", "Europe/Paris", 3600, "#555555", "Partner"),
        HELP_CHANNEL,
        team_id="TPARTNER",
    )
    desk.work_off()
    return Actor(desk, "gil")


def audiences(desk: Desk, question: Question) -> set[Audience]:
    with desk.database.reading() as session:
        index = desk.stage.desk.indexes.for_team(session, TEAM, desk.slack.now())
    offered = {s.article_id for s in question.story.suggestions}
    return {entry.audience for entry in index.entries if entry.article_id in offered}


def test_a_guest_is_offered_public_articles_only(desk: Desk, ada: Actor, gil: Actor) -> None:
    assert Audience.EVERYONE in audiences(desk, ada.says(INTERNAL))

    private = gil.says(INTERNAL)
    assert gil.person.is_guest
    assert audiences(desk, private) <= {Audience.PUBLIC}


def test_a_guest_still_gets_what_is_public(desk: Desk, gil: Actor) -> None:
    assert gil.says(PUBLIC).articles


def test_nobody_is_offered_what_is_for_agents(desk: Desk, ada: Actor) -> None:
    question = ada.says("user account compromised, what do I do, playbook for agents")
    assert Audience.AGENTS not in audiences(desk, question)


@pytest.mark.parametrize("way", ["reaction", "shortcut"])
def test_a_guest_stays_one_when_a_colleague_marks_their_message(
    desk: Desk, ada: Actor, gil: Actor, way: str
) -> None:
    desk.rules(help_channels=())
    question = gil.says(INTERNAL)
    assert not desk.tickets

    if way == "reaction":
        ada.marks(question)
    else:
        ada.uses_shortcut(ids.SHORTCUT_MESSAGE, question)

    assert question.story.requester.is_guest
    assert audiences(desk, question) <= {Audience.PUBLIC}


def decision(desk: Desk, question: Question) -> Any:
    with desk.database.reading() as session:
        (row,) = session.query(Prediction).filter_by(ticket_id=question.ticket.id)
    shown = [(s.title, s.chance, s.shown_in_round) for s in question.story.suggestions]
    return row.category, row.urgency, row.category_confidence, row.urgency_confidence, shown


@pytest.mark.parametrize(
    "text",
    [
        "My VPN drops every ten minutes on the train",
        "I forgot my password",
        "The whole warehouse can't scan parcels, trucks are waiting",
    ],
)
def test_whoever_asks_gets_the_same_decision(
    desk: Desk, clock: Clock, ada: Actor, dee: Actor, text: str
) -> None:
    """Dee is head of IT, Ada works in finance."""
    by_ada = ada.says(text)
    clock.advance(minutes=3)
    by_dee = dee.says(text)

    assert decision(desk, by_ada) == decision(desk, by_dee)
    assert by_ada.status is by_dee.status


def test_a_guest_can_not_read_what_was_not_meant_for_guests(desk: Desk, ada: Actor, gil: Actor) -> None:
    desk.finds("forgot-password")
    question = ada.says("I forgot my password")
    gil.presses(*question.button(copy.BUTTON_READ))

    (window,) = desk.slack.views(gil.id)
    assert copy.ARTICLE_GONE in shown_text(window)
