"""What will go wrong on the rota, or wear somebody out, seen from the plans alone. Pure.

A duty is a shift as primary or secondary, on any schedule: to a body it is all the same which. A night is one with at
least three hours of duty between the desk's quiet hours, in the person's own zone. A turn longer than a working day
is standby: it takes its nights, and no working hours.

What the turns of one schedule bring about by themselves comes again with every turn. It is one concern, about the
schedule and nobody in particular.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from triage.oncall.concern import Concern, ConcernKind, Contact
from triage.oncall.pieces import united
from triage.oncall.plan import DutyRole, Plan, Shift, Why
from triage.oncall.regional import holidays_of
from triage.oncall.rotation import Interval, moment
from triage.oncall.rules import CareRules
from triage.oncall.shifts import gaps, resolve
from triage.oncall.times_said import at_time, day_of, from_to, hours

_DUTIES = (DutyRole.PRIMARY, DutyRole.SECONDARY)
_PLACE = {DutyRole.PRIMARY: "on", DutyRole.SECONDARY: "second in line"}
_NIGHT = timedelta(hours=3)
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Duty:
    """One person's time on duty without a break, and the schedule on which it begins."""

    start: datetime
    end: datetime
    schedule_id: int
    # The turns of that schedule say so, and nobody swapped or stands in.
    by_rule: bool = False


@dataclass(frozen=True)
class Strain:
    """What wears one person out, and how much of it: nights, or time."""

    concern: Concern
    much: timedelta
    by_rule: bool


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
    by_person: dict[int, list[Shift]] = {}
    for shift in (shift for part in on.values() for shift in part if shift.role in _DUTIES):
        by_person.setdefault(shift.person_id, []).append(shift)
    names = {plan.schedule.id: plan.schedule.name for plan in plans}
    zones = {plan.schedule.id: plan.schedule.zone for plan in plans}
    strains: list[Strain] = []
    for person_id, shifts in sorted(by_person.items()):
        contact = contacts.get(person_id) or Contact(zones[shifts[0].schedule_id])
        strains += _strains(person_id, shifts, contact.zone, rules)
    found += _together([strain for strain in strains if strain.concern.end > start], names, zones, rules)
    ahead_of_us = {concern for concern in found if concern.end > start}
    return sorted(ahead_of_us, key=lambda concern: (concern.start, concern.kind, concern.sentence))


# --- Of a schedule ----------------------------------------------------------------------------------


def _gaps(plan: Plan, start: datetime, end: datetime) -> Iterator[Concern]:
    schedule = plan.schedule
    for role in _DUTIES:
        for opens, closes in gaps(plan, start, end, role):
            when = from_to(opens, closes, schedule.zone)
            sentence = f"Nobody is {_PLACE[role]} for “{schedule.name}” {when}"
            yield Concern(
                ConcernKind.GAP, opens, closes, None, schedule.id, sentence, role, zone=schedule.zone
            )


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
            yield _about(ConcernKind.UNREACHABLE, shift, sentence, plan.schedule.zone)


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
                yield replace(
                    _about(ConcernKind.AWAY, shift, sentence, plan.schedule.zone), start=opens, end=closes
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
                    ConcernKind.HOLIDAY,
                    opens,
                    closes,
                    shift.person_id,
                    shift.schedule_id,
                    sentence,
                    zone=schedule.zone,
                )


def _about(kind: ConcernKind, shift: Shift, sentence: str, zone: ZoneInfo) -> Concern:
    return Concern(
        kind, shift.start, shift.end, shift.person_id, shift.schedule_id, sentence, shift.role, zone=zone
    )


# --- Of a person ------------------------------------------------------------------------------------


def _strains(person_id: int, shifts: Sequence[Shift], zone: ZoneInfo, rules: CareRules) -> list[Strain]:
    duties = _duties(shifts)
    # Longer ones are standby, as everywhere at the desk: of them only what was handled is work.
    at_work = _duties(shift for shift in shifts if shift.length <= rules.longest_shift)
    return [
        *_nights(person_id, duties, zone, rules),
        *_quick_returns(person_id, duties, zone, rules),
        *_hours(person_id, at_work, zone, rules),
    ]


def _duties(shifts: Iterable[Shift]) -> list[Duty]:
    """Without breaks: one shift after another, and one beside another, are one stretch."""
    made: list[Duty] = []
    for shift in sorted(shifts, key=lambda shift: shift.start):
        duty = Duty(shift.start, shift.end, shift.schedule_id, shift.why is Why.TURN)
        if made and duty.start <= made[-1].end:
            last = made.pop()
            duty = Duty(last.start, max(last.end, duty.end), last.schedule_id, _by_rule([last, duty]))
        made.append(duty)
    return made


def _by_rule(duties: Collection[Duty]) -> bool:
    return all(duty.by_rule for duty in duties) and len({duty.schedule_id for duty in duties}) == 1


def _together(
    strains: Collection[Strain],
    names: Mapping[int, str],
    zones: Mapping[int, ZoneInfo],
    rules: CareRules,
) -> Iterator[Concern]:
    """What comes again with every turn is said once; what swaps and stand-ins bring about, each by itself."""
    again: dict[tuple[int, ConcernKind], list[Strain]] = {}
    for strain in strains:
        if strain.by_rule:
            again.setdefault((strain.concern.schedule_id, strain.concern.kind), []).append(strain)
        else:
            yield strain.concern
    for (schedule_id, kind), several in again.items():
        if len(several) == 1:
            yield several[0].concern
            continue
        sentence = _every_turn(kind, names[schedule_id], [strain.much for strain in several], rules)
        yield Concern(
            kind,
            min(strain.concern.start for strain in several),
            max(strain.concern.end for strain in several),
            None,
            schedule_id,
            sentence,
            standing=True,
            zone=zones[schedule_id],
        )


def _every_turn(kind: ConcernKind, name: str, much: Sequence[timedelta], rules: CareRules) -> str:
    if kind is ConcernKind.NIGHTS:
        most = max(much).days
        return (
            f"The turns of “{name}” mean up to {most} nights running; at most {rules.nights_running} are fair"
        )
    if kind is ConcernKind.HOURS:
        return (
            f"The turns of “{name}” mean up to {hours(max(much))} in a week; "
            f"at most {hours(rules.week)} are fair"
        )
    return (
        f"The turns of “{name}” leave as little as {hours(min(much))} between two shifts; "
        f"{hours(rules.between_shifts)} are needed to rest"
    )


def _nights(person_id: int, duties: Sequence[Duty], zone: ZoneInfo, rules: CareRules) -> Iterator[Strain]:
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
            begins_on = nights[run[0]].schedule_id
            concern = Concern(ConcernKind.NIGHTS, opens, closes, person_id, begins_on, sentence, zone=zone)
            yield Strain(concern, len(run) * _DAY, _by_rule([nights[day] for day in run]))


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
) -> Iterator[Strain]:
    for before, after in pairwise(duties):
        free = after.start - before.end
        if free < rules.between_shifts:
            sentence = (
                f"{{{person_id}}} is on again {hours(free)} after a shift, {at_time(after.start, zone)}; "
                f"{hours(rules.between_shifts)} are needed to rest"
            )
            concern = Concern(
                ConcernKind.QUICK_RETURN,
                before.end,
                after.start,
                person_id,
                after.schedule_id,
                sentence,
                zone=zone,
            )
            yield Strain(concern, free, _by_rule([before, after]))


def _hours(person_id: int, duties: Sequence[Duty], zone: ZoneInfo, rules: CareRules) -> Iterator[Strain]:
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
            concern = Concern(
                ConcernKind.HOURS, opens, closes, person_id, found[0].schedule_id, sentence, zone=zone
            )
            yield Strain(concern, planned, _by_rule(found))


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY
