"""Making a model from labelled messages: the same messages and seed give the same model."""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from triage.classifier.calibration import calibrate
from triage.classifier.errors import OneCategoryOnly, TooFewExamples, UnknownLabels
from triage.classifier.examples import Category, Example, digest
from triage.classifier.folds import Unseen, splits
from triage.classifier.pipeline import (
    OUT,
    Floats,
    TrainedModel,
    decision_values,
    make_features,
    make_linear,
    readable,
    similarity_to_nearest,
    word_part,
)
from triage.classifier.raising import fit_raiser, levels_to_learn, with_floor
from triage.vocabulary import Urgency

FEWEST_EXAMPLES = 10
# Fewer strays than this teach the model nothing about what is out of scope.
FEWEST_OUTSIDE = 10
# Enough to recognise what is like something seen; more would only make the file large.
MOST_KEPT_EXAMPLES = 3_000
# Raised whenever the same messages would give another model, so that shipped models are rebuilt.
RECIPE = 3


@dataclass(frozen=True)
class Settings:
    """`precision` is what is promised when the model decides; it abstains where it cannot keep that."""

    seed: int = 7
    precision: float = 0.9


DEFAULT = Settings()


@dataclass(frozen=True)
class _Row:
    text: str
    label: str
    urgency: Urgency | None = None


@dataclass(frozen=True)
class _Fitted:
    features: FeatureUnion
    linear: LinearSVC
    alarms: dict[Urgency, LinearSVC]
    examples: csr_matrix


def train(
    examples: Sequence[Example],
    categories: Sequence[Category],
    *,
    phrases: Sequence[Example] = (),
    settings: Settings = DEFAULT,
) -> TrainedModel:
    """`phrases` are short typical wordings: learned from like messages, but never judged as if they were some."""
    rows = _usable_rows(examples, categories)
    hints = _hints(categories, phrases)
    unseen, alarms = _out_of_fold(rows, hints, seed=settings.seed)
    fitted = _fit(rows, hints, tuple(alarms), seed=settings.seed)
    urgencies = [row.urgency for row in rows]
    raisers = [with_floor(fitted.alarms[level], alarms[level], urgencies, level) for level in alarms]
    return TrainedModel(
        features=fitted.features,
        linear=fitted.linear,
        raisers=tuple(raiser for raiser in raisers if raiser is not None),
        examples=_sample(fitted.examples, seed=settings.seed),
        categories=tuple(categories),
        calibration=calibrate(unseen, precision=settings.precision),
        trained_on=len(rows),
        training_hash=training_hash(examples, categories, phrases=phrases, settings=settings),
    )


def training_hash(
    examples: Sequence[Example],
    categories: Sequence[Category],
    *,
    phrases: Sequence[Example] = (),
    settings: Settings = DEFAULT,
) -> str:
    """Changes with messages, categories and settings, and when the cleaning reads a message differently."""
    recipe = {"recipe": RECIPE, **asdict(settings)}
    read = [replace(example, text=readable(example.text)) for example in examples]
    return digest(read, categories, phrases=phrases, recipe=recipe)


def _usable_rows(examples: Sequence[Example], categories: Sequence[Category]) -> list[_Row]:
    """Cleaned texts with labels; messages without text are left out, wrong labels refused."""
    _refuse_unknown_labels(examples, categories)
    rows = [_Row(readable(e.text), OUT if e.category is None else e.category, e.urgency) for e in examples]
    inside = [row for row in rows if row.text and row.label != OUT]
    outside = [row for row in rows if row.text and row.label == OUT]
    found = sorted({row.label for row in inside})
    if len(inside) < FEWEST_EXAMPLES:
        raise TooFewExamples(len(inside), FEWEST_EXAMPLES)
    if len(found) < 2:
        raise OneCategoryOnly(tuple(found))
    return inside + (outside if len(outside) >= FEWEST_OUTSIDE else [])


def _hints(categories: Sequence[Category], phrases: Sequence[Example]) -> list[_Row]:
    _refuse_unknown_labels(phrases, categories)
    said = [_Row(readable(part), category.key) for category in categories for part in category.as_phrases()]
    said += [_Row(readable(p.text), OUT if p.category is None else p.category) for p in phrases]
    return [row for row in said if row.text]


def _refuse_unknown_labels(examples: Sequence[Example], categories: Sequence[Category]) -> None:
    used = {example.category for example in examples if example.category is not None}
    unknown = used - {category.key for category in categories}
    if unknown:
        raise UnknownLabels(tuple(sorted(unknown)))


def _fit(rows: list[_Row], hints: list[_Row], levels: tuple[Urgency, ...], *, seed: int) -> _Fitted:
    features = make_features(len(rows) + len(hints))
    labels = np.array([row.label for row in rows + hints])
    known = csr_matrix(features.fit_transform([row.text for row in rows + hints]))
    linear = make_linear(seed).fit(known, labels)
    linear.coef_ = linear.coef_.astype(np.float32)
    urgencies = [row.urgency for row in rows]
    alarms = {level: fit_raiser(known[: len(rows)], urgencies, level, seed=seed) for level in levels}
    return _Fitted(features, linear, alarms, word_part(features, known)[labels != OUT])


def _out_of_fold(rows: list[_Row], hints: list[_Row], *, seed: int) -> tuple[Unseen, dict[Urgency, Floats]]:
    """What models trained on the other folds say of each message, about category and alarms."""
    labels = [row.label for row in rows]
    levels = levels_to_learn([row.urgency for row in rows])
    classes = sorted({row.label for row in rows + hints})
    # A class whose only messages are in the judged fold is unknown to that fold's model: a firm no.
    values = np.full((len(rows), len(classes)), -2.0)
    nearest: Floats = np.zeros(len(rows))
    alarms: dict[Urgency, Floats] = {level: np.zeros(len(rows)) for level in levels}
    for learn, judge in splits(labels, seed=seed):
        fitted = _fit([rows[i] for i in learn], hints, levels, seed=seed)
        unseen = csr_matrix(fitted.features.transform([rows[i].text for i in judge]))
        columns = np.array([classes.index(label) for label in fitted.linear.classes_])
        values[np.ix_(judge, columns)] = decision_values(fitted.linear, unseen)
        nearest[judge] = similarity_to_nearest(word_part(fitted.features, unseen), fitted.examples)
        for level in levels:
            alarms[level][judge] = decision_values(fitted.alarms[level], unseen)[:, 1]
    return Unseen(values, nearest, classes, labels), alarms


def _sample(known: csr_matrix, *, seed: int) -> csr_matrix:
    if known.shape[0] <= MOST_KEPT_EXAMPLES:
        return known
    kept = sorted(random.Random(seed).sample(range(known.shape[0]), MOST_KEPT_EXAMPLES))
    return csr_matrix(known[kept])
