"""Model files: what we wrote can be read back; what was cut, changed or made by a stranger is refused."""

import functools
import hashlib
import json
from dataclasses import asdict

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from triage.classifier import artifacts
from triage.classifier.errors import (
    ModelFileDamaged,
    ModelFileMissing,
    ModelFileUntrusted,
    ModelFromAnotherVersion,
)
from triage.classifier.examples import Category, Example
from triage.classifier.predict import Classifier
from triage.classifier.training import train

CATEGORIES = (Category("vpn", "VPN", "tunnel"), Category("printing", "Printing", "toner, paper"))
MESSAGES = [Example(f"vpn tunnel drops {i} times", "vpn") for i in range(6)] + [
    Example(f"printer jam in tray {i}", "printing") for i in range(6)
]


@pytest.fixture(scope="module")
def model():
    return train(MESSAGES, CATEGORIES)


@pytest.fixture
def folder(model, tmp_path):
    artifacts.save(model, tmp_path)
    return tmp_path


def change_description(folder, **changes):
    path = folder / artifacts.DESCRIPTION_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def replace_weights(folder, weights: bytes):
    """As an attacker would who knows about the hash."""
    (folder / artifacts.WEIGHTS_FILE).write_bytes(weights)
    change_description(folder, sha256=hashlib.sha256(weights).hexdigest())


def test_a_saved_model_decides_as_before(model, folder):
    text = "the tunnel of my vpn drops"
    before, after = Classifier(model, "m").decide(text), Classifier(artifacts.load(folder), "m").decide(text)
    assert after.alternatives == before.alternatives
    assert after.words == before.words
    assert after.confidence == before.confidence


def test_a_model_file_needs_no_type_beyond_our_list(folder):
    assert skops.io.get_untrusted_types(file=folder / artifacts.WEIGHTS_FILE) == []


def test_the_description_is_strict_json_with_versions(folder):
    def refuse(constant):
        raise AssertionError(constant)

    description = json.loads((folder / artifacts.DESCRIPTION_FILE).read_text(), parse_constant=refuse)
    assert {"scikit-learn", "skops", "numpy"} <= description["versions"].keys()
    assert description["trained_on"] == len(MESSAGES)


def test_a_changed_file_is_refused(folder):
    path = folder / artifacts.WEIGHTS_FILE
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelFileDamaged, match="SHA-256"):
        artifacts.load(folder)


@pytest.mark.parametrize("keep", [0, 10, 1000])
def test_a_cut_file_is_refused_even_with_a_fitting_hash(folder, keep):
    replace_weights(folder, (folder / artifacts.WEIGHTS_FILE).read_bytes()[:keep])
    with pytest.raises(ModelFileDamaged):
        artifacts.load(folder)


def test_a_strangers_types_are_refused_before_they_are_built(folder):
    replace_weights(folder, skops.io.dumps({"features": print, "linear": LogisticRegression()}))
    with pytest.raises(ModelFileUntrusted, match="LogisticRegression"):
        artifacts.load(folder)


def test_a_file_of_known_types_but_other_content_is_refused(folder):
    replace_weights(folder, skops.io.dumps({"features": ["x"]}))
    with pytest.raises(ModelFileDamaged, match="lacks a part"):
        artifacts.load(folder)


def test_another_version_of_the_library_is_named(folder):
    change_description(folder, versions={"scikit-learn": "0.1"})
    with pytest.raises(ModelFromAnotherVersion, match=r"scikit-learn 0\.1"):
        artifacts.load(folder)


def test_another_file_format_is_named(folder):
    change_description(folder, format=99)
    with pytest.raises(ModelFromAnotherVersion, match="file format 99"):
        artifacts.load(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "not json", "[" * 100_000])
def test_a_broken_description_is_refused(folder, text):
    (folder / artifacts.DESCRIPTION_FILE).write_text(text)
    with pytest.raises(ModelFileDamaged):
        artifacts.load(folder)


def test_other_labels_in_the_description_are_noticed(folder):
    change_description(folder, labels=["vpn", "lunch"])
    with pytest.raises(ModelFileDamaged, match="other categories"):
        artifacts.load(folder)


ENDLESS = 10**15

# What somebody may have put in place of a part: where it stands, and what.
ODD_PARTS = [
    ("kept.indptr", np.array([0, ENDLESS])),
    ("kept.indptr", np.array([0, ENDLESS] + [ENDLESS] * 11)),
    ("kept.indptr", np.array([0, ENDLESS, 3 - ENDLESS] + [3] * 10)),
    ("kept.indptr", np.zeros((13, 2), dtype=np.int32)),
    ("kept.columns", ENDLESS),
    ("kept.indices", np.array([-1])),
    ("kept.labels", np.array([99] * 12)),
    ("kept.labels", ["vpn"] * 12),
    ("kept.known", 7),
    ("linear.table", np.zeros((ENDLESS, 0), dtype=np.int8)),
    ("linear.table", np.zeros((3, 2), dtype=np.int8)),
    ("linear.table", np.zeros((3, 2), dtype=np.float64)),
    ("linear.step", np.zeros(1, dtype=np.float32)),
    ("linear.classes", ["vpn", "vpn"]),
    ("linear", None),
    ("vocabularies.words", "vpn"),
    ("vocabularies", ["vpn"]),
]


@pytest.mark.parametrize(("place", "put"), ODD_PARTS)
def test_parts_that_do_not_go_together_are_refused_before_anything_grows(model, monkeypatch, place, put):
    weights, description = artifacts.to_bytes(model)
    content = artifacts.unpack(weights)
    *above, last = place.split(".")
    functools.reduce(dict.__getitem__, above, content)[last] = put
    monkeypatch.setattr(artifacts, "unpack", lambda _weights: content)
    with pytest.raises(ModelFileDamaged):
        artifacts.from_bytes(weights, description)


@pytest.mark.parametrize(
    "changes",
    [
        {"trained_on": float("inf")},
        {"trained_on": -1},
        {"versions": ["scikit-learn"]},
        {"categories": [{"key": [], "name": "", "description": ""}]},
        {"categories": {"vpn": "VPN"}},
        {"calibration": {}},
        {"raisers": [{"level": "high", "floor": 0, "precision": 1}] * 3},
    ],
)
def test_an_odd_description_is_refused_before_it_serves(folder, changes):
    change_description(folder, **changes)
    with pytest.raises(ModelFileDamaged):
        artifacts.load(folder)


@pytest.mark.parametrize(
    "odd",
    [{"shares": []}, {"shares": [1, 1]}, {"nearest": ["x"]}, {"floor": float("nan")}, {"odds": 10**400}],
)
def test_an_odd_calibration_is_refused(model, folder, odd):
    change_description(folder, calibration={**asdict(model.calibration), **odd})
    with pytest.raises(ModelFileDamaged):
        artifacts.load(folder)


def test_a_want_of_memory_refuses_the_file_alone(model, monkeypatch):
    def away(_weights):
        raise MemoryError

    monkeypatch.setattr(artifacts, "unpack", away)
    with pytest.raises(ModelFileDamaged, match="MemoryError"):
        artifacts.from_bytes(*artifacts.to_bytes(model))


def test_a_folder_in_place_of_a_file_is_refused(folder):
    path = folder / artifacts.WEIGHTS_FILE
    path.unlink()
    path.mkdir()
    with pytest.raises(ModelFileDamaged, match="cannot be read"):
        artifacts.load(folder)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelFileMissing, match=artifacts.WEIGHTS_FILE):
        artifacts.load(tmp_path)
