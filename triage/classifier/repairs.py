"""Misspelt words, read as the words that labelled messages use; and how much of a message is unknown even so."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kb.text import is_stop_word
from kb.typos import Vocabulary
from triage.classifier.ngrams import Known

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FEWEST_LETTERS = 4
# Weaker guesses change what was meant more often than they mend it.
_SURE_ENOUGH = 0.3


@dataclass(frozen=True)
class Reading:
    """`unknown` is the share of words, 0 to 1, that neither the sentence model knows nor any labelled message holds."""

    text: str
    unknown: float


class Spelling:
    """The words of a model. Immutable once made, so threads may share it."""

    def __init__(self, words: Known, messages: int) -> None:
        self._words, self._messages = words, messages

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        counts = (self._messages + 1) / np.exp(self._words.rarity - 1) - 1
        return Vocabulary(
            {
                word: max(1, round(float(counts[column])))
                for word, column in self._words.columns.items()
                if " " not in word
            }
        )

    def read(self, text: str, knows: Callable[[str], bool]) -> Reading:
        """Repairs what a sentence model would not understand. Codes, numbers and short words stay as they are.

        `knows` tells which words the sentence model has.
        """
        known = unknown = 0
        parts: list[str] = []
        at = 0
        for match in _WORD.finditer(text):
            word = match.group().lower()
            if knows(word) or word in self._vocabulary or is_stop_word(word):
                known += 1
                continue
            repaired = self._repaired(word)
            if repaired is None:
                unknown += 1
                continue
            known += 1
            parts += [text[at : match.start()], repaired]
            at = match.end()
        return Reading("".join([*parts, text[at:]]), unknown / max(1, known + unknown))

    def _repaired(self, word: str) -> str | None:
        if len(word) < _FEWEST_LETTERS:
            return None
        best = next(iter(self._vocabulary.repairs(word)), None)
        return " ".join(best.meant) if best and best.weight >= _SURE_ENOUGH else None
