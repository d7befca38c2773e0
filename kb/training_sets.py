"""Judged sets to fit the ranker on: those of a folder, labelled messages made into articles, the starter's own."""

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kb.entries import Entry
from kb.importers.markdown import read_folder
from kb.judged import Judged, JudgedSet, held_out_aliases, read_judged
from kb.starter import starter_folder

T = TypeVar("T")

_NOTHING = "oos"  # the label of messages that no label fits
_LEFT_OUT = 4  # one label in so many has no article
_MOST_QUESTIONS = 500
_A_LABEL = 12  # questions at most


@dataclass(frozen=True)
class TrainingSet:
    """`say` is how much it counts beside the others; `clean` whether its judgements are complete enough for the
    cut-off to be set by them."""

    judged: JudgedSet
    say: float = 1.0
    clean: bool = True


def judged_folders(folder: Path, *, split: str) -> Iterator[JudgedSet]:
    """Every judged set below the folder; of those that are split, only that part's questions."""
    for path in sorted(path for path in folder.iterdir() if path.is_dir()):
        yield read_judged(path, split=split)


def labelled_sets(path: Path) -> Iterator[TrainingSet]:
    """A file three times: its labels as articles without aliases, with a few, and with many."""
    by_label = _by_label(path)
    for aliases in (0, 3, 12):
        rng = random.Random(f"{path.name} {aliases}")
        name = f"{path.name.partition('.')[0]} {aliases}"
        yield TrainingSet(_as_articles(name, by_label, aliases, rng), say=1 / 3)


def starter_sets() -> Iterator[TrainingSet]:
    folds = list(held_out_aliases(read_folder(starter_folder())))
    for fold in folds:
        yield TrainingSet(fold, say=1 / len(folds))


def _by_label(path: Path) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for row in csv.DictReader(lines):
            found[row["label"]].append(row["text"])
    return found


def _as_articles(name: str, by_label: dict[str, list[str]], aliases: int, rng: random.Random) -> JudgedSet:
    labels = sorted(by_label.keys() - {_NOTHING})
    rng.shuffle(labels)
    missing = labels[: len(labels) // _LEFT_OUT]
    entries: list[Entry] = []
    solvable: list[Judged] = []
    for number, label in enumerate(labels[len(missing) :]):
        said = rng.sample(by_label[label], len(by_label[label]))
        # Real bases are uneven: one article has half as many aliases as another.
        kept = rng.choice((aliases // 2, aliases, aliases * 2))
        entries.append(Entry(number, label, 1, label.replace("_", " "), "", "", tuple(said[:kept])))
        solvable += [Judged(text, frozenset({number})) for text in said[kept : kept + _A_LABEL]]
    nothing = [text for label in missing for text in by_label[label][:_A_LABEL]] + by_label.get(_NOTHING, [])
    asked = _some(solvable, _MOST_QUESTIONS, rng)
    asked += [Judged(text, frozenset()) for text in _some(nothing, _MOST_QUESTIONS // 2, rng)]
    return JudgedSet(name, tuple(entries), tuple(asked))


def _some(things: Sequence[T], most: int, rng: random.Random) -> list[T]:
    return rng.sample(things, min(most, len(things)))
