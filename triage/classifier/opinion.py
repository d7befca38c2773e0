"""What a model makes of messages, in numbers: by words alone, or by words and meaning together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triage.classifier.examples import OUT
from triage.classifier.linear import Floats, Row, Weights
from triage.classifier.meaning_head import MeaningHead
from triage.classifier.pipeline import (
    Calibration,
    Guesses,
    TrainedModel,
    guesses_from,
    sureness,
)
from triage.classifier.reader import Reader
from triage.classifier.verdict import Nearest

# Where every second word is unknown, a sentence model only guesses; n-grams of letters still see likeness.
_UNREADABLE_FROM = 0.5
# Less alike than this says nothing about a message.
_ALIKE = 0.3
_EITHER_TOGETHER = 0.7
_EITHER_SECOND = 0.2


@dataclass(frozen=True)
class Opinion:
    """`rows` are the messages as n-grams; `likeness` messages × `labels` of those kept, with their `refs`."""

    rows: Sequence[Row]
    guesses: Guesses
    sure: Floats
    decided: np.ndarray[tuple[int], np.dtype[np.bool_]]
    likeness: Weights
    labels: tuple[str, ...]
    refs: tuple[str, ...]

    def nearest(self, message: int, *, count: int) -> tuple[Nearest, ...]:
        """The most alike labelled messages that can be named."""
        found: list[Nearest] = []
        for at in np.argsort(-self.likeness[message], kind="stable"):
            likeness = float(self.likeness[message, at])
            if likeness < _ALIKE or len(found) == count:
                break
            if self.refs[at] and self.labels[at] != OUT:
                found.append(Nearest(self.refs[at], self.labels[at], min(1.0, likeness)))
        return tuple(found)

    def either(self, message: int, labels: Sequence[str]) -> tuple[str, str] | None:
        """The two categories between which one question would decide; None where it would not."""
        chances = self.guesses.chances[message]
        if self.decided[message] or len(chances) < 2:
            return None
        first, second = np.argsort(-chances, kind="stable")[:2]
        close = chances[second] >= _EITHER_SECOND and chances[first] + chances[second] >= _EITHER_TOGETHER
        return (labels[first], labels[second]) if close else None


def opinion(model: TrainedModel, read: Sequence[str], encoder: Reader | None) -> Opinion:
    """`read` are cleaned texts."""
    rows = model.rows(read)
    words = model.linear.values(rows)
    likeness = model.kept.likeness(rows)
    nearest: Floats = likeness.max(axis=1, initial=0).astype(np.float64)
    head = model.head_for(encoder)
    if head is None or encoder is None or model.together is None:
        kept = model.kept
        return _concluded(
            model, model.calibration, rows, [words], [nearest], likeness, kept.labels, kept.refs
        )
    alike, heads = _by_meaning(model, head, encoder, read, rows)
    by_meaning = alike[:, head.inside].max(axis=1, initial=0).astype(np.float64)
    return _concluded(
        model, model.together, rows, [words, *heads], [nearest, by_meaning], alike, head.labels, head.refs
    )


def _by_meaning(
    model: TrainedModel, head: MeaningHead, encoder: Reader, read: Sequence[str], rows: Sequence[Row]
) -> tuple[Weights, tuple[Floats, Floats]]:
    """The more of a message cannot be read, the less its meaning is trusted."""
    readings = [model.spelling.read(text, encoder.knows) for text in read]
    texts = [reading.text for reading in readings]
    # The encoder remembers single questions, because the search asks about the same one.
    vectors = encoder.encode_question(texts[0])[None] if len(texts) == 1 else encoder.encode(texts)
    trust = np.array([max(0.0, 1 - reading.unknown / _UNREADABLE_FROM) for reading in readings])[:, None]
    alike = head.likeness(vectors)
    company = trust * head.company(alike) + head.wording.values(rows)
    return alike, (company, trust * head.directions.of_vectors(vectors))


def _concluded(
    model: TrainedModel,
    calibration: Calibration,
    rows: Sequence[Row],
    heads: Sequence[Floats],
    nearest: Sequence[Floats],
    likeness: Weights,
    labels: tuple[str, ...],
    refs: tuple[str, ...],
) -> Opinion:
    guesses = guesses_from(heads, nearest, classes=model.linear.classes, calibration=calibration)
    sure = sureness(guesses.signs, calibration)
    floors = calibration.floors_for(model.labels)[guesses.chances.argmax(axis=1)]
    return Opinion(rows, guesses, sure, sure >= floors, likeness, labels, refs)
