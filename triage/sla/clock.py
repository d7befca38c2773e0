"""The clock of a promise: how much of the allowed time a ticket has used, and when it is used up. Pure.

A story says how things stood from which moment on. The clock runs within opening hours; where the urgency runs
around the clock, always. It stands still on hold and once the promise is over. What was used stays used: a change of
urgency changes how time counts from then on and what is allowed, and never what has been.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from triage.sla.opening import OpeningHours
from triage.vocabulary import Urgency


class Flow(StrEnum):
    """Whether time counts."""

    RUNS = "runs"
    TO_OPENING = "to_opening"  # put off until the desk opens: opening hours count, whatever the urgency
    PAUSED = "paused"  # somebody else has to do something first
    OVER = "over"


@dataclass(frozen=True)
class Moment:
    """From `at` on, until the next one."""

    at: datetime
    flow: Flow
    urgency: Urgency
    reopened: bool = False


@dataclass(frozen=True)
class BusinessTime:
    """When time counts, by urgency."""

    opening: OpeningHours
    around_the_clock: frozenset[Urgency] = frozenset()

    def hours(self, moment: Moment) -> OpeningHours:
        if moment.flow is Flow.RUNS and moment.urgency in self.around_the_clock:
            return OpeningHours(self.opening.zone)
        return self.opening


@dataclass(frozen=True)
class Stretch:
    """Part of a story in which nothing changed. `end` is None while it lasts."""

    start: datetime
    end: datetime | None
    moment: Moment

    @property
    def counts(self) -> bool:
        return self.moment.flow in (Flow.RUNS, Flow.TO_OPENING)


def stretches(story: Sequence[Moment]) -> Iterator[Stretch]:
    """The story's stretches in order; `story` is sorted by time."""
    for n, moment in enumerate(story):
        yield Stretch(moment.at, story[n + 1].at if n + 1 < len(story) else None, moment)


def elapsed(
    story: Sequence[Moment], time: BusinessTime, *, until: datetime, since: datetime | None = None
) -> timedelta:
    """How much time counted in `[since, until)`; from the beginning where `since` is None."""
    total = timedelta(0)
    for stretch in stretches(story):
        start = stretch.start if since is None else max(stretch.start, since)
        end = until if stretch.end is None else min(stretch.end, until)
        if stretch.counts and start < end:
            total += time.hours(stretch.moment).open_time(start, end)
    return total


def allowed(
    story: Sequence[Moment], time: BusinessTime, targets: Mapping[Urgency, timedelta], *, grace: timedelta
) -> timedelta:
    """How much time there is: the target of the last urgency, and after a reopening at least `grace` from there."""
    least = targets[story[-1].urgency]
    for moment in story:
        if moment.reopened:
            least = max(least, elapsed(story, time, until=moment.at) + grace)
    return least


def reached_at(story: Sequence[Moment], time: BusinessTime, amount: timedelta) -> datetime | None:
    """When so much time has counted; None where it will not as things stand.

    A change of urgency may leave less than was used already: it counts as reached at that change, not before.
    """
    spent = timedelta(0)
    for stretch in stretches(story):
        if not stretch.counts:
            continue
        hours = time.hours(stretch.moment)
        within = None if stretch.end is None else hours.open_time(stretch.start, stretch.end)
        if within is None or spent + within >= amount:
            return max(hours.after(stretch.start, amount - spent), _last_change(story))
        spent += within
    return None


def _last_change(story: Sequence[Moment]) -> datetime:
    """When the urgency last changed; when the story began, where it never did."""
    at = story[0].at
    for before, moment in pairwise(story):
        if moment.urgency is not before.urgency:
            at = moment.at
    return at
