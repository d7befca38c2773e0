"""What the old desk called a category or an urgency, and what that is called here. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from triage.classifier.examples import Category
from triage.tickets.labels import NO_CATEGORY
from triage.vocabulary import Urgency

# Of two words, in hundredths: a slip or a plural, never only some letters in common.
_NEAR_ENOUGH = 85
_LITTLE_WORDS = {"and", "or", "of", "for", "the", "to", "in", "with"}
_LONGEST_KEY = 64
# The usual four steps, by their usual names. A desk with other steps says what they mean in its mapping.
_URGENCIES = {
    Urgency.CRITICAL: ("critical", "p1", "1", "1 critical", "blocker", "emergency", "highest"),
    Urgency.HIGH: ("high", "p2", "2", "2 high", "urgent", "major"),
    Urgency.MEDIUM: ("medium", "p3", "3", "3 moderate", "3 medium", "moderate", "normal", "default"),
    Urgency.LOW: ("low", "p4", "4", "4 low", "p5", "5", "5 planning", "minor", "lowest", "trivial"),
}
_URGENCY_OF = {name: urgency for urgency, names in _URGENCIES.items() for name in names}


@dataclass(frozen=True)
class Unknown:
    """A name that means nothing here, how many tickets have it, and what it may mean."""

    name: str
    tickets: int
    suggestion: str | None


@dataclass(frozen=True)
class Names:
    """What the old names mean. Of a name that is not among them nothing is learned."""

    categories: Mapping[str, str]  # old name → key, or `NO_CATEGORY`
    urgencies: Mapping[str, Urgency]


def match_categories(
    counts: Mapping[str, int], categories: Sequence[Category], said: Mapping[str, str]
) -> tuple[dict[str, str], tuple[Unknown, ...]]:
    """What every old name means, by hand or because it is written alike, and the names that mean nothing yet."""
    by_plain = {_plain(written): one.key for one in categories for written in (one.key, one.name)}
    by_hand = {_plain(name): key for name, key in said.items()}
    known, unknown = dict[str, str](), list[Unknown]()
    for name, tickets in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        key = by_hand.get(_plain(name), by_plain.get(_plain(name)))
        if key is None:
            unknown.append(Unknown(name, tickets, _nearest(name, categories)))
        else:
            known[name] = key
    return known, tuple(unknown)


def match_urgencies(
    counts: Mapping[str, int], said: Mapping[str, Urgency]
) -> tuple[dict[str, Urgency], tuple[Unknown, ...]]:
    by_hand = {_plain(name): urgency for name, urgency in said.items()}
    found = {name: by_hand.get(_plain(name), _URGENCY_OF.get(_plain(name))) for name in counts}
    known = {name: urgency for name, urgency in found.items() if urgency is not None}
    left = [name for name, urgency in found.items() if urgency is None]
    return known, tuple(Unknown(name, counts[name], None) for name in sorted(left, key=lambda n: -counts[n]))


def not_here(said: Mapping[str, str], categories: Iterable[Category]) -> tuple[str, ...]:
    """Keys that a mapping names and the desk does not have."""
    keys = {one.key for one in categories} | {NO_CATEGORY}
    return tuple(sorted({key for key in said.values() if key not in keys}))


def key_of(name: str, taken: Iterable[str]) -> str:
    """A key for a category of this name that nobody has yet: “Net & VPN” → net-vpn."""
    plain = _plain(name).replace(" ", "-")[: _LONGEST_KEY - 4].strip("-") or "category"
    held = set(taken)
    numbered = (f"{plain}-{number}" for number in range(2, len(held) + 3))
    return plain if plain not in held else next(key for key in numbered if key not in held)


def _nearest(name: str, categories: Sequence[Category]) -> str | None:
    """The one category that has the same words, or all of the fewer ones. A wrong guess would be copied."""
    near = {one.key for one in categories for written in (one.name, one.key) if _same_words(name, written)}
    return near.pop() if len(near) == 1 else None


def _same_words(name: str, other: str) -> bool:
    fewer, more = sorted((_words(name), _words(other)), key=len)
    return bool(fewer) and all(any(fuzz.ratio(one, two) >= _NEAR_ENOUGH for two in more) for one in fewer)


def _words(name: str) -> set[str]:
    return set(_plain(name).split()) - _LITTLE_WORDS


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()
