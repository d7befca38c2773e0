"""Finds the articles that may answer a question, with a chance and reasons, or honestly none."""

from dataclasses import dataclass

import numpy as np

from kb.features import Candidates, candidates
from kb.index import Index
from kb.language import foreign
from kb.meaning.parts import windows_of
from kb.models import Audience
from kb.passages import best_passage
from kb.postings import Floats
from kb.question import Question, read_question
from kb.ranker import shipped_rankers
from kb.reasons import reasons
from kb.text import stems

EVERYBODY = frozenset({Audience.PUBLIC, Audience.EVERYONE})
GUESTS = frozenset({Audience.PUBLIC})
DESK = frozenset(Audience)


@dataclass(frozen=True)
class Match:
    """An article with the calibrated chance that it answers. Passage and reasons are plain text, unescaped."""

    article_id: int
    slug: str
    title: str
    chance: float
    passage: str
    reasons: tuple[str, ...]
    revision: int
    shown: bool
    solved_questions: tuple[str, ...] = ()  # like ones that it solved, redacted


@dataclass(frozen=True)
class Search:
    """All that was considered for one question, best first; only what reached the cut-off may be shown."""

    question: str  # as cleaned
    repairs: tuple[tuple[str, str], ...]  # (as written, as understood)
    considered: tuple[Match, ...]
    cutoff: float
    version: int
    language: str | None = None  # of the question, if it can be told
    no_articles_in: str | None = None  # the same, if no article is written in it: then nothing is shown

    @property
    def shown(self) -> tuple[Match, ...]:
        return tuple(match for match in self.considered if match.shown)


def search(
    index: Index,
    question: str,
    *,
    limit: int = 3,
    audience: frozenset[Audience] = EVERYBODY,
    cutoff: float | None = None,
) -> list[Match]:
    """The articles to show, best first; an empty list means that none is likely enough to answer."""
    return list(consider(index, question, limit=limit, audience=audience, cutoff=cutoff).shown)


def consider(
    index: Index,
    question: str,
    *,
    limit: int = 3,
    audience: frozenset[Audience] = EVERYBODY,
    cutoff: float | None = None,
) -> Search:
    """Like search, but also names the best articles that stayed below the cut-off, for those who ask why."""
    ranker = index.ranker or shipped_rankers().fitting(by_meaning=index.meaning is not None)
    least = ranker.cutoff if cutoff is None else cutoff
    asked = read_question(index, question)
    found = candidates(index, asked, audience)
    chances = _with_records(index, found, ranker.chances(found.features))
    best = np.argsort(-chances, kind="stable")[:limit]
    missing = _missing(index, asked)
    matches = tuple(
        _match(
            index, asked, found, int(at), float(chances[at]), shown=missing is None and chances[at] >= least
        )
        for at in best
    )
    return Search(asked.text, asked.repairs, matches, least, index.version, asked.language, missing)


def _missing(index: Index, asked: Question) -> str | None:
    """The language, if people ask in it and no article is written in it. An empty base is short of more than that."""
    if asked.language is None or not len(index) or asked.language in index.written_in:
        return None
    return foreign(asked.text, index.written_in)


def _with_records(index: Index, found: Candidates, chances: Floats) -> Floats:
    """An article that was read and did not help sinks."""
    if not index.memory or not len(chances):
        return chances
    sinking = np.fromiter(map(index.memory.sinking, index.article_ids[found.rows].tolist()), np.float32)
    odds = np.log(np.clip(chances, 1e-6, 1 - 1e-6) / (1 - np.clip(chances, 1e-6, 1 - 1e-6)))
    lowered: Floats = np.where(sinking < 0, 1 / (1 + np.exp(-(odds + sinking))), chances).astype(np.float32)
    return lowered


def _match(index: Index, asked: Question, found: Candidates, at: int, chance: float, *, shown: bool) -> Match:
    row = int(found.rows[at])
    entry = index.entry(row)
    return Match(
        article_id=entry.article_id,
        slug=entry.slug,
        title=entry.title,
        chance=round(chance, 4),
        passage=_passage(index, asked, found, at),
        reasons=reasons(index, asked, found, at),
        revision=entry.revision,
        shown=bool(shown),
        solved_questions=found.votes[row].solved if row in found.votes else (),
    )


def _passage(index: Index, asked: Question, found: Candidates, at: int) -> str:
    row = int(found.rows[at])
    entry = index.entry(row)
    return best_passage(
        entry.body,
        entry.summary,
        _wanted(asked),
        entry.language,
        told=stems(f"{entry.title}\n{entry.phrasings[found.phrasings[at]]}", entry.language),
        windows=_windows(index, found, row),
    )


def _windows(index: Index, found: Candidates, row: int) -> list[tuple[str, float]]:
    if index.meaning is None or found.vector is None:
        return []
    entry, near = index.entry(row), index.meaning.of_body(found.vector, row)
    texts = windows_of(entry.summary, entry.body)
    # The vectors of a revision that was just written may still be those of the one before.
    return list(zip(texts, near.tolist(), strict=True)) if len(texts) == len(near) else []


def _wanted(asked: Question) -> dict[str, float]:
    """Stem → weight, to tell which lines of an article answer."""
    return {
        stem: word.idf * sure
        for word in asked.words
        for stem, sure in zip(word.stems, word.terms.values(), strict=True)
    }
