"""What comes in, and when: a Poisson process with the rhythm of days and weeks, outages, and bursts of harsh words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from triage.oncall.simulation.setting import CATEGORIES, ZONE, Handling, Setting
from triage.vocabulary import Urgency

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Arrival:
    """One ticket. Everything by chance is drawn here, so that every router meets the same: how long it takes who
    does not know the topic, and how soon each person asked would see it."""

    number: int
    at: datetime
    urgency: Urgency
    category: str
    hostile: bool
    minutes: float
    # For the first ask, the second, and so on: quick or slow (a standard normal), and whether it is missed.
    seen: tuple[float, ...]
    missed: tuple[bool, ...]

    @property
    def pressing(self) -> bool:
        return self.urgency is Urgency.CRITICAL


_ASKS_DRAWN = 8


def arrivals(setting: Setting, chance: np.random.Generator) -> list[Arrival]:
    """In order of time, by thinning a process that is as quick as the desk can ever be."""
    spikes = stretches(setting, setting.spikes_a_week, setting.spike_minutes, chance)
    bursts = stretches(setting, setting.hostile_bursts_a_week, setting.burst_minutes, chance)
    kinds = chance.integers(0, len(CATEGORIES), size=len(spikes))
    usual = chance.dirichlet(np.full(len(CATEGORIES), 6.0))
    found: list[Arrival] = []
    for at in _moments(setting, spikes, chance):
        spike = next((n for n, (start, end) in enumerate(spikes) if start <= at < end), None)
        share = setting.hostile_in_burst if _within(bursts, at) else setting.hostile
        kind = kinds[spike] if spike is not None else chance.choice(len(usual), p=usual)
        category = CATEGORIES[int(kind)]
        found.append(_arrival(setting, chance, len(found), at, category, share, spike is not None))
    return found


def _moments(setting: Setting, spikes: Sequence[Stretch], chance: np.random.Generator) -> Iterator[datetime]:
    """By thinning: as many as the quickest hour would bring, of which each stays by the rate of its own hour."""
    full = setting.rate * setting.agents
    most = full * max(setting.by_hour) * max(setting.by_weekday) * setting.spike_factor
    hours = (setting.end - setting.start) / timedelta(hours=1)
    drawn_at = np.sort(chance.uniform(0, hours, size=int(chance.poisson(most * hours))))
    for hour, luck in zip(drawn_at, chance.random(len(drawn_at)), strict=True):
        at = setting.start + timedelta(hours=float(hour))
        factor = setting.spike_factor if _within(spikes, at) else 1.0
        if luck * most < full * _rhythm(setting, at) * factor:
            yield at


def _arrival(
    setting: Setting,
    chance: np.random.Generator,
    number: int,
    at: datetime,
    category: str,
    hostile: float,
    in_spike: bool,
) -> Arrival:
    urgency = _urgency(setting, chance, at, in_spike)
    harsh = bool(chance.random() < hostile)
    minutes = drawn(setting.handling[urgency], float(chance.standard_normal()))
    return Arrival(
        number=number,
        at=at,
        urgency=urgency,
        category=category,
        hostile=harsh,
        minutes=minutes * (setting.harsh if harsh else 1.0),
        seen=tuple(float(one) for one in chance.standard_normal(_ASKS_DRAWN)),
        missed=tuple(bool(one) for one in chance.random(_ASKS_DRAWN) < setting.missed),
    )


def drawn(handling: Handling, quantile: float) -> float:
    """Lognormal minutes, from a standard normal."""
    return float(handling.median * np.exp(handling.sigma * quantile))


def _urgency(setting: Setting, chance: np.random.Generator, at: datetime, in_spike: bool) -> Urgency:
    if not setting.opening.is_open(at) and chance.random() < setting.critical_when_closed:
        return Urgency.CRITICAL
    if in_spike and chance.random() < setting.spike_high:
        return Urgency.HIGH
    names = list(setting.mix)
    return names[int(chance.choice(len(names), p=list(setting.mix.values())))]


def _rhythm(setting: Setting, at: datetime) -> float:
    """How much of the full rate, between the hours as a line so that no hour begins with a jump."""
    local = at.astimezone(ZONE)
    hour, share = local.hour, local.minute / 60
    here, next_one = setting.by_hour[hour], setting.by_hour[(hour + 1) % 24]
    return (here * (1 - share) + next_one * share) * setting.by_weekday[local.weekday()]


def stretches(
    setting: Setting, a_week: float, minutes: Handling, chance: np.random.Generator
) -> list[Stretch]:
    """Some in a week, begun in working hours, each of a length by chance."""
    found: list[Stretch] = []
    for week in range(setting.weeks):
        for _ in range(int(chance.poisson(a_week))):
            day, hour = float(chance.integers(0, 5)), float(chance.uniform(8, 17))
            start = setting.start + timedelta(weeks=week, days=day, hours=hour)
            length = drawn(minutes, float(chance.standard_normal()))
            found.append((start, start + timedelta(minutes=length)))
    return sorted(found)


def _within(found: Sequence[Stretch], at: datetime) -> bool:
    return any(start <= at < end for start, end in found)
