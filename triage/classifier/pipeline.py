"""The model itself: what it reads in a message, its heads, and a calibrated way to stay silent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from kb.postings import Postings
from kb.text import clean
from triage.classifier.examples import OUT, Category
from triage.classifier.linear import Floats, Linear, Row, Weights
from triage.classifier.meaning_head import MeaningHead
from triage.classifier.ngrams import Ngrams
from triage.classifier.reader import Reader
from triage.classifier.repairs import Spelling
from triage.vocabulary import Urgency

# The most that is read of one message: a pasted log should not drown the question above it, or take seconds.
READ_AT_MOST = 2_000


@dataclass(frozen=True)
class Calibration:
    """Plain numbers fitted on messages the model had not seen; small enough to live in a JSON file.

    `shares` weigh the heads' values so that their softmax is a chance that can be believed: one number is a
    temperature, several are a temperature each. `intercept`, `odds` and `nearest` weigh the signs of a good guess (the
    odds of its chance, how alike the most alike labelled message is, by each way of reading) into the chance that the
    guess is right at all, also for questions that belong to no category. Below `floor` the model abstains, and in a
    category that kept its promise only further up, below that category's own of `floors`.
    """

    shares: tuple[float, ...]
    intercept: float
    odds: float
    nearest: tuple[float, ...]
    floor: float
    floors: dict[str, float] = field(default_factory=dict)

    def floors_for(self, labels: Sequence[str]) -> Floats:
        return np.array([self.floors.get(label, self.floor) for label in labels])


@dataclass(frozen=True)
class Guesses:
    """For each message: chances over the categories, and the signs from which sureness is computed."""

    chances: Floats  # messages × categories; sums to less than one when "no category" takes its share
    signs: Floats  # messages × (log odds of the best chance, nearest by each way of reading)


@dataclass(frozen=True)
class Raiser:
    """Says "at least this urgent" about a message. It may raise what the rules say and never lowers it.

    `precision` is how often it was right, above its floor, about messages it had not seen.
    """

    level: Urgency
    linear: Linear
    floor: float
    precision: float


@dataclass(frozen=True)
class Kept:
    """Labelled messages that the model remembers as numbers, to tell whether it has seen anything alike."""

    words: Postings  # in which of them each word stands; each message is of length one
    labels: tuple[str, ...]
    refs: tuple[str, ...]

    def likeness(self, rows: Sequence[Row]) -> Weights:
        """Cosine of each message to each of those kept, over words alone: a tenth of the size, and as good."""
        return np.stack([self.words.scores(row.at[: row.words], row.weights[: row.words]) for row in rows])


@dataclass(frozen=True)
class TrainedModel:
    ngrams: Ngrams
    linear: Linear
    raisers: tuple[Raiser, ...]  # the most urgent first
    kept: Kept
    categories: tuple[Category, ...]
    calibration: Calibration
    trained_on: int
    training_hash: str
    # Both or none: the second head, and what holds when the two decide together.
    meaning: MeaningHead | None = None
    together: Calibration | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for label in self.linear.classes if label != OUT)

    @property
    def names(self) -> dict[str, str]:
        return {category.key: category.name for category in self.categories}

    def rows(self, read: Sequence[str]) -> list[Row]:
        """Messages as n-grams."""
        return [self.ngrams.row(text) for text in read]

    @cached_property
    def spelling(self) -> Spelling:
        return Spelling(self.ngrams.words, self.trained_on)

    def head_for(self, encoder: Reader | None) -> MeaningHead | None:
        """Vectors of another sentence model mean something else, so then the words decide alone."""
        fits = encoder is not None and self.meaning is not None and encoder.id == self.meaning.encoder_id
        return self.meaning if fits else None


def readable(text: str) -> str:
    """The text as rules and model see it, in training and in use alike."""
    return clean(text)[:READ_AT_MOST]


def softmax(values: Floats) -> Floats:
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def guesses_from(
    heads: Sequence[Floats], nearest: Sequence[Floats], *, classes: Sequence[str], calibration: Calibration
) -> Guesses:
    """`heads` are decision values, messages × classes, in the order of the calibration's shares."""
    values = sum(share * head for share, head in zip(calibration.shares, heads, strict=True))
    inside = [column for column, label in enumerate(classes) if label != OUT]
    chances = softmax(np.asarray(values))[:, inside]
    return Guesses(chances, signs_of(chances, nearest))


def signs_of(chances: Floats, nearest: Sequence[Floats]) -> Floats:
    best = np.clip(chances.max(axis=1), 1e-6, 1 - 1e-6)
    return np.column_stack([np.log(best / (1 - best)), *nearest])


def sureness(signs: Floats, calibration: Calibration) -> Floats:
    weights = np.array([calibration.odds, *calibration.nearest])
    return np.asarray(1 / (1 + np.exp(-np.clip(calibration.intercept + signs @ weights, -30, 30))))
