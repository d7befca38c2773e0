"""Making a model from labelled messages: the same messages and seed give the same model."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from triage.classifier.calibration import Unseen, calibrate
from triage.classifier.errors import OneCategoryOnly, TooFewExamples, UnknownLabels
from triage.classifier.examples import Category, Example, digest
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

FEWEST_EXAMPLES = 10
# Fewer strays than this teach the model nothing about what is out of scope.
FEWEST_OUTSIDE = 10
# Enough to recognise what is like something seen; more would only make the file large.
MOST_KEPT_EXAMPLES = 3_000
# Raised whenever the same messages would give another model, so that shipped models are rebuilt.
RECIPE = 1

Row = tuple[str, str]


@dataclass(frozen=True)
class Settings:
    """`precision` is what is promised when the model decides; it abstains where it cannot keep that."""

    seed: int = 7
    precision: float = 0.9


DEFAULT = Settings()


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
    unseen = _out_of_fold(rows, hints, seed=settings.seed)
    calibration = calibrate(unseen, precision=settings.precision)
    features, linear, known = _fit(rows + hints, seed=settings.seed)
    return TrainedModel(
        features=features,
        linear=linear,
        examples=_sample(known, seed=settings.seed),
        categories=tuple(categories),
        calibration=calibration,
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


def _usable_rows(examples: Sequence[Example], categories: Sequence[Category]) -> list[Row]:
    """Cleaned texts with labels; messages without text are left out, wrong labels refused."""
    _refuse_unknown_labels(examples, categories)
    rows = [(readable(e.text), OUT if e.category is None else e.category) for e in examples]
    inside = [row for row in rows if row[0] and row[1] != OUT]
    outside = [row for row in rows if row[0] and row[1] == OUT]
    found = sorted({label for _, label in inside})
    if len(inside) < FEWEST_EXAMPLES:
        raise TooFewExamples(len(inside), FEWEST_EXAMPLES)
    if len(found) < 2:
        raise OneCategoryOnly(tuple(found))
    return inside + (outside if len(outside) >= FEWEST_OUTSIDE else [])


def _hints(categories: Sequence[Category], phrases: Sequence[Example]) -> list[Row]:
    _refuse_unknown_labels(phrases, categories)
    said = [(part, category.key) for category in categories for part in category.as_phrases()]
    said += [(phrase.text, OUT if phrase.category is None else phrase.category) for phrase in phrases]
    return [(text, label) for text, label in ((readable(text), label) for text, label in said) if text]


def _refuse_unknown_labels(examples: Sequence[Example], categories: Sequence[Category]) -> None:
    used = {example.category for example in examples if example.category is not None}
    unknown = used - {category.key for category in categories}
    if unknown:
        raise UnknownLabels(tuple(sorted(unknown)))


def _fit(rows: list[Row], *, seed: int) -> tuple[FeatureUnion, LinearSVC, csr_matrix]:
    features = make_features(len(rows))
    known = csr_matrix(features.fit_transform([text for text, _ in rows]))
    linear = make_linear(seed).fit(known, np.array([label for _, label in rows]))
    linear.coef_ = linear.coef_.astype(np.float32)
    inside = np.array([label != OUT for _, label in rows])
    return features, linear, word_part(features, known)[inside]


def _out_of_fold(rows: list[Row], hints: list[Row], *, seed: int) -> Unseen:
    """What models trained on the other folds say of each message: the honest ground for calibration."""
    folds = _folds([label for _, label in rows], seed=seed)
    classes = sorted({label for _, label in rows + hints})
    values = np.zeros((len(rows), len(classes)))
    nearest: Floats = np.zeros(len(rows))
    for fold in sorted(set(folds)):
        here = np.flatnonzero(folds == fold)
        features, linear, known = _fit([rows[i] for i in np.flatnonzero(folds != fold)] + hints, seed=seed)
        unseen = csr_matrix(features.transform([rows[i][0] for i in here]))
        # A class whose only messages are in this fold is unknown to this model: a firm no.
        columns = np.array([classes.index(label) for label in linear.classes_])
        values[here] = -2.0
        values[np.ix_(here, columns)] = decision_values(linear, unseen)
        nearest[here] = similarity_to_nearest(word_part(features, unseen), known)
    return Unseen(values, nearest, classes, [label for _, label in rows])


def _folds(labels: list[str], *, seed: int) -> np.ndarray:
    """Each label dealt evenly over the folds: with few messages five of them, so that each misses little."""
    count = 5 if len(labels) < 3_000 else 3
    by_label: dict[str, list[int]] = defaultdict(list)
    for position, label in enumerate(labels):
        by_label[label].append(position)
    shuffler = random.Random(seed)
    folds = np.zeros(len(labels), dtype=int)
    dealt = 0
    for label in sorted(by_label):
        positions = by_label[label]
        shuffler.shuffle(positions)
        for position in positions:
            folds[position] = dealt % count
            dealt += 1
    return folds


def _sample(known: csr_matrix, *, seed: int) -> csr_matrix:
    if known.shape[0] <= MOST_KEPT_EXAMPLES:
        return known
    kept = sorted(random.Random(seed).sample(range(known.shape[0]), MOST_KEPT_EXAMPLES))
    return csr_matrix(known[kept])
