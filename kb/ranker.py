"""Turns an article's features into the chance that it answers; the weights live in ranker.json, for people to read."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from kb.postings import Floats

# What is looked at, article by article; kb/features.py computes it.
FEATURES = (
    "words",  # BM25 over the fields, relative to a title and alias that hold every word
    "words_gap",  # its lead over the best other article (negative: how far behind)
    "phrasing",  # share of the question that the best phrasing (title, alias or symptom) covers
    "phrasing_match",  # the same, and how much of that phrasing the question covers
    "coverage",  # share of the question that the whole article covers
    "letters",  # cosine of letter sequences with the best phrasing
    "letters_gap",  # its lead over the best other article
    "code",  # an error code in the question is one of the article's
    "known",  # share of the question's words that any article uses as they were written
    "rivals",  # logarithm of how many other articles name the code or have a phrasing that covers as much
    "length",  # logarithm of the number of telling words
    "meaning",  # cosine of embeddings with the nearest part of the article
    "meaning_gap",  # its lead over the best other article
    "meaning_phrasing",  # cosine of embeddings with the nearest title or alias
    "meaning_phrasing_gap",  # its lead
    "meaning_three",  # mean cosine with the three nearest of title and aliases
    "meaning_three_gap",  # its lead
    "memory_words",  # past questions of like wording that it solved, less those that it did not
    "memory_meaning",  # the same of like meaning
    "popularity",  # logarithm of how much more often than the average article it solved something
)
OF_MEANING = frozenset(name for name in FEATURES if "meaning" in name)


@dataclass(frozen=True, eq=False)
class Ranker:
    """A logistic combination. `cutoff` is the chance below which nothing is shown."""

    weights: Floats
    bias: float
    cutoff: float

    def chances(self, features: Floats) -> Floats:
        chances: Floats = (1 / (1 + np.exp(-(features @ self.weights + self.bias)))).astype(np.float32)
        return chances

    @classmethod
    def of(cls, stored: Mapping[str, Any], *, by_meaning: bool) -> "Ranker":
        """Refuses weights for other features than the ones this version computes."""
        weights: Mapping[str, float] = stored["weights"]
        wanted = {name for name in FEATURES if by_meaning or name not in OF_MEANING}
        if set(weights) != wanted:
            raise ValueError(f"the ranker's features {sorted(weights)} are not {sorted(wanted)}")
        numbers = [float(weights.get(name, 0.0)) for name in FEATURES]
        bias, cutoff = float(stored["bias"]), float(stored["cutoff"])
        if not all(map(math.isfinite, [*numbers, bias])) or not 0 < cutoff < 1:
            raise ValueError("the ranker's numbers make no sense")
        return cls(np.asarray(numbers, dtype=np.float32), bias, cutoff)

    def as_object(self, *, by_meaning: bool) -> dict[str, Any]:
        """The form that `of` reads."""
        named = zip(FEATURES, self.weights.tolist(), strict=True)
        kept = {name: round(weight, 4) for name, weight in named if by_meaning or name not in OF_MEANING}
        return {"weights": kept, "bias": round(self.bias, 4), "cutoff": self.cutoff}


@dataclass(frozen=True)
class Rankers:
    """Weights for searching by words alone, and by words and meaning."""

    lexical: Ranker
    semantic: Ranker

    @classmethod
    def from_json(cls, text: str) -> "Rankers":
        stored = json.loads(text)
        return cls(
            Ranker.of(stored["lexical"], by_meaning=False), Ranker.of(stored["semantic"], by_meaning=True)
        )

    def fitting(self, *, by_meaning: bool) -> Ranker:
        return self.semantic if by_meaning else self.lexical


@cache
def shipped_rankers() -> Rankers:
    return Rankers.from_json(files("kb").joinpath("ranker.json").read_text(encoding="utf-8"))
