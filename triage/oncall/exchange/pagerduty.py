"""PagerDuty's schedules, as `GET /schedules/{id}` gives them: layers of users in turns, restrictions and overrides."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from triage.oncall.exchange.document import Written
from triage.oncall.exchange.foreign import (
    ForeignPerson,
    Matching,
    Misfit,
    Moment,
    Theirs,
    hours,
    joined,
    shaped,
    tidy,
    turn_of,
    zone_of,
)
from triage.oncall.plan import DutyRole, Member, Override, OverrideKind, Restriction, Rotation, Schedule


class _Restriction(Theirs):
    type: Literal["daily_restriction", "weekly_restriction"]
    start_time_of_day: time
    duration_seconds: int = Field(gt=0, le=7 * 86_400)
    start_day_of_week: int | None = Field(None, ge=1, le=7)

    def hours(self) -> list[Restriction]:
        first = self.start_day_of_week or 1
        days = range(7) if self.type == "daily_restriction" else [first - 1]
        return hours(
            days, self.start_time_of_day.replace(tzinfo=None), timedelta(seconds=self.duration_seconds)
        )


class _Place(Theirs):
    user: ForeignPerson


class _Layer(Theirs):
    name: str | None = None
    start: Moment
    end: Moment | None = None
    rotation_virtual_start: Moment
    rotation_turn_length_seconds: int = Field(gt=0, le=366 * 86_400)
    users: tuple[_Place, ...] = ()
    restrictions: tuple[_Restriction, ...] = ()


class _Entry(Theirs):
    start: Moment
    end: Moment
    user: ForeignPerson | None = None


class _Entries(Theirs):
    rendered_schedule_entries: tuple[_Entry, ...] = ()


class _Schedule(Theirs):
    name: str | None = None
    summary: str | None = None
    time_zone: str
    schedule_layers: tuple[_Layer, ...] = ()
    overrides_subschedule: _Entries = _Entries()
    overrides: tuple[_Entry, ...] = ()


class _File(Theirs):
    schedules: tuple[_Schedule, ...] = Field(min_length=1)


def read(data: Any, people: Matching, *, team_id: str, now: datetime) -> tuple[list[Written], list[Misfit]]:
    """Raises `FileRefused` where it is no such file."""
    found = shaped(_File, _file(data), "the file")
    written: list[Written] = []
    misfits: list[Misfit] = []
    for schedule in found.schedules:
        name = tidy(schedule.name or schedule.summary, "PagerDuty", [one.schedule.name for one in written])
        reader = _Reader(schedule, name, people, now)
        rotations = tuple(reader.rotations())
        values = Schedule(0, team_id, name, reader.zone, rotations)
        written.append(Written(values, tuple(reader.overrides())))
        misfits += reader.misfits
    return written, misfits


def _file(data: Any) -> Any:
    """One schedule with the overrides beside it, or several."""
    if isinstance(data, list):
        return {"schedules": data}
    if isinstance(data, dict) and isinstance(data.get("schedule"), dict):
        return {
            "schedules": [
                {**({"overrides": data["overrides"]} if "overrides" in data else {}), **data["schedule"]}
            ]
        }
    return data


class _Reader:
    def __init__(self, schedule: _Schedule, name: str, people: Matching, now: datetime) -> None:
        self._schedule, self._name, self._people, self._now = schedule, name, people, now
        self.zone: ZoneInfo = zone_of(schedule.time_zone, f"The schedule “{name}”")
        self.misfits: list[Misfit] = []

    def rotations(self) -> Iterator[Rotation]:
        layers = self._schedule.schedule_layers
        taken: list[str] = []
        for n, layer in enumerate(layers):
            # The first of the list is the one that wins, which PagerDuty shows last.
            name = tidy(layer.name, f"Layer {len(layers) - n}", taken)
            rotation = self._rotation(layer, name, len(layers) - n)
            if rotation is not None:
                taken.append(name)
                yield rotation
        if len(taken) > 1:
            why = "PagerDuty lists the layer that wins first, or last after a change of theirs"
            remedy = f"Here “{taken[0]}” wins; compare it with the page of the schedule, and exchange “layer:” if not"
            self._misfit(f"The order of the layers of “{self._name}”", why, remedy)

    def _rotation(self, layer: _Layer, name: str, number: int) -> Rotation | None:
        where = f"Layer “{name}” of “{self._name}”"
        turn = turn_of(timedelta(seconds=layer.rotation_turn_length_seconds))
        if layer.end is not None and layer.end <= self._now:
            self._misfit(where, f"it ended on {layer.end:%Y-%m-%d}", "It was left out; nothing is lost")
            return None
        if not layer.users:
            self._misfit(where, "it has nobody in it", "It was left out; add people here if it is needed")
            return None
        if turn is None:
            seconds = layer.rotation_turn_length_seconds
            self._misfit(where, f"a turn of {seconds} seconds is no whole number of hours", "Add it by hand")
            return None
        ids = [self._people.find(place.user) for place in layer.users]
        until = layer.end.astimezone(self.zone).date() if layer.end is not None else None
        if until is not None:
            self._misfit(
                where, f"it ends on {until}", "Its last turn here is the last whole one before that day"
            )
        starts, passed = self._first(layer, timedelta(seconds=layer.rotation_turn_length_seconds), where)
        ids = ids[passed % len(ids) :] + ids[: passed % len(ids)]
        pieces = [piece for one in layer.restrictions for piece in one.hours()]
        return Rotation(
            0,
            name,
            DutyRole.PRIMARY,
            min(number, 99),
            *turn,
            starts=starts,
            members=tuple(Member(one, until=until) for one in ids if one is not None),
            restrictions=tuple(joined(pieces)),
        )

    def _first(self, layer: _Layer, length: timedelta, where: str) -> tuple[datetime, int]:
        """The first handoff that counts, and how many lie before it: a layer may begin later than its order does."""
        virtual = layer.rotation_virtual_start.astimezone(self.zone).replace(tzinfo=None)
        start = layer.start.astimezone(self.zone).replace(tzinfo=None)
        if layer.start <= self._now and virtual.year >= 2000:
            return virtual, 0
        passed = max(0, (start - virtual) // length)
        first = virtual + passed * length
        if first != start and layer.start > self._now:
            self._misfit(
                where, f"it begins at {start}, within a turn", f"Here it begins with that turn, at {first}"
            )
        return first, passed

    def overrides(self) -> Iterator[Override]:
        listed = [
            *self._schedule.overrides,
            *self._schedule.overrides_subschedule.rendered_schedule_entries,
        ]
        seen: set[tuple[datetime, datetime]] = set()
        for entry in listed:
            span = entry.start.astimezone(UTC), entry.end.astimezone(UTC)
            if span in seen or entry.user is None or span[1] <= span[0] or span[1] <= self._now:
                continue
            seen.add(span)
            if person := self._people.find(entry.user):
                yield Override(0, OverrideKind.ADD, DutyRole.PRIMARY, *span, person_id=person)

    def _misfit(self, what: str, why: str, remedy: str) -> None:
        self.misfits.append(Misfit(what, why, remedy))
