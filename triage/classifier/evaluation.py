"""How good a model is, in figures one can check: right, sure, silent, and honest about it."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from triage.classifier.examples import Example
from triage.classifier.verdict import Verdict
from triage.vocabulary import Urgency

T = TypeVar("T", bound=Hashable)

BINS = 10


@dataclass(frozen=True)
class ClassScore:
    precision: float
    recall: float
    f1: float
    messages: int


@dataclass(frozen=True)
class CategoryReport:
    """`accuracy` and `macro_f1` judge the best guess on messages that have a category, deciding or not.

    `precision_decided` is over everything that was decided, so a decided stray counts as wrong.
    """

    accuracy: float
    macro_f1: float
    coverage: float
    precision_decided: float
    strays_left_alone: float
    ece: float
    per_class: dict[str, ClassScore]
    messages: int
    strays: int


@dataclass(frozen=True)
class UrgencyReport:
    critical_recall: float
    critical_precision: float
    decided: float
    exact_decided: float
    per_urgency: dict[Urgency, ClassScore]


@dataclass(frozen=True)
class Report:
    category: CategoryReport
    urgency: UrgencyReport


def evaluate(decide: Callable[[str], Verdict], examples: Sequence[Example]) -> Report:
    verdicts = [decide(example.text) for example in examples]
    return Report(category_report(verdicts, examples), urgency_report(verdicts, examples))


def category_report(verdicts: Sequence[Verdict], examples: Sequence[Example]) -> CategoryReport:
    guesses = [v.alternatives[0][0] if v.alternatives else None for v in verdicts]
    truth = [example.category for example in examples]
    inside = [i for i, label in enumerate(truth) if label is not None]
    strays = [i for i, label in enumerate(truth) if label is None]
    decided = [i for i, v in enumerate(verdicts) if v.category is not None]
    per_class = class_scores([guesses[i] for i in inside], [truth[i] for i in inside])
    right = [guess == label and label is not None for guess, label in zip(guesses, truth, strict=True)]
    return CategoryReport(
        accuracy=_share(sum(right), len(inside)),
        macro_f1=_mean([score.f1 for score in per_class.values() if score.messages]),
        coverage=_share(sum(verdicts[i].category is not None for i in inside), len(inside)),
        precision_decided=_share(sum(verdicts[i].category == truth[i] for i in decided), len(decided)),
        strays_left_alone=_share(sum(verdicts[i].category is None for i in strays), len(strays)),
        ece=expected_calibration_error([v.confidence.category for v in verdicts], right),
        per_class={str(label): score for label, score in per_class.items()},
        messages=len(inside),
        strays=len(strays),
    )


def urgency_report(verdicts: Sequence[Verdict], examples: Sequence[Example]) -> UrgencyReport:
    pairs = [(v, e.urgency) for v, e in zip(verdicts, examples, strict=True) if e.urgency is not None]
    scores = class_scores([v.urgency for v, _ in pairs], [urgency for _, urgency in pairs])
    critical = scores.get(Urgency.CRITICAL, ClassScore(0.0, 0.0, 0.0, 0))
    decided = [(v.urgency, urgency) for v, urgency in pairs if not v.abstained.urgency]
    return UrgencyReport(
        critical_recall=critical.recall,
        critical_precision=critical.precision,
        decided=_share(len(decided), len(pairs)),
        exact_decided=_share(sum(said == true for said, true in decided), len(decided)),
        per_urgency={urgency: scores[urgency] for urgency in Urgency if urgency in scores},
    )


def class_scores(guesses: Sequence[T], truth: Sequence[T]) -> dict[T, ClassScore]:
    hits: dict[T, int] = defaultdict(int)
    guessed: dict[T, int] = defaultdict(int)
    real: dict[T, int] = defaultdict(int)
    for guess, true in zip(guesses, truth, strict=True):
        guessed[guess] += 1
        real[true] += 1
        hits[true] += guess == true
    scores = {}
    for label in sorted(real.keys() | guessed.keys(), key=str):
        precision, recall = _share(hits[label], guessed[label]), _share(hits[label], real[label])
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        scores[label] = ClassScore(precision, recall, f1, real[label])
    return scores


def expected_calibration_error(chances: Sequence[float], right: Sequence[bool]) -> float:
    """How far "0.8 sure" is from being right 8 times in 10, averaged over ten bins."""
    if not chances:
        return 0.0
    chance, correct = np.array(chances), np.array(right, dtype=float)
    bins = np.minimum((chance * BINS).astype(int), BINS - 1)
    gaps = [abs(chance[bins == b].mean() - correct[bins == b].mean()) * (bins == b).sum() for b in set(bins)]
    return float(sum(gaps) / len(chance))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
