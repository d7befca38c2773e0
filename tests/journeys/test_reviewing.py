"""Reviewing labels in Slack: one message after the other, one tap each, and never one's own label."""

from typing import Any

import pytest
from cast import TEAM, Actor, Clock, Desk, buttons, reads, shown_text
from sqlalchemy import select

from bot.slack import copy
from triage.learning.review_offers import Question, offer
from triage.learning.review_table import LabelReview, OfferState, Why
from triage.tickets.models import Label
from triage.vocabulary import LabelField, LabelSource

REVIEW = copy.BUTTON_REVIEW.format(count=2)


@pytest.fixture(autouse=True)
def doubted(desk: Desk, clock: Clock, ada: Actor, ben: Actor) -> None:
    """Two questions that Ben resolved under printing, and that the champion doubts."""
    desk.finds()
    for text in ("my VPN drops every ten minutes", "the VPN closes when I lock the screen"):
        question = ada.says(text).clicks(copy.BUTTON_PERSON)
        ben.claims(question)
        assert ben.resolves(question, category="printing") == {}
    with desk.database.transaction() as session:
        labels = session.scalars(
            select(Label).where(Label.field == LabelField.CATEGORY).order_by(Label.id)
        ).all()
        asked = [Question(f"ticket:{one.ticket_id}", Why.DOUBTFUL, "printing", "vpn") for one in labels]
        offer(session, TEAM, asked, now=clock.now)


def window(actor: Actor) -> dict[str, Any]:
    view: dict[str, Any] = actor.slack.views(actor.id)[-1]
    return view


def reviewed(desk: Desk) -> list[tuple[str, str]]:
    """Who said what, in the review."""
    with desk.database.reading() as session:
        rows = session.scalars(
            select(Label).where(Label.source == LabelSource.REVIEWED).order_by(Label.id)
        ).all()
        return [(f"{row.by_id}", row.value) for row in rows]


def test_an_agent_goes_through_a_colleague_s_labels_with_a_tap_each(desk: Desk, cleo: Actor) -> None:
    cleo.opens_home()
    cleo.presses_in_home(REVIEW)
    assert "my VPN drops every ten minutes" in shown_text(window(cleo))
    assert reads(copy.REVIEW_SAID, shown_text(window(cleo)))
    assert reads(copy.REVIEW_THOUGHT, shown_text(window(cleo)))
    assert "Ben" not in str(window(cleo)), "whose label it is plays no part"

    printing, vpn, *_ = [button.label for button in buttons(window(cleo))]
    cleo.presses_in_window(vpn)
    assert "when I lock the screen" in shown_text(window(cleo))
    assert copy.REVIEW_LAST in shown_text(window(cleo))
    cleo.presses_in_window(printing)

    assert copy.REVIEW_DONE in shown_text(window(cleo))
    me = str(cleo.person.id)
    assert reviewed(desk) == [(me, "vpn"), (me, "printing")]


def test_any_other_category_or_none_can_be_picked_and_one_can_be_skipped(desk: Desk, cleo: Actor) -> None:
    cleo.opens_home()
    cleo.presses_in_home(REVIEW)
    cleo.presses_in_window(copy.BUTTON_REVIEW_SKIP)
    assert "when I lock the screen" in shown_text(window(cleo))
    cleo.presses_in_window(copy.REVIEW_NONE_OF_THEM)
    assert copy.REVIEW_DONE in shown_text(window(cleo))
    assert [value for _, value in reviewed(desk)] == [""]
    with desk.database.reading() as session:
        left = session.scalars(select(LabelReview.state).order_by(LabelReview.id)).all()
    assert left == [OfferState.OPEN, OfferState.ANSWERED]


def test_nobody_is_asked_to_confirm_their_own_label(ben: Actor) -> None:
    home = ben.opens_home()
    assert not [button for button in buttons(home) if reads(copy.BUTTON_REVIEW, button.label)]


def test_who_only_asks_sees_no_review(ada: Actor) -> None:
    assert REVIEW not in [button.label for button in buttons(ada.opens_home())]


def test_of_two_reviewers_one_is_told_and_goes_on(desk: Desk, cleo: Actor, dee: Actor, clock: Clock) -> None:
    for reviewer, waiting in ((cleo, 2), (dee, 1)):
        reviewer.opens_home()
        reviewer.presses_in_home(copy.BUTTON_REVIEW.format(count=waiting))
    assert "my VPN drops" in shown_text(window(cleo))
    assert "when I lock the screen" in shown_text(window(dee)), "each has another in front of them"

    clock.advance(minutes=10)
    dee.presses_in_window(copy.BUTTON_REVIEW_SKIP)
    assert "my VPN drops" in shown_text(window(dee)), "Cleo has left hers for long"
    vpn = buttons(window(dee))[1].label
    dee.presses_in_window(vpn)
    cleo.presses_in_window(vpn)

    assert copy.REVIEW_QUICKER in shown_text(window(cleo))
    assert "when I lock the screen" in shown_text(window(cleo))
    assert reviewed(desk) == [(str(dee.person.id), "vpn")]
