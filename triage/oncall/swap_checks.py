"""Whether shifts may change hands: every invariant of a swap. Pure: shifts before and after in, what hinders out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from triage.oncall.plan import Absence, AbsenceKind, Shift
from triage.oncall.rules import CareRules
from triage.vocabulary import DutyRole

Stretch = tuple[datetime, datetime]


class Hindrance(StrEnum):
    """Why a shift can't change hands."""

    BEGUN = "begun"  # it is over, or has begun
    MOVED = "moved"  # the rota changed: it is not the giver's any more
    YOURSELF = "yourself"  # both are one person
    NOT_AN_AGENT = "not_an_agent"
    LEARNING = "learning"  # only learns in this schedule, and can't answer for it yet
    BUSY = "busy"  # on duty elsewhere at that time
    AWAY = "away"
    RESTING = "resting"  # rests after work at night
    TIRED = "tired"  # too little time between this and another shift of theirs
    COVERAGE = "coverage"  # somebody else's duty would change, or a gap would open


@dataclass(frozen=True)
class Piece:
    """A shift or a part of it, from one person to another."""

    schedule_id: int
    role: DutyRole
    occurrence: str
    start: datetime
    end: datetime
    giver_id: int
    taker_id: int

    @property
    def stretch(self) -> Stretch:
        return self.start, self.end


@dataclass(frozen=True)
class Found:
    """A hindrance, and whose it is. Others are told only that there is one."""

    hindrance: Hindrance
    person_id: int


@dataclass(frozen=True)
class Skills:
    """Who may be on duty: agents, but for the schedules in which they are only learning yet."""

    agents: frozenset[int]
    learning: frozenset[tuple[int, int]] = frozenset()  # schedule and person

    def hinder(self, piece: Piece) -> Hindrance | None:
        if piece.taker_id not in self.agents:
            return Hindrance.NOT_AN_AGENT
        if piece.role is not DutyRole.SHADOW and (piece.schedule_id, piece.taker_id) in self.learning:
            return Hindrance.LEARNING
        return None


def hindrance(
    pieces: Sequence[Piece],
    *,
    before: Sequence[Shift],
    after: Sequence[Shift],
    absences: Iterable[Absence],
    skills: Skills,
    rules: CareRules,
    now: datetime,
) -> Found | None:
    """The first thing in the way, or None. `before` and `after` are the shifts of every schedule, without and with
    the swap; both reach at least `rules.between_shifts` to either side of each piece."""
    away = tuple(absences)
    for piece in pieces:
        if not now <= piece.start < piece.end:
            return Found(Hindrance.BEGUN, piece.giver_id)
        if piece.giver_id == piece.taker_id:
            return Found(Hindrance.YOURSELF, piece.taker_id)
        if not owns(before, piece):
            return Found(Hindrance.MOVED, piece.giver_id)
        if found := skills.hinder(piece) or _unfit(piece, pieces, before, away, rules):
            return Found(found, piece.taker_id)
    if not same_coverage(pieces, before, after):
        return Found(Hindrance.COVERAGE, pieces[0].taker_id)
    return None


def owns(shifts: Iterable[Shift], piece: Piece) -> bool:
    """Whether the giver is on for the whole of it, in that very turn."""
    theirs = [(shift.start, shift.end) for shift in shifts if _same_turn(shift, piece)]
    return without([piece.stretch], theirs) == []


def _same_turn(shift: Shift, piece: Piece) -> bool:
    return (shift.schedule_id, shift.role, shift.occurrence, shift.person_id) == (
        piece.schedule_id,
        piece.role,
        piece.occurrence,
        piece.giver_id,
    )


def _unfit(
    piece: Piece,
    pieces: Sequence[Piece],
    before: Sequence[Shift],
    absences: Sequence[Absence],
    rules: CareRules,
) -> Hindrance | None:
    """Free, there and rested: what protects the one who takes it."""
    duties = _kept(piece.taker_id, pieces, before)
    others = [
        *duties,
        *((p.occurrence, p.stretch) for p in pieces if p is not piece and p.taker_id == piece.taker_id),
    ]
    if any(overlap(piece.stretch, stretch) for _, stretch in others):
        return Hindrance.BUSY
    for absence in absences:
        if absence.person_id == piece.taker_id and overlap(piece.stretch, (absence.start, absence.end)):
            return Hindrance.RESTING if absence.kind is AbsenceKind.REST else Hindrance.AWAY
    if any(_too_soon(piece, occurrence, stretch, rules) for occurrence, stretch in others):
        return Hindrance.TIRED
    return None


def _too_soon(piece: Piece, occurrence: str, stretch: Stretch, rules: CareRules) -> bool:
    """Whether there is too little rest between the two. Two parts of one turn without a break are one shift."""
    gap = between(piece.stretch, stretch)
    return gap < rules.between_shifts and not (gap == timedelta(0) and occurrence == piece.occurrence)


def _kept(person_id: int, pieces: Sequence[Piece], before: Sequence[Shift]) -> list[tuple[str, Stretch]]:
    """What somebody is on for besides, without what they give away in the same swap."""
    kept: list[tuple[str, Stretch]] = []
    for shift in before:
        if shift.person_id != person_id:
            continue
        given = [piece.stretch for piece in pieces if _same_turn(shift, piece)]
        kept += [(shift.occurrence, left) for left in without([(shift.start, shift.end)], given)]
    return kept


def same_coverage(pieces: Sequence[Piece], before: Sequence[Shift], after: Sequence[Shift]) -> bool:
    """Nobody comes on or goes off but by these pieces: no gap opens, and nobody else's duty moves."""
    expected = {key: list(stretches) for key, stretches in _duties(before).items()}
    for piece in pieces:
        gives, takes = (
            (piece.schedule_id, piece.role, person_id) for person_id in (piece.giver_id, piece.taker_id)
        )
        expected[gives] = without(expected.get(gives, []), [piece.stretch])
        expected[takes] = merged([*expected.get(takes, []), piece.stretch])
    return {key: found for key, found in expected.items() if found} == _duties(after)


def _duties(shifts: Iterable[Shift]) -> dict[tuple[int, DutyRole, int], list[Stretch]]:
    """When each person is on, by schedule and role, as few stretches as can be."""
    found: dict[tuple[int, DutyRole, int], list[Stretch]] = {}
    for shift in shifts:
        key = (shift.schedule_id, shift.role, shift.person_id)
        found.setdefault(key, []).append((shift.start, shift.end))
    return {key: merged(stretches) for key, stretches in found.items()}


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in as few stretches as can be."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def without(stretches: Iterable[Stretch], gone: Collection[Stretch]) -> list[Stretch]:
    """What is left of the stretches, merged."""
    left = merged(stretches)
    for start, end in gone:
        left = [part for s, e in left for part in ((s, min(e, start)), (max(s, end), e)) if part[0] < part[1]]
    return left


def overlap(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def between(one: Stretch, other: Stretch) -> timedelta:
    """The time from the end of the earlier to the beginning of the later."""
    return max(other[0] - one[1], one[0] - other[1])
