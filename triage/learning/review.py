"""The label review: people look at labels that look doubtful, or at messages whose label would teach most.

The same in Slack and in the console. Two reviewers never answer the same question twice: the first answer counts.
Nobody is asked about a message that they labelled themselves, so that two people stand behind what was confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session

from kb.text import clean, redact
from triage.errors import TriageError, UnknownCategory
from triage.learning.labelled import LONGEST
from triage.learning.review_table import LabelReview, OfferState, ReviewSkip, Why
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.tickets.human_first import human_first
from triage.tickets.labels import NO_CATEGORY, add_label
from triage.tickets.models import Category, Label, PastTicket, Ticket
from triage.vocabulary import LabelField, LabelSource

# As long a question stays in front of one person before it is handed to the next.
HELD_FOR = timedelta(minutes=5)
_TRIES = 5


class NothingToAnswer(TriageError):
    """Somebody else was quicker, or it is no longer asked."""

    def __init__(self, review_id: int) -> None:
        super().__init__(f"review {review_id} is not open")
        self.review_id = review_id


class OwnLabel(TriageError):
    """Whoever gave the label cannot also confirm it."""

    def __init__(self, review_id: int) -> None:
        super().__init__(f"review {review_id} is about the reviewer's own label")
        self.review_id = review_id


@dataclass(frozen=True)
class Asked:
    """One question to a reviewer. Who asked it and who labelled it before is not in it."""

    id: int
    ticket_id: int | None
    text: str
    why: Why
    said: str | None
    thought: str | None


def to_review(session: Session, person: Person, *, now: datetime) -> int:
    """How many questions wait for this person."""
    waiting = _waiting_for(person, now).with_only_columns(LabelReview.id).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def listed(session: Session, person: Person, *, now: datetime, limit: int) -> list[Asked]:
    """What waits for this person, worst first. Looking at a list holds nothing back from others."""
    rows = session.scalars(_waiting_for(person, now).order_by(*_ORDER).limit(limit)).all()
    return _asked(session, rows)


def next_for(session: Session, person: Person, *, now: datetime) -> Asked | None:
    """The next question, held for this person for a while; the one they held already comes first."""
    require(person.role, Permission.RESOLVE)
    for _ in range(_TRIES):
        row = session.scalars(
            _waiting_for(person, now).order_by(_held_by_other_last(person), *_ORDER).limit(1)
        ).first()
        if row is None:
            return None
        if _hold(session, row.id, person, now):
            return _asked(session, [row])[0]
    return None


def answer(session: Session, review_id: int, value: str, *, by: Person, now: datetime) -> None:
    """Confirms or corrects, as a label of this person's. The first answer counts.

    `value` is a category's key, or `NO_CATEGORY` for none of them. Raises `NothingToAnswer`, `OwnLabel`,
    `UnknownCategory`, `NotAllowed`.
    """
    require(by.role, Permission.RESOLVE)
    if value != NO_CATEGORY and session.get(Category, (by.team_id, value)) is None:
        raise UnknownCategory(value)
    row = _find(session, review_id, by)
    if _labelled_by(session, row, by):
        raise OwnLabel(review_id)
    won = session.execute(
        update(LabelReview)
        .where(LabelReview.id == review_id, LabelReview.state == OfferState.OPEN)
        .values(
            state=OfferState.ANSWERED,
            answered_by_id=by.id,
            answered_at=now,
            answer=value,
            held_by_id=None,
            held_until=None,
        )
    )
    if cast("CursorResult[Any]", won).rowcount == 0:
        raise NothingToAnswer(review_id)
    add_label(
        session,
        ticket_id=row.ticket_id,
        past_id=row.past_id,
        field=LabelField.CATEGORY,
        value=value,
        predicted=row.thought,
        by=by,
        source=LabelSource.REVIEWED,
        now=now,
    )


def skip(session: Session, review_id: int, *, by: Person, now: datetime) -> None:
    """This person would rather not say. They are not asked again, others are."""
    require(by.role, Permission.RESOLVE)
    row = _find(session, review_id, by)
    if session.get(ReviewSkip, (review_id, by.id)) is None:
        session.add(ReviewSkip(review_id=review_id, person_id=by.id, at=now))
    session.execute(
        update(LabelReview)
        .where(LabelReview.id == row.id, LabelReview.held_by_id == by.id)
        .values(held_by_id=None, held_until=None)
    )
    session.flush()


_ORDER = (LabelReview.place, LabelReview.id)


def _waiting_for(person: Person, now: datetime) -> Select[LabelReview]:
    """Open, not in front of somebody else, not their own label, and not skipped by them."""
    skipped = exists().where(ReviewSkip.review_id == LabelReview.id, ReviewSkip.person_id == person.id)
    return select(LabelReview).where(
        LabelReview.team_id == person.team_id,
        LabelReview.state == OfferState.OPEN,
        _free_for(person, now),
        ~skipped,
        ~_own(person),
        # Whatever was offered: such a question is for nobody else's eyes.
        ~exists().where(Ticket.id == LabelReview.ticket_id, human_first()),
    )


def _free_for(person: Person, now: datetime) -> ColumnElement[bool]:
    return or_(
        LabelReview.held_by_id.is_(None),
        LabelReview.held_by_id == person.id,
        LabelReview.held_until <= now,
    )


def _own(person: Person) -> ColumnElement[bool]:
    return exists().where(
        Label.by_id == person.id,
        Label.field == LabelField.CATEGORY,
        or_(Label.ticket_id == LabelReview.ticket_id, Label.past_id == LabelReview.past_id),
    )


def _held_by_other_last(person: Person) -> ColumnElement[Any]:
    """What this person has in front of them comes first: a second press shows the same question."""
    return (func.coalesce(LabelReview.held_by_id, 0) != person.id).asc()


def _hold(session: Session, review_id: int, person: Person, now: datetime) -> bool:
    held = session.execute(
        update(LabelReview)
        .where(LabelReview.id == review_id, LabelReview.state == OfferState.OPEN, _free_for(person, now))
        .values(held_by_id=person.id, held_until=now + HELD_FOR)
    )
    return cast("CursorResult[Any]", held).rowcount > 0


def _find(session: Session, review_id: int, by: Person) -> LabelReview:
    row = session.get(LabelReview, review_id, populate_existing=True)
    if row is None or row.team_id != by.team_id or row.state is not OfferState.OPEN:
        raise NothingToAnswer(review_id)
    return row


def _labelled_by(session: Session, row: LabelReview, person: Person) -> bool:
    return session.scalar(select(LabelReview.id).where(LabelReview.id == row.id, _own(person))) is not None


def _asked(session: Session, rows: Sequence[LabelReview]) -> list[Asked]:
    tickets = [row.ticket_id for row in rows if row.ticket_id is not None]
    past = [row.past_id for row in rows if row.past_id is not None]
    questions = {
        id_: redact(clean(question))[:LONGEST]
        for id_, question in session.execute(select(Ticket.id, Ticket.question).where(Ticket.id.in_(tickets)))
    }
    texts = {
        id_: text[:LONGEST]
        for id_, text in session.execute(
            select(PastTicket.id, PastTicket.text).where(PastTicket.id.in_(past))
        )
    }
    return [
        Asked(
            row.id,
            row.ticket_id,
            questions[row.ticket_id] if row.ticket_id is not None else texts[row.past_id or 0],
            row.why,
            row.said,
            row.thought,
        )
        for row in rows
    ]
