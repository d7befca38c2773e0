"""How good a model was on messages that it never saw: every figure an admin reads before letting it serve. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol

import numpy as np

from triage.classifier.evaluation import class_scores, expected_calibration_error
from triage.classifier.outlook import Outlook
from triage.learning.report_json import Readable
from triage.vocabulary import Urgency

BINS = 10
STEPS = 20
MOST_CHANNELS = 12
# Up to so many words a message counts as …; whatever is longer is the last.
LENGTHS = ((5, "up to 5 words"), (15, "6 to 15 words"), (40, "16 to 40 words"))
LONGER = "more than 40 words"
TIMES_OF_DAY = ("night, 0 to 6", "morning, 6 to 12", "afternoon, 12 to 18", "evening, 18 to 24")
ELSEWHERE = "elsewhere"


class Judged(Protocol):
    """A labelled message, as far as a report looks at it."""

    @property
    def text(self) -> str: ...
    @property
    def category(self) -> str | None: ...
    @property
    def urgency(self) -> Urgency | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def channel_id(self) -> str | None: ...


@dataclass(frozen=True)
class ClassFigures:
    """`messages` are those that people put into the category."""

    category: str
    precision: float
    recall: float
    f1: float
    messages: int


@dataclass(frozen=True)
class Mixed:
    """People said one category, the model's best guess was another (or the same)."""

    said: str
    thought: str
    messages: int


@dataclass(frozen=True)
class Bin:
    """The messages of which the model was so sure, and how often it was right about them."""

    low: float
    high: float
    messages: int
    sure: float
    right: float


@dataclass(frozen=True)
class Step:
    """What deciding from this chance on would mean."""

    threshold: float
    coverage: float
    precision: float
    decided: int


@dataclass(frozen=True)
class Slice:
    name: str
    messages: int
    accuracy: float
    coverage: float
    precision_decided: float


@dataclass(frozen=True)
class CurvePoint:
    """Learned from so many messages only."""

    messages: int
    accuracy: float
    macro_f1: float


@dataclass(frozen=True)
class ModelReport(Readable):
    """`accuracy`, `macro_f1`, `per_class` and `confusion` judge the best guess, decided or not, on messages that have
    a category. `strays` have none: `precision_decided` counts a decided one as wrong. `ece` and `brier` judge the
    chance that the best guess is right. The critical figures are None where there was nothing to measure them on.
    """

    messages: int
    strays: int
    since: datetime | None
    until: datetime | None
    accuracy: float
    macro_f1: float
    coverage: float
    precision_decided: float
    strays_left_alone: float
    ece: float
    brier: float
    critical: int
    critical_recall: float | None
    critical_precision: float | None
    per_class: tuple[ClassFigures, ...]
    confusion: tuple[Mixed, ...]
    reliability: tuple[Bin, ...]
    thresholds: tuple[Step, ...]
    by_channel: tuple[Slice, ...]
    by_length: tuple[Slice, ...]
    by_time: tuple[Slice, ...]
    learning_curve: tuple[CurvePoint, ...]


def report(
    outlook: Outlook,
    messages: Sequence[Judged],
    *,
    learning_curve: Sequence[CurvePoint] = (),
    zone: tzinfo = UTC,
) -> ModelReport:
    """`outlook` is what the model thinks of `messages`, row by row. `zone` is where the desk's day is read."""
    seen = _Seen.of(outlook, messages)
    inside = [row for row, said in enumerate(seen.truth) if said is not None]
    strays = [row for row, said in enumerate(seen.truth) if said is None]
    per_class = _per_class(seen, inside)
    overall = seen.slice("", range(len(messages)))
    chances, right = outlook.sure, np.array(seen.right, dtype=float)
    days = [message.at for message in messages]
    critical, recall, precision = _critical(outlook, messages)
    return ModelReport(
        messages=len(inside),
        strays=len(strays),
        since=min(days, default=None),
        until=max(days, default=None),
        accuracy=overall.accuracy,
        macro_f1=_mean([figures.f1 for figures in per_class if figures.messages]),
        coverage=overall.coverage,
        precision_decided=overall.precision_decided,
        strays_left_alone=_share(sum(not seen.decided[row] for row in strays), len(strays)),
        ece=expected_calibration_error([float(chance) for chance in chances], seen.right),
        brier=float(((chances - right) ** 2).mean()) if len(right) else 0.0,
        critical=critical,
        critical_recall=recall,
        critical_precision=precision,
        per_class=per_class,
        confusion=_confusion(seen, inside),
        reliability=_reliability(seen),
        thresholds=_thresholds(seen, inside),
        by_channel=_by_channel(seen, messages),
        by_length=_sliced(seen, messages, _length, [name for _, name in LENGTHS] + [LONGER]),
        by_time=_sliced(
            seen, messages, lambda one: TIMES_OF_DAY[one.at.astimezone(zone).hour // 6], TIMES_OF_DAY
        ),
        learning_curve=tuple(learning_curve),
    )


@dataclass(frozen=True)
class _Seen:
    """The same rows as plain lists: what people said, what the model thought, how sure, decided, right."""

    truth: list[str | None]
    best: tuple[str | None, ...]
    sure: list[float]
    decided: list[bool]
    right: list[bool]

    @classmethod
    def of(cls, outlook: Outlook, messages: Sequence[Judged]) -> "_Seen":
        truth = [message.category for message in messages]
        best = outlook.best
        right = [said is not None and said == thought for said, thought in zip(truth, best, strict=True)]
        return cls(truth, best, outlook.sure.tolist(), outlook.decided.tolist(), right)

    def slice(self, name: str, rows: Sequence[int]) -> Slice:
        inside = [row for row in rows if self.truth[row] is not None]
        decided = [row for row in rows if self.decided[row]]
        return Slice(
            name,
            len(rows),
            accuracy=_share(sum(self.right[row] for row in inside), len(inside)),
            coverage=_share(sum(self.decided[row] for row in inside), len(inside)),
            precision_decided=_share(sum(self.right[row] for row in decided), len(decided)),
        )


def _per_class(seen: _Seen, inside: Sequence[int]) -> tuple[ClassFigures, ...]:
    scores = class_scores([seen.best[row] or "" for row in inside], [seen.truth[row] or "" for row in inside])
    return tuple(
        ClassFigures(category, score.precision, score.recall, score.f1, score.messages)
        for category, score in scores.items()
        if category
    )


def _confusion(seen: _Seen, inside: Sequence[int]) -> tuple[Mixed, ...]:
    """Only the pairs that occur: with eighty categories, nearly all of the square is empty."""
    pairs = Counter((seen.truth[row] or "", seen.best[row] or "") for row in inside)
    return tuple(Mixed(said, thought, count) for (said, thought), count in sorted(pairs.items()))


def _reliability(seen: _Seen) -> tuple[Bin, ...]:
    rows: dict[int, list[int]] = defaultdict(list)
    for row, sure in enumerate(seen.sure):
        rows[min(int(sure * BINS), BINS - 1)].append(row)
    return tuple(
        Bin(
            number / BINS,
            (number + 1) / BINS,
            len(inside),
            sure=_mean([seen.sure[row] for row in inside]),
            right=_share(sum(seen.right[row] for row in inside), len(inside)),
        )
        for number, inside in sorted(rows.items())
    )


def _thresholds(seen: _Seen, inside: Sequence[int]) -> tuple[Step, ...]:
    return tuple(_step(seen, inside, step / STEPS) for step in range(STEPS))


def _step(seen: _Seen, inside: Sequence[int], threshold: float) -> Step:
    decided = [row for row, sure in enumerate(seen.sure) if sure >= threshold]
    covered = sum(seen.sure[row] >= threshold for row in inside)
    precision = _share(sum(seen.right[row] for row in decided), len(decided))
    return Step(threshold, _share(covered, len(inside)), precision, len(decided))


def _sliced(
    seen: _Seen, messages: Sequence[Judged], name_of: Callable[[Judged], str], order: Sequence[str]
) -> tuple[Slice, ...]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, message in enumerate(messages):
        rows[name_of(message)].append(row)
    return tuple(seen.slice(name, rows[name]) for name in order if name in rows)


def _by_channel(seen: _Seen, messages: Sequence[Judged]) -> tuple[Slice, ...]:
    """The busiest by their id, and the rest together."""
    busiest = Counter(message.channel_id for message in messages if message.channel_id).most_common(
        MOST_CHANNELS
    )
    names = [channel for channel, _ in busiest]
    listed = frozenset(names)

    def name_of(message: Judged) -> str:
        return message.channel_id if message.channel_id in listed else ELSEWHERE

    return _sliced(seen, messages, name_of, [*names, ELSEWHERE])


def _length(message: Judged) -> str:
    words = len(message.text.split())
    return next((name for most, name in LENGTHS if words <= most), LONGER)


def _critical(outlook: Outlook, messages: Sequence[Judged]) -> tuple[int, float | None, float | None]:
    """How many were critical, the share of them that was seen, and how often “critical” was right."""
    known = [(said, m.urgency) for said, m in zip(outlook.urgencies, messages, strict=True) if m.urgency]
    real = sum(true is Urgency.CRITICAL for _, true in known)
    said = sum(said is Urgency.CRITICAL for said, _ in known)
    both = sum(said is true is Urgency.CRITICAL for said, true in known)
    return real, (both / real if real else None), (both / said if said else None)


def worst_mixed(report: ModelReport, *, count: int) -> tuple[Mixed, ...]:
    """The pairs that are taken for each other most often, the worst first."""
    wrong = [pair for pair in report.confusion if pair.said != pair.thought]
    return tuple(sorted(wrong, key=lambda pair: (-pair.messages, pair.said, pair.thought))[:count])


def figures_beside(one: ModelReport, other: ModelReport) -> Mapping[str, tuple[float | None, float | None]]:
    """The figures that are one number, beside those of another model."""
    names = (
        "accuracy",
        "macro_f1",
        "coverage",
        "precision_decided",
        "strays_left_alone",
        "ece",
        "brier",
        "critical_recall",
        "critical_precision",
    )
    return {name: (getattr(one, name), getattr(other, name)) for name in names}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
