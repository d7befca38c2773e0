"""The words of an index: their numbers, and how much each one tells."""

from dataclasses import dataclass

import numpy as np

from kb.codes import Codes
from kb.postings import Floats
from kb.typos import Vocabulary


class Numbers:
    """Gives each name a number in the order of arrival. A later set continues an earlier one without touching it."""

    def __init__(self, before: "Numbers | None" = None) -> None:
        self._before = before._own if before is not None else {}
        self._own: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._before) + len(self._own)

    def __contains__(self, name: str) -> bool:
        return name in self._before or name in self._own

    def get(self, name: str) -> int | None:
        found = self._before.get(name)
        return self._own.get(name) if found is None else found

    def number(self, name: str) -> int:
        """The name's number, a new one if need be."""
        found = self._before.get(name)
        return self._own.setdefault(name, len(self)) if found is None else found


@dataclass(frozen=True, eq=False)
class Lexicon:
    """`idf` is over articles, `gram_idf` over phrasings; `average_lengths` beside the fields."""

    terms: Numbers
    idf: Floats
    unknown_idf: float
    grams: Numbers
    gram_idf: Floats
    average_lengths: tuple[float, ...]
    vocabulary: Vocabulary
    codes: Codes
    languages: tuple[str, ...]


def idf_of(document_counts: Floats, articles: int) -> Floats:
    """BM25's inverse document frequency, never negative."""
    idf: Floats = np.log(1 + (articles - document_counts + 0.5) / (document_counts + 0.5)).astype(np.float32)
    return idf
