"""What a policy says: whom to ask, level by level, and how long to wait. Values, and how they are kept as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from triage.vocabulary import DutyRole, TargetKind, Urgency

BUILT_IN = "built in"


class How(StrEnum):
    """How a level asks those it names."""

    ONE = "one"  # one after the other, whoever is due first
    ALL = "all"  # everybody at once


@dataclass(frozen=True)
class Target:
    """Whom a level asks; only the field that belongs to the kind is set."""

    kind: TargetKind
    person_id: int | None = None
    # None means every schedule of the desk.
    schedule_id: int | None = None
    role: DutyRole = DutyRole.PRIMARY
    pager: str = ""

    def as_json(self) -> dict[str, Any]:
        match self.kind:
            case TargetKind.PERSON:
                return {"kind": self.kind.value, "person_id": self.person_id}
            case TargetKind.ON_SHIFT:
                return {
                    "kind": self.kind.value,
                    "schedule_id": self.schedule_id,
                    "role": self.role.value,
                }
            case TargetKind.PAGER:
                return {"kind": self.kind.value, "pager": self.pager}
        return {"kind": self.kind.value}


@dataclass(frozen=True)
class Level:
    """After `wait` without a claim comes the next of the level, and then the next level. `tries` 0: all of them."""

    targets: tuple[Target, ...]
    how: How = How.ONE
    wait: timedelta = timedelta(minutes=5)
    tries: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "targets": [target.as_json() for target in self.targets],
            "how": self.how.value,
            "minutes": self.wait.total_seconds() / 60,
            "tries": self.tries,
        }


@dataclass(frozen=True)
class EscalationPolicy:
    """Which tickets it is for (nothing named: for any) and its levels, gone through `repeats` times more."""

    name: str
    levels: tuple[Level, ...]
    urgencies: frozenset[Urgency] = frozenset()
    categories: frozenset[str] = frozenset()
    repeats: int = 0
    # After the last resort the levels are gone through again.
    again_after: timedelta = timedelta(minutes=30)
    id: int = 0
    version: int = 0
    # Who knew the ticket and is asked before anybody else; set for one escalation, never by an admin.
    first: int | None = field(default=None, compare=False)

    @property
    def exactness(self) -> tuple[bool, bool]:
        """Of several that fit a ticket the more exact one counts: by category, then by urgency."""
        return bool(self.categories), bool(self.urgencies)

    def fits(self, urgency: Urgency, category: str | None) -> bool:
        return (not self.urgencies or urgency in self.urgencies) and (
            not self.categories or category in self.categories
        )

    def targets(self) -> Iterator[Target]:
        for level in self.levels:
            yield from level.targets

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "version": self.version,
            "urgencies": sorted((u.value for u in self.urgencies), key=lambda u: Urgency(u).rank),
            "categories": sorted(self.categories),
            "levels": [level.as_json() for level in self.levels],
            "repeats": self.repeats,
            "again_minutes": self.again_after.total_seconds() / 60,
            "first": self.first,
        }


def policy_from(body: dict[str, Any], *, id: int = 0, version: int | None = None) -> EscalationPolicy:
    """Reads back what `as_json` wrote."""
    return EscalationPolicy(
        name=body["name"],
        levels=tuple(_level_from(level) for level in body["levels"]),
        urgencies=frozenset(Urgency(urgency) for urgency in body["urgencies"]),
        categories=frozenset(body["categories"]),
        repeats=body["repeats"],
        again_after=timedelta(minutes=body["again_minutes"]),
        id=id,
        version=body.get("version", 0) if version is None else version,
        first=body.get("first"),
    )


def _level_from(body: dict[str, Any]) -> Level:
    return Level(
        targets=tuple(_target_from(target) for target in body["targets"]),
        how=How(body["how"]),
        wait=timedelta(minutes=body["minutes"]),
        tries=body["tries"],
    )


def _target_from(body: dict[str, Any]) -> Target:
    return Target(
        kind=TargetKind(body["kind"]),
        person_id=body.get("person_id"),
        schedule_id=body.get("schedule_id"),
        role=DutyRole(body.get("role", DutyRole.PRIMARY)),
        pager=body.get("pager", ""),
    )
