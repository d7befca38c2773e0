"""How long somebody was at work within a stretch of time: shifts, and tickets in hand beyond them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from triage.oncall.pieces import less, united
from triage.oncall.plan import DutyRole, Shift
from triage.oncall.rules import CareRules

Stretch = tuple[datetime, datetime]

_HOUR = timedelta(hours=1)


def hours_at_work(
    shifts: Iterable[Shift],
    handled: Iterable[Stretch],
    *,
    since: datetime,
    until: datetime,
    rules: CareRules,
    rested: Sequence[Stretch] = (),
) -> float:
    """Overlaps count once. A turn longer than a working day is standby: of it only what was handled counts, for
    nobody works a week on end; and learning beside somebody counts like any shift. Who rests in a shift is not at
    work, but with what they handled all the same."""
    on = less(
        united((shift.start, shift.end) for shift in shifts if shift.length <= rules.longest_shift), rested
    )
    total = timedelta(0)
    reached = since
    for start, end in sorted([*on, *handled]):
        start, end = max(start, reached), min(end, until)
        if end > start:
            total += end - start
            reached = end
    return total / _HOUR


def answers(shift: Shift) -> bool:
    """Whether whoever is on this shift may be asked: who learns is not."""
    return shift.role is not DutyRole.SHADOW
