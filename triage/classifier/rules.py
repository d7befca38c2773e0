"""Urgency by readable rules: what speaks for it, in the asker's own words, or an honest "I can't tell"."""

import re
from dataclasses import dataclass, replace

from triage.classifier.english import ENGLISH
from triage.classifier.rulebook import (
    CALM,
    FEW_PEOPLE,
    HUMAN_RULES,
    MANY_PEOPLE,
    MANY_SITES,
    PRIORITY,
    SOUNDS_PERSONAL,
    URGENCY_RULES,
    WISH,
    Rule,
)
from triage.classifier.sound import shipped as shipped_sound
from triage.classifier.verdict import Reason
from triage.classifier.wording import Language
from triage.vocabulary import Impact, Urgency

LANGUAGES = (Language(ENGLISH),)

# No rule spoke: the middle, and hardly believed.
STRENGTH_OF_SILENCE = 0.3
# However many rules agree, text alone never makes certain.
STRONGEST = 0.95


@dataclass(frozen=True)
class Judgement:
    urgency: Urgency
    strength: float
    abstained: bool
    impact: Impact
    reasons: tuple[Reason, ...]
    needs_person: Reason | None = None
    calmed: bool = False  # the asker said that it can wait

    def raised(self, urgency: Urgency, *, strength: float, reason: Reason) -> "Judgement":
        """More urgent than the rules found. There is no counterpart: only people lower."""
        return replace(
            self, urgency=urgency, strength=strength, abstained=False, reasons=(reason, *self.reasons)
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        person = self.needs_person
        human = () if person is None or person in self.reasons else (person.sentence,)
        if self.abstained:
            return (*human, "Nothing in the words tells how urgent it is.")
        return (*human, *(reason.sentence for reason in self.reasons))


@dataclass(frozen=True)
class Found:
    rule: Rule
    urgency: Urgency
    words: tuple[str, ...]


def priority(impact: Impact, urgency: Urgency) -> Urgency:
    """How soon, from how bad and for how many; the table is in `rulebook`."""
    return PRIORITY[impact, urgency]


def judge(text: str) -> Judgement:
    """Reads a cleaned text. Rules raise; only the asker's own "no rush" lowers, and never what endangers many."""
    lowered = text.lower()
    impact, crowd = _impact(lowered)
    alarms = [found for rule in URGENCY_RULES if (found := _look(rule, lowered, impact, crowd))]
    calm = _look(CALM, lowered, impact, ())
    matter = matter_for_a_person(lowered)
    person = (
        _reason(matter.rule, matter.words) if matter else _person_first(alarms) or _by_sound(lowered, alarms)
    )
    if calm:
        alarms = [found for found in alarms if not found.rule.calmable]
    if matter and matter.urgency.rank >= Urgency.HIGH.rank:  # who is threatened is not told that it can wait
        alarms = [matter, *alarms]
    if not alarms:
        alarms = [found for found in (calm, _look(WISH, lowered, impact, ())) if found][:1]
    if not alarms:
        return Judgement(Urgency.MEDIUM, STRENGTH_OF_SILENCE, True, impact, (), person)
    top = max((found.urgency for found in alarms), key=lambda urgency: urgency.rank)
    return Judgement(
        urgency=top,
        strength=_strength([found.rule for found in alarms if found.urgency is top]),
        abstained=False,
        impact=impact,
        reasons=tuple(_reason(found.rule, found.words) for found in alarms),
        needs_person=person,
        calmed=calm is not None,
    )


def without_reassurance(text: str) -> str:
    """The text without "nobody is hurt": a model of words hears only the "hurt"."""
    for language in LANGUAGES:
        text = language.reassurance.sub(" ", text)
    return text


def _look(rule: Rule, text: str, impact: Impact, crowd: tuple[str, ...]) -> Found | None:
    if rule.needs_many and impact is Impact.ONE_PERSON:
        return None
    for language in LANGUAGES:
        words = language.find(rule.name, text, negatable=rule.negatable)
        if words:
            urgency = priority(impact, rule.urgency) if rule.wide else rule.urgency
            return Found(rule, urgency, tuple(dict.fromkeys(crowd + words)) if rule.wide else words)
    return None


def _impact(text: str) -> tuple[Impact, tuple[str, ...]]:
    """How many it hits, as far as the text says: a counted number beats words like "everybody here"."""
    for language in LANGUAGES:
        people = _most(text, language.head_count, language.bracketed_count)
        if people and people[0] >= MANY_PEOPLE:
            return Impact.EVERYONE, (people[1],)
        sites = _most(text, language.site_count)
        if sites and sites[0] >= MANY_SITES:
            return Impact.EVERYONE, (sites[1],)
        if people and people[0] >= FEW_PEOPLE:
            return Impact.TEAM, (people[1],)
        if match := language.everyone.search(text):
            return Impact.EVERYONE, (match.group().strip(),)
        if match := language.team.search(text):
            return Impact.TEAM, (match.group().strip(),)
    return Impact.ONE_PERSON, ()


def _most(text: str, *patterns: re.Pattern[str]) -> tuple[int, str] | None:
    finds = [find for pattern in patterns for find in pattern.finditer(text)]
    return max(((int(re.sub(r"\D", "", find[1])), find.group()) for find in finds), default=None)


def matter_for_a_person(text: str) -> Found | None:
    """By patterns, in lower case. The gravest: who fears for a life speaks of other matters as well."""
    matters = [found for rule in HUMAN_RULES if (found := _look(rule, text, Impact.ONE_PERSON, ()))]
    return max(matters, key=lambda found: found.urgency.rank, default=None)


def _person_first(alarms: list[Found]) -> Reason | None:
    """An alarm that also frightens whoever raises it: an article would be a cold answer."""
    return next((_reason(found.rule, found.words) for found in alarms if found.rule.person_first), None)


def _by_sound(text: str, alarms: list[Found]) -> Reason | None:
    """No rule knows these words, and yet somebody speaks of themselves. Where much stands still, that comes first."""
    if any(found.urgency is Urgency.CRITICAL for found in alarms):
        return None
    words = shipped_sound().hears(text)
    return _reason(SOUNDS_PERSONAL, words) if words else None


def _reason(rule: Rule, words: tuple[str, ...]) -> Reason:
    quotes = ", ".join(f"“{word}”" for word in words)
    return Reason(rule.name, rule.sentence.format(words=quotes), words)


def _strength(rules: list[Rule]) -> float:
    """Rules that agree strengthen each other, within limits."""
    doubt = 1.0
    for rule in rules:
        doubt *= 1 - rule.strength
    return min(STRONGEST, 1 - doubt)
