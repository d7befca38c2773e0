"""What the lines of a rota are: who is on, the layers that this came from, what was changed by hand, who is away. Pure.

Why somebody is away is nobody's business here: an absence is a person and a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.web.console.rota_picture import Lane, Span, SpanKind
from bot.web.console.rota_window import Window
from triage.oncall.plan import (
    Absence,
    DutyRole,
    Override,
    OverrideKind,
    Plan,
    Rotation,
    Shift,
    Turn,
    Why,
    with_names,
)
from triage.oncall.shifts import gaps, resolve

ROLE: dict[DutyRole, str] = {
    DutyRole.PRIMARY: "Primary",
    DutyRole.SECONDARY: "Secondary",
    DutyRole.SHADOW: "Shadow",
}
_TURN: dict[Turn, tuple[str, str]] = {
    Turn.HOUR: ("hourly", "every {n} hours"),
    Turn.DAY: ("daily", "every {n} days"),
    Turn.WEEK: ("weekly", "every {n} weeks"),
    Turn.MONTH: ("monthly", "every {n} months"),
    Turn.BUSINESS_DAY: ("each business day", "every {n} business days"),
}
SOMEBODY = "Somebody"

Names = Mapping[int, str]


def lanes(plan: Plan, *, window: Window, names: Names) -> list[Lane]:
    """For each role the line that counts, then its layers; at the end what people changed and who is away."""
    made: list[Lane] = []
    on = resolve(plan, window.start, window.end)
    for role in _roles(plan):
        rotations = [one for one in plan.schedule.rotations if one.role is role]
        spans = [_shift(shift, names, window.zone) for shift in on if shift.role is role]
        if role is not DutyRole.SHADOW:
            spans += [_gap(role, gap, window.zone) for gap in gaps(plan, window.start, window.end, role)]
        made.append(Lane(ROLE[role], "who is on", tuple(spans), final=True))
        made += [_layer(plan, rotation, window, names) for rotation in _upper_first(rotations)]
    if plan.overrides:
        made.append(
            Lane(
                "By hand", "stands in or off", tuple(_override(o, names, window.zone) for o in plan.overrides)
            )
        )
    if plan.absences:
        made.append(
            Lane("Away", "not available", tuple(_absence(a, names, window.zone) for a in plan.absences))
        )
    return made


def people(plan: Plan) -> set[int]:
    """Everybody whom the plan is about, whether they are on in these weeks or not."""
    members = {member.person_id for rotation in plan.schedule.rotations for member in rotation.members}
    changed = {one.person_id or one.instead_of or 0 for one in plan.overrides}
    return members | changed | {one.person_id for one in plan.recorded}


def _roles(plan: Plan) -> list[DutyRole]:
    used = {one.role for one in plan.schedule.rotations} | {one.role for one in plan.overrides}
    return [role for role in DutyRole if role in used or role is DutyRole.PRIMARY]


def _upper_first(rotations: Iterable[Rotation]) -> list[Rotation]:
    return sorted(rotations, key=lambda one: (-one.layer, one.name))


def _layer(plan: Plan, rotation: Rotation, window: Window, names: Names) -> Lane:
    """What this rotation alone says, from now on: of the past is known who was on, not which rules there were."""
    alone = Plan(replace(plan.schedule, rotations=(rotation,)))
    start = max(window.start, plan.recorded_until or window.start)
    shifts = resolve(alone, start, window.end) if start < window.end else []
    spans = tuple(_shift(shift, names, window.zone) for shift in shifts)
    return Lane(rotation.name, turns(rotation), spans)


def turns(rotation: Rotation) -> str:
    """“weekly, Mon 09:00”."""
    once, many = _TURN[rotation.turn]
    how_often = once if rotation.every == 1 else many.format(n=rotation.every)
    return f"{how_often}, {rotation.starts:%a %H:%M}" if rotation.turn is Turn.WEEK else how_often


def _shift(shift: Shift, names: Names, zone: ZoneInfo) -> Span:
    kind = SpanKind.SHIFT if shift.why is Why.TURN else SpanKind.STANDS_IN
    return Span(kind, shift.start, shift.end, shift.person_id, shift_told(shift, names, zone))


def shift_told(shift: Shift, names: Names, zone: ZoneInfo) -> str:
    who = names.get(shift.person_id, SOMEBODY)
    when = from_to(shift.start, shift.end, zone)
    return f"{who}, {ROLE[shift.role].lower()}, {when}. {sentence(with_names(shift.reason, names))}"


def sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".?" else f"{text}."


def _gap(role: DutyRole, gap: tuple[datetime, datetime], zone: ZoneInfo) -> Span:
    start, end = gap
    told = f"Nobody is {ROLE[role].lower()}, {from_to(start, end, zone)}. It should be covered, and is not."
    return Span(SpanKind.GAP, start, end, None, told)


def _override(override: Override, names: Names, zone: ZoneInfo) -> Span:
    kind = SpanKind.OFF if override.kind is OverrideKind.REMOVE else SpanKind.STANDS_IN
    person = override.person_id or override.instead_of
    told = f"{override_words(override, names)}, {from_to(override.start, override.end, zone)}."
    return Span(kind, override.start, override.end, person, told)


def override_words(override: Override, names: Names) -> str:
    who, instead = names.get(override.person_id or 0, SOMEBODY), names.get(override.instead_of or 0, SOMEBODY)
    role = ROLE[override.role].lower()
    if override.kind is OverrideKind.REMOVE:
        return f"{instead} is off as {role}"
    if override.instead_of is None:
        return f"{who} is on as {role}"
    how = "swapped with" if override.origin.startswith("swap") else "stands in for"
    return f"{who} {how} {instead} as {role}"


def _absence(absence: Absence, names: Names, zone: ZoneInfo) -> Span:
    told = f"{names.get(absence.person_id, SOMEBODY)} is away, {from_to(absence.start, absence.end, zone)}."
    return Span(SpanKind.AWAY, absence.start, absence.end, absence.person_id, told)


# In words


def moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


def from_to(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """“Wed 3 Mar, 09:00 to 17:00”; the day is said again only where it is another one."""
    same = start.astimezone(zone).date() == end.astimezone(zone).date()
    until = f"{end.astimezone(zone):%H:%M}" if same else moment(end, zone)
    return f"{moment(start, zone)} to {until}"


# Day by day, for narrow screens


@dataclass(frozen=True)
class Entry:
    """A line of a day: when, who or what, and the rest of it."""

    when: str
    words: str
    kind: SpanKind
    told: str


@dataclass(frozen=True)
class DayList:
    day: date
    title: str
    today: bool
    holiday: str
    entries: tuple[Entry, ...]


def days(
    lanes: Sequence[Lane], *, window: Window, now: datetime, names: Names, holidays: Mapping[date, str]
) -> list[DayList]:
    """What begins on each day; what runs on from before stands on the first. Days without news are left out."""
    zone, today = window.zone, now.astimezone(window.zone).date()
    found = [
        (max(span.start.astimezone(zone).date(), window.first), span.start, lane.title, span)
        for lane in lanes
        if lane.final or lane.title == "Away"
        for span in lane.spans
        if span.start < window.end and span.end > window.start
    ]
    by_day = {
        day: tuple(_entry(title, span, names, zone) for _, _, title, span in group)
        for day, group in groupby(sorted(found, key=lambda one: one[:3]), key=lambda one: one[0])
    }
    return [
        DayList(day, f"{day:%A} {day.day} {day:%B}", day == today, holidays.get(day, ""), by_day.get(day, ()))
        for day in window.days
        if day in by_day or day in holidays or day == today
    ]


def _entry(title: str, span: Span, names: Names, zone: ZoneInfo) -> Entry:
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else moment(end, zone)
    words = {
        SpanKind.GAP: f"Nobody ({title.lower()})",
        SpanKind.AWAY: f"{names.get(span.person_id or 0, SOMEBODY)} is away",
    }
    who = words.get(span.kind) or f"{names.get(span.person_id or 0, SOMEBODY)} ({title.lower()})"
    return Entry(f"{start:%H:%M} to {until}", who, span.kind, span.told)
