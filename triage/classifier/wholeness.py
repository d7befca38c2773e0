"""Whether the parts of a model that was read from a file go together. One in which they do not would fall over in the
middle of a decision, where nothing else could serve in its place."""

import numpy as np

from triage.classifier.examples import OUT
from triage.classifier.linear import Linear
from triage.classifier.meaning_head import MeaningHead
from triage.classifier.ngrams import Known
from triage.classifier.pipeline import Calibration, TrainedModel

# Rarity is a logarithm, of how many messages there are to how many hold an n-gram.
_RAREST = 100
# Landmarks are of length one, but for their rounding.
_LONGEST = 1.5
_MOST_MESSAGES = 10**9


def is_whole(model: TrainedModel) -> bool:
    features = len(model.ngrams.words.columns) + len(model.ngrams.letters.columns)
    classes = model.linear.classes
    return (
        len(set(classes)) == len(classes)
        and any(label != OUT for label in classes)
        and 0 <= model.trained_on <= _MOST_MESSAGES
        and all(isinstance(part, str) for one in model.categories for part in vars(one).values())
        and _is_known(model.ngrams.words)
        and _is_known(model.ngrams.letters)
        and _reads(model.linear, features)
        and all(
            raiser.linear.classes == ("urgent",) and _reads(raiser.linear, features)
            for raiser in model.raisers
        )
        and _weighs(model.calibration, heads=1, likenesses=1)
        and (model.meaning is None or _goes_with(model, model.meaning, features))
    )


def _is_known(grams: Known) -> bool:
    told = len(grams.columns) == len(grams.rarity)
    return told and bool(grams.rarity.min(initial=0) >= 0 and grams.rarity.max(initial=0) <= _RAREST)


def _reads(linear: Linear, features: int) -> bool:
    return len(linear.weights) == features


def _weighs(calibration: Calibration, *, heads: int, likenesses: int) -> bool:
    return len(calibration.shares) == heads and len(calibration.nearest) == likenesses


def _goes_with(model: TrainedModel, head: MeaningHead, features: int) -> bool:
    classes, length = model.linear.classes, np.square(head.landmarks).sum(axis=1)
    return (
        head.wording.classes == classes
        and head.directions.classes == classes
        and head.say.shape[1] == len(classes)
        and _reads(head.wording, features)
        and _reads(head.directions, head.landmarks.shape[1])
        and bool(length.max(initial=0) <= _LONGEST)
        and model.together is not None
        and _weighs(model.together, heads=3, likenesses=2)
    )
