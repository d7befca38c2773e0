"""A model as a file: skops for the numbers, JSON for what is said about them. Nothing is ever unpickled."""

import hashlib
import json
import platform
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from kb.postings import Postings
from triage.classifier.archive import BREAKS, LARGEST_NUMBER, unpack
from triage.classifier.errors import ModelFileDamaged, ModelFileMissing, ModelFromAnotherVersion
from triage.classifier.examples import Category
from triage.classifier.linear import Linear, Weights, packed, unpacked
from triage.classifier.meaning_head import MeaningHead
from triage.classifier.ngrams import LETTERS, READ, WEIGHED, WORDS, Known, Ngrams
from triage.classifier.pipeline import Calibration, Kept, Raiser, TrainedModel
from triage.classifier.wholeness import is_whole
from triage.vocabulary import Urgency

FORMAT = 2
WEIGHTS_FILE = "model.skops"
DESCRIPTION_FILE = "model.json"


def to_bytes(model: TrainedModel) -> tuple[bytes, dict[str, Any]]:
    """The weights as skops bytes and the description as JSON, which carries the hash of the bytes."""
    # They bring scikit-learn along, and whoever files a model has just trained one.
    import skops.io

    from triage.classifier.features import features_of, rows_of, without_vocabularies

    content = {
        "features": without_vocabularies(features_of(model.ngrams)),
        "vocabularies": _vocabularies(model.ngrams),
        "linear": _opened(model.linear),
        "raisers": [_opened(raiser.linear) for raiser in model.raisers],
        "kept": {**_taken_apart(rows_of(model.kept.words)), **_named(model.kept.labels, model.kept.refs)},
        "meaning": _meaning_opened(model.meaning) if model.meaning else {},
    }
    weights: bytes = skops.io.dumps(content, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    description = {
        "format": FORMAT,
        "sha256": hashlib.sha256(weights).hexdigest(),
        "training_hash": model.training_hash,
        "trained_on": model.trained_on,
        "labels": list(model.labels),
        "categories": [asdict(category) for category in model.categories],
        "calibration": asdict(model.calibration),
        "together": asdict(model.together) if model.together else None,
        "encoder": model.meaning.encoder_id if model.meaning else None,
        "raisers": [
            {"level": raiser.level.value, "floor": raiser.floor, "precision": raiser.precision}
            for raiser in model.raisers
        ],
        "versions": versions(),
    }
    return weights, description


def from_bytes(weights: bytes, description: dict[str, Any]) -> TrainedModel:
    """Raises `ModelFileRefused`, whatever is wrong with the file."""
    try:
        return _from_bytes(weights, description)
    except BREAKS as error:
        what = str(error) or type(error).__name__
        raise ModelFileDamaged(f"the model file lacks a part: {what}") from error


def _from_bytes(weights: bytes, description: dict[str, Any]) -> TrainedModel:
    _check_description(description)
    if hashlib.sha256(weights).hexdigest() != description["sha256"]:
        raise ModelFileDamaged("the model file was changed or cut: its SHA-256 differs")
    content = unpack(weights)
    ngrams = _ngrams(content["features"], content["vocabularies"])
    meaning = _meaning(content["meaning"], description["encoder"])
    model = TrainedModel(
        ngrams=ngrams,
        linear=_linear(content["linear"]),
        raisers=_raisers(content["raisers"], description["raisers"]),
        kept=_kept(content["kept"], width=len(ngrams.words.columns)),
        categories=tuple(Category(**category) for category in description["categories"]),
        calibration=_calibration(description["calibration"]),
        trained_on=int(description["trained_on"]),
        training_hash=str(description["training_hash"]),
        meaning=meaning,
        together=_calibration(description["together"]) if meaning else None,
    )
    if list(model.labels) != description["labels"]:
        raise ModelFileDamaged("the description names other categories than the model file")
    if not is_whole(model):
        raise ModelFileDamaged("the parts of the model file do not go together")
    return model


def save(model: TrainedModel, folder: Path) -> None:
    weights, description = to_bytes(model)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS_FILE).write_bytes(weights)
    text = json.dumps(description, ensure_ascii=False, indent=1)
    (folder / DESCRIPTION_FILE).write_text(text + "\n", encoding="utf-8")


def load(folder: Path) -> TrainedModel:
    try:
        weights = (folder / WEIGHTS_FILE).read_bytes()
        text = (folder / DESCRIPTION_FILE).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ModelFileMissing(Path(error.filename).name) from error
    except UnicodeDecodeError as error:
        raise ModelFileDamaged("the description is not text") from error
    except OSError as error:
        raise ModelFileDamaged(f"the model file cannot be read: {error.strerror}") from error
    try:
        description = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelFileDamaged(f"the description is not JSON: {error}") from error
    return from_bytes(weights, description)


def versions() -> dict[str, str]:
    libraries = ("scikit-learn", "skops", "numpy", "scipy")
    return {name: version(name) for name in libraries} | {"python": platform.python_version()}


def _vocabularies(ngrams: Ngrams) -> dict[str, str]:
    """Each vocabulary as one text, in the order of its columns: as a dict, skops makes a file of every number,
    which costs megabytes and seconds. No n-gram holds a line break, because cleaned texts do not."""
    return {
        name: "\n".join(sorted(known.columns, key=known.columns.__getitem__))
        for name, known in (("words", ngrams.words), ("characters", ngrams.letters))
    }


def _ngrams(features: Mapping[str, Any], vocabularies: Mapping[str, str]) -> Ngrams:
    read = dict(features["transformer_list"])
    words = _known(read["words"], vocabularies["words"], WORDS)
    return Ngrams(words, _known(read["characters"], vocabularies["characters"], LETTERS))


def _known(vectorizer: Mapping[str, Any], vocabulary: str, kind: Mapping[str, Any]) -> Known:
    if any(vectorizer[name] != value for name, value in {**kind, **READ, **WEIGHED}.items()):
        raise ModelFileDamaged("the model reads messages in another way than this program")
    grams, rarity = vocabulary.split("\n"), vectorizer["_tfidf"]["idf_"]
    if rarity.shape != (len(grams),):
        raise ModelFileDamaged("the model file lacks part of its vocabulary")
    return Known({gram: column for column, gram in enumerate(grams)}, rarity.astype(np.float32))


def _opened(linear: Linear) -> dict[str, Any]:
    return {"classes": list(linear.classes), **_table(linear.weights), "offsets": linear.offsets}


def _linear(parts: dict[str, Any]) -> Linear:
    classes, weights = tuple(str(label) for label in parts["classes"]), _read_table(parts)
    if weights.shape[1] != len(classes) or parts["offsets"].shape != (len(classes),):
        raise ModelFileDamaged("the model file lacks part of its weights")
    return Linear(classes, weights, parts["offsets"])


def _table(table: Weights) -> dict[str, Any]:
    steps, size = packed(table)
    return {"table": steps, "step": size}


def _read_table(parts: dict[str, Any]) -> Weights:
    table, steps = parts["table"], parts["step"]
    # Of other shapes, numpy would make one that is as large as both together.
    if table.dtype != np.int8 or table.ndim != 2 or steps.shape != table.shape[1:]:
        raise ModelFileDamaged("the model file lacks part of its weights")
    return unpacked(table, steps)


def _named(labels: tuple[str, ...], refs: tuple[str, ...]) -> dict[str, Any]:
    """As numbers and one text: a list of thousands of texts takes skops seconds. A ref holds no line break."""
    known = sorted(set(labels))
    numbers = {label: number for number, label in enumerate(known)}
    return {"known": known, "labels": np.array([numbers[label] for label in labels]), "refs": "\n".join(refs)}


def _names(parts: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    known = [str(label) for label in parts["known"]]
    labels = tuple(known[number] for number in parts["labels"])
    refs = tuple(parts["refs"].split("\n")) if labels else ()
    if len(refs) != len(labels):
        raise ModelFileDamaged("the model file lacks part of what it remembers")
    return labels, refs


def _meaning_opened(head: MeaningHead) -> dict[str, Any]:
    return {
        "landmarks": _table(head.landmarks),
        "say": _table(head.say),
        "wording": _opened(head.wording),
        "directions": _opened(head.directions),
        **_named(head.labels, head.refs),
    }


def _meaning(parts: dict[str, Any], encoder_id: str | None) -> MeaningHead | None:
    if not parts or encoder_id is None:
        return None
    labels, refs = _names(parts)
    landmarks, say = _read_table(parts["landmarks"]), _read_table(parts["say"])
    if len(landmarks) != len(labels) or len(say) != len(labels):
        raise ModelFileDamaged("the model file lacks part of its second head")
    wording, directions = _linear(parts["wording"]), _linear(parts["directions"])
    return MeaningHead(encoder_id, landmarks, labels, refs, say, wording, directions)


def _calibration(numbers: dict[str, Any]) -> Calibration:
    """JSON has lists where we have tuples."""
    return Calibration(
        shares=tuple(map(_number, numbers["shares"])),
        intercept=_number(numbers["intercept"]),
        odds=_number(numbers["odds"]),
        nearest=tuple(map(_number, numbers["nearest"])),
        floor=_number(numbers["floor"]),
        floors={label: _number(floor) for label, floor in numbers.get("floors", {}).items()},
    )


def _number(told: Any) -> float:
    number = float(told)
    if not abs(number) <= LARGEST_NUMBER:
        raise ValueError("a number that no model has")
    return number


def _raisers(linears: list[dict[str, Any]], described: list[dict[str, Any]]) -> tuple[Raiser, ...]:
    return tuple(
        Raiser(Urgency(one["level"]), _linear(linear), _number(one["floor"]), _number(one["precision"]))
        for linear, one in zip(linears, described, strict=True)
    )


def _taken_apart(rows: Any) -> dict[str, Any]:
    """skops does not vouch for sparse matrices, but for the arrays that they are made of."""
    return {"data": rows.data, "indices": rows.indices, "indptr": rows.indptr, "columns": int(rows.shape[1])}


def _kept(parts: dict[str, Any], *, width: int) -> Kept:
    """Filed message by message, and asked word by word. `width` is how many words the model knows."""
    labels, refs = _names(parts)
    words, weights, ends = parts["indices"], parts["data"], parts["indptr"].astype(np.int64)
    lengths = np.diff(ends)
    # All this before anything grows by what the file says.
    if (
        ends.shape != (len(labels) + 1,)
        or ends[0] != 0
        or lengths.min(initial=0) < 0
        or words.shape != (ends[-1],)
        or weights.shape != words.shape
        or words.min(initial=0) < 0
        or words.max(initial=0) >= width
        or parts["columns"] != width
    ):
        raise ModelFileDamaged("the model file lacks part of what it remembers")
    owners = np.repeat(np.arange(len(labels), dtype=np.int32), lengths)
    order, starts = np.argsort(words, kind="stable"), np.zeros(width + 1, dtype=np.int64)
    np.cumsum(np.bincount(words, minlength=width), out=starts[1:])
    return Kept(Postings(starts, owners[order], weights[order], len(labels)), labels, refs)


def _check_description(description: Any) -> None:
    if not isinstance(description, dict):
        raise ModelFileDamaged("the description is not an object")
    missing = {
        "format",
        "sha256",
        "versions",
        "labels",
        "categories",
        "calibration",
        "together",
        "encoder",
        "raisers",
    } - description.keys()
    if missing:
        raise ModelFileDamaged(f"the description lacks {', '.join(sorted(missing))}")
    if description["format"] != FORMAT:
        raise ModelFromAnotherVersion("file format", str(description["format"]), str(FORMAT))
    theirs = str(description["versions"].get("scikit-learn"))
    ours = version("scikit-learn")
    if theirs != ours:
        raise ModelFromAnotherVersion("scikit-learn", theirs, ours)
