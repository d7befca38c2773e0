"""When one rotation hands over, to whom, and in which hours it has somebody on. Pure.

Rules speak local wall time. A wall time that the clocks skip stands for the moment that would have it with the offset
before the change (02:30 becomes 03:30), and one that comes twice for the first of the two: both as iCalendar says
(RFC 5545, 3.3.5). So a handoff at 09:00 is at 09:00 all year, and one that falls into the change is still one handoff.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from triage.oncall.plan import Restriction, Rotation, Schedule, Turn
from triage.oncall.regional import WorkingDays

Interval = tuple[datetime, datetime]

_DAY = timedelta(days=1)
_DAYS_IN = {Turn.DAY: 1, Turn.WEEK: 7}


def moment(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a wall time, in UTC."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


class Stint(NamedTuple):
    """One whole turn, and whose it is: nobody's where no member takes part at the time."""

    start: datetime
    end: datetime
    person_id: int | None


@dataclass(frozen=True)
class Handoffs:
    """The turns of a rotation, numbered from 0, each found without counting through those before it."""

    rotation: Rotation
    zone: ZoneInfo
    country: str = ""
    region: str = ""

    @cached_property
    def first(self) -> datetime:
        return moment(self.rotation.starts, self.zone)

    @cached_property
    def _working(self) -> WorkingDays:
        return WorkingDays(self.rotation.starts.date(), self.country, self.region)

    def start_of(self, number: int) -> datetime:
        rotation = self.rotation
        steps = number * rotation.every
        if number == 0:
            return self.first
        if rotation.turn is Turn.HOUR:
            return self.first + timedelta(hours=steps)
        if rotation.turn is Turn.MONTH:
            return moment(_months_later(rotation.starts, steps), self.zone)
        if rotation.turn is Turn.BUSINESS_DAY:
            day = self._working.number(steps)
            return moment(datetime.combine(day, rotation.starts.time()), self.zone)
        return moment(rotation.starts + timedelta(days=steps * _DAYS_IN[rotation.turn]), self.zone)

    def number_at(self, at: datetime) -> int:
        """The turn that holds the moment; -1 before the first."""
        if at < self.first:
            return -1
        number = max(0, self._guess(at) // self.rotation.every)
        while self.start_of(number) > at:
            number -= 1
        while self.start_of(number + 1) <= at:
            number += 1
        return number

    def _guess(self, at: datetime) -> int:
        """About how many units lie between the first handoff and the moment."""
        starts, turn = self.rotation.starts, self.rotation.turn
        if turn is Turn.HOUR:
            return (at - self.first) // timedelta(hours=1)
        day = at.astimezone(self.zone).date()
        if turn is Turn.MONTH:
            return (day.year - starts.year) * 12 + day.month - starts.month
        if turn is Turn.BUSINESS_DAY:
            return self._working.before(day)
        return (day - starts.date()).days // _DAYS_IN[turn]


def _months_later(local: datetime, months: int) -> datetime:
    """The same day and time so many months on; the last of the month where it has no such day."""
    year, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + year, month + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return local.replace(year=year, month=month, day=min(local.day, (after - _DAY).day))


class Order:
    """Who has which turn.

    Members take turns in their order. One with `since` or `until` takes the turns that lie wholly between them, and
    whoever came after them goes on as before: nobody is skipped, and nobody has two turns for another's coming.
    """

    _from: list[int]
    _people: list[tuple[int, ...]]

    def __init__(self, handoffs: Handoffs) -> None:
        members = handoffs.rotation.members
        if all(member.since is None and member.until is None for member in members):
            self._from, self._people = [0], [tuple(member.person_id for member in members)]
            return
        ranges = [
            (_first_turn(handoffs, member.since), _turns_until(handoffs, member.until)) for member in members
        ]
        marks = {0, *(low for low, _ in ranges), *(high for _, high in ranges if high is not None)}
        self._from = sorted(mark for mark in marks if mark >= 0)
        self._people = []
        last = -1
        for n, mark in enumerate(self._from):
            there = [
                place
                for place, (low, high) in enumerate(ranges)
                if low <= mark and (high is None or mark < high)
            ]
            up_next = next((at for at, place in enumerate(there) if place > last), 0)
            there = there[up_next:] + there[:up_next]
            self._people.append(tuple(members[place].person_id for place in there))
            if there and n + 1 < len(self._from):
                last = there[(self._from[n + 1] - mark - 1) % len(there)]

    def person(self, number: int) -> int | None:
        era = bisect_right(self._from, number) - 1
        people = self._people[era]
        return people[(number - self._from[era]) % len(people)] if people else None


def _first_turn(handoffs: Handoffs, since: date | None) -> int:
    """The first turn that begins on the day or after it."""
    if since is None:
        return 0
    midnight = moment(datetime.combine(since, time()), handoffs.zone)
    number = handoffs.number_at(midnight)
    return number if number >= 0 and handoffs.start_of(number) == midnight else number + 1


def _turns_until(handoffs: Handoffs, until: date | None) -> int | None:
    """How many turns have ended when the day begins."""
    if until is None:
        return None
    return max(0, handoffs.number_at(moment(datetime.combine(until, time()), handoffs.zone)))


def handoffs_of(rotation: Rotation, schedule: Schedule) -> Handoffs:
    return Handoffs(rotation, rotation.zone or schedule.zone, schedule.country, schedule.region)


def stints(handoffs: Handoffs, start: datetime, end: datetime) -> Iterator[Stint]:
    """The whole turns that touch `[start, end)`, in order."""
    number = max(0, handoffs.number_at(start))
    order = Order(handoffs)
    begins = handoffs.start_of(number)
    while begins < end:
        ends = handoffs.start_of(number + 1)
        yield Stint(begins, ends, order.person(number))
        begins, number = ends, number + 1


def hours_on(rotation: Rotation, zone: ZoneInfo, start: datetime, end: datetime) -> list[Interval]:
    """When the rotation means to have somebody on, within `[start, end)`; what touches or overlaps is one."""
    begins = max(start, moment(rotation.starts, zone))
    if begins >= end:
        return []
    if not rotation.restrictions:
        return [(begins, end)]
    found: list[Interval] = []
    for window in sorted(_windows(rotation.restrictions, zone, begins, end)):
        opens, closes = max(window[0], begins), min(window[1], end)
        if opens >= closes:
            continue
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], closes))
        else:
            found.append((opens, closes))
    return found


def _windows(
    restrictions: tuple[Restriction, ...], zone: ZoneInfo, start: datetime, end: datetime
) -> Iterator[Interval]:
    day = start.astimezone(zone).date() - 2 * _DAY
    last = end.astimezone(zone).date()
    while day <= last:
        for restriction in restrictions:
            if day.weekday() in restriction.weekdays:
                past = day if restriction.start < restriction.end else day + _DAY
                yield (
                    moment(datetime.combine(day, restriction.start), zone),
                    moment(datetime.combine(past, restriction.end), zone),
                )
        day += _DAY
