"""A ticket and what is known about it, without a database: what the views are tried on."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.slack.facts import Facts
from triage.people.models import Person
from triage.suggestions.models import Suggestion
from triage.tickets.models import Category, Ticket
from triage.vocabulary import Role, Source, TicketStatus, Urgency

NOW = datetime(2025, 6, 2, 7, 30, tzinfo=UTC)
LINK = "https://desk.slack.example/archives/CHELP/p1748849400000100"

# What somebody might write to make the bot say something else than it means.
NASTY = "<!channel> & <https://evil.example|the console> *bold* <@UDEE> &lt;!here&gt; {person} %s"


def person(number: int, slack_id: str, role: Role = Role.REQUESTER) -> Person:
    return Person(
        id=number,
        team_id="T1",
        slack_id=slack_id,
        name=slack_id.removeprefix("U").title(),
        time_zone="Europe/Berlin",
        role=role,
        is_guest=False,
        created_at=NOW,
    )


ADA = person(1, "UADA")
BEN = person(2, "UBEN", Role.AGENT)
DEE = person(4, "UDEE", Role.ADMIN)


def ticket(status: TicketStatus = TicketStatus.SUGGESTED, **changes: Any) -> Ticket:
    known: dict[str, Any] = {
        "id": 7,
        "team_id": "T1",
        "requester_id": ADA.id,
        "source": Source.CHANNEL,
        "channel_id": "CHELP",
        "thread_ts": "1748849400.000100",
        "question": "My VPN drops every few minutes on the train",
        "status": status,
        "category": "vpn",
        "urgency": Urgency.HIGH,
        "generation": 1,
        "level": 0,
        "reopened": 0,
        "asked_at": NOW,
        "escalated_at": NOW,
        "claimed_at": NOW,
        "resolution": None,
        "resolved_at": None,
    }
    return Ticket(**(known | changes))


def suggestion(rank: int = 1, **changes: Any) -> Suggestion:
    known: dict[str, Any] = {
        "id": rank,
        "ticket_id": 7,
        "article_id": 100 + rank,
        "revision": 1,
        "rank": rank,
        "title": f"VPN drops on mobile networks {rank}",
        "passage": "Turn off “Connect automatically on metered networks”, then reconnect.",
        "chance": 0.8,
        "reasons": ["matches VPN, drops, train"],
        "shown_in_round": 1,
        "good_enough": True,
        "outcome": None,
    }
    return Suggestion(**(known | changes))


def category(key: str, name: str) -> Category:
    return Category(team_id="T1", key=key, name=name, description="")


def facts(status: TicketStatus = TicketStatus.SUGGESTED, **changes: Any) -> Facts:
    """Facts of Ada's ticket; `question`, `urgency` and other columns go to the ticket, the rest to the facts."""
    names = {field.name for field in fields(Facts)}
    row = ticket(status, **{name: value for name, value in changes.items() if name not in names})
    held = status in (TicketStatus.CLAIMED, TicketStatus.ON_HOLD)
    known: dict[str, Any] = {
        "ticket": row,
        "requester": ADA,
        "claimed_by": BEN if held else None,
        "resolved_by": None,
        "category": "VPN",
        "reasons": ("sounds like VPN: vpn, drops", "stops one person: every few minutes"),
        "urgency_reasons": ("stops one person: every few minutes",),
        "urgency_known": True,
        "needs_person": False,
        "shown": (),
        "tried": changes.get("shown", ()),
        "solved_before": {},
        "usual_wait": lambda: timedelta(minutes=20),
        "opens_at": NOW if status is TicketStatus.DEFERRED else None,
        "handover_after": timedelta(minutes=30),
        "handover_after_nothing": timedelta(minutes=5),
        "page_next_after": timedelta(minutes=5),
        "link": LINK,
    }
    return Facts(**(known | {name: value for name, value in changes.items() if name in names}))
