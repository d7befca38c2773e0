"""The model itself: word and character n-grams, a linear classifier, and a calibrated way to stay silent."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from kb.text import clean
from triage.classifier.examples import Category
from triage.vocabulary import Urgency

# The most that is read of one message: a pasted log should not drown the question above it, or take seconds.
READ_AT_MOST = 2_000
MOST_FEATURES = 150_000
# Below this many messages every n-gram is kept, above it those seen once are noise.
RARE_FROM = 3_000

# The label of messages that belong to no category. Not a possible category key: those have no spaces.
OUT = "no category"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Plain numbers fitted on messages the model had not seen; small enough to live in a JSON file.

    `beta` turns decision values into chances. The next three weigh two signs of a good guess (the odds of its
    chance, a similar example) into one: the chance that the guess is right at all, also for questions that
    belong to no category. Below `floor` the model abstains.
    """

    beta: float
    intercept: float
    odds: float
    nearest: float
    floor: float


@dataclass(frozen=True)
class Guesses:
    """For each message: chances over the categories, and the signs from which sureness is computed."""

    chances: Floats  # messages × categories; sums to less than one when "no category" takes its share
    signs: Floats  # messages × (log odds of the best chance, nearest)


@dataclass(frozen=True)
class Raiser:
    """Says "at least this urgent" about a message. It may raise what the rules say and never lowers it.

    `precision` is how often it was right, above its floor, about messages it had not seen.
    """

    level: Urgency
    linear: LinearSVC
    floor: float
    precision: float


@dataclass(frozen=True)
class TrainedModel:
    features: FeatureUnion
    linear: LinearSVC
    raisers: tuple[Raiser, ...]  # the most urgent first
    examples: csr_matrix  # a sample of the training messages, for "have I seen anything like this?"
    categories: tuple[Category, ...]
    calibration: Calibration
    trained_on: int
    training_hash: str

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(str(label) for label in self.linear.classes_ if label != OUT)

    @property
    def names(self) -> dict[str, str]:
        return {category.key: category.name for category in self.categories}

    def sureness(self, guesses: Guesses) -> Floats:
        return sureness(guesses.signs, self.calibration)


def readable(text: str) -> str:
    """The text as rules and model see it, in training and in use alike."""
    return clean(text)[:READ_AT_MOST]


def make_features(messages: int) -> FeatureUnion:
    options: dict[str, Any] = {
        "sublinear_tf": True,
        "strip_accents": "unicode",
        "max_features": MOST_FEATURES,
        "dtype": np.float32,
    }
    rarest = 1 if messages < RARE_FROM else 2
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **options)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=rarest, **options)
    return FeatureUnion([("words", words), ("characters", characters)])


def make_linear(seed: int) -> LinearSVC:
    return LinearSVC(C=1.0, random_state=seed)


def make_raiser(seed: int) -> LinearSVC:
    """Urgent messages are few, so each weighs more; and it should lean on many words, not on a rare one."""
    return LinearSVC(C=0.3, class_weight="balanced", random_state=seed)


def decision_values(linear: LinearSVC, rows: csr_matrix) -> Floats:
    """One column a class, also for two classes, which share a single row of weights.

    The same numbers as scikit-learn's own function, without its checks, which cost more than the sum.
    """
    values = np.asarray(rows @ linear.coef_.T + linear.intercept_, dtype=np.float64)
    return np.hstack([-values, values]) if values.shape[1] == 1 else values


def softmax(values: Floats) -> Floats:
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def word_part(features: FeatureUnion, rows: csr_matrix) -> csr_matrix:
    """The columns of words alone: a tenth of the size, and as good at telling whether anything alike was seen."""
    (_, words), _ = features.transformer_list
    return csr_matrix(rows[:, : len(words.vocabulary_)])


def similarity_to_nearest(rows: csr_matrix, examples: csr_matrix) -> Floats:
    """Cosine to the most similar example, over words (the rows of both are of length one)."""
    return np.asarray((examples @ rows.T).max(axis=0).toarray().ravel(), dtype=np.float64)


def guesses_from(values: Floats, nearest: Floats, *, classes: list[str], beta: float) -> Guesses:
    inside = [column for column, label in enumerate(classes) if label != OUT]
    chances = softmax(beta * values)[:, inside]
    best = np.clip(chances.max(axis=1), 1e-6, 1 - 1e-6)
    return Guesses(chances, np.column_stack([np.log(best / (1 - best)), nearest]))


def sureness(signs: Floats, calibration: Calibration) -> Floats:
    weights = np.array([calibration.odds, calibration.nearest])
    return np.asarray(1 / (1 + np.exp(-np.clip(calibration.intercept + signs @ weights, -30, 30))))
