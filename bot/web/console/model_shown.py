"""A kept model made ready to be read: its figures beside those of what served, its gate in sentences, its pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.pictures.confusion import confusion
from bot.pictures.curve import learning_curve
from bot.pictures.reliability import reliability
from bot.pictures.sheet import Picture
from bot.pictures.thresholds import thresholds
from triage.classifier.models import ModelVersion
from triage.classifier.registry import objections
from triage.learning.report import ClassFigures, ModelReport, Slice
from triage.vocabulary import ModelState

# What compares loads for a second: a desk that starts takes Slack's events before that.
if TYPE_CHECKING:
    from triage.learning.gate import GateReport

STATE_OF_MODEL = {
    ModelState.CHAMPION: "Champion, it serves",
    ModelState.CHALLENGER: "Challenger, it waits",
    ModelState.RETIRED: "Retired, it served before",
}
# The figure, its name, what it means, and how it is written.
_FIGURES = (
    ("accuracy", "Best guess right", "of messages that have a category", "{:.1%}"),
    ("macro_f1", "Macro-F1", "every category counts the same, however rare", "{:.3f}"),
    ("coverage", "Decides", "the rest is left to people", "{:.1%}"),
    ("precision_decided", "Right when it decides", "of all that it decided", "{:.1%}"),
    ("strays_left_alone", "Leaves alone", "of messages that belong to no category", "{:.1%}"),
    ("ece", "Chances off by", "calibration error (ECE), 0 is best", "{:.3f}"),
    ("brier", "Brier score", "of the chance to be right, 0 is best", "{:.3f}"),
    ("critical_recall", "Critical ones seen", "of messages that people called critical", "{:.1%}"),
    ("critical_precision", "“Critical” was right", "of messages that it called critical", "{:.1%}"),
)
NOT_MEASURED = "–"


@dataclass(frozen=True)
class Figure:
    """`before` is that of what served, on the same messages; empty where it was not measured."""

    key: str
    name: str
    meaning: str
    value: str
    before: str


@dataclass(frozen=True)
class ModelShown:
    """`report`, `before` and `gate` are None where a model was kept without them, as one that was brought in."""

    name: str
    state: ModelState
    created_at: datetime
    promoted_at: datetime | None
    cleared: bool
    report: ModelReport | None
    before: ModelReport | None
    gate: "GateReport | None"
    figures: tuple[Figure, ...]
    objections: tuple[str, ...]
    trouble: str
    doubts: int
    size: str

    @property
    def state_name(self) -> str:
        return STATE_OF_MODEL[self.state]

    @property
    def waits(self) -> bool:
        return self.state is ModelState.CHALLENGER and not self.cleared


def model_shown(version: ModelVersion) -> ModelShown:
    from triage.learning.gate import GateReport

    kept = version.metrics
    report = ModelReport.from_json(kept["report"]) if kept.get("report") else None
    before = ModelReport.from_json(kept["champion_report"]) if kept.get("champion_report") else None
    trouble = kept.get("trouble") or {}
    return ModelShown(
        name=version.name,
        state=ModelState(version.state),
        created_at=version.created_at,
        promoted_at=version.promoted_at,
        cleared=version.cleared_at is not None,
        report=report,
        before=before,
        gate=GateReport.from_json(kept["gate"]) if kept.get("gate") else None,
        figures=figures(report, before) if report else (),
        objections=objections(version),
        trouble=str(trouble.get("sentence", "")),
        doubts=int(kept.get("doubts") or 0),
        size=_size(version),
    )


def figures(report: ModelReport, before: ModelReport | None = None) -> tuple[Figure, ...]:
    return tuple(
        Figure(key, name, meaning, _written(report, key, form), _written(before, key, form))
        for key, name, meaning, form in _FIGURES
    )


def pictures(report: ModelReport, names: Mapping[str, str]) -> tuple[Picture, ...]:
    """In the order in which they are read."""
    return (confusion(report, names), reliability(report), thresholds(report), learning_curve(report))


def by_class(report: ModelReport) -> tuple[ClassFigures, ...]:
    """The weakest first, because that is where labels help."""
    return tuple(sorted(report.per_class, key=lambda one: (one.f1, one.category)))


def slices(
    report: ModelReport, channels: Mapping[str, str]
) -> tuple[tuple[str, tuple[tuple[str, Slice], ...]], ...]:
    """Title and rows; `channels` are names by id."""
    groups = (("Channel", report.by_channel), ("Length", report.by_length), ("Time of day", report.by_time))
    return tuple(
        (title, tuple((channels.get(one.name, one.name), one) for one in rows))
        for title, rows in groups
        if rows
    )


def _written(report: ModelReport | None, key: str, form: str) -> str:
    if report is None:
        return ""
    value: float | None = getattr(report, key)
    if value is None or (key == "strays_left_alone" and not report.strays):
        return NOT_MEASURED
    return form.format(value)


def _size(version: ModelVersion) -> str:
    megabytes, milliseconds = version.metrics.get("megabytes"), version.metrics.get("milliseconds")
    if megabytes is None or milliseconds is None:
        return ""
    return f"{megabytes:.1f} MB, {milliseconds:.1f} ms for the slowest of 100 decisions"
