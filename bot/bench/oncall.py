"""A schedule of the size at which resolution is measured: a year, twenty people, four layers, two hundred overrides."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

from triage.oncall.plan import (
    Absence,
    AbsenceKind,
    DutyRole,
    Member,
    Override,
    OverrideKind,
    Plan,
    Restriction,
    Rotation,
    Schedule,
    Turn,
)
from triage.oncall.shifts import on_now, resolve

_START = datetime(2026, 1, 5, tzinfo=UTC)
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney")
_TURNS = (Turn.WEEK, Turn.DAY, Turn.BUSINESS_DAY, Turn.WEEK)
_WEEKDAYS = frozenset(range(5))
_HOURS = (
    (),
    (Restriction(frozenset(range(7)), time(22), time(6)),),
    (Restriction(_WEEKDAYS, time(9), time(17)),),
    (Restriction(frozenset({5, 6}), time(), time()),),
)


@dataclass(frozen=True)
class Resolved:
    """What one size takes: milliseconds of the processor, the middle of the runs and what 99 in 100 stay under."""

    weeks: int
    people: int
    layers: int
    overrides: int
    shifts: int
    resolve_ms: float
    resolve_p99_ms: float
    now_ms: float
    now_p99_ms: float


def busy_plan(*, weeks: int, people: int, layers: int, overrides: int, seed: int = 1) -> Plan:
    """A made-up rota, the same for one seed."""
    chance = random.Random(seed)
    rotations = tuple(_rotation(layer, people) for layer in range(layers))
    schedule = Schedule(1, "T1", "Bench", ZoneInfo(_ZONES[0]), rotations, "DE", "BE")
    return Plan(
        schedule,
        overrides=tuple(_override(n, weeks, people, chance) for n in range(overrides)),
        absences=tuple(_absence(n, weeks, people, chance) for n in range(people * 3)),
    )


def _rotation(layer: int, people: int) -> Rotation:
    kind = layer % len(_TURNS)
    members = tuple(Member((layer * 5 + n) % people + 1) for n in range(people))
    return Rotation(
        id=layer + 1,
        name=f"Layer {layer}",
        role=DutyRole.PRIMARY,
        layer=layer,
        turn=_TURNS[kind],
        every=1,
        starts=datetime(2025, 12, 1, 9),  # noqa: DTZ001 - local wall time
        members=members,
        restrictions=_HOURS[kind],
        zone=ZoneInfo(_ZONES[kind]),
    )


def _override(n: int, weeks: int, people: int, chance: random.Random) -> Override:
    start = _START + timedelta(hours=chance.randrange(weeks * 7 * 24))
    kind = chance.choice([OverrideKind.ADD, OverrideKind.REPLACE, OverrideKind.COVER, OverrideKind.REMOVE])
    one, other = chance.sample(range(1, people + 1), 2)
    return Override(
        id=n + 1,
        kind=kind,
        role=DutyRole.PRIMARY,
        start=start,
        end=start + timedelta(hours=chance.randrange(1, 72)),
        person_id=None if kind is OverrideKind.REMOVE else one,
        instead_of=None if kind is OverrideKind.ADD else other,
    )


def _absence(n: int, weeks: int, people: int, chance: random.Random) -> Absence:
    start = _START + timedelta(days=chance.randrange(weeks * 7))
    days = timedelta(days=chance.randrange(1, 15))
    return Absence(n + 1, n % people + 1, AbsenceKind.TIME_OFF, start, start + days)


def measure(
    *, weeks: int = 52, people: int = 20, layers: int = 4, overrides: int = 200, runs: int = 25
) -> Resolved:
    """Resolves the whole time, and asks at many moments who is on."""
    plan = busy_plan(weeks=weeks, people=people, layers=layers, overrides=overrides)
    end = _START + timedelta(weeks=weeks)
    chance = random.Random(2)
    moments = [_START + timedelta(minutes=chance.randrange(weeks * 7 * 24 * 60)) for _ in range(runs * 20)]
    shifts = resolve(plan, _START, end)  # and whatever is worked out once: holidays, zones
    whole = [_timed(partial(resolve, plan, _START, end)) for _ in range(runs)]
    now = [_timed(partial(on_now, plan, at)) for at in moments]
    return Resolved(
        weeks=weeks,
        people=people,
        layers=layers,
        overrides=overrides,
        shifts=len(shifts),
        resolve_ms=round(median(whole), 2),
        resolve_p99_ms=round(_p99(whole), 2),
        now_ms=round(median(now), 3),
        now_p99_ms=round(_p99(now), 3),
    )


def _timed(call: Callable[[], object]) -> float:
    started = process_time()
    call()
    return (process_time() - started) * 1000


def _p99(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * 99 // 100)]
