"""Turns an article's features into the chance that it answers; the weights live in ranker.json, for people to read."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from kb.features import FEATURES
from kb.postings import Floats


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
    def from_json(cls, text: str) -> "Ranker":
        """Refuses weights for other features than the ones this version computes."""
        stored = json.loads(text)
        weights: Mapping[str, float] = stored["weights"]
        if set(weights) != set(FEATURES):
            raise ValueError(f"the ranker's features {sorted(weights)} are not {sorted(FEATURES)}")
        numbers = [float(weights[name]) for name in FEATURES]
        bias, cutoff = float(stored["bias"]), float(stored["cutoff"])
        if not all(map(math.isfinite, [*numbers, bias])) or not 0 < cutoff < 1:
            raise ValueError("the ranker's numbers make no sense")
        return cls(np.asarray(numbers, dtype=np.float32), bias, cutoff)


@cache
def shipped_ranker() -> Ranker:
    return Ranker.from_json(files("kb").joinpath("ranker.json").read_text(encoding="utf-8"))
