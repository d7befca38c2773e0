"""What work weighs: minutes × urgency × after hours × hostility, over four weeks; and how evenly it lies. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from triage.oncall.rules import CareRules
from triage.vocabulary import Urgency

_NONE = timedelta(0)


@dataclass(frozen=True)
class Work:
    """Something that one person did for a ticket."""

    minutes: float
    urgency: Urgency
    after_hours: bool = False
    hostile: bool = False


def burden_of(work: Work, rules: CareRules) -> float:
    """In weighted minutes. Every ticket costs a little, and one left open over lunch does not cost the lunch."""
    minutes = min(max(work.minutes, rules.least_minutes), rules.most_minutes)
    return minutes * _weight(work, rules)


def burden_of_page(work: Work, rules: CareRules) -> float:
    """Being asked costs something too, even where somebody else takes it: at night one is awake then."""
    return rules.page_minutes * _weight(work, rules)


def burden_of_cover(length: timedelta, rules: CareRules, *, at_night: bool = False) -> float:
    """What standing in for somebody is worth by itself; what comes in meanwhile counts on top."""
    weight = rules.after_hours_weight if at_night else 1.0
    return length / timedelta(minutes=1) * rules.cover_weight * weight


def _weight(work: Work, rules: CareRules) -> float:
    weight = rules.urgency_weight[work.urgency]
    if work.after_hours:
        weight *= rules.after_hours_weight
    return weight * rules.hostile_weight if work.hostile else weight


def missed(
    carried: Mapping[int, float], away: Mapping[int, timedelta], *, rules: CareRules
) -> dict[int, float]:
    """What each person would have carried while they had time off, at the pace of all who are weighed with them.

    Put on top of what they carried it makes people comparable by the day they were there. Otherwise whoever comes
    back from a holiday would be everybody's first choice until they had made up for it.
    """
    there = sum((rules.burden_over - away.get(person, _NONE) for person in carried), _NONE)
    if there <= _NONE:
        return dict.fromkeys(carried, 0.0)
    total = sum(carried.values())
    return {person: total * (away.get(person, _NONE) / there) for person in carried}


def gini(values: Sequence[float]) -> float:
    """0 where all bear the same, towards 1 where one bears everything. Negative figures have no meaning here."""
    ordered = sorted(max(0.0, value) for value in values)
    total = sum(ordered)
    if not ordered or total <= 0:
        return 0.0
    n = len(ordered)
    ranked = sum(place * value for place, value in enumerate(ordered, 1))
    return max(0.0, 2 * ranked / (n * total) - (n + 1) / n)
