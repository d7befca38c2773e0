"""What the label review asks and in which order, offered to the reviewers.

Apart from what puts it in order, which needs the model: a desk that starts takes Slack's events before it has loaded
what it thinks with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from triage.effects import insert_once
from triage.learning.agreement import Astray
from triage.learning.review_table import LabelReview, OfferState, Why


@dataclass(frozen=True)
class Question:
    """One message to ask about: "ticket:12" or "past:7"."""

    ref: str
    why: Why
    said: str | None
    thought: str | None


@dataclass(frozen=True)
class Questions:
    """In the order in which they are asked, and how many people's labels made the review ask about them first."""

    asked: tuple[Question, ...]
    astray: Astray


def offer(session: Session, team_id: str, questions: Sequence[Question], *, now: datetime) -> int:
    """Asks these, in this order; what is no longer worth asking is dropped, unless somebody has it in front of them.

    Says how many are new. What people skipped stays skipped for them.
    """
    rows = session.scalars(
        select(LabelReview).where(LabelReview.team_id == team_id, LabelReview.state == OfferState.OPEN)
    )
    waiting = {_ref(row): row for row in rows}
    for ref in waiting.keys() - {question.ref for question in questions}:
        _drop(session, waiting[ref].id, now)
    fresh = 0
    for place, question in enumerate(questions):
        if row := waiting.get(question.ref):
            row.place, row.why, row.said, row.thought = place, question.why, question.said, question.thought
            continue
        # Of two who fill at the same time each message is offered once.
        fresh += insert_once(session, LabelReview, **_values(team_id, question, place, now))
    session.flush()
    return fresh


def _values(team_id: str, question: Question, place: int, now: datetime) -> dict[str, Any]:
    kind, _, number = question.ref.partition(":")
    return {
        "team_id": team_id,
        "ticket_id": int(number) if kind == "ticket" else None,
        "past_id": int(number) if kind == "past" else None,
        "why": question.why,
        "place": place,
        "said": question.said,
        "thought": question.thought,
        "state": OfferState.OPEN,
        "offered_at": now,
    }


def _ref(row: LabelReview) -> str:
    return f"ticket:{row.ticket_id}" if row.ticket_id is not None else f"past:{row.past_id}"


def _drop(session: Session, review_id: int, now: datetime) -> None:
    session.execute(
        update(LabelReview)
        .where(
            LabelReview.id == review_id,
            LabelReview.state == OfferState.OPEN,
            or_(LabelReview.held_until.is_(None), LabelReview.held_until <= now),
        )
        .values(state=OfferState.DROPPED)
    )
