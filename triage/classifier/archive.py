"""Reads the archives that skops writes, as plain values: numbers, texts, lists, dicts and arrays.

An archive says of which types it is made and how they are put together. Only names on the lists here are let through,
and even those are not built: of an object comes the dict of what it holds. So nothing in a file is looked up by name,
and a desk that serves a model needs neither skops nor scikit-learn in memory.
"""

import io
import json
import zipfile
import zlib
from typing import Any

import numpy as np

from triage.classifier.errors import ModelFileDamaged, ModelFileUntrusted

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
# How they may be put together. The other ways of skops look up functions and methods by name.
ALLOWED_LOADERS = frozenset(
    {"DictNode", "JsonNode", "ListNode", "NdArrayNode", "ObjectNode", "TupleNode", "TypeNode"}
)
# A compressed file may not grow without bounds when it is opened.
LARGEST_FILE = 200_000_000
LARGEST_UNPACKED = 500_000_000
LARGEST_SCHEMA = 50_000_000
MOST_PARTS = 10_000
# No number in a model of ours comes near; with such ones sums would run over in the middle of a decision.
LARGEST_NUMBER = 1e9

# What zipfile, zlib, json and numpy raise on files that somebody made up, and what comes of reading on in them.
BREAKS = (
    zipfile.BadZipFile, zlib.error, LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError,
    RecursionError, MemoryError, NotImplementedError, RuntimeError, EOFError, AssertionError, ImportError,
)  # fmt: skip


def unpack(weights: bytes) -> Any:
    """Any failure means a file that is not ours; what made-up files raise is of many kinds."""
    if len(weights) > LARGEST_FILE:
        raise ModelFileDamaged("the model file is larger than any model")
    try:
        with zipfile.ZipFile(io.BytesIO(weights)) as archive:
            _check_sizes(archive)
            schema = json.loads(archive.read("schema.json"))
            types, loaders = _named_in(schema)
            if strange := (types - ALLOWED_TYPES) | (loaders - ALLOWED_LOADERS):
                raise ModelFileUntrusted(tuple(sorted(strange)))
            return _plain(schema, _Arrays(archive))
    except BREAKS as error:
        raise ModelFileDamaged(f"the model file cannot be read: {type(error).__name__}") from error


class _Arrays:
    """Reads them. Many places may name the same one, and each gets its own: so each counts."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive, self._left = archive, LARGEST_UNPACKED

    def read(self, name: str) -> Any:
        self._left -= self._archive.getinfo(name).file_size
        if self._left < 0:
            raise ModelFileDamaged(_TOO_MUCH)
        array = np.lib.format.read_array(io.BytesIO(self._archive.read(name)), allow_pickle=False)
        if array.dtype.kind not in "iuf":
            raise ModelFileDamaged(_NO_NUMBERS)
        # Whatever is compared with "not a number" is false.
        if not (array.min(initial=0) >= -LARGEST_NUMBER and array.max(initial=0) <= LARGEST_NUMBER):
            raise ModelFileDamaged("the model file holds numbers that no model does")
        return array


_TOO_MUCH = "the model file unpacks to more than any model needs"
_NO_NUMBERS = "the model file holds arrays of something else than numbers"


def _plain(node: Any, arrays: _Arrays) -> Any:
    loader, content = node["__loader__"], node.get("content")
    if loader == "DictNode":
        return {key: _plain(value, arrays) for key, value in content.items()}
    if loader == "ListNode":
        return [_plain(value, arrays) for value in content]
    if loader == "TupleNode":
        return tuple(_plain(value, arrays) for value in content)
    if loader == "ObjectNode":
        return _plain(content, arrays)
    if loader == "JsonNode":
        return json.loads(content)
    if loader == "NdArrayNode":
        return _array(node, arrays)
    return f"{node['__module__']}.{node['__class__']}"  # a type, which stays a name


def _array(node: Any, arrays: _Arrays) -> Any:
    if node["type"] != "numpy":
        raise ModelFileDamaged(_NO_NUMBERS)
    array = arrays.read(node["file"])
    return array if node["__class__"] == "ndarray" else array[()]


def _check_sizes(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise ModelFileDamaged(_TOO_MUCH)
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
