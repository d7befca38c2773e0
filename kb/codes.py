"""Error codes that articles name, found in a question even with a slip of the finger."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

_LIKENESS = 60.0
_SHORTEST_FUZZY = 5
_PIECE = re.compile(r"[^\s,;()\"'<>\[\]{}]+")
# A bare number is a code only where somebody speaks of one: “error 691”, not “691 euros”.
_HINT = re.compile(
    r"\b(?:errors?|codes?|reason|stop|status|event|message|msg|says|fails?|failed|fehler|erreur|código|erro)\b",
    re.IGNORECASE,
)


class Codes:
    """Never changed once built. Articles are named by the rows they have in the index."""

    def __init__(
        self, codes_by_article: Iterable[tuple[int, Iterable[str]]], *, base: "Codes | None" = None
    ) -> None:
        """`base` holds the codes of further articles, whose rows are others."""
        self._base = base
        self._articles: dict[str, set[int]] = {}
        for article, codes in codes_by_article:
            for code in codes:
                for piece in code_pieces(code):
                    self._articles.setdefault(piece, set()).add(article)
        self._fuzzy = [code for code in self._articles if len(code) >= _SHORTEST_FUZZY and not code.isdigit()]

    def find(self, text: str) -> dict[int, tuple[str, float]]:
        """Article → (the code as it stands in the article, likeness up to 1) for every code in the text."""
        found: dict[int, tuple[str, float]] = {}
        for named in self.named(text).values():
            for code, likeness in named:
                for article in self._holding(code):
                    if likeness > found.get(article, ("", 0.0))[1]:
                        found[article] = (code, likeness)
        return found

    def named(self, text: str) -> dict[str, list[tuple[str, float]]]:
        """Each code as written → the articles' codes it may be, with their likeness."""
        if not self:
            return {}
        numbers_count = bool(_HINT.search(text))
        named = {written: self._alike(written, numbers_count) for written in code_pieces(text)}
        return {written: codes for written, codes in named.items() if codes}

    def __bool__(self) -> bool:
        return bool(self._articles) or bool(self._base)

    def _holding(self, code: str) -> set[int]:
        below = self._base._holding(code) if self._base is not None else set()
        return below | self._articles.get(code, set())

    def _all_fuzzy(self) -> list[str]:
        return self._fuzzy if self._base is None else [*self._base._all_fuzzy(), *self._fuzzy]

    def _alike(self, written: str, numbers_count: bool) -> list[tuple[str, float]]:
        if written.isdigit() and not numbers_count:
            return []
        if self._holding(written):
            return [(written, 1.0)]
        if len(written) < _SHORTEST_FUZZY or not any(sign.isdigit() for sign in written) or written.isdigit():
            return []
        near = process.extract(written, self._all_fuzzy(), scorer=fuzz.ratio, score_cutoff=_LIKENESS, limit=5)
        return [(code, (ratio / 100) ** 2) for code, ratio, _ in near if _is_slip(written, code)]


def code_pieces(text: str) -> list[str]:
    """Everything between blanks that holds a digit, an underscore or capitals only; as small letters, each once."""
    pieces: dict[str, None] = {}
    for found in _PIECE.findall(text):
        piece = found.strip(".:!?*`/\\-_")
        shouted = len(piece) >= 6 and piece.isupper()
        if any(sign.isdigit() for sign in piece) or "_" in piece or shouted:
            pieces[piece.casefold()] = None
    return list(pieces)


def code_term(code: str) -> str:
    """The index's term for a whole code, which no word can be."""
    return f"#{code}"


def _is_slip(written: str, code: str) -> bool:
    """One key too many, too few or swapped. Another digit in its place is another code."""
    if OSA.distance(written, code, score_cutoff=1) > 1:
        return False
    if len(written) != len(code):
        return True
    differing = [(mine, theirs) for mine, theirs in zip(written, code, strict=True) if mine != theirs]
    return len(differing) != 1 or not (differing[0][0].isdigit() and differing[0][1].isdigit())
