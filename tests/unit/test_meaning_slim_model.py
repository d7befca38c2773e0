"""The word table of a model is looked up before it is widened, and no number changes by it."""

from contextlib import nullcontext
from pathlib import Path

import pytest

import kb.meaning.encoder as encoder_module
from kb.meaning.encoder import load_encoder, missing_runtime
from kb.meaning.model_files import packaged
from kb.meaning.slim_model import slim, slimmed

TEXTS = [
    "My VPN drops every ten minutes since Monday.",
    "Wo ist mein Urlaubsantrag?",
    "printer " * 60,
    "café ☕",
    "",
]

_installed = pytest.mark.skipif(
    bool(missing_runtime()) or packaged() is None, reason="the extra `semantic` is not installed"
)


@_installed
def test_vectors_are_the_same_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = load_encoder(None)
    assert ours is not None
    monkeypatch.setattr(encoder_module, "slimmed", nullcontext)
    theirs = load_encoder(None)
    assert theirs is not None
    assert ours.encode(TEXTS).tobytes() == theirs.encode(TEXTS).tobytes()
    assert ours.encode(TEXTS[:1]).tobytes() == theirs.encode(TEXTS[:1]).tobytes()


@_installed
def test_the_packaged_model_is_slimmed_once_and_its_file_goes_away() -> None:
    files = packaged()
    assert files is not None
    model = files.model.read_bytes()
    changed = slim(model)
    assert changed != model
    assert slim(changed) == changed
    with slimmed(files.model) as file:
        assert file != files.model
        assert file.read_bytes() == changed
    assert not file.exists()


@pytest.mark.parametrize(
    "content", [b"", b"not a model", b"\x3a\x02\x0a\x00", b"\x3a\xff", b"\x3f", b"\x80" * 40]
)
def test_what_is_no_such_model_stays_as_it_is(content: bytes, tmp_path: Path) -> None:
    assert slim(content) == content
    file = tmp_path / "model.onnx"
    file.write_bytes(content)
    with slimmed(file) as given:
        assert given == file


def test_a_missing_file_is_for_the_runtime_to_refuse(tmp_path: Path) -> None:
    with slimmed(tmp_path / "model.onnx") as given:
        assert given == tmp_path / "model.onnx"


def _bytes(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def _model(*, more_of_the_table: bytes = b"") -> bytes:
    """Cast, Mul, Gather on a table of three words of two numbers."""

    def node(op: bytes, *inputs: bytes, output: bytes) -> bytes:
        names = b"".join(_bytes(1, name) for name in inputs)
        return _bytes(1, names + _bytes(2, output) + _bytes(4, op))

    def tensor(name: bytes, rows: int, columns: int, more: bytes = b"") -> bytes:
        return _bytes(5, bytes([8, rows, 8, columns]) + _bytes(8, name) + more)

    return _bytes(
        7,
        node(b"Cast", b"few", output=b"wide")
        + node(b"Mul", b"wide", b"scale", output=b"table")
        + node(b"Gather", b"table", b"ids", output=b"found")
        + tensor(b"few", 3, 2, more_of_the_table)
        + tensor(b"scale", 3, 1),
    )


def test_a_table_that_lies_beside_the_file_is_left_there() -> None:
    assert slim(_model()) != _model()
    beside = _model(more_of_the_table=_bytes(13, b"x"))
    assert slim(beside) == beside
