"""What is wrong with a schedule's rules, each with where it stands and what to do. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import combinations
from zoneinfo import ZoneInfo, available_timezones

from triage.errors import TriageError
from triage.oncall.plan import Member, Restriction, Rotation, Schedule, Turn
from triage.oncall.regional import countries
from triage.oncall.rotation import Interval, hours_on, moment

_MOST_NAME = 100
_MOST_EVERY = {Turn.HOUR: 24 * 31, Turn.DAY: 366, Turn.WEEK: 52, Turn.MONTH: 12, Turn.BUSINESS_DAY: 260}
_YEARS = range(2000, 2101)
# A year and a bit shows every weekday in every state of the clocks.
_LOOKED_AT = timedelta(days=400)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that cannot be: where it stands in the schedule, what it is, and what would do."""

    path: Path
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}"


class ScheduleRefused(TriageError):
    """Rules that cannot be; nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(map(str, problems)))
        self.problems = tuple(problems)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def problems(schedule: Schedule) -> list[Problem]:
    """Everything at once, so that nobody mends a file one line a time; none where the rules hold."""
    found = [*_named(schedule), *_placed(schedule)]
    for n, rotation in enumerate(schedule.rotations):
        found += _of_rotation(("rotations", n), rotation)
    if not found:
        found += _two_at_once(schedule)
    return found


def _named(schedule: Schedule) -> Iterator[Problem]:
    yield from _of_name(("name",), schedule.name)
    seen: set[str] = set()
    for n, rotation in enumerate(schedule.rotations):
        path: Path = ("rotations", n, "name")
        yield from _of_name(path, rotation.name)
        if rotation.name in seen:
            yield Problem(
                path, f"Two rotations are called “{rotation.name}”.", "Give each a name of its own."
            )
        seen.add(rotation.name)


def _of_name(path: Path, name: str) -> Iterator[Problem]:
    if not name.strip():
        yield Problem(path, "The name is empty.", "Give it a name.")
    elif len(name) > _MOST_NAME:
        yield Problem(path, f"The name has {len(name)} letters.", f"Use at most {_MOST_NAME}.")
    elif any(letter in name for letter in "{}") or not name.isprintable():
        yield Problem(path, f"The name {name!r} has braces or unseen characters in it.", "Leave them out.")


def _placed(schedule: Schedule) -> Iterator[Problem]:
    yield from _of_zone(("zone",), schedule.zone)
    if not schedule.country:
        if schedule.region:
            yield Problem(("region",), "A region stands without its country.", "Name the country, too.")
        return
    regions = countries().get(schedule.country)
    if regions is None:
        yield Problem(
            ("country",),
            f"No country “{schedule.country}” is known.",
            "Use two capital letters, such as DE, GB or US.",
        )
    elif schedule.region and schedule.region not in regions:
        known = ", ".join(regions) or "none"
        yield Problem(
            ("region",),
            f"{schedule.country} has no region “{schedule.region}”.",
            f"Use one of these: {known}.",
        )


def _of_zone(path: Path, zone: ZoneInfo) -> Iterator[Problem]:
    if zone.key not in _zones():
        yield Problem(path, f"No time zone “{zone.key}” is known.", "Use a name such as Europe/Berlin.")


def _of_rotation(path: Path, rotation: Rotation) -> Iterator[Problem]:
    if rotation.zone is not None:
        yield from _of_zone((*path, "zone"), rotation.zone)
    if not 0 <= rotation.layer <= 99:
        yield Problem((*path, "layer"), f"Layer {rotation.layer} is out of range.", "Use 0 to 99.")
    yield from _of_turns(path, rotation)
    if not rotation.members:
        yield Problem((*path, "members"), f"“{rotation.name}” has no members.", "Name at least one person.")
    for n, member in enumerate(rotation.members):
        yield from _of_member((*path, "members", n), member)
    for n, restriction in enumerate(rotation.restrictions):
        yield from _of_restriction((*path, "restrictions", n), restriction)


def _of_turns(path: Path, rotation: Rotation) -> Iterator[Problem]:
    most = _MOST_EVERY[rotation.turn]
    if not 1 <= rotation.every <= most:
        yield Problem(
            (*path, "every"),
            f"A turn of {rotation.every} × {rotation.turn.value} is not possible.",
            f"Use 1 to {most}.",
        )
    if rotation.starts.tzinfo is not None:
        yield Problem(
            (*path, "starts"),
            "The start has an offset.",
            "Write it as local time, such as 2026-03-02T09:00; the zone says the rest.",
        )
    elif rotation.starts.year not in _YEARS:
        yield Problem(
            (*path, "starts"),
            f"The start lies in the year {rotation.starts.year}.",
            f"Use a year from {_YEARS[0]} to {_YEARS[-1]}.",
        )


def _of_member(path: Path, member: Member) -> Iterator[Problem]:
    if member.since is not None and member.until is not None and member.until <= member.since:
        yield Problem(
            (*path, "until"),
            f"Somebody takes part from {member.since} until {member.until}, which is no time at all.",
            "Let “until” be a later day than “since”.",
        )


def _of_restriction(path: Path, restriction: Restriction) -> Iterator[Problem]:
    if not restriction.weekdays:
        yield Problem((*path, "weekdays"), "The hours name no weekday.", "Name at least one.")
    elif not restriction.weekdays <= set(range(7)):
        yield Problem((*path, "weekdays"), "There is no such weekday.", "Use 0 for Monday to 6 for Sunday.")
    if restriction.start.tzinfo is not None or restriction.end.tzinfo is not None:
        yield Problem(path, "The hours have an offset.", "Write local times, such as 09:00.")
    elif restriction.start == restriction.end and restriction.start != time():
        yield Problem(
            (*path, "end"),
            f"The hours begin and end at {restriction.start:%H:%M}.",
            "For a whole day write 00:00 to 00:00; else choose another end.",
        )


# --- Two at once ------------------------------------------------------------------------------------


def _two_at_once(schedule: Schedule) -> Iterator[Problem]:
    """Of two rotations with one role and one layer nobody could tell who is on where both have their hours."""
    for (_, one), (n, other) in combinations(enumerate(schedule.rotations), 2):
        if (one.role, one.layer) != (other.role, other.layer):
            continue
        both = _first_overlap(schedule, one, other)
        if both is not None:
            local = both.astimezone(other.zone or schedule.zone)
            yield Problem(
                ("rotations", n, "layer"),
                f"“{one.name}” and “{other.name}” are both {one.role.value} on layer {one.layer} "
                f"and have the same hours, first on {local:%Y-%m-%d at %H:%M}.",
                "Give the one that should win a higher layer, or change the hours.",
            )


def _first_overlap(schedule: Schedule, one: Rotation, other: Rotation) -> datetime | None:
    zones = one.zone or schedule.zone, other.zone or schedule.zone
    start = max(moment(one.starts, zones[0]), moment(other.starts, zones[1]))
    end = min([start + _LOOKED_AT, *_ends(one, zones[0]), *_ends(other, zones[1])])
    ours, theirs = hours_on(one, zones[0], start, end), hours_on(other, zones[1], start, end)
    return _meeting(ours, theirs)


def _ends(rotation: Rotation, zone: ZoneInfo) -> Iterator[datetime]:
    """When the last member leaves, if all of them do."""
    until = [member.until for member in rotation.members if member.until is not None]
    if len(until) == len(rotation.members):
        yield moment(datetime.combine(max(until), time()), zone)


def _meeting(ours: list[Interval], theirs: list[Interval]) -> datetime | None:
    """Where two lists of intervals first have time in common."""
    n = m = 0
    while n < len(ours) and m < len(theirs):
        opens, closes = max(ours[n][0], theirs[m][0]), min(ours[n][1], theirs[m][1])
        if opens < closes:
            return opens
        if ours[n][1] <= theirs[m][1]:
            n += 1
        else:
            m += 1
    return None
