"""Why the desk answered as it did: everything that was stored with a ticket, for the playground's drawer."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.slack.desk import Desk
from bot.slack.inbox import InboxEvent
from bot.slack.nearest import nearest
from bot.web.console.words import told
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.tickets import queries
from triage.tickets.models import Prediction, Ticket, TicketMessage
from triage.tickets.wording import told_to_requester


def explain(desk: Desk, team_id: str, channel: str, ts: str) -> dict[str, Any] | None:
    """The ticket behind a message: its question, its thread, its card or an answer. None if there is none."""
    with desk.database.reading() as session:
        ticket = _ticket_behind(session, team_id, channel, ts)
        if ticket is None:
            return None
        story = queries.story(session, ticket)
        names = {c.key: c.name for c in queries.categories(session, team_id)}
        newest = story.predictions[-1] if story.predictions else None
        return {
            "ticket": {
                "id": ticket.id,
                "status": str(ticket.status),
                "asked_at": ticket.asked_at.isoformat(),
            },
            "decision": _decision(newest, names) if newest else None,
            "articles": [
                {
                    "id": row.article_id,
                    "title": row.title,
                    "chance": row.chance,
                    "shown": row.shown_in_round is not None,
                    "reasons": row.reasons,
                    "passage": row.passage,
                    "outcome": row.outcome,
                }
                for row in story.suggestions
            ],
            "timeline": [
                {
                    "at": entry.at.isoformat(),
                    "actor": story.people[entry.actor_id].called if entry.actor_id else "Evenhand",
                    **dict(zip(("what", "reason"), told(entry, ticket.source), strict=True)),
                }
                for entry in told_to_requester(story.timeline)
            ],
            "work": _work(session, ticket),
        }


def _ticket_behind(session: Session, team_id: str, channel: str, ts: str) -> Ticket | None:
    by_message = select(TicketMessage.ticket_id).where(
        TicketMessage.team_id == team_id, TicketMessage.channel_id == channel, TicketMessage.ts == ts
    )
    by_answer = select(Say.ticket_id).where(
        Say.team_id == team_id, Say.sent_channel == channel, Say.sent_ts == ts
    )
    return session.scalars(
        select(Ticket)
        .where(
            Ticket.team_id == team_id,
            or_(
                Ticket.id.in_(by_message),
                Ticket.id.in_(by_answer),
                (Ticket.channel_id == channel) & (Ticket.thread_ts == ts),
                (Ticket.card_channel == channel) & (Ticket.card_ts == ts),
            ),
        )
        .limit(1)
    ).first()


def _decision(prediction: Prediction, names: dict[str, str]) -> dict[str, Any]:
    verdict = prediction.verdict
    return {
        "category": {
            "key": verdict["category"],
            "name": names.get(verdict["category"] or "", verdict["category"]),
            "confidence": verdict["confidence"]["category"],
            "abstained": verdict["abstained"]["category"],
            "alternatives": [
                {"key": key, "name": names.get(key, key), "chance": chance}
                for key, chance in _chances(verdict)
            ],
        },
        "urgency": {
            "level": verdict["urgency"],
            "confidence": verdict["confidence"]["urgency"],
            "abstained": verdict["abstained"]["urgency"],
            "reasons": verdict["reasons"][1:],
        },
        "words": verdict["words"],
        "nearest": [
            {"called": like.called, "category": like.category, "likeness": like.likeness}
            for like in nearest(verdict, names)
        ],
        "reasons": verdict["reasons"],
        "model": prediction.model_version,
        "milliseconds": prediction.milliseconds,
    }


def _chances(verdict: dict[str, Any]) -> list[tuple[str, float]]:
    """The categories with their chances. The first one's is calibrated; the others share what it leaves."""
    pairs = [(str(one["category"]), float(one["chance"])) for one in verdict["alternatives"]]
    if not pairs:
        return []
    (first, raw), sure = pairs[0], float(verdict["confidence"]["category"])
    share = (1 - sure) / (1 - raw) if raw < 1 else 0.0
    return [(first, sure), *((key, chance * share) for key, chance in pairs[1:])]


SAID = {
    Occasion.OPENING: "open the thread",
    Occasion.ANSWER: "answer",
    Occasion.ANSWER_REFRESH: "update the answer",
    Occasion.NOTICE: "tell the thread",
    Occasion.CARD: "show the card",
    Occasion.CARD_REFRESH: "update the card",
    Occasion.DESK_NOTICE: "tell the desk",
    Occasion.DESK_NEWS: "tell the desk",
    Occasion.PAGE: "page",
    Occasion.PAGE_REFRESH: "update the page",
    Occasion.PRIVATE: "tell one person",
    Occasion.DIRECT: "write to",
    Occasion.RATING: "ask for a rating",
    Occasion.RATING_REFRESH: "note the rating",
}


def _work(session: Session, ticket: Ticket) -> list[dict[str, Any]]:
    """Events and messages behind this ticket, with how long each took."""
    says = session.scalars(select(Say).where(Say.ticket_id == ticket.id).order_by(Say.id)).all()
    return [
        *(
            {
                "kind": f"read the {event.type.replace('_', ' ')}",
                "status": "handled" if event.handled_at else "queued",
                "queued_at": event.received_at.isoformat(),
                "milliseconds": _between(event.received_at, event.handled_at),
                "error": None,
            }
            for event in _events(session, ticket)
        ),
        *(
            {
                "kind": _occasion(session, row),
                "status": str(row.state),
                "queued_at": row.created_at.isoformat(),
                "milliseconds": _between(row.created_at, row.sent_at),
                "error": row.error,
            }
            for row in says
        ),
    ]


def _events(session: Session, ticket: Ticket) -> list[InboxEvent]:
    """What Slack told about the question's own messages."""
    own = set(session.scalars(select(TicketMessage.ts).where(TicketMessage.ticket_id == ticket.id)))
    near = session.scalars(
        select(InboxEvent)
        .where(InboxEvent.team_id == ticket.team_id, InboxEvent.received_at >= ticket.asked_at)
        .order_by(InboxEvent.received_at)
        .limit(200)
    )
    return [event for event in near if event.body["event"].get("ts") in own]


def _occasion(session: Session, row: Say) -> str:
    words = SAID.get(row.occasion, str(row.occasion).replace("_", " "))
    if row.occasion in (Occasion.PAGE, Occasion.DIRECT) and row.person_id is not None:
        return f"{words} {session.get_one(Person, row.person_id).called}"
    return words


def _between(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else round((end - start).total_seconds() * 1000, 1)
