"""Repairs misspelt words against the words that the articles themselves use."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 3  # letters; shorter words are too easily taken for each other
_SHORTEST_PART = 2
_ALTERNATIVES = 2
_TRUST = 0.9  # a repaired word never weighs as much as one that was typed so
_RARE_FROM = (
    50_000  # in larger vocabularies, words seen once or twice are typos themselves more often than not
)
_SEEN_AT_LEAST = 3


@dataclass(frozen=True)
class Repair:
    """What a word may have meant. A merged word means several words at once."""

    meant: tuple[str, ...]
    weight: float


class Vocabulary:
    """The words of an index, laid out by length for quick repair. Never changed once built."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._frequencies = dict(frequencies)
        rare = _SEEN_AT_LEAST if len(frequencies) > _RARE_FROM else 1
        self._by_length: dict[int, list[str]] = {}
        for word, count in frequencies.items():
            if len(word) >= _SHORTEST and count >= rare and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._frequencies

    def __len__(self) -> int:
        return len(self._frequencies)

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
        return whole if len(whole) >= 5 and whole in self._frequencies else None

    def _near(self, word: str) -> list[Repair]:
        allowed = _allowed_edits(len(word))
        found: list[tuple[float, int, str]] = []
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            choices = self._by_length.get(length)
            if not choices:
                continue
            for choice, edits, _ in process.extract(
                word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=8
            ):
                cost = float(edits)
                if not _same_start(word, choice):
                    if len(word) <= 5:
                        continue
                    cost += 0.5
                found.append((cost, -self._frequencies[choice], choice))
        found.sort()
        return [
            Repair((choice,), _TRUST * (1 - cost / max(len(word), len(choice))) ** 2)
            for cost, _, choice in found[:_ALTERNATIVES]
        ]

    def _split(self, word: str) -> Repair | None:
        """Two known words written as one (“vpndrops”); the split whose rarer word is most common wins."""
        best: tuple[int, tuple[str, str]] | None = None
        for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            parts = word[:at], word[at:]
            seen = min(self._frequencies.get(part, 0) for part in parts)
            longest = max(len(part) for part in parts)
            if seen and longest >= _SHORTEST and (best is None or seen > best[0]):
                best = seen, parts
        return Repair(best[1], _TRUST) if best else None


def _allowed_edits(length: int) -> int:
    if length <= 5:
        return 1
    return 2 if length <= 9 else 3


def _same_start(word: str, choice: str) -> bool:
    return word[0] == choice[0] or (word[0], word[1]) == (choice[1], choice[0])
