"""The shape of a language's words for the rules, and how a find is told from its denial."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Group = tuple[str, ...]

# Words looked at before a find when asking whether it was denied.
REACH_OF_A_NEGATION = 4
LONGEST_QUOTE = 60

_NUMBER = r"(?<![\w.:/-])(\d{1,3}(?:[,.]\d{3})+|\d{1,6})(?:[- ][a-z]+){0,2}?[- ]"
_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True)
class Wording:
    """Patterns as a person writes them. A rule speaks when each of its groups is found."""

    negators: frozenset[str]
    breaks: str  # where the reach of a negation ends
    patterns: Mapping[str, tuple[Group, ...]]
    reassurance: Group  # that nothing bad happened
    everyone: Group  # words for many people
    team: Group  # words for a few
    people: str  # what a number may count
    sites: str  # places: a few of them are already many people
    bracketed: str  # a number in brackets behind a group of people


class Language:
    """A wording made ready to search with. Texts arrive cleaned and in lower case."""

    def __init__(self, wording: Wording) -> None:
        self._negators = wording.negators
        self._breaks = re.compile(wording.breaks)
        self._groups = {
            name: tuple(_either(group) for group in groups) for name, groups in wording.patterns.items()
        }
        self.reassurance = re.compile(_either(wording.reassurance).pattern, re.IGNORECASE)
        self.everyone = _either(wording.everyone)
        self.team = _either(wording.team)
        self.head_count = re.compile(_NUMBER + wording.people + r"\b")
        self.site_count = re.compile(_NUMBER + wording.sites + r"\b")
        self.bracketed_count = re.compile(wording.bracketed)

    def find(self, name: str, text: str, *, negatable: bool) -> tuple[str, ...]:
        """The words that set the rule off, or none; words that were denied do not count."""
        found: list[str] = []
        for group in self._groups.get(name, ()):
            words = next(self._finds(group, text, negatable=negatable), None)
            if words is None:
                return ()
            if words not in found:
                found.append(words)
        return tuple(found)

    def _finds(self, group: re.Pattern[str], text: str, *, negatable: bool) -> Iterator[str]:
        for match in group.finditer(text):
            if match.group().strip() and not (negatable and self._is_denied(text, match.start())):
                yield quoted(match.group())

    def _is_denied(self, text: str, start: int) -> bool:
        clause = self._breaks.split(text[max(0, start - 80) : start])[-1]
        return any(word in self._negators for word in _WORD.findall(clause)[-REACH_OF_A_NEGATION:])


def quoted(found: str) -> str:
    words = found.strip(" ,;:.")
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1].rsplit(" ", 1)[0] + "…"


def _either(group: Group) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in group))
