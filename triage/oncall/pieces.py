"""Cutting and laying over one another of stretches on duty. Pure; every list is in order and free of overlaps."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from triage.oncall.plan import Why
from triage.oncall.rotation import Interval


class Piece(NamedTuple):
    """A stretch of one turn. Without a person it keeps its place, and nobody is on."""

    start: datetime
    end: datetime
    person_id: int | None
    rotation_id: int | None
    occurrence: str
    why: Why
    reason: str
    # The whole turn or override it is a part of.
    whole: Interval


_END: Callable[[Piece], datetime] = attrgetter("end")


def within(pieces: Sequence[Piece], start: datetime, end: datetime) -> tuple[int, int]:
    """Where the pieces that touch `[start, end)` stand in the list."""
    low = bisect_right(pieces, start, key=_END)
    high = low
    while high < len(pieces) and pieces[high].start < end:
        high += 1
    return low, high


def change(
    pieces: list[Piece], start: datetime, end: datetime, changed: Callable[[Piece], Piece | None]
) -> None:
    """Puts what `changed` makes of them in place of the parts within `[start, end)`; None leaves a part as it is."""
    low, high = within(pieces, start, end)
    if low == high:
        return
    after: list[Piece] = []
    for piece in pieces[low:high]:
        new = changed(piece)
        if new is None:
            after.append(piece)
            continue
        opens, closes = max(piece.start, start), min(piece.end, end)
        if piece.start < opens:
            after.append(piece._replace(end=opens))
        after.append(new._replace(start=opens, end=closes))
        if closes < piece.end:
            after.append(piece._replace(start=closes))
    pieces[low:high] = after


def without(pieces: Iterable[Piece], taken: Sequence[tuple[datetime, datetime]]) -> Iterator[Piece]:
    """What is left of the pieces beside times that are taken; both in order."""
    n = 0
    for piece in pieces:
        opens = piece.start
        while n < len(taken) and taken[n][1] <= opens:
            n += 1
        at = n
        while at < len(taken) and taken[at][0] < piece.end:
            begins, ends = taken[at]
            if opens < begins:
                yield piece._replace(start=opens, end=begins)
            opens = max(opens, ends)
            at += 1
        if opens == piece.start:
            yield piece
        elif opens < piece.end:
            yield piece._replace(start=opens)


def laid_over(layers: Iterable[list[Piece]]) -> list[Piece]:
    """One line of all layers: wherever a higher one has its place, the lower ones have none. Highest first."""
    seen: list[Piece] = []
    for layer in layers:
        if not layer:
            continue
        if seen:
            rest = without(layer, [(piece.start, piece.end) for piece in seen])
            seen = sorted([*seen, *rest])
        else:
            seen = layer
    return seen


def less(intervals: Iterable[Interval], taken: Sequence[Interval]) -> Iterator[Interval]:
    """The parts of the intervals that are not taken; both in order and free of overlaps."""
    n = 0
    for opens, closes in intervals:
        while n < len(taken) and taken[n][1] <= opens:
            n += 1
        at = n
        while at < len(taken) and taken[at][0] < closes:
            if opens < taken[at][0]:
                yield opens, taken[at][0]
            opens = max(opens, taken[at][1])
            at += 1
        if opens < closes:
            yield opens, closes


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """In order, and one where they touch or overlap."""
    found: list[Interval] = []
    for opens, closes in sorted(intervals):
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return found
