"""A model as a file: skops for the numbers, JSON for what is said about them. Nothing is ever unpickled."""

import copy
import hashlib
import io
import json
import platform
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn
import skops
import skops.io
from scipy.sparse import csr_matrix
from sklearn.pipeline import FeatureUnion

from triage.classifier.errors import (
    ModelFileDamaged,
    ModelFileMissing,
    ModelFileUntrusted,
    ModelFromAnotherVersion,
)
from triage.classifier.examples import Category
from triage.classifier.linear import Linear, Weights, packed, unpacked
from triage.classifier.meaning_head import MeaningHead
from triage.classifier.pipeline import Calibration, Kept, Raiser, TrainedModel
from triage.vocabulary import Urgency

FORMAT = 2
WEIGHTS_FILE = "model.skops"
DESCRIPTION_FILE = "model.json"
# All that a model of ours is made of. Whatever else a file names is refused before anything is built from it.
ALLOWED_TYPES = frozenset(
    {
        "builtins.dict",
        "builtins.int",
        "builtins.list",
        "builtins.str",
        "builtins.tuple",
        "numpy.float16",
        "numpy.float32",
        "numpy.float64",
        "numpy.int8",
        "numpy.ndarray",
        "sklearn.feature_extraction.text.TfidfTransformer",
        "sklearn.feature_extraction.text.TfidfVectorizer",
        "sklearn.pipeline.FeatureUnion",
    }
)
# How skops may put them together. Its other ways look up functions and methods by name.
ALLOWED_LOADERS = frozenset(
    {"DictNode", "JsonNode", "ListNode", "NdArrayNode", "ObjectNode", "TupleNode", "TypeNode"}
)
# A compressed file may not grow without bounds when it is opened.
LARGEST_FILE = 200_000_000
LARGEST_UNPACKED = 500_000_000
LARGEST_SCHEMA = 50_000_000
MOST_PARTS = 10_000


def to_bytes(model: TrainedModel) -> tuple[bytes, dict[str, Any]]:
    """The weights as skops bytes and the description as JSON, which carries the hash of the bytes."""
    content = {
        "features": _without_vocabularies(model.features),
        "vocabularies": _vocabularies(model.features),
        "linear": _opened(model.linear),
        "raisers": [_opened(raiser.linear) for raiser in model.raisers],
        "kept": {**_taken_apart(model.kept.rows), **_named(model.kept.labels, model.kept.refs)},
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
    _check_description(description)
    if hashlib.sha256(weights).hexdigest() != description["sha256"]:
        raise ModelFileDamaged("the model file was changed or cut: its SHA-256 differs")
    content = _read_skops(weights)
    try:
        meaning = _meaning(content["meaning"], description["encoder"])
        model = TrainedModel(
            features=_with_vocabularies(content["features"], content["vocabularies"]),
            linear=_linear(content["linear"]),
            raisers=_raisers(content["raisers"], description["raisers"]),
            kept=Kept(_put_together(content["kept"]), *_names(content["kept"])),
            categories=tuple(Category(**category) for category in description["categories"]),
            calibration=_calibration(description["calibration"]),
            trained_on=int(description["trained_on"]),
            training_hash=str(description["training_hash"]),
            meaning=meaning,
            together=_calibration(description["together"]) if meaning else None,
        )
        fits = list(model.labels) == description["labels"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileDamaged(f"the model file lacks a part: {error}") from error
    if not fits:
        raise ModelFileDamaged("the description names other categories than the model file")
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
    try:
        description = json.loads(text)
    except json.JSONDecodeError as error:
        raise ModelFileDamaged(f"the description is not JSON: {error}") from error
    return from_bytes(weights, description)


def versions() -> dict[str, str]:
    return {
        "scikit-learn": sklearn.__version__,
        "skops": skops.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "python": platform.python_version(),
    }


def _vocabularies(features: FeatureUnion) -> dict[str, str]:
    """Each vocabulary as one text, in the order of its columns: as a dict, skops makes a file of every number,
    which costs megabytes and seconds. No n-gram holds a line break, because cleaned texts do not."""
    return {
        name: "\n".join(sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__))
        for name, vectorizer in features.transformer_list
    }


def _without_vocabularies(features: FeatureUnion) -> FeatureUnion:
    slim = copy.copy(features)
    slim.transformer_list = [(name, copy.copy(vectorizer)) for name, vectorizer in features.transformer_list]
    for _, vectorizer in slim.transformer_list:
        vectorizer.vocabulary_ = {}
    return slim


def _with_vocabularies(features: FeatureUnion, vocabularies: dict[str, str]) -> FeatureUnion:
    for name, vectorizer in features.transformer_list:
        parts = vocabularies[name].split("\n")
        vectorizer.vocabulary_ = {part: column for column, part in enumerate(parts)}
        if len(parts) != len(vectorizer.idf_):
            raise ModelFileDamaged("the model file lacks part of its vocabulary")
    return features


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
    return unpacked(parts["table"], parts["step"])


def _named(labels: tuple[str, ...], refs: tuple[str, ...]) -> dict[str, Any]:
    """As numbers and one text: a list of thousands of texts takes skops seconds. A ref holds no line break."""
    known = sorted(set(labels))
    numbers = {label: number for number, label in enumerate(known)}
    return {"known": known, "labels": np.array([numbers[label] for label in labels]), "refs": "\n".join(refs)}


def _names(parts: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    labels = tuple(str(parts["known"][number]) for number in parts["labels"])
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
    lists = {"shares": tuple(numbers["shares"]), "nearest": tuple(numbers["nearest"])}
    return Calibration(**{**numbers, **lists})


def _raisers(linears: list[dict[str, Any]], described: list[dict[str, Any]]) -> tuple[Raiser, ...]:
    return tuple(
        Raiser(Urgency(one["level"]), _linear(linear), float(one["floor"]), float(one["precision"]))
        for linear, one in zip(linears, described, strict=True)
    )


def _taken_apart(rows: csr_matrix) -> dict[str, Any]:
    """skops does not vouch for sparse matrices, but for the arrays that they are made of."""
    return {"data": rows.data, "indices": rows.indices, "indptr": rows.indptr, "columns": int(rows.shape[1])}


def _put_together(parts: dict[str, Any]) -> csr_matrix:
    shape = (len(parts["indptr"]) - 1, parts["columns"])
    return csr_matrix((parts["data"], parts["indices"], parts["indptr"]), shape=shape)


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
    if theirs != sklearn.__version__:
        raise ModelFromAnotherVersion("scikit-learn", theirs, sklearn.__version__)


def _read_skops(weights: bytes) -> Any:
    """Any failure inside skops means a file that is not ours; its own errors are of many kinds."""
    if len(weights) > LARGEST_FILE:
        raise ModelFileDamaged("the model file is larger than any model")
    try:
        with zipfile.ZipFile(io.BytesIO(weights)) as archive:
            _check_sizes(archive)
            types, loaders = _named_in(json.loads(archive.read("schema.json")))
        strange = (types - ALLOWED_TYPES) | (loaders - ALLOWED_LOADERS)
        strange |= set(skops.io.get_untrusted_types(data=weights))
        if strange:
            raise ModelFileUntrusted(tuple(sorted(strange)))
        return skops.io.loads(weights, trusted=[])
    except _BREAKS as error:
        raise ModelFileDamaged(f"the model file cannot be read: {type(error).__name__}") from error


# What skops, zipfile, zlib and numpy raise on files that somebody made up.
_BREAKS = (
    zipfile.BadZipFile, zlib.error, LookupError, TypeError, ValueError, AttributeError, OSError, RecursionError,
    MemoryError, NotImplementedError, RuntimeError, EOFError, AssertionError, ImportError,
)  # fmt: skip


def _check_sizes(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise ModelFileDamaged("the model file unpacks to more than any model needs")
    if archive.getinfo("schema.json").file_size > LARGEST_SCHEMA:
        raise ModelFileDamaged("the model file says more about itself than any model does")


def _named_in(schema: Any) -> tuple[set[str], set[str]]:
    """Every type that the file names, and every way in which it wants one put together."""
    types, loaders, left = set(), set(), [schema]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left += node
        elif isinstance(node, dict):
            if "__class__" in node:
                types.add(f"{node.get('__module__')}.{node['__class__']}")
            if "__loader__" in node:
                loaders.add(str(node["__loader__"]))
            left += node.values()
    return types, loaders
