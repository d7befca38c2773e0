"""What calendars have to be told: which events are new, which moved, and which were taken away. Pure.

A calendar knows an event by its UID and believes the higher SEQUENCE. So each piece of a turn keeps its number while
the turn is cut, moved or given away, and what was told once is taken back in words rather than by silence.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# An occurrence and a role.
Turn = tuple[str, str]

# How long a calendar is told that an event is off.
_TAKEN_BACK_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Entry:
    """Something that belongs into a feed now."""

    occurrence: str
    role: str
    start: datetime
    end: datetime
    person_id: int
    schedule_id: int | None = None

    @property
    def turn(self) -> Turn:
        return self.occurrence, self.role


@dataclass(frozen=True)
class Told:
    """What calendars were told last of one piece of a turn. `id` is 0 until it is stored."""

    id: int
    entry: Entry
    piece: int
    sequence: int
    changed_at: datetime
    cancelled_at: datetime | None = None

    def now_is(self, entry: Entry, *, now: datetime) -> "Told":
        if entry == self.entry and self.cancelled_at is None:
            return self
        return replace(self, entry=entry, sequence=self.sequence + 1, changed_at=now, cancelled_at=None)

    def off(self, *, now: datetime) -> "Told":
        return replace(self, sequence=self.sequence + 1, changed_at=now, cancelled_at=now)

    def is_shown(self, now: datetime) -> bool:
        return self.cancelled_at is None or self.cancelled_at > now - _TAKEN_BACK_FOR


def followed(told: Iterable[Told], entries: Iterable[Entry], *, now: datetime, since: datetime) -> list[Told]:
    """What is to be told from now on. The entries reach back to `since`, and may be cut off there."""
    before: defaultdict[Turn, list[Told]] = defaultdict(list)
    after: defaultdict[Turn, list[Entry]] = defaultdict(list)
    for one in told:
        before[one.entry.turn].append(one)
    for entry in entries:
        after[entry.turn].append(entry)
    found: list[Told] = []
    for turn in sorted({*before, *after}):
        found += _turn_followed(before[turn], after[turn], now=now, since=since)
    return sorted(found, key=lambda one: (one.entry.start, one.entry.role, one.entry.occurrence, one.piece))


def _turn_followed(told: list[Told], entries: list[Entry], *, now: datetime, since: datetime) -> list[Told]:
    left = list(told)
    found: list[Told] = []
    fresh: list[Entry] = []
    for entry in sorted(entries, key=lambda one: one.start):
        known = _same(left, entry)
        if known is None:
            fresh.append(entry)
            continue
        left.remove(known)
        found.append(known.now_is(_uncut(entry, known, since), now=now))
    number = max((one.piece for one in told), default=-1)
    found += [Told(0, entry, number + n, 0, now) for n, entry in enumerate(fresh, 1)]
    # What is over stays as it was told: nobody looks for a meeting in the past.
    found += [one if one.cancelled_at or one.entry.end <= now else one.off(now=now) for one in left]
    return found


def _same(told: Sequence[Told], entry: Entry) -> Told | None:
    """The piece that starts when this one does, else the one that shares most time with it and was not taken back."""
    for one in told:
        if one.entry.start == entry.start:
            return one
    running = [one for one in told if one.cancelled_at is None and _shared(one.entry, entry)]
    return max(running, key=lambda one: _shared(one.entry, entry), default=None)


def _shared(one: Entry, other: Entry) -> timedelta:
    return max(min(one.end, other.end) - max(one.start, other.start), timedelta())


def _uncut(entry: Entry, known: Told, since: datetime) -> Entry:
    """A turn that began before we looked did not move because we looked later."""
    return replace(entry, start=known.entry.start) if entry.start == since > known.entry.start else entry
