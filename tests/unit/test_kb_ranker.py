"""The weights are readable, belong to the features, and can be fitted again."""

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest

from kb import fit_ranker
from kb.fitting import Seen, best_cutoff, fit, log_loss
from kb.judged import read_judged, with_typos
from kb.meaning.encoder import missing_runtime
from kb.ranker import FEATURES, OF_MEANING, Ranker, Rankers, shipped_rankers


def stored(**changes: object) -> dict[str, object]:
    return {"weights": dict.fromkeys(FEATURES, 0.0), "bias": 0.0, "cutoff": 0.5} | changes


def test_the_shipped_weights_fit_the_features() -> None:
    for ranker in (shipped_rankers().lexical, shipped_rankers().semantic):
        assert len(ranker.weights) == len(FEATURES)
        assert 0.3 < ranker.cutoff < 0.9


def test_searching_by_words_alone_gives_meaning_no_weight() -> None:
    lexical = dict(zip(FEATURES, shipped_rankers().lexical.weights.tolist(), strict=True))
    assert all(lexical[name] == 0 for name in OF_MEANING)


@pytest.mark.parametrize(
    "broken",
    [stored(weights={"words": 1.0}), stored(cutoff=1.5), stored(bias=float("inf"))],
)
def test_foreign_or_broken_weights_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="ranker"):
        Ranker.of(broken, by_meaning=True)


def test_a_chance_is_a_chance() -> None:
    ranker = Ranker.of(stored(), by_meaning=True)
    assert ranker.chances(np.zeros((2, len(FEATURES)), dtype=np.float32)).tolist() == [0.5, 0.5]


def test_weights_are_read_back_as_they_were_written() -> None:
    before = shipped_rankers().semantic
    after = Ranker.of(json.loads(json.dumps(before.as_object(by_meaning=True))), by_meaning=True)
    assert after.weights == pytest.approx(before.weights, abs=1e-4)


def seen(first: float, second: float, *, right: int | None, weight: float = 1.0) -> Seen:
    features = np.zeros((2, len(FEATURES)), dtype=np.float32)
    features[:, 0] = first, second
    return Seen(features, np.array([right == 0, right == 1]), right is not None, weight)


def test_fitting_learns_which_feature_tells() -> None:
    rng = random.Random(3)
    asked = [seen(0.6 + rng.random() / 3, rng.random() / 3, right=0) for _ in range(60)]
    asked += [seen(rng.random() / 3, rng.random() / 3, right=None) for _ in range(60)]
    ranker = fit(asked, by_meaning=False)
    assert ranker.weights[0] > 1
    assert log_loss(asked, ranker) < 0.3
    assert all(one.reciprocal_rank(ranker) == 1 for one in asked if one.answerable)


def test_the_stronger_the_draw_the_nearer_weights_stay_to_those_before() -> None:
    asked = [seen(0.9, 0.1, right=0), seen(0.2, 0.1, right=None)] * 30
    before = shipped_rankers().lexical
    near, far = (fit(asked, by_meaning=False, before=before, strength=strength) for strength in (100, 1e-4))
    steps = [float(np.abs(one.weights - before.weights).sum()) for one in (near, far)]
    assert steps[0] < steps[1]


def test_the_cut_off_lets_through_no_more_than_was_asked_for() -> None:
    asked = [seen(number / 100, 0, right=None) for number in range(100)]
    ranker = Ranker.of(stored(weights=dict.fromkeys(FEATURES, 0.0) | {"words": 2.0}), by_meaning=True)
    cutoff = best_cutoff([asked], ranker, false_show=0.1)
    assert sum(one.top(ranker)[0] >= cutoff for one in asked) <= 10


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


@pytest.mark.skipif(bool(missing_runtime()), reason="the extra “semantic” is not installed")
def test_weights_can_be_fitted_on_any_judged_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    judged_folder(tmp_path / "toy")
    monkeypatch.setattr(fit_ranker, "starter_sets", list)
    labelled = tmp_path / "labels.csv"
    rows = [
        f"{word} number {number},{word}" for word in ("vpn", "mail", "door", "desk") for number in range(9)
    ]
    labelled.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    fit_ranker.main(["--judged", str(tmp_path), "--labels", str(labelled)])
    said = capsys.readouterr()
    rankers = Rankers.from_json(said.out)
    assert rankers.semantic.weights.shape == (len(FEATURES),)
    assert "labels 12" in said.err


def test_typos_change_about_the_stated_share_of_letters() -> None:
    text = "the quick brown fox jumps over the lazy dog " * 20
    assert with_typos(text, 0.0, random.Random(1)) == text
    assert with_typos(text, 0.1, random.Random(1)) != text
    assert with_typos(text, 0.1, random.Random(1)) == with_typos(text, 0.1, random.Random(1))
