"""How far the desk heeds a verdict: what the ticket gets, what agents see, and what is only kept. Pure.

Whatever is not heeded is taken out of the verdict itself, so that no card, answer or screen can show it by mistake.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any

from triage.classifier.modes import Modes
from triage.classifier.rules import Judgement
from triage.classifier.verdict import Abstained, Confidence, Verdict
from triage.vocabulary import LabelField, Mode, Urgency

_PEOPLE_CHOOSE = "The category is chosen by people here."
_FOR_A_PERSON = "This is for a person to read, so no category is guessed."


@dataclass(frozen=True)
class Heeded:
    """`verdict` is what the ticket gets and what may be shown. `category` is kept as the prediction, because agents
    see it and what they choose confirms or corrects it. `looks_like` and `reads_like` are for agents alone, `unseen`
    for the model screens.
    """

    verdict: Verdict
    category: str | None
    looks_like: str | None = None
    reads_like: Urgency | None = None
    unseen: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Kept with the verdict; nothing where the model simply decides."""
        told = {"looks_like": self.looks_like, "reads_like": self.reads_like, "unseen": self.unseen}
        return {name: value for name, value in told.items() if value}


def heed(
    verdict: Verdict, modes: Modes, *, categories: Collection[str], by_rules: Callable[[], Judgement]
) -> Heeded:
    """`categories` are those that the desk has now: one that was deleted is as good as switched off. `by_rules` reads
    the same question by the rules alone; it is asked where the trained alarms may not decide."""
    return _urgency(_category(verdict, modes, categories), modes, by_rules)


def _category(verdict: Verdict, modes: Modes, categories: Collection[str]) -> Heeded:
    def mode_of(key: str) -> Mode:
        return modes.of(LabelField.CATEGORY, key) if key in categories else Mode.OFF

    guess = verdict.category or next((key for key, _ in verdict.alternatives), None)
    mode = mode_of(guess) if guess else modes.of(LabelField.CATEGORY)
    if mode.care >= Mode.MONITOR.care:
        unseen = {}
        if mode is Mode.MONITOR and guess:
            sure = round(verdict.confidence.category, 4)
            unseen = {"best": guess, "sure": sure, "decided": verdict.category is not None}
        return Heeded(_without_category(verdict, _PEOPLE_CHOOSE), None, unseen=unseen)
    if verdict.needs_person is not None and verdict.category is None:
        # A poor guess at what harassment is nearest to would hurt whoever reads it.
        return Heeded(_without_category(verdict, _FOR_A_PERSON), None)

    def shown(key: str) -> bool:
        return mode_of(key).care < Mode.MONITOR.care

    kept = replace(
        verdict,
        category=verdict.category if mode is Mode.DECIDE else None,
        alternatives=tuple(one for one in verdict.alternatives if shown(one[0])),
        either=verdict.either if verdict.either and all(map(shown, verdict.either)) else None,
        nearest=tuple(one for one in verdict.nearest if shown(one.category)),
    )
    looks_like = guess if mode is Mode.RECOMMEND else None
    return Heeded(kept, verdict.category, looks_like=looks_like)


def _without_category(verdict: Verdict, why: str) -> Verdict:
    return replace(
        verdict,
        category=None,
        confidence=replace(verdict.confidence, category=0.0),
        abstained=replace(verdict.abstained, category=True),
        alternatives=(),
        words=(),
        reasons=(why, *verdict.reasons[1:]),
        either=None,
        nearest=(),
    )


def _urgency(heeded: Heeded, modes: Modes, by_rules: Callable[[], Judgement]) -> Heeded:
    """Rules always speak. Where the trained alarms may not decide, only what the rules say is left."""
    verdict, mode = heeded.verdict, modes.of(LabelField.URGENCY)
    if mode is Mode.DECIDE:
        return heeded
    rules = by_rules()
    if verdict.urgency.rank <= rules.urgency.rank:
        return heeded
    calm = replace(
        verdict,
        urgency=rules.urgency,
        confidence=Confidence(verdict.confidence.category, rules.strength),
        abstained=Abstained(verdict.abstained.category, rules.abstained),
        reasons=(*verdict.reasons[:1], *rules.sentences),
    )
    raised = verdict.urgency
    unseen = heeded.unseen | ({"urgency": raised.value} if mode is Mode.MONITOR else {})
    return replace(heeded, verdict=calm, reads_like=raised if mode is Mode.RECOMMEND else None, unseen=unseen)
