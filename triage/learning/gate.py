"""The gate: may this challenger take the champion's place? Both are judged on the same newest messages.

It looks only at messages whose labels two people stand behind: a window that the careless hand labelled too would wave
through what that hand taught. A challenger is never refused for a fault that the champion has as badly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from triage.classifier.outlook import Outlook
from triage.learning import gate_checks, gate_classes
from triage.learning.gate_parts import Check, GateSettings, Window
from triage.learning.side_by_side import side_by_side
from triage.vocabulary import Urgency

__all__ = ["DEFAULT", "Check", "GateReport", "GateSettings", "compare"]

DEFAULT = GateSettings()


@dataclass(frozen=True)
class GateReport:
    """`passed`: nothing speaks against it that must not be overruled. `automatic`: nobody needs to look first."""

    passed: bool
    checks: tuple[Check, ...]
    audited: int = 0
    judged: int = 0
    enough: bool = False

    @property
    def automatic(self) -> bool:
        return self.passed and self.enough

    @property
    def refusals(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.hard and not check.passed)

    @property
    def warnings(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.hard and not check.passed)

    @property
    def sentence(self) -> str:
        """What it comes to, for people."""
        if not self.passed:
            return f"Not better: {self.refusals[0].sentence}"
        if not self.enough:
            return "Nothing speaks against it, but few messages were judged: an admin should look before promoting."
        return "Nothing speaks against it."

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "checks": [asdict(check) for check in self.checks]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "checks": tuple(Check(**check) for check in stored["checks"])})


def compare(
    champion: Outlook,
    challenger: Outlook,
    truth: Sequence[str | None],
    *,
    audited: int,
    megabytes: float,
    milliseconds: float,
    urgencies: Sequence[Urgency | None] = (),
    critical_floor: float = gate_checks.CRITICAL_FLOOR,
    families: Sequence[int] = (),
    names: Mapping[str, str] | None = None,
    by_meaning: bool = False,
    seed: int = 7,
    settings: GateSettings = DEFAULT,
) -> GateReport:
    """`audited` is how many of the judged labels two people stand behind; `milliseconds` the challenger's slowest
    percent of decisions in CPU time, so that a busy machine refuses nobody. `families` marks near-twins.
    """
    window = Window(
        side_by_side(champion, challenger, truth), names or {}, tuple(families), seed=seed, settings=settings
    )
    checks = (
        gate_checks.audited(window, audited),
        gate_checks.overall(window),
        gate_checks.when_it_decides(window),
        gate_checks.coverage(window),
        gate_classes.recall(window),
        gate_classes.precision(window),
        gate_checks.critical(urgencies, champion.urgencies, challenger.urgencies, floor=critical_floor),
        gate_checks.critical_floor(urgencies, challenger.urgencies, floor=critical_floor),
        gate_checks.calibration(window),
        gate_checks.size(window, megabytes),
        gate_checks.latency(window, milliseconds, by_meaning=by_meaning),
    )
    return GateReport(
        passed=all(check.passed for check in checks if check.hard),
        checks=checks,
        audited=audited,
        judged=len(window.pair),
        enough=audited >= settings.least_audited,
    )
