"""Repairs misspelt words against the words that the articles themselves use."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.postings import Groups

_SHORTEST = 3  # letters; shorter words are too easily taken for each other
_SHORTEST_PART = 2
_ALTERNATIVES = 2
_TRUST = 0.9  # a repaired word never weighs as much as one that was typed so
_RARE_FROM = (
    50_000  # in larger vocabularies, words seen once or twice are typos themselves more often than not
)
_SEEN_AT_LEAST = 3
_LOOKED_AT = 80  # words that share most pairs of letters; the right one is hardly ever further down


@dataclass(frozen=True)
class Repair:
    """What a word may have meant. A merged word means several words at once."""

    meant: tuple[str, ...]
    weight: float


class Vocabulary:
    """The words of an index and how many articles hold each. Never changed once built; `base` holds further words."""

    def __init__(self, frequencies: Mapping[str, int], *, base: "Vocabulary | None" = None) -> None:
        self._frequencies = dict(frequencies)
        self._base = base
        rare = _SEEN_AT_LEAST if len(frequencies) > _RARE_FROM else 1
        self._targets = _Targets(
            [
                word
                for word, count in frequencies.items()
                if len(word) >= _SHORTEST and count >= rare and word.isalpha()
            ]
        )

    def __contains__(self, word: str) -> bool:
        return self.frequency(word) > 0

    def __len__(self) -> int:
        return len(self._frequencies) + (len(self._base) if self._base is not None else 0)

    def frequency(self, word: str) -> int:
        below = self._base.frequency(word) if self._base is not None else 0
        return self._frequencies.get(word, 0) + below

    def repairs(self, word: str) -> list[Repair]:
        """The likeliest words behind an unknown one, best first; none if nothing is near."""
        if len(word) < _SHORTEST or not word.isalpha():
            return []
        near = self._near(word)
        if split := self._split(word):
            near = [split, *near]
        return sorted(near, key=lambda repair: -repair.weight)[:_ALTERNATIVES]

    def joined(self, first: str, second: str) -> str | None:
        """The one word that was typed as two (“pass word”), if the articles use it."""
        whole = first + second
        return whole if len(whole) >= 5 and whole in self else None

    def _near(self, word: str) -> list[Repair]:
        found: list[tuple[float, int, str]] = []
        for choice, edits in self._within(word, _allowed_edits(len(word))).items():
            cost = float(edits)
            if not _same_start(word, choice):
                if len(word) <= 5:
                    continue
                cost += 0.5
            found.append((cost, -self.frequency(choice), choice))
        found.sort()
        return [
            Repair((choice,), _TRUST * (1 - cost / max(len(word), len(choice))) ** 2)
            for cost, _, choice in found[:_ALTERNATIVES]
        ]

    def _within(self, word: str, allowed: int) -> dict[str, int]:
        below = self._base._within(word, allowed) if self._base is not None else {}
        return below | self._targets.within(word, allowed)

    def _split(self, word: str) -> Repair | None:
        """Two known words written as one (“vpndrops”); the split whose rarer word is most common wins."""
        best: tuple[int, tuple[str, str]] | None = None
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            parts = word[:at], word[at:]
            seen = min(self.frequency(part) for part in parts)
            longest = max(len(part) for part in parts)
            if seen and longest >= _SHORTEST and (best is None or seen > best[0]):
                best = seen, parts
        return Repair(best[1], _TRUST) if best else None


class _Targets:
    """Words that a misspelling may mean, found by the pairs of letters they share: comparing with all of them
    would take milliseconds a word. They are ordered by length, so that only those of about the right one are looked at.
    """

    def __init__(self, words: list[str]) -> None:
        self._words = sorted(words, key=len)
        self._lengths = np.fromiter(map(len, self._words), np.int64, len(words))
        numbers: dict[str, int] = {}
        held = Groups.of(
            [numbers.setdefault(pair, len(numbers)) for pair in _pairs(word)] for word in self._words
        )
        owners = np.repeat(np.arange(len(words), dtype=np.int32), np.diff(held.starts))
        places = np.split(
            owners[np.argsort(held.ids, kind="stable")],
            np.cumsum(np.bincount(held.ids, minlength=len(numbers)))[:-1],
        )
        self._holding = dict(zip(numbers, places, strict=False))

    def within(self, word: str, allowed: int) -> dict[str, int]:
        """Word → edits, for those at most that many edits away."""
        first, past = np.searchsorted(self._lengths, (len(word) - allowed, len(word) + allowed + 1)).tolist()
        found = [self._holding[pair] for pair in _pairs(word) if pair in self._holding]
        if not found or first == past:
            return {}
        near = [held[slice(*np.searchsorted(held, (first, past)))] for held in found]
        shared = np.bincount(np.concatenate(near) - first, minlength=past - first)
        # An edit breaks two pairs of letters, a swap three.
        close = np.flatnonzero(shared >= max(1, len(word) + 1 - 3 * allowed))
        alike = shared[close] / (self._lengths[close + first] + (len(word) + 2))
        if len(close) > _LOOKED_AT:
            close = close[np.argpartition(-alike, _LOOKED_AT)[:_LOOKED_AT]]
        choices = [self._words[at] for at in (close + first).tolist()]
        found_near = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=8)
        return {choice: int(edits) for choice, edits, _ in found_near}


def _pairs(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


def _allowed_edits(length: int) -> int:
    if length <= 5:
        return 1
    return 2 if length <= 9 else 3


def _same_start(word: str, choice: str) -> bool:
    return word[0] == choice[0] or (word[0], word[1]) == (choice[1], choice[0])
