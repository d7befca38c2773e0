"""Who asks is no input: with other authors, the same questions meet the same decisions all the way to the card."""

import re
from typing import Any

from cast import TEAM, Actor, Clock, Desk, Question
from seen import shown_text
from stage import Stage

from triage.people.roster import meet

QUESTIONS = (
    "my vpn drops every few minutes on the train",
    "The whole warehouse can't scan, trucks are waiting outside",
    "something is odd with the thing",
    "i need this before 3 pm today for the board meeting",
    "no rush: the icon is yellow",
    "my boss shouts at me every day and I can't take it",
)


def decided(question: Question) -> dict[str, Any]:
    """Everything that was concluded, without what only says when it was and whose it is."""
    story, ticket = question.story, question.ticket
    (prediction,) = story.predictions
    return {
        "verdict": {key: value for key, value in prediction.verdict.items() if key != "milliseconds"},
        "category": ticket.category,
        "urgency": ticket.urgency,
        "status": ticket.status,
        "level": ticket.level,
        # Their chances move a little once meanings were worked out in the background, whoever asks.
        "articles": [row.title for row in story.suggestions if row.shown_in_round],
        "happened": question.happened,
        "answer": question.answer,
        "cards": [_without_names(shown_text(card)) for card in question.cards],
    }


def _without_names(card: str) -> str:
    """Without the asker, the way to the thread, and the number of the ticket."""
    after = re.sub(r"/console/tickets/\d+", "", card.split("open the thread")[-1])
    return re.sub(r" · ticket \d+", "", card.splitlines()[0]) + after


def asked_by(person: Actor, called: str, stage: Stage, desk: Desk, clock: Clock) -> list[dict[str, Any]]:
    stage.sweep()
    with desk.database.transaction() as session:
        meet(session, TEAM, person.id, now=clock.now).name = called
    seen = []
    for text in QUESTIONS:
        seen.append(decided(person.says(text)))
        clock.advance(minutes=2)  # or it would be one question in several lines
    return seen


def test_with_the_authors_swapped_everything_is_the_same(
    stage: Stage, desk: Desk, clock: Clock, ada: Actor, eli: Actor
) -> None:
    as_chief = asked_by(ada, "Dr. Ada Great, Chief Executive", stage, desk, clock)
    as_temp = asked_by(eli, "temp 14, packing", stage, desk, clock)
    for one, other in zip(as_chief, as_temp, strict=True):
        assert one == other
