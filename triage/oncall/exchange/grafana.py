"""Grafana OnCall's schedules: its shifts, with who rolls through them, as rotations and overrides of ours."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from triage.oncall.exchange.document import Written
from triage.oncall.exchange.foreign import ForeignPerson, Matching, Misfit, hours, tidy, zone_of
from triage.oncall.exchange.grafana_file import File, Shift, TheirSchedule, read_file
from triage.oncall.plan import DutyRole, Member, Override, OverrideKind, Restriction, Rotation, Schedule, Turn

_DAY = timedelta(days=1)
_TURNS = {"hourly": Turn.HOUR, "daily": Turn.DAY, "weekly": Turn.WEEK, "monthly": Turn.MONTH}
_LENGTHS = {Turn.HOUR: timedelta(hours=1), Turn.DAY: _DAY, Turn.WEEK: 7 * _DAY, Turn.MONTH: 28 * _DAY}
_WORKING_DAYS = [0, 1, 2, 3, 4]


def read(data: Any, people: Matching, *, team_id: str, now: datetime) -> tuple[list[Written], list[Misfit]]:
    """Raises `FileRefused` where it is no such file."""
    file = read_file(data)
    written: list[Written] = []
    misfits: list[Misfit] = []
    for schedule in file.schedules:
        name = tidy(schedule.name, "Grafana OnCall", [one.schedule.name for one in written])
        reader = _Reader(file, schedule, name, people, now)
        reader.read()
        values = Schedule(0, team_id, name, reader.zone, tuple(reader.rotations))
        written.append(Written(values, tuple(reader.overrides)))
        misfits += reader.misfits
    return written, misfits


class _Reader:
    def __init__(
        self, file: File, schedule: TheirSchedule, name: str, people: Matching, now: datetime
    ) -> None:
        self._file, self._schedule, self._name, self._people, self._now = file, schedule, name, people, now
        self._users = {user.id: user for user in file.users}
        self.zone: ZoneInfo = zone_of(schedule.time_zone or "UTC", f"The schedule “{name}”")
        self.rotations: list[Rotation] = []
        self.overrides: list[Override] = []
        self.misfits: list[Misfit] = []

    def read(self) -> None:
        for url, what in (
            (self._schedule.ical_url_primary, "shifts"),
            (self._schedule.ical_url_overrides, "overrides"),
        ):
            if url:
                why = f"its {what} come from a calendar at another address"
                self._misfit(f"“{self._name}”", why, "Make them rotations or overrides here")
        shifts = self._shifts()
        for layer, shift in enumerate(sorted(shifts, key=lambda one: one.level or 0), 1):
            if shift.type in ("single_event", "override"):
                self.overrides += self._once(shift)
            else:
                self._again(shift, min(layer, 99))

    def _shifts(self) -> list[Shift]:
        by_id = {shift.id: shift for shift in self._file.on_call_shifts}
        for missing in [one for one in self._schedule.shifts or [] if one not in by_id]:
            self._misfit(
                f"Shift {missing} of “{self._name}”", "the file does not hold it", "Export the shifts, too"
            )
        return [by_id[one] for one in dict.fromkeys(self._schedule.shifts or []) if one in by_id]

    def _once(self, shift: Shift) -> Iterator[Override]:
        start = self._local(shift)[0]
        end = start + timedelta(seconds=shift.duration)
        users = [*(shift.users or []), *(user for group in shift.rolling_users or [] for user in group)]
        if end <= self._now:
            return
        if len(users) > 1:
            self._several(shift, users)
        for user in users[:1]:
            if person := self._person(user):
                span = start.astimezone(UTC), end.astimezone(UTC)
                yield Override(0, OverrideKind.ADD, DutyRole.PRIMARY, *span, person_id=person)

    def _again(self, shift: Shift, layer: int) -> None:
        """A shift that comes back: one rotation."""
        groups = shift.rolling_users if shift.type == "rolling_users" else [shift.users or []]
        groups = [group for group in groups or [] if group]
        turn = _TURNS.get(shift.frequency or "")
        if why := self._unfit(shift, turn, groups):
            self._misfit(self._where(shift), why, "It was left out; add it by hand")
            return
        assert turn is not None
        for group in groups:
            if len(group) > 1:
                self._several(shift, group)
        first = (shift.start_rotation_from_user_index or 0) % len(groups)
        ids = [self._person(group[0]) for group in groups[first:] + groups[:first]]
        start, zone = self._local(shift)
        until = self._until(shift, zone)
        name = tidy(shift.name, "Shift", [one.name for one in self.rotations])
        self.rotations.append(
            Rotation(
                0,
                name,
                DutyRole.PRIMARY,
                layer,
                self._turn(shift, turn),
                shift.interval or 1,
                starts=self._first(shift, turn, start).replace(tzinfo=None),
                members=tuple(Member(one, until=until) for one in ids if one is not None),
                restrictions=tuple(self._hours(shift, turn, start)),
                zone=zone if zone.key != self.zone.key else None,
            )
        )

    def _unfit(self, shift: Shift, turn: Turn | None, groups: Sequence[Sequence[str]]) -> str:
        """Why this shift has no like here; empty where it has."""
        if turn is None:
            return f"a shift of the type “{shift.type}” that comes “{shift.frequency or 'never'}” is unknown"
        if not groups:
            return "it has nobody in it"
        if shift.by_month or shift.by_monthday:
            return "it comes in some months or on some days of the month only"
        length, every = timedelta(seconds=shift.duration), shift.interval or 1
        if turn is Turn.MONTH and (shift.by_day or length < _LENGTHS[turn]):
            return "it comes on a part of the month only"
        if turn is Turn.HOUR and (shift.by_day or length < every * _LENGTHS[turn]):
            return "it comes for parts of hours only"
        alone = shift.type != "rolling_users" or (turn is Turn.WEEK and not shift.by_day)
        if alone and every > 1 and length < every * _LENGTHS[turn]:
            return f"it comes only once in every {every} {turn}s"
        return ""

    def _turn(self, shift: Shift, turn: Turn) -> Turn:
        """Days that skip the weekend are working days; other choices of days still count every day."""
        if turn is not Turn.DAY or not shift.by_day or len(shift.weekdays) == 7:
            return turn
        if shift.weekdays == _WORKING_DAYS:
            return Turn.BUSINESS_DAY
        self._misfit(
            self._where(shift), "people change on its days only, and here on every day", "Compare who is on"
        )
        return turn

    def _hours(self, shift: Shift, turn: Turn, start: datetime) -> list[Restriction]:
        length = timedelta(seconds=shift.duration)
        if turn in (Turn.MONTH, Turn.HOUR):
            return []
        if shift.by_day:
            return hours(shift.weekdays, start.time(), length)
        if turn is Turn.DAY:
            return hours(range(7), start.time(), length)
        return hours([start.weekday()], start.time(), length)

    def _first(self, shift: Shift, turn: Turn, start: datetime) -> datetime:
        """The first handoff: with chosen days, people change at the beginning of the week."""
        if turn is not Turn.WEEK or not shift.by_day:
            return start
        return start - (start.weekday() - shift.first_weekday) % 7 * _DAY

    def _local(self, shift: Shift) -> tuple[datetime, ZoneInfo]:
        zone = zone_of(shift.time_zone, self._where(shift)) if shift.time_zone else self.zone
        start = shift.start.replace(microsecond=0)
        return (start.astimezone(zone) if start.tzinfo else start.replace(tzinfo=zone)), zone

    def _until(self, shift: Shift, zone: ZoneInfo) -> Any:
        until = shift.until
        if isinstance(until, datetime):
            return (until.astimezone(zone) if until.tzinfo else until).date()
        return until

    def _person(self, user: str) -> int | None:
        return self._people.find(self._users.get(user) or ForeignPerson(id=user))

    def _several(self, shift: Shift, users: Sequence[str]) -> None:
        named = [(self._users.get(one) or ForeignPerson(id=one)).called for one in users]
        why = f"{', '.join(named)} are on at once, and here one person of a role is"
        self._misfit(
            self._where(shift), why, f"{named[0]} was taken; add a secondary rotation for the others"
        )

    def _where(self, shift: Shift) -> str:
        return f"Shift “{shift.name}” of “{self._name}”"

    def _misfit(self, what: str, why: str, remedy: str) -> None:
        self.misfits.append(Misfit(what, why, remedy))
