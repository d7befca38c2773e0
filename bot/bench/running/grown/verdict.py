"""Whether a desk stays as quick as it was: what each statement costs at one size, beside what it cost before.

Flat is judged by what the database counts, pages or instructions, and not by time: a machine that has other things to
do makes any time longer. The times stand beside it, with whatever took longer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.bench.running.grown.statements import Plan, Statement
from bot.bench.spread import p50_p99, quantile

HOTTEST = 5
# From one size to the next there are ten times as many rows; what is flat takes hardly more.
FLAT = 2.0
# Pages, or hundreds of instructions: what takes less is no growth to speak of.
_LEAST_WORK = 100
# What takes less is the machine rather than the statement: a quarter that became half would be growth.
_LEAST_MS = 0.25
# What grows with each ticket; reading one of these from end to end is what may not happen.
GROWING = frozenset(
    {
        "ticket",
        "ticket_message",
        "timeline",
        "prediction",
        "label",
        "say",
        "satisfaction",
        "inbox_event",
        "timer",
        "sla_timer",
        "escalation",
    }
)


@dataclass(frozen=True)
class Measured:
    statement: Statement
    times: Sequence[float]
    plan: Plan
    # As the database counts it; of what writes nothing is counted.
    work: int | None = None

    @property
    def heat(self) -> float:
        """What it takes of a round."""
        return quantile(self.times, 0.5) * self.statement.calls if self.times else 0.0

    @property
    def scans(self) -> list[str]:
        return sorted(set(self.plan.scans) & GROWING)


Sizes = dict[int, list[Measured]]
Key = tuple[str, str]


def report(sizes: Sizes) -> dict[str, Any]:
    """By size, then by who asks; the five are those that take most of a round at the largest size.

    Flat is the whole desk or nothing: no statement reads a growing table from end to end, and none has more to do.
    """
    last = sizes[max(sizes)]
    names = _names(sorted((one for one in last if one.times), key=lambda one: -one.heat)[:HOTTEST])
    found: dict[str, Any] = {str(size): dict(_times(of_size, names)) for size, of_size in sizes.items()}
    found["plans"] = {
        names[_key(one)]: {"sql": one.statement.sql, "plan": one.plan.lines, "scans": one.scans}
        for one in last
        if _key(one) in names
    }
    # Of all that were caught, not of the five alone.
    found["statements"] = len(last)
    grown = [(one, _before(one, sizes)) for one in last]
    more = [(one, before) for one, before in grown if before and _more(one, before)]
    found["more_work"] = {one.statement.asked_by: [before.work, one.work] for one, before in more}
    # A table of a few pages is rightly read as a whole, until that is more than it was. What writes is not counted.
    scanning = [one for one, before in grown if one.scans and ((one, before) in more or one.work is None)]
    found["scans"] = {
        f"{one.statement.asked_by}: {', '.join(one.scans)}": p50_p99(one.times) if one.times else {}
        for one in scanning
    }
    found["longer"] = {
        one.statement.asked_by: by for one, before in grown if before and (by := _longer(one, before)) > FLAT
    }
    found["flat"] = not found["scans"] and not found["more_work"]
    return found


def _times(measured: Sequence[Measured], names: Mapping[Key, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in measured:
        if _key(one) in names:
            yield names[_key(one)], {**p50_p99(one.times), "calls": one.statement.calls, "work": one.work}


def _before(one: Measured, sizes: Sizes) -> Measured | None:
    """The same statement at the last size but one."""
    before = sorted(sizes)[-2:][0]
    return next((other for other in sizes[before] if _key(other) == _key(one)), None)


def _more(one: Measured, before: Measured) -> bool:
    if one.work is None or before.work is None:
        return False
    return one.work > FLAT * max(_LEAST_WORK, before.work)


def _longer(one: Measured, before: Measured) -> float:
    """How many times as long it takes, by the quickest runs: what else the machine did only added to the others."""
    if not one.times or not before.times:
        return 1.0
    took, took_before = (max(_LEAST_MS, min(times)) for times in (one.times, before.times))
    return round(took / took_before, 2)


def _key(one: Measured) -> Key:
    return one.statement.asked_by, one.statement.sql


def _names(hottest: Sequence[Measured]) -> dict[Key, str]:
    """Who asks; where one place asks several things, they are numbered."""
    seen: dict[str, int] = {}
    names = {}
    for one in hottest:
        by = one.statement.asked_by
        seen[by] = seen.get(by, 0) + 1
        names[_key(one)] = by if seen[by] == 1 else f"{by} ({seen[by]})"
    return names
