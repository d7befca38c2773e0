"""What differs between two versions of an article: by field, by line, and inside a line by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from kb.articles import Content

FIELDS = ("title", "summary", "aliases", "symptoms", "codes", "body")
_CONTEXT = 3
# Beyond these, comparing costs more than it tells: then a stretch is out and another is in, as a whole.
_MOST_LINES = 2_000
_LONGEST_LINE = 2_000
# Lines less alike than this are two different lines, and marking single words would only confuse.
_ALIKE = 0.5
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"  # lines that are the same in both and far from any change


@dataclass(frozen=True)
class Piece:
    """A part of a line; `changed` where it is what makes the line differ."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a comparison. A skipped stretch has no pieces, but says how many lines it stands for."""

    change: Change
    pieces: tuple[Piece, ...] = ()
    count: int = 1

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class FieldDiff:
    field: str
    lines: tuple[Line, ...]

    @property
    def added(self) -> int:
        return sum(line.change is Change.ADDED for line in self.lines)

    @property
    def removed(self) -> int:
        return sum(line.change is Change.REMOVED for line in self.lines)


def compare(before: Content, after: Content) -> tuple[FieldDiff, ...]:
    """The fields that differ, in the order in which an editor shows them."""
    return tuple(
        FieldDiff(field, between(_text(before, field), _text(after, field)))
        for field in FIELDS
        if getattr(before, field) != getattr(after, field)
    )


def between(before: str, after: str) -> tuple[Line, ...]:
    """Line by line; what stayed the same is kept near a change and counted elsewhere."""
    old, new = before.splitlines(), after.splitlines()
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    lines = [_same(line) for line in old[:start]]
    lines += _middle(old[start : len(old) - end], new[start : len(new) - end])
    lines += [_same(line) for line in old[len(old) - end :]]
    return tuple(_folded(lines))


def merged(base: Content, theirs: Content, mine: Content) -> tuple[Content, tuple[str, ...]]:
    """Both people's changes to `base`, field by field; and the fields that both changed, where mine was taken."""
    both = tuple(
        field
        for field in FIELDS
        if getattr(base, field) != getattr(mine, field) != getattr(theirs, field) != getattr(base, field)
    )
    untouched = {
        field: getattr(theirs, field) for field in FIELDS if getattr(mine, field) == getattr(base, field)
    }
    return replace(mine, **untouched), both


def _text(content: Content, field: str) -> str:
    value: str | tuple[str, ...] = getattr(content, field)
    return value if isinstance(value, str) else "\n".join(value)


def _same(line: str) -> Line:
    return Line(Change.SAME, (Piece(line),))


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines they begin with in common."""
    for at, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        if mine != theirs:
            return at
    return min(len(one), len(other))


def _middle(old: list[str], new: list[str]) -> Iterator[Line]:
    if max(len(old), len(new)) > _MOST_LINES:
        yield from _replaced(old, new)
        return
    for what, i, k, j, m in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            yield from (_same(line) for line in old[i:k])
        elif k - i == m - j:
            pairs = [_by_word(mine, theirs) for mine, theirs in zip(old[i:k], new[j:m], strict=True)]
            yield from (removed for removed, _ in pairs)
            yield from (added for _, added in pairs)
        else:
            yield from _replaced(old[i:k], new[j:m])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    yield from (Line(Change.REMOVED, (Piece(line, changed=True),)) for line in old)
    yield from (Line(Change.ADDED, (Piece(line, changed=True),)) for line in new)


def _by_word(old: str, new: str) -> tuple[Line, Line]:
    if max(len(old), len(new)) <= _LONGEST_LINE:
        mine, theirs = _WORD.findall(old), _WORD.findall(new)
        matcher = SequenceMatcher(None, mine, theirs)
        if matcher.ratio() >= _ALIKE:
            steps = matcher.get_opcodes()
            before = tuple(Piece("".join(mine[i:k]), what != "equal") for what, i, k, _, _ in steps if i < k)
            after = tuple(Piece("".join(theirs[j:m]), what != "equal") for what, _, _, j, m in steps if j < m)
            return Line(Change.REMOVED, before), Line(Change.ADDED, after)
    removed, added = _replaced([old], [new])
    return removed, added


def _folded(lines: Sequence[Line]) -> Iterator[Line]:
    """Stretches without a change, but for a few lines around each, become one line that counts them."""
    changed = [at for at, line in enumerate(lines) if line.change is not Change.SAME]
    kept = {
        near for at in changed for near in range(max(0, at - _CONTEXT), min(len(lines), at + _CONTEXT + 1))
    }
    skipped = 0
    for at, line in enumerate(lines):
        if at in kept:
            if skipped:
                yield Line(Change.SKIPPED, count=skipped)
            skipped = 0
            yield line
        else:
            skipped += 1
    if skipped:
        yield Line(Change.SKIPPED, count=skipped)
