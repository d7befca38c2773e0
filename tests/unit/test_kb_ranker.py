"""The weights are readable, belong to the features, and can be fitted again."""

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest

from kb import fit_ranker
from kb.features import FEATURES
from kb.judged import read_judged, with_typos
from kb.ranker import Ranker, shipped_ranker


def stored(**changes: object) -> str:
    return json.dumps({"weights": dict.fromkeys(FEATURES, 0.0), "bias": 0.0, "cutoff": 0.5} | changes)


def test_the_shipped_weights_fit_the_features() -> None:
    ranker = shipped_ranker()
    assert len(ranker.weights) == len(FEATURES)
    assert 0.3 < ranker.cutoff < 0.9


@pytest.mark.parametrize(
    "broken",
    [stored(weights={"words": 1.0}), stored(cutoff=1.5), stored(bias=float("inf"))],
)
def test_foreign_or_broken_weights_are_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="ranker"):
        Ranker.from_json(broken)


def test_a_chance_is_a_chance() -> None:
    ranker = Ranker.from_json(stored())
    assert ranker.chances(np.zeros((2, len(FEATURES)), dtype=np.float32)).tolist() == [0.5, 0.5]


def judged_folder(folder: Path) -> Path:
    folder.mkdir()
    topics = ["printer jam", "vpn drops", "payslip missing", "badge lost", "screen broken", "mail full"]
    articles = [
        {"id": t, "title": t, "summary": "", "body": f"How to mend: {t}.", "examples": [f"my {t}"]}
        for t in topics
    ]
    queries = [{"text": f"help with {t}", "rel": [t], "answerable": True} for t in topics]
    queries += [
        {"text": f"best {food} in town", "rel": [], "answerable": False} for food in ("soup", "cake", "pizza")
    ]
    with gzip.open(folder / "articles.jsonl.gz", "wt") as packed:
        packed.writelines(json.dumps(row) + "\n" for row in articles)
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in queries))
    return folder


def test_judged_sets_are_read_plain_or_packed(tmp_path: Path) -> None:
    judged = read_judged(judged_folder(tmp_path / "toy"))
    assert (judged.name, len(judged.entries), len(judged.questions)) == ("toy", 6, 9)
    assert [question.answerable for question in judged.questions].count(False) == 3


def test_weights_can_be_fitted_on_any_judged_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    judged_folder(tmp_path / "toy")
    monkeypatch.setattr(fit_ranker, "held_out_aliases", lambda articles: [read_judged(tmp_path / "toy")])
    fit_ranker.main(["--data", str(tmp_path)])
    said = capsys.readouterr()
    assert set(json.loads(said.out)["weights"]) == set(FEATURES)
    assert "mrr10" in said.err
    Ranker.from_json(said.out)


def test_typos_change_about_the_stated_share_of_letters() -> None:
    text = "the quick brown fox jumps over the lazy dog " * 20
    assert with_typos(text, 0.0, random.Random(1)) == text
    assert with_typos(text, 0.1, random.Random(1)) != text
    assert with_typos(text, 0.1, random.Random(1)) == with_typos(text, 0.1, random.Random(1))
