"""The model a new desk begins with: trained on messages of our own, shipped as a file, rebuilt if need be."""

import logging
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

from triage.classifier import artifacts
from triage.classifier.errors import CannotTrain, ModelFileRefused
from triage.classifier.examples import Category, Example, read_messages, read_phrases, shipped_categories
from triage.classifier.pipeline import TrainedModel
from triage.classifier.predict import Classifier, rules_only
from triage.classifier.reader import Reader

FOLDER = Path(__file__).parent
MODEL_FOLDER = FOLDER / "model"
NAME = "starter"

# The messages were written by few hands; a margin over the promised 0.90 pays for what other desks write.
_PRECISION = 0.93

_log = logging.getLogger(__name__)
_building = threading.Lock()


def categories() -> tuple[Category, ...]:
    return shipped_categories()


def messages() -> tuple[Example, ...]:
    lines = (FOLDER / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(
        replace(message, ref=f"{NAME}:{number}") for number, message in enumerate(read_messages(lines), 1)
    )


def phrases() -> tuple[Example, ...]:
    """Short wordings that every IT desk hears. They stand in for the thousands of messages it has not yet."""
    return read_phrases((FOLDER / "phrases.json").read_text(encoding="utf-8"))


def classifier(encoder: Reader | None = None) -> Classifier:
    """Loaded once a process; the lock keeps several threads from training it at the same time."""
    with _building:
        return replace(_classifier(), encoder=encoder)


def rebuild(folder: Path = MODEL_FOLDER, *, encoder: Reader) -> TrainedModel:
    """Trains from the shipped messages and writes the file that is shipped."""
    model = _trained(encoder)
    artifacts.save(model, folder)
    return model


def is_current(model: TrainedModel) -> bool:
    from triage.classifier.training import Settings, training_hash

    settings = Settings(precision=_PRECISION)
    return model.training_hash == training_hash(
        messages(), categories(), phrases=phrases(), settings=settings
    )


def _trained(encoder: Reader | None) -> TrainedModel:
    # What trains takes a hundred megabytes of libraries; the shipped file is read without them.
    from triage.classifier.training import Settings, train

    settings = Settings(precision=_PRECISION)
    return train(messages(), categories(), phrases=phrases(), settings=settings, encoder=encoder)


def load_or_train(folder: Path) -> Classifier:
    """The shipped file if it can be used here, else a model trained on the spot, which takes seconds."""
    try:
        model = artifacts.load(folder)
    except ModelFileRefused as refusal:
        _log.warning("starter model retrained: %s", refusal)
        return _trained_here(str(refusal))
    return Classifier(model, _name(model))


def _trained_here(why: str) -> Classifier:
    try:
        model = _trained(None)
    except (OSError, ValueError, KeyError, CannotTrain) as error:
        _log.warning("starter model missing: %s", error)
        return rules_only("The starter model could not be loaded or trained, so only rules were used.")
    return Classifier(
        model, _name(model), note=f"The starter model was trained again on this machine: {why}."
    )


@cache
def _classifier() -> Classifier:
    return load_or_train(MODEL_FOLDER)


def _name(model: TrainedModel) -> str:
    return f"{NAME}-{model.training_hash[:8]}"
