"""Turns texts into vectors whose nearness is likeness of meaning, with a small model on this machine's processor."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kb.meaning.model_files import EmbeddingModelRefused, ModelFiles, in_folder, packaged
from kb.meaning.slim_model import slimmed

if TYPE_CHECKING:
    from tokenizers import Encoding

Vectors = NDArray[np.float32]

RUNTIME = ("onnxruntime", "tokenizers")
MAX_TOKENS = 256
# A batch is bounded in tokens and holds texts of like length, since each is padded to the longest one. Short texts
# gain from company; long ones are quicker alone, and a large batch costs hundreds of megabytes.
_BATCH_TOKENS = 512
_MAX_CHARACTERS = 20_000  # far more than 256 tokens can hold; the tokenizer need not read a whole book
_KNOWN_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
_REMEMBERED = 2_048


def missing_runtime() -> tuple[str, ...]:
    """The packages of the extra `semantic` that are not installed, without importing the others."""
    return tuple(name for name in RUNTIME if find_spec(name) is None)


def load_encoder(folder: Path | None, *, threads: int = 1) -> "Encoder | None":
    """The model in that folder, else the one that a package ships; None where neither is installed.

    A folder that was named and cannot be used, and a package that was changed, raise EmbeddingModelRefused.
    """
    lacking = missing_runtime()
    if lacking and folder is not None:
        raise EmbeddingModelRefused(
            folder, f"cannot be run without {' and '.join(lacking)}", "pip install 'evenhand[semantic]'"
        )
    if lacking:
        return None
    files = packaged() if folder is None else in_folder(folder)
    return None if files is None else Encoder(files, threads=threads)


class Encoder:
    """One loaded model; threads may share it."""

    def __init__(self, files: ModelFiles, *, threads: int = 1) -> None:
        self.id = files.id
        self.files = files
        self._tokenizer = _tokenizer(files.tokenizer)
        self._session = _session(files.model, threads)
        self._inputs = [put.name for put in self._session.get_inputs()]
        self._output = _output(self._session)
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._recent_lock = Lock()
        if unknown := sorted(set(self._inputs) - _KNOWN_INPUTS):
            raise EmbeddingModelRefused(
                files.model, f"wants inputs that we cannot give ({', '.join(unknown)})", _OTHER_MODEL
            )
        self.dims = self._warm_up()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 a text, in their order."""
        encodings = [self._tokenizer.encode(text[:_MAX_CHARACTERS]) for text in texts]
        vectors = np.zeros((len(texts), self.dims), dtype=np.float32)
        for rows in _batches([len(encoding.ids) for encoding in encodings]):
            vectors[rows] = self._run([encodings[row] for row in rows])
        return vectors

    def encode_question(self, text: str) -> Vectors:
        """One vector. Lately asked texts are remembered: search, card and console ask for the same one."""
        with self._recent_lock:
            if (known := self._recent.get(text)) is not None:
                self._recent.move_to_end(text)
                return known
        vector: Vectors = self.encode([text])[0]
        vector.setflags(write=False)
        with self._recent_lock:
            self._recent[text] = vector
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return vector

    def knows(self, word: str) -> bool:
        """Whether the model has the word (in lower case) as a whole, and need not guess at its pieces."""
        return self._tokenizer.token_to_id(word) is not None

    def _run(self, encodings: "Sequence[Encoding]") -> Vectors:
        longest = max(len(encoding.ids) for encoding in encodings)
        given = {name: np.zeros((len(encodings), longest), dtype=np.int64) for name in _KNOWN_INPUTS}
        for row, encoding in enumerate(encodings):
            length = len(encoding.ids)
            given["input_ids"][row, :length] = encoding.ids
            given["attention_mask"][row, :length] = encoding.attention_mask
            given["token_type_ids"][row, :length] = encoding.type_ids
        answer = self._session.run([self._output], {name: given[name] for name in self._inputs})[0]
        return _unit(_pooled(np.asarray(answer, dtype=np.float32), given["attention_mask"]))

    def _warm_up(self) -> int:
        """The first run is slow, and shows whether the model is one of sentences at all."""
        try:
            vectors = self._run([self._tokenizer.encode("hello")])
        except Exception as fault:
            # The runtime has an error class per kind of trouble, none of them public; all mean the same here.
            raise EmbeddingModelRefused(
                self.files.model, f"does not run ({_first_line(fault)})", _OTHER_MODEL
            ) from fault
        if vectors.ndim != 2 or len(vectors) != 1 or not np.isfinite(vectors).all():
            raise EmbeddingModelRefused(self.files.model, "does not give a vector a text", _OTHER_MODEL)
        return int(vectors.shape[1])


_OTHER_MODEL = "Use a BERT-like sentence model, exported to ONNX with its tokenizer.json."


def _tokenizer(file: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as fault:
        # The library raises nothing more precise, whatever is wrong with the file.
        raise EmbeddingModelRefused(
            file, f"is no tokenizer ({_first_line(fault)})", "Copy it again from where the model comes from."
        ) from fault
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _session(file: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A thread that spins while it waits for work takes the processor from those that answer people.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # It would keep for good what the longest text so far took, 45 MB; without it no text takes longer.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        with slimmed(file) as slim:
            return onnxruntime.InferenceSession(str(slim), options, providers=["CPUExecutionProvider"])
    except Exception as fault:
        raise EmbeddingModelRefused(
            file,
            f"cannot be loaded ({_first_line(fault)})",
            "Copy it again; an interrupted copy looks like this.",
        ) from fault


def _output(session: Any) -> str:
    """Vectors of whole sentences where the model gives them, else those of the tokens."""
    names = [str(put.name) for put in session.get_outputs()]
    return "sentence_embedding" if "sentence_embedding" in names else names[0]


def _pooled(answer: Vectors, mask: NDArray[np.int64]) -> Vectors:
    if answer.ndim != 3:
        return answer
    weights = mask.astype(np.float32)
    summed: Vectors = np.einsum("bld,bl->bd", answer, weights)
    pooled: Vectors = summed / np.maximum(weights.sum(axis=1, keepdims=True), 1)
    return pooled


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of like length together, at most `_BATCH_TOKENS` with their padding; one that is longer stays alone."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0][:200]
