"""Open questions that are like each other: linked when they come in, for the desk alone.

Nobody who asks is ever told of somebody else's question. A link is one of wording; whether it is a crisis, people
and `triage/crisis` decide, who count the distinct people behind it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Float, ForeignKey, Index, bindparam, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime
from kb.likeness import Likeness
from kb.text import clean, stems
from triage.tickets.human_first import human_first
from triage.tickets.models import Ticket
from triage.tickets.transition import note
from triage.vocabulary import OPEN_STATUSES

# Older open questions wait for another reason than the one of this moment.
WITHIN = timedelta(days=3)
# Below this, two questions share words but seldom a cause.
LIKE_ENOUGH = 0.5
# Of the nearest texts so many are looked at: most of them may have been solved long ago.
_LOOKED_AT = 1_000
# A question links to so many at the most; in a spike the first few tell.
_LINKS = 50
# “It doesn't work” and “can't log in” share a word that weighs much in so short a question, but no matter.
_NO_MATTER = frozenset(
    stems(
        "not no never nothing something anything how what when where which who why work works help please problem"
        " issue question broken can get still again any more"
    )
)


class TicketLink(Base):
    """The newer question was like the older one while that was open."""

    __tablename__ = "ticket_link"
    __table_args__ = (Index("ix_ticket_link_other_id", "other_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    likeness: Mapped[float] = mapped_column(Float)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class OpenLike:
    """An open ticket like the one in hand."""

    ticket_id: int
    requester_id: int
    asked_at: datetime
    likeness: float


def link(session: Session, ticket: Ticket, asked: Likeness, *, now: datetime) -> list[int]:
    """Links a question, as it reads now, to the open ones of the last days that are like it; the nearest first.

    `asked` holds earlier questions by ticket id. Two that come in at the very same moment may miss each other; the
    next one finds both.
    """
    before = set(session.scalars(select(TicketLink.other_id).where(TicketLink.ticket_id == ticket.id)))
    if before:
        session.execute(delete(TicketLink).where(TicketLink.ticket_id == ticket.id))
    return link_first(session, ticket, asked, now=now, before=before)


def link_first(
    session: Session, ticket: Ticket, asked: Likeness, *, now: datetime, before: Collection[int] = ()
) -> list[int]:
    """The same for a ticket that is linked to nothing; `before` are those that it was linked to until now."""
    near = asked.near(ticket.question, count=_LOOKED_AT, least=LIKE_ENOUGH)
    likeness = {found.key: found.likeness for found in near if found.key != ticket.id}
    still_open = _open_among(session, ticket, likeness, since=ticket.asked_at - WITHIN) if likeness else {}
    matter = _matter(ticket.question)
    about_it = (key for key in likeness if key in still_open and matter & _matter(still_open[key]))
    others = list(islice(about_it, _LINKS))
    session.add_all(
        TicketLink(ticket_id=ticket.id, other_id=other, likeness=round(likeness[other], 4), made_at=now)
        for other in others
    )
    if not set(others) <= set(before):
        named = ", ".join(str(other) for other in sorted(others)[:5])
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        note(session, ticket, "alike", now=now, reason=f"like open ticket {named}{more}")
    return others


def _matter(question: str) -> set[str]:
    return set(stems(clean(question))) - _NO_MATTER


def _open_among(session: Session, ticket: Ticket, ids: Iterable[int], *, since: datetime) -> dict[int, str]:
    """What is asked in those that are open."""
    rows = session.execute(_OPEN_AMONG, {"ids": list(ids), "team_id": ticket.team_id, "since": since})
    return {id_: question for id_, question in rows}


_OPEN_AMONG = select(Ticket.id, Ticket.question).where(
    Ticket.id.in_(bindparam("ids", expanding=True)),
    Ticket.team_id == bindparam("team_id"),
    Ticket.status.in_(OPEN_STATUSES),
    Ticket.asked_at >= bindparam("since"),
    ~human_first(),
)


def open_likes(session: Session, ticket_id: int, *, since: datetime | None = None) -> list[OpenLike]:
    """The open tickets that are linked to this one, either way, oldest first; asked from `since` on, if given.

    For a spike, count the distinct `requester_id`: one person may ask three times.
    """
    linked = select(TicketLink).where(
        or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id)
    )
    likeness: dict[int, float] = {}
    for row in session.scalars(linked):
        other = row.other_id if row.ticket_id == ticket_id else row.ticket_id
        likeness[other] = max(likeness.get(other, 0.0), row.likeness)
    if not likeness:
        return []
    rows = session.execute(
        select(Ticket.id, Ticket.requester_id, Ticket.asked_at)
        .where(Ticket.id.in_(likeness), Ticket.status.in_(OPEN_STATUSES))
        .order_by(Ticket.asked_at, Ticket.id)
    )
    return [
        OpenLike(id_, requester_id, asked_at, likeness[id_])
        for id_, requester_id, asked_at in rows
        if since is None or asked_at >= since
    ]
