"""Who is asked next: nobody whom a rule protects, and of the others whoever carried least. Pure.

Neither who wants the help nor what anybody is called comes in, and the order of the candidates changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from triage.oncall.protection import Ask, Hindrance, Rule, Standing, forbidden, hindrances
from triage.oncall.rules import CareRules

__all__ = ["Ask", "PassedOver", "Routed", "Standing", "route"]

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PassedOver:
    """Somebody who was left alone, and why: for the code that asks, never for a timeline, a log or a screen."""

    person_id: int
    rule: Rule
    until: datetime | None = None


@dataclass(frozen=True)
class Routed:
    """The decision. All of it may be shown but whom it left alone, and why."""

    person_id: int | None
    # For the one who is asked.
    reason: str
    details: dict[str, Any] = field(default_factory=dict)
    passed_over: tuple[PassedOver, ...] = ()
    # The same for a line in the timeline, after how they came to be among those who could be asked.
    because: str = ""


def route(
    ask: Ask, standings: Sequence[Standing], *, rules: CareRules, now: datetime, last_resort: bool = False
) -> Routed:
    """One person, or nobody where every candidate is absent, resting or off.

    Hindrances are weighed in order, so that a break is interrupted before anybody is asked off shift, and nobody
    gets a third hostile ticket in a row while somebody else is there. What can wait is never piled up on a shift
    that has its hands full while a colleague at work has not.
    """
    people = {standing.person_id: standing for standing in standings}
    blocked: dict[int, Hindrance] = {}
    weighed: dict[int, tuple[Hindrance, ...]] = {}
    for person_id, standing in people.items():
        if block := forbidden(ask, standing, now=now, last_resort=last_resort):
            blocked[person_id] = block
        else:
            weighed[person_id] = hindrances(ask, standing, rules=rules, now=now)
    if not weighed:
        return Routed(
            None,
            "nobody here may be asked now",
            {"considered": len(people), "eligible": 0},
            _passed(blocked),
        )
    severity = {person: _severity(ask, people[person], found) for person, found in weighed.items()}
    least = min(severity.values())
    free = [people[person] for person in weighed if severity[person] == least]
    chosen = _fairest(ask, free, rules=rules)
    others = {person: found[0] for person, found in weighed.items() if severity[person] > least}
    details: dict[str, Any] = {
        "considered": len(people),
        "eligible": len(free),
        "by": _grounds(ask, chosen, last_resort=last_resort),
    }
    reason = _reason(ask, chosen, free=not weighed[chosen.person_id], last_resort=last_resort)
    because = _because(ask, chosen, free=not weighed[chosen.person_id], last_resort=last_resort)
    return Routed(chosen.person_id, reason, details, _passed(blocked | others), because)


# Each list with the weightiest first: all of the later ones together weigh less than one earlier one.
_FIRST = (Rule.RESTING, Rule.OFF_DUTY, Rule.HOSTILE, Rule.WEEK)
_THEN = (Rule.OFF_SHIFT, Rule.BREAK, Rule.FOCUS)
_WHERE_ALL_ARE_FULL = (Rule.BREAK, Rule.FOCUS)


def _severity(ask: Ask, standing: Standing, found: tuple[Hindrance, ...]) -> tuple[int, ...]:
    """How much speaks against asking them. Beyond the cap each further ticket counts, so that none gets them all."""
    rules = {hindrance.rule for hindrance in found}

    def applies(order: tuple[Rule, ...]) -> tuple[int, ...]:
        return tuple(int(rule in rules) for rule in order)

    full = Rule.CAP in rules
    beyond = standing.open_claims - standing.cap + 1 if full else 0
    if ask.pressing:
        # The shift is there for what cannot wait, however much it has in hand.
        return (*applies(_FIRST), *applies(_THEN), beyond)
    if full:
        # Past the cap, whoever is at work shares what comes, on shift or not.
        return (*applies(_FIRST), 1, *applies(_WHERE_ALL_ARE_FULL), beyond, *applies((Rule.OFF_SHIFT,)))
    return (*applies(_FIRST), 0, *applies(_THEN))


def _fairest(ask: Ask, free: Sequence[Standing], *, rules: CareRules) -> Standing:
    """Least burden; of those who carried about as little, who knows the matter, then who was asked longest ago."""
    least = min(standing.burden for standing in free)
    near = [
        standing
        for standing in free
        if standing.burden <= least + max(rules.near_tie_minutes, rules.near_tie_share * least)
    ]
    return min(
        near,
        key=lambda s: (ask.category not in s.knows, s.last_asked or _LONG_AGO, s.burden, s.person_id),
    )


def _passed(hindered: dict[int, Hindrance]) -> tuple[PassedOver, ...]:
    return tuple(PassedOver(person, found.rule, found.until) for person, found in sorted(hindered.items()))


def _grounds(ask: Ask, chosen: Standing, *, last_resort: bool) -> list[str]:
    """Words for a program that reads the timeline; they say nothing about anybody's load."""
    grounds = ["last_resort"] if last_resort else []
    if chosen.on_shift:
        grounds.append("on_shift")
    grounds.append("least_burden")
    if ask.category is not None and ask.category in chosen.knows:
        grounds.append("knows")
    return grounds


def _because(ask: Ask, chosen: Standing, *, free: bool, last_resort: bool) -> str:
    """Like the reason, it tells of nobody's load."""
    if last_resort:
        return "the last resort"
    if free:
        because = "next in the fair order"
    else:
        because = "this one can't wait" if ask.pressing else "nobody else could take it"
    knows = ask.category is not None and ask.category in chosen.knows
    return f"{because}, and knows this topic" if knows else because


def _reason(ask: Ask, chosen: Standing, *, free: bool, last_resort: bool) -> str:
    """For the one who is asked, and open to all who see the ticket: so nothing in it tells of anybody's load."""
    if last_resort:
        return "Everybody before you could not be reached, and this should not stay without anybody."
    parts = ["you're on shift"] if chosen.on_shift else []
    if free:
        parts.append("it's your turn in the fair order")
    elif ask.pressing:
        parts.append("this one can't wait")
    else:
        parts.append("nobody else can take it right now")
    if ask.category is not None and ask.category in chosen.knows:
        parts.append("you know this topic")
    listed = ", ".join(parts[:-1]) + (", and " if len(parts) > 2 else " and ") + parts[-1]
    sentence = listed if len(parts) > 1 else parts[0]
    return f"You were asked because {sentence}."
