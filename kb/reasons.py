"""Says in plain words why an article was found. Plain text: whoever shows it escapes it for its place."""

from kb.entries import Entry
from kb.features import Candidates
from kb.index import Index
from kb.memory_set import Vote
from kb.question import Question, Word

_WEAK = 0.3  # a repair or a code less alike than this is no reason
_MOST_WORDS = 4
_LONG = 90
_DULL = frozenset(
    {"how", "what", "when", "where", "who", "why", "which", "not", "no", "get", "use", "want", "need"}
)


def reasons(index: Index, question: Question, found: Candidates, at: int) -> tuple[str, ...]:
    """Up to three reasons, the strongest first."""
    row = int(found.rows[at])
    entry = index.entry(row)
    said = [
        _code(found.codes.get(row)),
        _solved(found.votes.get(row)),
        *_phrasing(index, question, entry, row, found.phrasings[at]),
    ]
    given = [reason for reason in said if reason]
    if len(given) < 2 and (elsewhere := _elsewhere(index, question, row, found.phrasings[at])):
        given.append(elsewhere)
    if not given:
        given.append(_close(index, found, at, entry))
    return tuple(given[:3])


def _solved(vote: Vote | None) -> str:
    if vote is None or not vote.solved:
        return ""
    # Whoever asks reads this: what others wrote is for the desk alone, and stands in `solved_questions`.
    if len(vote.solved) == 1:
        return "it solved a question like this before"
    return "it solved questions like this before"


def _close(index: Index, found: Candidates, at: int, entry: Entry) -> str:
    if index.meaning is not None:
        return f"it means much the same as “{_cut(entry.phrasings[found.phrasings[at]])}”"
    return f"its wording is close to “{_cut(entry.phrasings[found.phrasings[at]])}”"


def _code(code: tuple[str, float] | None) -> str:
    if code is None or code[1] < _WEAK:
        return ""
    if code[1] == 1.0:
        return f"error code {code[0]} is in the article"
    return f"error code {code[0]} is in the article, close to the one you wrote"


def _phrasing(index: Index, question: Question, entry: Entry, row: int, phrasing: int) -> list[str]:
    """What the best title, alias or symptom says beside what was written."""
    held = _phrasing_terms(index, row, phrasing)
    shared = _shared(question, held)
    if not shared:
        return []
    text = f"“{_cut(entry.phrasings[phrasing])}”"
    if phrasing == 0:
        reason = f"the title says {text}"
    elif phrasing <= len(entry.aliases):
        reason = f"others ask for it as {text}"
    else:
        reason = f"it is about {text}"
    if repaired := [word for word in shared if word.meant]:
        wrote = " ".join(word.written for word in repaired)
        meant = " ".join(" ".join(word.meant) for word in repaired)
        reason += f"; you wrote “{wrote}”, read as “{meant}”"
    return [reason]


def _elsewhere(index: Index, question: Question, row: int, phrasing: int) -> str:
    told = _phrasing_terms(index, row, phrasing)
    rest = [word for word in _shared(question, _article_terms(index, row) - told) if not word.is_code]
    telling = max((word.idf for word in question.words), default=0.0) / 2
    named = sorted((word for word in rest if word.idf >= telling), key=lambda word: -word.idf)[:_MOST_WORDS]
    if not named:
        return ""
    return "the article mentions " + ", ".join(f"“{' '.join(word.meant) or word.written}”" for word in named)


def _phrasing_terms(index: Index, row: int, phrasing: int) -> set[int]:
    segment, own = index.place(row)
    return set(segment.phrasing_terms[int(segment.phrasing_starts[own]) + phrasing])


def _article_terms(index: Index, row: int) -> set[int]:
    segment, own = index.place(row)
    return set(segment.article_terms[own])


def _shared(question: Question, held: set[int]) -> list[Word]:
    return [
        word
        for word in question.words
        if word.written not in _DULL
        and any(term in held and sure >= _WEAK for term, sure in word.terms.items())
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1].rsplit(" ", 1)[0] + "…"
