"""Short articles by the ten thousand, the same ones each time, with words as unequally frequent as real ones.

The frequent words are those of the starter articles; beyond them words are made of syllables, because a base of a
hundred thousand articles is full of names and product numbers that nothing else says.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from kb.entries import Entry
from kb.importers.markdown import read_folder
from kb.index import Index
from kb.judged_files import JudgedQuestion
from kb.meaning.encoder import Encoder
from kb.meaning.vectors import Coded, Kind, Meaning, Shelf
from kb.starter import starter_folder
from kb.text import tokens

_SEED = 11
_ZIPF = 1.05
_WORDS_AN_ARTICLE = 0.6  # made words for each article, on top of the starter articles' own
_MOST_WORDS = 60_000
_ONSETS = ("b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "qu",
           "r", "s", "sc", "st", "t", "tr", "v", "w", "z")  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou")
_CODAS = ("", "", "", "l", "m", "n", "r", "s", "t", "nd", "rk", "st", "x")
_WRAPPINGS = ("how do I {}", "{} again", "need help with {}", "{}", "since today {}", "why is {} not working")

_KINDS = (Kind.TITLE, Kind.ALIAS, Kind.ALIAS, Kind.BODY)


@dataclass(frozen=True)
class Synthetic:
    entries: tuple[Entry, ...]
    questions: tuple[JudgedQuestion, ...]


def synthetic(size: int, *, questions: int) -> Synthetic:
    """`size` short articles (about sixty words) and questions spread evenly over them."""
    rng = random.Random(_SEED)
    speaker = _Speaker(rng, size)
    entries = tuple(speaker.article(number) for number in range(size))
    step = max(1, size // questions)
    asked = tuple(
        JudgedQuestion(str(entry.article_id), speaker.question(entry), {entry.article_id: 1})
        for entry in entries[::step][:questions]
    )
    return Synthetic(entries, asked)


def with_made_up_meaning(index: Index, encoder: Encoder) -> Index:
    """Vectors that point anywhere, a title, two aliases and a body for each article: to read a hundred thousand
    articles would take hours, and searching among them takes the same time whatever they mean.
    """
    dice = np.random.default_rng(_SEED)

    def coded() -> Iterator[Coded]:
        for article_id in index.article_ids.tolist():
            vectors = dice.standard_normal((len(_KINDS), encoder.dims), dtype=np.float32)
            yield Coded.of(article_id, _KINDS, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    shelf = Shelf.of(coded(), encoder.dims, expected=len(_KINDS) * len(index))
    shelf.prepare()
    return index.with_meaning(Meaning.of([shelf], index.article_ids).with_encoder(encoder))


class _Speaker:
    def __init__(self, rng: random.Random, size: int) -> None:
        self._rng = rng
        self._words = _vocabulary(rng, int(size * _WORDS_AN_ARTICLE))
        self._weights = list(accumulate(1 / rank**_ZIPF for rank in range(1, len(self._words) + 1)))
        self._telling = range(min(60, len(self._words) // 4), len(self._words))

    def article(self, number: int) -> Entry:
        rng = self._rng
        topic = [self._words[rng.choice(self._telling)] for _ in range(4)]
        return Entry(
            article_id=number,
            slug=f"synthetic-{number}",
            revision=1,
            title=self._line(topic, 2, 3).capitalize(),
            summary=f"{self._line(topic, 2, 8).capitalize()}.",
            body="\n".join(f"{at}. {self._line(topic, 1, 9).capitalize()}." for at in range(1, 4)),
            aliases=(self._line(topic, 3, 2), self._line(topic, 2, 3)),
        )

    def question(self, entry: Entry) -> str:
        """As people write: one of the article's phrasings with something around it."""
        phrasing = self._rng.choice(entry.phrasings).lower()
        return self._rng.choice(_WRAPPINGS).format(phrasing)

    def _line(self, topic: Sequence[str], telling: int, filling: int) -> str:
        words = self._rng.sample(topic, telling)
        words += self._rng.choices(self._words, cum_weights=self._weights, k=filling)
        self._rng.shuffle(words)
        return " ".join(words)


def _vocabulary(rng: random.Random, made: int) -> list[str]:
    """Most frequent first."""
    seen: Counter[str] = Counter()
    for article in read_folder(starter_folder()):
        said = article.content
        for text in (said.title, said.summary, said.body, *said.aliases):
            seen.update(word for word in tokens(text) if word.isalpha())
    words = [word for word, _ in sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))]
    known = set(words)
    for word in _made_words(rng):
        if len(words) >= min(_MOST_WORDS, len(seen) + made):
            break
        if word not in known:
            known.add(word)
            words.append(word)
    return words


def _made_words(rng: random.Random) -> Iterator[str]:
    while True:
        yield "".join(
            rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS)
            for _ in range(rng.choice((2, 2, 3)))
        )
