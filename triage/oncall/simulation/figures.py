"""What a run comes to, in the figures that are compared."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from triage.oncall.burden import gini
from triage.oncall.simulation.desk import Story
from triage.oncall.simulation.setting import Setting


@dataclass(frozen=True)
class Figures:
    """Burden is what each carried over four weeks, in weighted minutes, looked at whenever a week ends: its Gini on
    average, and the most that anybody carried. Waits run from the moment a person may be asked."""

    gini: float
    max_burden: float
    night_pages_per_person: float
    rest_breaches: int
    hostile_third_in_a_row: int
    wait_p50_s: float
    wait_p95_s: float
    unmet: int

    def as_json(self) -> dict[str, float | int]:
        return asdict(self)


def figures(story: Story, setting: Setting) -> Figures:
    late = sum(1 for wait in story.waits if wait > setting.unmet_after.total_seconds())
    return Figures(
        gini=round(float(np.mean([gini(burdens) for burdens in story.burdens])), 4),
        max_burden=round(max(max(burdens) for burdens in story.burdens), 1),
        night_pages_per_person=round(story.night_pages / setting.agents, 2),
        rest_breaches=story.rest_breaches,
        hostile_third_in_a_row=story.thirds_needless,
        wait_p50_s=_quantile(story.waits, 0.5),
        wait_p95_s=_quantile(story.waits, 0.95),
        unmet=story.untaken + late,
    )


def _quantile(waits: Sequence[float], share: float) -> float:
    return round(float(np.quantile(waits, share)), 1) if waits else 0.0
