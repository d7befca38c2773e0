"""Who answers at the simulated desk, and when: teams on day shifts, a week of standby in turns, time off, focus."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from triage.care.hours import answers, hours_at_work
from triage.oncall.plan import (
    Absence,
    AbsenceKind,
    DutyRole,
    Member,
    Plan,
    Restriction,
    Rotation,
    Schedule,
    Shift,
    Turn,
)
from triage.oncall.rules import CareRules
from triage.oncall.shifts import resolve
from triage.oncall.simulation.setting import BEGINNING, CATEGORIES, WORKDAY, ZONE, Setting
from triage.sla.opening import OpeningHours, parse_hours

Stretch = tuple[datetime, datetime]
_WEEKDAYS = frozenset(range(5))
_TEAM = 4
_A_DAY = timedelta(days=1)
# Two ways to work a day, so that mornings and evenings are both covered.
_HOURS = ("Mon-Fri 08:00-16:30", "Mon-Fri 09:30-18:00")


@dataclass(frozen=True)
class Agent:
    """One person as a router may know them: nothing here says how quick or liked they are."""

    person_id: int
    knows: frozenset[str]
    at_work: "Stretches"
    shifts: "Stretches"
    away: "Stretches"
    focus: "Stretches"
    week: tuple[float, ...]  # hours at work in the seven days before each day

    def hours_this_week(self, now: datetime) -> float:
        day = (now - BEGINNING) // _A_DAY
        return self.week[min(max(day, 0), len(self.week) - 1)]


class Stretches:
    """Stretches of time that do not overlap, quick to look up."""

    def __init__(self, found: Iterable[Stretch]) -> None:
        self.all = _united(found)
        self._starts = [start for start, _ in self.all]

    def until(self, at: datetime) -> datetime | None:
        """When the one that holds this moment ends; None outside of all."""
        place = bisect_right(self._starts, at) - 1
        return self.all[place][1] if place >= 0 and at < self.all[place][1] else None

    def within(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments lies inside."""
        if start >= end:
            return timedelta(0)
        place = max(0, bisect_right(self._starts, start) - 1)
        total = timedelta(0)
        for opens, closes in self.all[place:]:
            if opens >= end:
                break
            total += max(timedelta(0), min(closes, end) - max(opens, start))
        return total


def _united(found: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def agents(setting: Setting, chance: np.random.Generator) -> list[Agent]:
    ids = list(range(1, setting.agents + 1))
    off = _time_off(setting, ids, chance)
    # A little further than the last ticket: what is open then is still worked off.
    start, end = setting.start, setting.end + timedelta(days=7)
    shifts = [
        shift
        for schedule in schedules(ids)
        for shift in resolve(Plan(schedule, absences=tuple(off)), start, end)
        if answers(shift)
    ]
    return [_agent(setting, person_id, shifts, off, chance) for person_id in ids]


def _agent(
    setting: Setting,
    person_id: int,
    shifts: Sequence[Shift],
    off: Sequence[Absence],
    chance: np.random.Generator,
) -> Agent:
    mine = [shift for shift in shifts if shift.person_id == person_id]
    known = chance.choice(len(CATEGORIES), size=3, replace=False)
    return Agent(
        person_id=person_id,
        knows=frozenset(CATEGORIES[int(one)] for one in known),
        at_work=Stretches(open_stretches(parse_hours(_HOURS[person_id % 2], ZONE), setting)),
        shifts=Stretches((shift.start, shift.end) for shift in mine),
        away=Stretches((absence.start, absence.end) for absence in off if absence.person_id == person_id),
        focus=Stretches(_focus(setting, chance)),
        week=tuple(_weeks(mine, setting, rules=setting.rules)),
    )


def open_stretches(hours: OpeningHours, setting: Setting) -> Iterable[Stretch]:
    """Opening hours as stretches of time; the spans of these lie within one day."""
    first = setting.start.astimezone(ZONE).date()
    for n in range(7 * setting.weeks + 8):
        day = first + n * _A_DAY
        for span in hours.spans:
            if span.weekday == day.weekday():
                start, end = (datetime.combine(day, at, ZONE) for at in (span.start, span.end))
                yield start.astimezone(UTC), end.astimezone(UTC)


def _weeks(shifts: Sequence[Shift], setting: Setting, *, rules: CareRules) -> Iterable[float]:
    for day in range((setting.end - setting.start) // _A_DAY + 8):
        until = setting.start + day * _A_DAY
        yield hours_at_work(shifts, (), since=until - 7 * _A_DAY, until=until, rules=rules)


def schedules(people: Sequence[int]) -> list[Schedule]:
    """For each team of about four a day shift for two of them, and for all a week of standby for two."""
    teams = max(1, round(len(people) / _TEAM))
    days = [
        Schedule(team + 1, "T", f"Team {team + 1}", ZONE, tuple(_day_shifts(team + 1, people[team::teams])))
        for team in range(teams)
    ]
    return [*days, Schedule(teams + 1, "T", "Standby", ZONE, tuple(_standby(teams + 1, people)))]


def _day_shifts(number: int, people: Sequence[int]) -> Iterable[Rotation]:
    by_day = (Restriction(_WEEKDAYS, *WORKDAY),)
    for place, role in enumerate((DutyRole.PRIMARY, DutyRole.SECONDARY)):
        yield _rotation(
            number * 10 + place, role, Turn.BUSINESS_DAY, people, place * (len(people) // 2), by_day
        )


def _standby(number: int, people: Sequence[int]) -> Iterable[Rotation]:
    nights = (
        Restriction(frozenset(range(7)), WORKDAY[1], WORKDAY[0]),
        Restriction(frozenset({5, 6}), WORKDAY[0], WORKDAY[1]),
    )
    for place, role in enumerate((DutyRole.PRIMARY, DutyRole.SECONDARY)):
        yield _rotation(number * 10 + place, role, Turn.WEEK, people, place * (len(people) // 2), nights)


def _rotation(
    number: int,
    role: DutyRole,
    turn: Turn,
    people: Sequence[int],
    first: int,
    restrictions: tuple[Restriction, ...],
) -> Rotation:
    order = [*people[first:], *people[:first]]
    starts = datetime.combine(BEGINNING.astimezone(ZONE).date(), time(8))
    members = tuple(Member(person_id) for person_id in order)
    return Rotation(number, role.value, role, 1, turn, 1, starts, members, restrictions)


def _time_off(setting: Setting, people: Sequence[int], chance: np.random.Generator) -> list[Absence]:
    """About a week in twelve for each, and a sick day in eight weeks; nobody plans it where many are away already."""
    away: dict[date, int] = {}
    most = max(1, int(setting.away_at_once * len(people)))
    found: list[Absence] = []
    for person_id in people:
        for _ in range(int(chance.poisson(setting.weeks / 12))):
            first = setting.start + timedelta(weeks=int(chance.integers(0, setting.weeks)))
            _book(found, away, person_id, AbsenceKind.TIME_OFF, first, 7, most)
        for _ in range(int(chance.poisson(setting.weeks / 8))):
            first = setting.start + timedelta(days=int(chance.integers(0, 7 * setting.weeks)))
            _book(found, away, person_id, AbsenceKind.SICK, first, 1, most)
    return found


def _book(
    found: list[Absence],
    away: dict[date, int],
    person_id: int,
    kind: AbsenceKind,
    first: datetime,
    days: int,
    most: int,
) -> None:
    dates = [(first + n * _A_DAY).astimezone(ZONE).date() for n in range(days)]
    if all(away.get(day, 0) < most for day in dates):
        for day in dates:
            away[day] = away.get(day, 0) + 1
        found.append(Absence(len(found) + 1, person_id, kind, first, first + days * _A_DAY))


def _focus(setting: Setting, chance: np.random.Generator) -> Iterable[Stretch]:
    for week in range(setting.weeks):
        for _ in range(int(chance.poisson(setting.focus_a_week))):
            hours = float(chance.integers(0, 5)) * 24 + float(chance.uniform(9, 16))
            start = setting.start + timedelta(weeks=week, hours=hours)
            yield start, start + timedelta(minutes=setting.focus_minutes)
