"""What a file would change, in words: per schedule, which rotations come, change and go. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from triage.oncall.exchange import words
from triage.oncall.plan import Member, Override, Rotation, Schedule


class Happens(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    SAME = "unchanged"


@dataclass(frozen=True)
class Change:
    """One schedule, rotation or override, and what becomes of it."""

    happens: Happens
    name: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScheduleChange:
    schedule: Change
    rotations: tuple[Change, ...] = ()
    overrides: tuple[Change, ...] = ()

    @property
    def changes_something(self) -> bool:
        return any(
            one.happens is not Happens.SAME for one in (self.schedule, *self.rotations, *self.overrides)
        )


def compared(before: Schedule | None, after: Schedule, names: Mapping[int, str]) -> ScheduleChange:
    """`names` says how people are called."""
    old = {rotation.name: rotation for rotation in before.rotations} if before else {}
    new = {rotation.name: rotation for rotation in after.rotations}
    rotations = [_rotation(old.get(name), rotation, names) for name, rotation in new.items()]
    rotations += [Change(Happens.REMOVED, name) for name in old if name not in new]
    if before is None:
        return ScheduleChange(Change(Happens.ADDED, after.name), tuple(rotations))
    details = tuple(_differing(_of_schedule(before), _of_schedule(after)))
    if not details and [one.name for one in before.rotations if one.name in new] != [
        name for name in new if name in old
    ]:
        details = ("the order of its rotations",)
    happens = Happens.CHANGED if details else Happens.SAME
    return ScheduleChange(Change(happens, after.name, details), tuple(rotations))


def _rotation(before: Rotation | None, after: Rotation, names: Mapping[int, str]) -> Change:
    if before is None:
        return Change(Happens.ADDED, after.name)
    details = tuple(_differing(_of_rotation(before, names), _of_rotation(after, names)))
    return Change(Happens.CHANGED if details else Happens.SAME, after.name, details)


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for key, value in after.items():
        if before[key] != value:
            yield f"{key}: {before[key] or 'none'} → {value or 'none'}"


def _of_schedule(schedule: Schedule) -> dict[str, str]:
    holidays = "-".join(part for part in (schedule.country, schedule.region) if part)
    return {"zone": schedule.zone.key, "holidays": holidays}


def _of_rotation(rotation: Rotation, names: Mapping[int, str]) -> dict[str, str]:
    return {
        "role": rotation.role,
        "layer": str(rotation.layer),
        "turn": f"{rotation.every} × {rotation.turn.replace('_', ' ')}",
        "starts": words.local_text(rotation.starts),
        "zone": rotation.zone.key if rotation.zone else "",
        "only": "; ".join(words.restriction_text(one) for one in rotation.restrictions),
        "members": ", ".join(_member(member, names) for member in rotation.members),
    }


def _member(member: Member, names: Mapping[int, str]) -> str:
    days = [f"{word} {day}" for word, day in (("from", member.since), ("until", member.until)) if day]
    who = names.get(member.person_id, "somebody")
    return f"{who} ({' '.join(days)})" if days else who


def override_text(override: Override, schedule: Schedule, names: Mapping[int, str]) -> str:
    """“replace: Cleo for Ben, primary, 2027-03-02 09:00+01:00 to …”."""
    people = [
        names.get(one, "somebody") for one in (override.person_id, override.instead_of) if one is not None
    ]
    span = " to ".join(words.moment_text(at, schedule.zone) for at in (override.start, override.end))
    return f"{override.kind}: {' for '.join(people)}, {override.role}, {span}"
