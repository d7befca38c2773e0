"""Deflection: how many questions self-service solved, by what people said, and whether that changed.

A question counts as deflected if who asked it said that it is solved before any person was asked for, and did not
come back within 72 hours: neither reopened it nor asked the like again. Silence is not deflection. What is not
decided yet (asked a moment ago, or solved less than 72 hours ago) is left out, and so is what was withdrawn.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.tickets.human_first import human_first
from triage.tickets.models import Ticket, TimelineEntry
from triage.vocabulary import TicketAction, TicketStatus

COMES_BACK_WITHIN = timedelta(hours=72)
# Of fewer questions on one side nobody can tell anything.
FEWEST = 5
_NINETY_FIVE = 1.96
_AT_ONCE = 500


@dataclass(frozen=True)
class Share:
    """So many of so many, with the range in which the true share lies in 95 of 100 cases (Wilson)."""

    hits: int
    of: int

    @property
    def share(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def range(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        z2 = _NINETY_FIVE**2
        middle = (self.share + z2 / (2 * self.of)) / (1 + z2 / self.of)
        spread = math.sqrt(self.share * (1 - self.share) / self.of + z2 / (4 * self.of**2))
        half = _NINETY_FIVE * spread / (1 + z2 / self.of)
        return max(0.0, middle - half), min(1.0, middle + half)


class Change(StrEnum):
    TOO_FEW = "too_few"  # to tell
    MORE = "more"  # are solved without a person than before
    FEWER = "fewer"
    UNCLEAR = "unclear"  # it may be chance


@dataclass(frozen=True)
class BeforeAndAfter:
    before: Share
    after: Share

    @property
    def difference(self) -> tuple[float, float]:
        """The range of the change (Newcombe, from both Wilson ranges)."""
        (low1, high1), (low2, high2) = self.before.range, self.after.range
        was, is_ = self.before.share, self.after.share
        down = math.hypot(is_ - low2, high1 - was)
        up = math.hypot(high2 - is_, was - low1)
        return is_ - was - down, is_ - was + up

    @property
    def change(self) -> Change:
        if min(self.before.of, self.after.of) < FEWEST:
            return Change.TOO_FEW
        least, most = self.difference
        if least > 0:
            return Change.MORE
        return Change.FEWER if most < 0 else Change.UNCLEAR


@dataclass(frozen=True)
class Fate:
    """What became of one question, as far as deflection goes."""

    requester_id: int
    asked_at: datetime
    withdrawn: bool
    asked_for_person: bool
    solved_at: datetime | None  # when who asked it said so, without a person
    reopened_at: datetime | None


def deflected(fate: Fate, alike: Sequence[Fate], *, now: datetime) -> bool | None:
    """None where it is not decided, or does not count. `alike` are the questions of the same kind. Pure."""
    if fate.withdrawn:
        return None
    if fate.asked_for_person:
        return False
    if fate.solved_at is None:
        return None
    until = fate.solved_at + COMES_BACK_WITHIN
    if fate.reopened_at is not None and fate.reopened_at <= until:
        return False
    if any(
        other.requester_id == fate.requester_id and fate.solved_at < other.asked_at <= until
        for other in alike
    ):
        return False
    return True if now >= until else None


def share_deflected(fates: Sequence[Fate], alike: Sequence[Fate], *, now: datetime) -> Share:
    known = [said for fate in fates if (said := deflected(fate, alike, now=now)) is not None]
    return Share(sum(known), len(known))


def fates(session: Session, ticket_ids: Collection[int]) -> dict[int, Fate]:
    """What became of these tickets; a matter for a person alone is not among them."""
    found: dict[int, Fate] = {}
    ids = sorted(ticket_ids)
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        told: defaultdict[int, list[TimelineEntry]] = defaultdict(list)
        for entry in session.scalars(
            select(TimelineEntry)
            .where(TimelineEntry.ticket_id.in_(part), TimelineEntry.status.is_not(None))
            .order_by(TimelineEntry.id)
        ):
            told[entry.ticket_id].append(entry)
        for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(part), ~human_first())):
            found[ticket.id] = _fate(ticket, told[ticket.id])
    return found


_PERSON = frozenset({TicketAction.ESCALATE, TicketAction.DEFER, TicketAction.CLAIM})


def _fate(ticket: Ticket, moves: Sequence[TimelineEntry]) -> Fate:
    """Only the first resolution counts: what follows a reopening is another story."""
    solved_at = reopened_at = None
    asked_for_person = False
    for move in moves:
        if move.what == TicketAction.REOPEN:
            reopened_at = reopened_at or move.at
        elif move.what in _PERSON and solved_at is None:
            asked_for_person = True
        elif move.status == TicketStatus.RESOLVED and solved_at is None:
            if move.actor_id != ticket.requester_id:
                asked_for_person = True  # an agent resolved it
            solved_at = move.at
    gone = ticket.status is TicketStatus.CLOSED and solved_at is None
    return Fate(
        requester_id=ticket.requester_id,
        asked_at=ticket.asked_at,
        withdrawn=gone,
        asked_for_person=asked_for_person,
        solved_at=solved_at,
        reopened_at=reopened_at,
    )
