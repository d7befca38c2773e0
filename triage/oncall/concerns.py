"""What will go wrong on the rota, or wear somebody out, seen from the plans alone. Pure.

A duty is a shift as primary or secondary, on any schedule: to a body it is all the same which. A night is one with at
least three hours of duty between the desk's quiet hours, in the person's own zone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from triage.oncall.pieces import united
from triage.oncall.plan import DutyRole, Plan, Shift, Why
from triage.oncall.regional import holidays_of
from triage.oncall.rotation import Interval, moment
from triage.oncall.rules import CareRules
from triage.oncall.shifts import gaps, resolve

_DUTIES = (DutyRole.PRIMARY, DutyRole.SECONDARY)
_PLACE = {DutyRole.PRIMARY: "on", DutyRole.SECONDARY: "second in line"}
_NIGHT = timedelta(hours=3)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


class ConcernKind(StrEnum):
    GAP = "gap"  # nobody is on where the rules mean to have somebody
    UNREACHABLE = "unreachable"  # whoever is on cannot be told
    AWAY = "away"  # somebody stands in while they have time off
    NIGHTS = "nights"  # too many nights running
    QUICK_RETURN = "quick_return"  # too little time between two duties
    HOURS = "hours"  # too many hours planned in one week
    HOLIDAY = "holiday"  # on duty on a public holiday: nothing wrong, but worth to know

    @property
    def is_only_news(self) -> bool:
        return self is ConcernKind.HOLIDAY


@dataclass(frozen=True)
class Concern:
    """One thing ahead, with a sentence that says it. The first moment and the last, `[start, end)`."""

    kind: ConcernKind
    start: datetime
    end: datetime
    person_id: int | None
    # The schedule it is about; for what a person has on several, the one on which it begins.
    schedule_id: int
    sentence: str
    role: DutyRole | None = None

    def key(self, *, start: datetime, end: datetime) -> str:
        """The same for the same concern, however often one looks from `start` to `end`: its own end names it, and
        where that lies out of sight its start. What was there before and never ends has neither."""
        if self.end < end - _DAY:
            when = f"until {self.end:%Y%m%d%H%M}"
        else:
            when = f"from {self.start:%Y%m%d%H%M}" if self.start > start else "always"
        role = self.role.value if self.role else ""
        return f"{self.kind.value}:{self.schedule_id}:{self.person_id or 0}:{role}:{when}"


@dataclass(frozen=True)
class Contact:
    """What is known of somebody who is on: their zone, and why they cannot be told anything (empty: they can)."""

    zone: ZoneInfo
    unreachable: str = ""


@dataclass(frozen=True)
class Duty:
    """One person's time on duty without a break, and the schedule on which it begins."""

    start: datetime
    end: datetime
    schedule_id: int


def concerns(
    plans: Sequence[Plan],
    contacts: Mapping[int, Contact],
    *,
    start: datetime,
    end: datetime,
    rules: CareRules,
) -> list[Concern]:
    """Everything within `[start, end)`, by time. Names stand in the sentences as {ids}.

    The plans reach a week further back, so that a run of nights is seen from its first.
    """
    on = {plan.schedule.id: resolve(plan, start - _WEEK, end) for plan in plans}
    found: list[Concern] = []
    for plan in plans:
        ahead = [shift for shift in on[plan.schedule.id] if shift.end > start]
        found += _gaps(plan, start, end)
        found += _unreachable(plan, ahead, contacts)
        found += _away(plan, ahead)
        found += _holidays(plan, ahead)
    shifts = [shift for part in on.values() for shift in part if shift.role in _DUTIES]
    names = {plan.schedule.id: plan.schedule.zone for plan in plans}
    for person_id in sorted({shift.person_id for shift in shifts}):
        duties = _duties(shift for shift in shifts if shift.person_id == person_id)
        contact = contacts.get(person_id) or Contact(names[duties[0].schedule_id])
        found += _nights(person_id, duties, contact.zone, rules)
        found += _quick_returns(person_id, duties, contact.zone, rules)
        found += _hours(person_id, duties, contact.zone, rules)
    ahead_of_us = {concern for concern in found if concern.end > start}
    return sorted(ahead_of_us, key=lambda concern: (concern.start, concern.kind, concern.sentence))


# --- Of a schedule ----------------------------------------------------------------------------------


def _gaps(plan: Plan, start: datetime, end: datetime) -> Iterator[Concern]:
    schedule = plan.schedule
    for role in _DUTIES:
        for opens, closes in gaps(plan, start, end, role):
            when = from_to(opens, closes, schedule.zone)
            sentence = f"Nobody is {_PLACE[role]} for “{schedule.name}” {when}"
            yield Concern(ConcernKind.GAP, opens, closes, None, schedule.id, sentence, role)


def _unreachable(plan: Plan, shifts: Iterable[Shift], contacts: Mapping[int, Contact]) -> Iterator[Concern]:
    """Said of the first shift alone: what mends it once mends it for all."""
    told: set[int] = set()
    for shift in shifts:
        contact = contacts.get(shift.person_id)
        if shift.role not in _DUTIES or contact is None or not contact.unreachable:
            continue
        if shift.person_id not in told:
            told.add(shift.person_id)
            when = at_time(shift.start, plan.schedule.zone)
            sentence = (
                f"{{{shift.person_id}}} is {_PLACE[shift.role]} for “{plan.schedule.name}” from {when}, "
                f"but {contact.unreachable}"
            )
            yield _about(ConcernKind.UNREACHABLE, shift, sentence)


def _away(plan: Plan, shifts: Iterable[Shift]) -> Iterator[Concern]:
    """A turn is nobody's while its owner is away. A stand-in was asked by name, and may be away since."""
    for shift in shifts:
        if shift.why is Why.TURN or shift.role not in _DUTIES:
            continue
        for absence in plan.absences:
            opens, closes = max(shift.start, absence.start), min(shift.end, absence.end)
            if absence.person_id == shift.person_id and opens < closes:
                when = from_to(opens, closes, plan.schedule.zone)
                sentence = f"{{{shift.person_id}}} is on for “{plan.schedule.name}” and away {when}"
                yield Concern(
                    ConcernKind.AWAY, opens, closes, shift.person_id, shift.schedule_id, sentence, shift.role
                )


def _holidays(plan: Plan, shifts: Iterable[Shift]) -> Iterator[Concern]:
    schedule = plan.schedule
    for shift in shifts:
        if shift.role is not DutyRole.PRIMARY or not schedule.country:
            continue
        first, last = shift.start.astimezone(schedule.zone), shift.end.astimezone(schedule.zone)
        for day in _days(first.date(), last.date()):
            name = holidays_of(schedule.country, schedule.region, day.year).get(day)
            opens = moment(datetime.combine(day, time()), schedule.zone)
            closes = moment(datetime.combine(day + _DAY, time()), schedule.zone)
            opens, closes = max(opens, shift.start), min(closes, shift.end)
            if name and opens < closes:
                sentence = f"{{{shift.person_id}}} is on for “{schedule.name}” on {day_of(day)}: {name}"
                yield Concern(
                    ConcernKind.HOLIDAY, opens, closes, shift.person_id, shift.schedule_id, sentence
                )


def _about(kind: ConcernKind, shift: Shift, sentence: str) -> Concern:
    return Concern(kind, shift.start, shift.end, shift.person_id, shift.schedule_id, sentence, shift.role)


# --- Of a person ------------------------------------------------------------------------------------


def _duties(shifts: Iterable[Shift]) -> list[Duty]:
    """Without breaks: one shift after another, and one beside another, are one stretch."""
    made: list[Duty] = []
    for shift in sorted(shifts, key=lambda shift: shift.start):
        if made and shift.start <= made[-1].end:
            last = made.pop()
            made.append(Duty(last.start, max(last.end, shift.end), last.schedule_id))
        else:
            made.append(Duty(shift.start, shift.end, shift.schedule_id))
    return made


def _nights(person_id: int, duties: Sequence[Duty], zone: ZoneInfo, rules: CareRules) -> Iterator[Concern]:
    nights: dict[date, Duty] = {}
    for duty in duties:
        first, last = duty.start.astimezone(zone).date() - _DAY, duty.end.astimezone(zone).date()
        for day in _days(first, last):
            opens, closes = _night(day, zone, rules)
            if min(closes, duty.end) - max(opens, duty.start) >= _NIGHT:
                nights.setdefault(day, duty)
    for run in _runs(sorted(nights)):
        if len(run) > rules.nights_running:
            opens, closes = _night(run[0], zone, rules)[0], _night(run[-1], zone, rules)[1]
            sentence = (
                f"{{{person_id}}} is on for {len(run)} nights running from {day_of(run[0])}; "
                f"at most {rules.nights_running} are fair"
            )
            yield Concern(ConcernKind.NIGHTS, opens, closes, person_id, nights[run[0]].schedule_id, sentence)


def _night(day: date, zone: ZoneInfo, rules: CareRules) -> Interval:
    """The night that begins on that day."""
    past = day if rules.quiet_from < rules.quiet_until else day + _DAY
    return (
        moment(datetime.combine(day, rules.quiet_from), zone),
        moment(datetime.combine(past, rules.quiet_until), zone),
    )


def _runs(days: Sequence[date]) -> list[list[date]]:
    """Days that follow one another, together."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == _DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _quick_returns(
    person_id: int, duties: Sequence[Duty], zone: ZoneInfo, rules: CareRules
) -> Iterator[Concern]:
    for before, after in pairwise(duties):
        free = after.start - before.end
        if free < rules.between_shifts:
            sentence = (
                f"{{{person_id}}} is on again {hours(free)} after a shift, {at_time(after.start, zone)}; "
                f"{hours(rules.between_shifts)} are needed to rest"
            )
            yield Concern(
                ConcernKind.QUICK_RETURN, before.end, after.start, person_id, after.schedule_id, sentence
            )


def _hours(person_id: int, duties: Sequence[Duty], zone: ZoneInfo, rules: CareRules) -> Iterator[Concern]:
    """Week by week, from Monday to Monday of the person's own zone."""
    weeks: dict[date, list[Duty]] = {}
    for duty in duties:
        for day in _days(duty.start.astimezone(zone).date(), duty.end.astimezone(zone).date()):
            monday = day - timedelta(days=day.weekday())
            if duty not in weeks.setdefault(monday, []):
                weeks[monday].append(duty)
    for monday, found in sorted(weeks.items()):
        opens = moment(datetime.combine(monday, time()), zone)
        closes = moment(datetime.combine(monday + _WEEK, time()), zone)
        times = united((max(duty.start, opens), min(duty.end, closes)) for duty in found)
        planned = sum((end - start for start, end in times), timedelta())
        if planned > rules.week:
            sentence = (
                f"{{{person_id}}} is on for {hours(planned)} in the week of {day_of(monday)}; "
                f"at most {hours(rules.week)} are fair"
            )
            yield Concern(ConcernKind.HOURS, opens, closes, person_id, found[0].schedule_id, sentence)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


# --- In words ---------------------------------------------------------------------------------------


def at_time(at: datetime, zone: ZoneInfo) -> str:
    return f"{_local(at, zone)} {_short(at, zone)}"


def from_to(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    opens, closes = start.astimezone(zone), end.astimezone(zone)
    until = f"{closes:%H:%M}" if opens.date() == closes.date() else _local(end, zone)
    return f"from {_local(start, zone)} to {until} {_short(end, zone)}"


def _local(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{day_of(local.date())}, {local:%H:%M}"


def _short(at: datetime, zone: ZoneInfo) -> str:
    """The zone as people write it; for those without letters of their own, how far it is from UTC."""
    name = at.astimezone(zone).tzname() or ""
    return name if name.isalpha() else f"UTC{name}"


def day_of(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def hours(length: timedelta) -> str:
    """Whole hours, and halves where there are any."""
    halves = round(length.total_seconds() / 1800)
    whole = f"{halves // 2}½" if halves % 2 else str(halves // 2)
    return f"{whole} hour" if halves == 2 else f"{whole} hours"
