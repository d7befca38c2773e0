"""Fits the weights in ranker.json: python -m kb.fit_ranker --data FOLDER [--write].

FOLDER holds one folder for each judged set (articles.jsonl, queries.jsonl). The starter articles, judged by their own
held-out aliases, always take part. Every set is also asked with typos, and reported by weights fitted on the others.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from kb.features import FEATURES, candidates
from kb.importers.markdown import read_folder
from kb.index import build_index
from kb.judged import Judged, JudgedSet, held_out_aliases, read_judged, with_typos
from kb.postings import Floats
from kb.question import read_question
from kb.ranker import Ranker
from kb.search import DESK
from kb.starter import starter_folder

_TYPOS = 0.1
_TYPOS_COUNT = 0.5  # how much a misspelt copy of a question counts
_FALSE_SHOW = 0.12  # of the questions without an answer, how many may still be shown something
_NOISY = {"thunderbird": 0.5}  # real requests with second-best labels: half the say, and none in the cut-off


@dataclass(frozen=True, eq=False)
class Seen:
    """One question's candidates: features, and which of them answer."""

    features: Floats
    right: NDArray[np.bool_]
    answerable: bool
    typos: bool


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m kb.fit_ranker", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with one folder for each judged set")
    parser.add_argument("--write", action="store_true", help="replace kb/ranker.json by the fitted weights")
    options = parser.parse_args(arguments)
    sets = {
        folder.name: _see(read_judged(folder)) for folder in sorted(options.data.iterdir()) if folder.is_dir()
    }
    starter = held_out_aliases(read_folder(starter_folder()))
    sets["starter"] = [seen for fold in starter for seen in _see(fold)]
    for name in sets:
        others = {other: seen for other, seen in sets.items() if other != name}
        _say(name, sets[name], _fit(others))
    fitted = _fit(sets)
    text = json.dumps(_readable(fitted, sets), indent=2) + "\n"
    sys.stdout.write(text)
    if options.write:
        (Path(__file__).parent / "ranker.json").write_text(text, encoding="utf-8")


def _see(judged: JudgedSet) -> list[Seen]:
    index = build_index(judged.entries)
    ids = np.asarray([entry.article_id for entry in index.entries])
    rng = random.Random(7)
    seen: list[Seen] = []
    for question in judged.questions:
        slipped = Judged(with_typos(question.text, _TYPOS, rng), question.answers)
        for asked, typos in ((question, False), (slipped, True)):
            found = candidates(index, read_question(index, asked.text), DESK)
            right = np.isin(ids[found.rows], list(asked.answers))
            seen.append(Seen(found.features, right, asked.answerable, typos))
    return seen


def _fit(sets: dict[str, list[Seen]]) -> Ranker:
    features = np.concatenate([one.features for seen in sets.values() for one in seen])
    right = np.concatenate([one.right for seen in sets.values() for one in seen])
    # Each set has the same say, however many questions it holds.
    say = np.concatenate(
        [
            np.full(len(one.right), _NOISY.get(name, 1.0) / len(seen) * (_TYPOS_COUNT if one.typos else 1.0))
            for name, seen in sets.items()
            for one in seen
        ]
    )
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    model = LogisticRegression(C=1e3, max_iter=2_000)
    model.fit((features - mean) / spread, right, sample_weight=say / say.mean())
    weights = (model.coef_[0] / spread).astype(np.float32)
    bias = float(model.intercept_[0] - weights @ mean)
    return Ranker(weights, bias, _cutoff(Ranker(weights, bias, 0.5), sets))


def _cutoff(ranker: Ranker, sets: dict[str, list[Seen]]) -> float:
    tops = [
        np.asarray([_top(ranker, one)[0] for one in seen if not one.answerable])
        for name, seen in sets.items()
        if name not in _NOISY
    ]
    tops = [top for top in tops if len(top)]
    for hundredth in range(30, 95):
        cutoff = hundredth / 100
        if tops and np.mean([(top >= cutoff).mean() for top in tops]) <= _FALSE_SHOW:
            return cutoff
    return 0.95


def _top(ranker: Ranker, seen: Seen) -> tuple[float, bool, float]:
    """The best chance, whether that article answers, and one over the first right rank within ten."""
    if not len(seen.right):
        return 0.0, False, 0.0
    chances = ranker.chances(seen.features)
    order = np.argsort(-chances, kind="stable")[:10]
    hits = np.flatnonzero(seen.right[order])
    return float(chances[order[0]]), bool(seen.right[order[0]]), 1 / (hits[0] + 1) if len(hits) else 0.0


def _say(name: str, seen: list[Seen], ranker: Ranker) -> None:
    for typos in (False, True):
        asked = [one for one in seen if one.typos is typos]
        figures = _figures(ranker, asked)
        listed = "  ".join(f"{key} {value:.3f}" for key, value in figures.items())
        sys.stderr.write(f"{name:12} {'typos' if typos else 'clean'}  {listed}\n")


def _figures(ranker: Ranker, seen: list[Seen]) -> dict[str, float]:
    tops = [_top(ranker, one) for one in seen]
    chance = np.asarray([top[0] for top in tops])
    right = np.asarray([top[1] for top in tops])
    answerable = np.asarray([one.answerable for one in seen])
    shown = chance >= ranker.cutoff
    bins = np.clip((chance * 10).astype(int), 0, 9)
    off = [
        abs(chance[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)
    ]
    return {
        "mrr10": float(np.mean([top[2] for top, can in zip(tops, answerable, strict=True) if can])),
        "auroc": float(roc_auc_score(answerable, chance)) if len(set(answerable)) == 2 else float("nan"),
        "precision": float(right[shown].mean()) if shown.any() else float("nan"),
        "recall": float((right & shown)[answerable].mean()),
        "false_show": float(shown[~answerable].mean()) if (~answerable).any() else float("nan"),
        "ece": float(sum(off)),
    }


def _readable(ranker: Ranker, sets: dict[str, list[Seen]]) -> dict[str, object]:
    return {
        "what": "Logistic weights of kb/features.py, fitted by python -m kb.fit_ranker; chance = 1 / (1 + e^-sum)",
        "fitted_on": sorted(sets),
        "weights": {
            name: round(float(weight), 4) for name, weight in zip(FEATURES, ranker.weights, strict=True)
        },
        "bias": round(ranker.bias, 4),
        "cutoff": ranker.cutoff,
    }


if __name__ == "__main__":
    main()
