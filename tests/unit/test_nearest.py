"""Labelled messages like a question, as people may see them: by what they are called, never by their words."""

from datetime import UTC, datetime
from typing import Any

from facts_by_hand import facts

from bot.slack.nearest import Like, nearest
from bot.slack.views.card import card
from bot.web.console.decision import decision
from triage.tickets.models import Prediction
from triage.vocabulary import TicketStatus, Urgency

VERDICT: dict[str, Any] = {
    "category": "vpn",
    "nearest": [
        {"ref": "ticket:12", "category": "vpn", "likeness": 0.62},
        {"ref": "past:7", "category": "network", "likeness": 0.4},
        {"ref": "starter:31", "category": "vpn", "likeness": 0.3},
        {"ref": "", "category": "gone", "likeness": 0.2},
    ],
}


def test_each_is_called_by_where_it_is_kept() -> None:
    found = nearest(VERDICT, {"vpn": "VPN"})
    assert [(like.called, like.ticket_id, like.category) for like in found] == [
        ("ticket 12", 12, "VPN"),
        ("an imported ticket", None, "network"),
        ("an example of the starter set", None, "VPN"),
        ("a labelled message", None, "gone"),
    ]
    assert found[0].figure == "62 % alike"


def test_a_verdict_from_before_has_none() -> None:
    assert nearest({"category": "vpn"}, {}) == ()


def test_the_console_shows_them_with_the_decision() -> None:
    prediction = Prediction(
        ticket_id=1,
        at=datetime(2027, 3, 2, tzinfo=UTC),
        model_version="starter",
        category="vpn",
        urgency=Urgency.MEDIUM,
        category_confidence=0.9,
        urgency_confidence=0.3,
        verdict=VERDICT,
        milliseconds=2.0,
    )
    assert decision(prediction, {"vpn": "VPN"}).nearest[0].ticket_id == 12


def test_the_card_names_tickets_in_its_one_line_and_leads_to_the_rest() -> None:
    known = facts(
        TicketStatus.WAITING,
        reasons=("“vpn” points to VPN.",),
        nearest=(Like("ticket 12", 12, "VPN & more", 0.6),),
        console_link="https://desk.example/console/tickets/7",
    )
    _, blocks = card(known)
    why = blocks[2]["elements"][0]["text"]
    assert "Most like ticket 12 (VPN &amp; more)." in why
    assert "<https://desk.example/console/tickets/7|see how it was decided>" in why
