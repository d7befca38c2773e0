"""What a check of the gate is made of: its settings, the window it looks at, and how it writes figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from triage.learning.side_by_side import SideBySide


@dataclass(frozen=True)
class GateSettings:
    """Measured on desks whose newest batch was labelled badly in part; shares, not points."""

    least_audited: int = 500  # fewer never let anything in by themselves
    certainty: float = 0.9
    lost_overall: float = 0.02  # at `least_audited`; less where there are more, as the doubt is less
    lost_overall_least: float = 0.005
    lost_by_class: float = 0.08
    # One or two messages of a small category are luck, and of a hundred categories one is unlucky.
    fewest_lost: int = 3
    class_luck: float = 0.3
    fewest_in_class: int = 10
    promise: float = 0.9  # the precision that is promised where it decides
    lost_when_deciding: float = 0.03  # allowed where that promise was broken before already
    lost_coverage: float = 0.1
    calibration: float = 0.05
    megabytes: float = 20.0
    milliseconds: float = 6.0
    milliseconds_by_meaning: float = 40.0


@dataclass(frozen=True)
class Check:
    """One thing looked at. A hard one that fails keeps the challenger out; a soft one is a warning."""

    name: str
    passed: bool
    hard: bool
    measured: float
    limit: float
    sentence: str


@dataclass(frozen=True)
class Window:
    """What both models are judged by."""

    pair: SideBySide
    names: Mapping[str, str]
    families: tuple[int, ...]
    seed: int
    settings: GateSettings

    def named(self, place: int) -> str:
        label = self.pair.labels[place]
        return self.names.get(label, label)


def percent(value: float) -> str:
    return f"{value * 100:.1f} %"


def points(value: float) -> str:
    return f"{value * 100:.1f} points"


def kept(value: float) -> float:
    """As it is stored: no digits that mean nothing."""
    return round(float(value), 6)
