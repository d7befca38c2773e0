"""Near-identical texts belong together: what was learned from one would be no news when judged by the other. Pure."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from kb.text import stems, tokens

# Of two texts' telling words, so many of a hundred are the same ones.
NEAR = 0.8
# Of texts that share a rare word, so many are compared: a word of a template is in all of its thousands.
_COMPARED = 60
_DIGITS = re.compile(r"\d+")

Words = frozenset[str]


class _Union:
    """Which positions belong together; each family is called by its first."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def find(self, one: int) -> int:
        while self._parent[one] != one:
            self._parent[one] = self._parent[self._parent[one]]
            one = self._parent[one]
        return one

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first


def families(
    texts: Sequence[str], links: Iterable[tuple[int, int]] = (), *, near: float = NEAR
) -> tuple[int, ...]:
    """The family of each text: the position of its first member. `links` are pairs known to belong together.

    Numbers count as alike, so that an alarm's thousand messages are one family.
    """
    union = _Union(len(texts))
    first: dict[Words | str, int] = {}
    for position, text in enumerate(texts):
        union.join(first.setdefault(_words(text) or text, position), position)
    _join_near({words: at for words, at in first.items() if isinstance(words, frozenset)}, union, near)
    for one, other in links:
        union.join(one, other)
    return tuple(union.find(position) for position in range(len(texts)))


def _words(text: str) -> Words:
    alike = _DIGITS.sub("0", text)
    return frozenset(stems(alike) or tokens(alike))


def _join_near(first: dict[Words, int], union: _Union, near: float) -> None:
    """Compares only texts that share one of their rarest words: two that are near enough always do."""
    held = Counter(word for words in first for word in words)
    by_word: dict[str, list[Words]] = {}
    for words in sorted(first, key=lambda words: (len(words), first[words])):
        rarest = sorted(words, key=lambda word: (held[word], word))
        for word in rarest[: len(words) - math.ceil(near * len(words)) + 1]:
            others = by_word.setdefault(word, [])
            for other in others[-_COMPARED:]:
                if _alike(words, other, near):
                    union.join(first[words], first[other])
            others.append(words)


def _alike(words: Words, other: Words, near: float) -> bool:
    if len(other) < near * len(words):
        return False
    shared = len(words & other)
    return shared >= near * (len(words) + len(other) - shared)
