"""What the rota's page shows of each schedule, gathered from its plan. Only reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.web.console.rota_picture import Holiday, RotaPicture, draw
from bot.web.console.rota_rows import (
    ROLE,
    SOMEBODY,
    DayList,
    Names,
    days,
    from_to,
    lanes,
    moment,
    override_words,
    people,
    sentence,
)
from bot.web.console.rota_window import Window
from bot.web.console.shell import Visit
from triage.oncall.plan import DutyRole, Override, Plan, Schedule, Shift
from triage.oncall.plans import NoSuchSchedule, on_duty, plans, schedules
from triage.oncall.regional import holidays_of
from triage.people.models import Person
from triage.vocabulary import Role

# A swap is two people's agreement; it is not undone by somebody else's button.
_CAME_FROM = {"swap": "A swap: the two of them agreed.", "cover": "Cover in an emergency."}


@dataclass(frozen=True)
class OnNow:
    role: str
    who: str
    until: str


@dataclass(frozen=True)
class Changed:
    """Something that was changed by hand; `note` says why it cannot be removed here."""

    id: int
    words: str
    note: str


@dataclass(frozen=True)
class ScheduleShown:
    id: int
    name: str
    place: str
    on_now: tuple[OnNow, ...]
    picture: RotaPicture
    days: tuple[DayList, ...]
    holidays: tuple[Holiday, ...]
    overrides: tuple[Changed, ...]


def schedule_here(visit: Visit, schedule_id: int) -> Schedule:
    """A schedule of the reader's workspace. Raises `NoSuchSchedule`."""
    for one in schedules(visit.session, visit.person.team_id):
        if one.id == schedule_id:
            return one
    raise NoSuchSchedule(schedule_id)


def desk_zone(visit: Visit) -> ZoneInfo | None:
    """The zone of the workspace's schedules; None where they have several, or there is none."""
    zones = {one.zone for one in schedules(visit.session, visit.person.team_id)}
    return zones.pop() if len(zones) == 1 else None


def agents(session: Session, team_id: str) -> list[Person]:
    """Everybody who answers, by name."""
    found = session.scalars(select(Person).where(Person.team_id == team_id, Person.role != Role.REQUESTER))
    return sorted(found, key=lambda person: (person.called.lower(), person.id))


def everybody(session: Session, team_id: str) -> dict[int, str]:
    """Names by number, also of those who no longer answer: a rota's past is full of them."""
    people = session.scalars(select(Person).where(Person.team_id == team_id))
    return {person.id: person.called for person in people}


def shown(session: Session, team_id: str, *, window: Window, now: datetime) -> list[ScheduleShown]:
    names = everybody(session, team_id)
    on = on_duty(session, team_id, at=now)
    return [
        _shown(plan, on, window=window, now=now, names=names)
        for plan in plans(session, team_id, start=window.start, end=window.end)
    ]


def _shown(plan: Plan, on: Sequence[Shift], *, window: Window, now: datetime, names: Names) -> ScheduleShown:
    schedule = plan.schedule
    rows = lanes(plan, window=window, names=names)
    closed = holidays(schedule, window)
    about = people(plan)
    picture = draw(
        rows,
        window=window,
        now=now,
        names={person_id: name for person_id, name in names.items() if person_id in about},
        holidays=closed,
        prefix=f"{schedule.id}-",
    )
    by_day = {one.day: one.name for one in closed}
    return ScheduleShown(
        schedule.id,
        schedule.name,
        place(schedule, now),
        tuple(_on_now(schedule, on, now=now, zone=window.zone, names=names)),
        picture,
        tuple(days(rows, window=window, now=now, names=names, holidays=by_day)),
        tuple(closed),
        tuple(_changed(one, window, names) for one in plan.overrides if one.end > now),
    )


def place(schedule: Schedule, now: datetime) -> str:
    """“Europe/Berlin, where it is 14:05”: its handoffs are in that zone, whoever looks from wherever."""
    return f"{schedule.zone.key}, where it is {now.astimezone(schedule.zone):%H:%M}"


def holidays(schedule: Schedule, window: Window) -> list[Holiday]:
    return [
        Holiday(day, name)
        for year in range(window.first.year, window.last.year + 1)
        for day, name in holidays_of(schedule.country, schedule.region, year).items()
        if window.first <= day <= window.last
    ]


def _on_now(
    schedule: Schedule, on: Sequence[Shift], *, now: datetime, zone: ZoneInfo, names: Names
) -> Iterator[OnNow]:
    roles = {one.role for one in schedule.rotations} | {DutyRole.PRIMARY}
    for role in (role for role in DutyRole if role in roles):
        here = [one for one in on if one.schedule_id == schedule.id and one.role is role]
        if not here:
            yield OnNow(ROLE[role], "nobody", "")
        for shift in here:
            yield OnNow(ROLE[role], names.get(shift.person_id, SOMEBODY), until(shift.end, now, zone))


def until(end: datetime, now: datetime, zone: ZoneInfo) -> str:
    local = end.astimezone(zone)
    today = local.date() == now.astimezone(zone).date()
    return f"until {local:%H:%M}" if today else f"until {moment(end, zone)}"


def _changed(override: Override, window: Window, names: Names) -> Changed:
    words = f"{override_words(override, names)}, {from_to(override.start, override.end, window.zone)}"
    kind, _, _ = override.origin.partition(":")
    return Changed(override.id, sentence(words), _CAME_FROM.get(kind, ""))
