"""How long people wait, said so that it holds for four of five of them. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta
from math import ceil

# A little more than what is promised, because tomorrow is never quite like the last two weeks.
SHARE = 0.85
FEWEST = 10
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def covering(
    waits: Sequence[timedelta], waiting: Sequence[timedelta], *, share: float = SHARE
) -> timedelta | None:
    """The shortest time within which the next one is over with this chance, if they are alike.

    `waits` are over, `waiting` go on and have lasted so long: they count against every shorter time, or the worst
    hour of the year would look quick for as long as nobody was helped. None where too few are over to tell.
    """
    over, going_on = sorted(waits), sorted(waiting)
    if len(over) < FEWEST:
        return None
    for rank, wait in enumerate(over, 1):
        longer = len(going_on) - bisect_right(going_on, wait)
        # One more than there were, for the one who asks now: among few, the usual share of them is too short.
        if rank >= share * (len(over) + longer + 1):
            return wait
    return max(over[-1], *going_on)


def rounded_up(wait: timedelta) -> timedelta:
    """As it is said: in minutes, hours or days, and never less than it is."""
    for unit, below in ((_MINUTE, 90 * _MINUTE), (_HOUR, 36 * _HOUR)):
        if (rounded := unit * max(1, ceil(wait / unit))) < below:
            return rounded
    return _DAY * ceil(wait / _DAY)
