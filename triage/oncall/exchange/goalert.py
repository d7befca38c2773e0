"""goalert's schedules, as its GraphQL gives them: targets with rules, rotations, overrides and temporary schedules."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
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
    zone_of,
)
from triage.oncall.plan import DutyRole, Member, Override, OverrideKind, Restriction, Rotation, Schedule, Turn
from triage.oncall.rotation import Handoffs

_TURNS = {"hourly": Turn.HOUR, "daily": Turn.DAY, "weekly": Turn.WEEK, "monthly": Turn.MONTH}
_DAY = timedelta(days=1)


class _Target(Theirs):
    id: str
    type: str
    name: str | None = None


class _Rule(Theirs):
    start: time = time()
    end: time = time()
    weekdayFilter: tuple[bool, ...] = Field((True,) * 7, min_length=7, max_length=7)

    def hours(self) -> list[Restriction]:
        # Their week begins with Sunday; a rule that ends when it starts lasts a day.
        days = [(n - 1) % 7 for n, on in enumerate(self.weekdayFilter) if on]
        length = (_since_midnight(self.end) - _since_midnight(self.start)) % _DAY
        return hours(sorted(days), self.start.replace(tzinfo=None), length or _DAY)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


class _ScheduleTarget(Theirs):
    target: _Target
    rules: tuple[_Rule, ...] = ()


class _Shift(Theirs):
    start: Moment
    end: Moment
    userID: str = ""
    user: ForeignPerson | None = None


class _Temporary(Theirs):
    start: Moment
    end: Moment
    shifts: tuple[_Shift, ...] = ()


class _Override(Theirs):
    start: Moment
    end: Moment
    addUserID: str | None = None
    removeUserID: str | None = None
    addUser: ForeignPerson | None = None
    removeUser: ForeignPerson | None = None
    target: _Target | None = None


class _Schedule(Theirs):
    id: str = ""
    name: str
    timeZone: str
    targets: tuple[_ScheduleTarget, ...] = ()
    temporarySchedules: tuple[_Temporary, ...] = ()


class _Rotation(Theirs):
    id: str
    name: str
    type: str
    shiftLength: int = Field(1, ge=1, le=744)
    timeZone: str
    start: Moment
    userIDs: tuple[str, ...] = ()
    users: tuple[ForeignPerson, ...] = ()
    activeUserIndex: int | None = None


class _File(Theirs):
    schedules: tuple[_Schedule, ...] = Field(min_length=1)
    rotations: tuple[_Rotation, ...] = ()
    users: tuple[ForeignPerson, ...] = ()
    userOverrides: tuple[_Override, ...] = ()


def read(data: Any, people: Matching, *, team_id: str, now: datetime) -> tuple[list[Written], list[Misfit]]:
    """Raises `FileRefused` where it is no such file."""
    file = shaped(_File, _file(data), "the file")
    written: list[Written] = []
    misfits: list[Misfit] = []
    for schedule in file.schedules:
        name = tidy(schedule.name, "goalert", [one.schedule.name for one in written])
        reader = _Reader(file, schedule, name, people, now)
        values = Schedule(0, team_id, name, reader.zone, reader.rotations())
        written.append(Written(values, tuple(reader.overrides())))
        misfits += reader.misfits
    return written, misfits


def _file(data: Any) -> Any:
    """What GraphQL wraps around it, taken off: `data`, `nodes`, and one schedule alone."""
    if isinstance(data, dict) and isinstance(data.get("data"), dict):
        data = data["data"]
    if not isinstance(data, dict):
        return data
    found = {
        key: value["nodes"] if isinstance(value, dict) and "nodes" in value else value
        for key, value in data.items()
    }
    for one, many in (("schedule", "schedules"), ("rotation", "rotations"), ("user", "users")):
        if isinstance(found.get(one), dict):
            found.setdefault(many, [found[one]])
    return found


def _nodes(value: Any) -> Any:
    return value["nodes"] if isinstance(value, dict) and "nodes" in value else value


class _Reader:
    def __init__(self, file: _File, schedule: _Schedule, name: str, people: Matching, now: datetime) -> None:
        self._file, self._schedule, self._name, self._people, self._now = file, schedule, name, people, now
        self._users = {user.id: user for user in file.users}
        for rotation in file.rotations:
            self._users.update({user.id: user for user in rotation.users if user.id not in self._users})
        self.zone: ZoneInfo = zone_of(schedule.timeZone, f"The schedule “{name}”")
        self.misfits: list[Misfit] = []

    def rotations(self) -> tuple[Rotation, ...]:
        found: list[Rotation] = []
        for target in self._schedule.targets:
            rotation = self._target(target, [one.name for one in found])
            if rotation is not None:
                found.append(self._beside(rotation, found))
        return tuple(found)

    def _target(self, target: _ScheduleTarget, taken: Sequence[str]) -> Rotation | None:
        where = f"Target “{target.target.name or target.target.id}” of “{self._name}”"
        pieces = joined([piece for rule in target.rules for piece in rule.hours()])
        always = any(not rule.hours() for rule in target.rules)
        if not target.rules:
            self._misfit(where, "it has no rules, so it is never on", "It was left out")
            return None
        only = () if always else tuple(pieces)
        if target.target.type == "user":
            return self._alone(target.target, only, taken)
        rotation = next((one for one in self._file.rotations if one.id == target.target.id), None)
        if target.target.type != "rotation" or rotation is None:
            self._misfit(where, "the file does not hold this rotation", "Export the rotations, too")
            return None
        return self._turns(rotation, only, taken, where)

    def _alone(self, target: _Target, only: tuple[Restriction, ...], taken: Sequence[str]) -> Rotation:
        user = self._users.get(target.id) or ForeignPerson(id=target.id, name=target.name)
        name = tidy(target.name, "One person", taken)
        monday = datetime(2024, 1, 1)  # noqa: DTZ001  (local time: any Monday that is past)
        return self._made(name, Turn.WEEK, 1, monday, [user], only)

    def _turns(
        self, rotation: _Rotation, only: tuple[Restriction, ...], taken: Sequence[str], where: str
    ) -> Rotation | None:
        turn = _TURNS.get(rotation.type)
        users = [self._users.get(one) or ForeignPerson(id=one) for one in rotation.userIDs] or rotation.users
        if turn is None or not users:
            why = "it has nobody in it" if not users else f"turns of the type “{rotation.type}” are unknown"
            self._misfit(where, why, "It was left out; add it by hand")
            return None
        own = zone_of(rotation.timeZone, f"The rotation “{rotation.name}”")
        zone = own
        if only and own.key != self.zone.key:
            why = f"its handoffs are told in {own.key} and its hours in {self.zone.key}"
            self._misfit(
                where,
                why,
                f"Both are told in {self.zone.key} here; look at the handoffs after a change of the clocks",
            )
            zone = self.zone
        name = tidy(rotation.name, "Rotation", taken)
        starts = rotation.start.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
        made = self._made(name, turn, rotation.shiftLength, starts, users, only)
        made = replace(made, zone=zone if zone.key != self.zone.key else None)
        return self._at_its_place(made, zone, rotation.activeUserIndex)

    def _made(
        self,
        name: str,
        turn: Turn,
        every: int,
        starts: datetime,
        users: Sequence[ForeignPerson],
        only: tuple[Restriction, ...],
    ) -> Rotation:
        ids = [self._people.find(user) for user in users]
        members = tuple(Member(one) for one in ids if one is not None)
        return Rotation(0, name, DutyRole.PRIMARY, 1, turn, every, starts, members, only)

    def _at_its_place(self, rotation: Rotation, zone: ZoneInfo, active: int | None) -> Rotation:
        """They count on from whoever was on last, we from the first handoff: so the order begins where that fits."""
        members = rotation.members
        if active is None or not 0 <= active < len(members):
            return rotation
        turns = max(0, Handoffs(rotation, zone).number_at(self._now)) % len(members)
        first = (active - turns) % len(members)
        return replace(rotation, members=members[first:] + members[:first])

    def _beside(self, rotation: Rotation, others: Sequence[Rotation]) -> Rotation:
        """With them all targets are on at once; with us one of a role, and the others stand behind."""
        layer = max(1, 99 - len(others))
        if not any(_meet(rotation, other) for other in others):
            return replace(rotation, layer=layer)
        why = "it is on together with another target, and here one person of a role is on at a time"
        self._misfit(
            f"“{rotation.name}” of “{self._name}”",
            why,
            "It became secondary: asked where the primary can't",
        )
        return replace(rotation, role=DutyRole.SECONDARY, layer=layer)

    # Overrides

    def overrides(self) -> Iterator[Override]:
        for override in self._file.userOverrides:
            if override.target is None or override.target.id in ("", self._schedule.id):
                yield from self._override(override)
        for temporary in self._schedule.temporarySchedules:
            yield from self._temporary(temporary)

    def _override(self, override: _Override) -> Iterator[Override]:
        start, end = override.start.astimezone(UTC), override.end.astimezone(UTC)
        comes = self._whom(override.addUserID, override.addUser, end)
        goes = self._whom(override.removeUserID, override.removeUser, end)
        if end <= self._now or end <= start or not (comes or goes):
            return
        kind = OverrideKind.REMOVE if comes is None else OverrideKind.REPLACE if goes else OverrideKind.ADD
        if kind is OverrideKind.ADD:
            why = "it puts somebody on beside the others, and here they take the others' place"
            self._misfit(
                f"The override of “{self._name}” at {start:%Y-%m-%d %H:%M} UTC",
                why,
                "Look whether that is meant",
            )
        yield Override(0, kind, DutyRole.PRIMARY, start, end, comes, goes)

    def _whom(self, user_id: str | None, user: ForeignPerson | None, end: datetime) -> int | None:
        if (not user_id and user is None) or end <= self._now:
            return None
        found = self._users.get(user_id or "") or user or ForeignPerson(id=user_id or "")
        return self._people.find(found)

    def _temporary(self, temporary: _Temporary) -> Iterator[Override]:
        covered = temporary.start
        for shift in sorted(temporary.shifts, key=lambda one: one.start):
            covered = max(covered, shift.end) if shift.start <= covered else covered
            person = self._whom(shift.userID, shift.user, shift.end)
            if person is not None and shift.start < shift.end:
                span = shift.start.astimezone(UTC), shift.end.astimezone(UTC)
                yield Override(0, OverrideKind.ADD, DutyRole.PRIMARY, *span, person_id=person)
        if covered < temporary.end and temporary.end > self._now:
            why = "it leaves hours without anybody, and here the turns go on in them"
            where = f"The temporary schedule of “{self._name}” at {temporary.start:%Y-%m-%d %H:%M %z}"
            self._misfit(where, why, "Take people off these hours with an override, if that is meant")

    def _misfit(self, what: str, why: str, remedy: str) -> None:
        self.misfits.append(Misfit(what, why, remedy))


def _meet(one: Rotation, other: Rotation) -> bool:
    return bool(_minutes(one) & _minutes(other))


def _minutes(rotation: Rotation) -> set[int]:
    """The minutes of the week in which a rotation has somebody on."""
    if not rotation.restrictions:
        return set(range(7 * 1440))
    found: set[int] = set()
    for hours_on in rotation.restrictions:
        start = hours_on.start.hour * 60 + hours_on.start.minute
        end = hours_on.end.hour * 60 + hours_on.end.minute
        length = (end - start) % 1440 or 1440
        for day in hours_on.weekdays:
            found |= {(day * 1440 + start + n) % (7 * 1440) for n in range(length)}
    return found
