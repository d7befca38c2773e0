"""The urgency rules as data: what each one means, how strong it is, and what it says.

The words of each language stand elsewhere (`english`), under the rule's name.
"""

from dataclasses import dataclass

from triage.vocabulary import Impact, Urgency

# How bad it is for each person, times how many it hits: the priority everybody can read and an admin can change.
PRIORITY: dict[tuple[Impact, Urgency], Urgency] = {
    (Impact.ONE_PERSON, Urgency.LOW): Urgency.LOW,
    (Impact.ONE_PERSON, Urgency.MEDIUM): Urgency.MEDIUM,
    (Impact.ONE_PERSON, Urgency.HIGH): Urgency.HIGH,
    (Impact.ONE_PERSON, Urgency.CRITICAL): Urgency.CRITICAL,
    (Impact.TEAM, Urgency.LOW): Urgency.LOW,
    (Impact.TEAM, Urgency.MEDIUM): Urgency.MEDIUM,
    (Impact.TEAM, Urgency.HIGH): Urgency.HIGH,
    (Impact.TEAM, Urgency.CRITICAL): Urgency.CRITICAL,
    (Impact.EVERYONE, Urgency.LOW): Urgency.MEDIUM,
    (Impact.EVERYONE, Urgency.MEDIUM): Urgency.HIGH,
    (Impact.EVERYONE, Urgency.HIGH): Urgency.CRITICAL,
    (Impact.EVERYONE, Urgency.CRITICAL): Urgency.CRITICAL,
}


@dataclass(frozen=True)
class PriorityRow:
    """One line of the table as people read it: how bad it is for each, and what follows for how many it hits."""

    urgency: Urgency
    follows: tuple[tuple[Impact, Urgency], ...]


def priority_rows() -> tuple[PriorityRow, ...]:
    """The whole table, the most urgent line first."""
    return tuple(
        PriorityRow(urgency, tuple((impact, PRIORITY[impact, urgency]) for impact in Impact))
        for urgency in reversed(Urgency)
    )


# From this many people (or places) on, "we" is no longer a team.
MANY_PEOPLE = 30
FEW_PEOPLE = 3
MANY_SITES = 3


@dataclass(frozen=True)
class Rule:
    """`strength` says how far the rule may be believed, never certainty: urgency is hardly in the text.

    A rule that is `wide` weighs more the more people it hits. A `calmable` one gives way to "no rush";
    danger, security, pay and the standstill of many do not. With `needs_many` it speaks only if several
    people are hit. One that is not `negatable` is made of denials itself ("can't", "nobody"). One that is
    `person_first` is answered by a person and no article, like the human rules below.
    """

    name: str
    urgency: Urgency
    strength: float
    sentence: str
    wide: bool = False
    calmable: bool = True
    needs_many: bool = False
    negatable: bool = True
    person_first: bool = False


URGENCY_RULES: tuple[Rule, ...] = (
    Rule("danger", Urgency.CRITICAL, 0.9, "Somebody may be in danger: {words}.", calmable=False),
    Rule(
        "intruder",
        Urgency.CRITICAL,
        0.9,
        "An attack may be going on now: {words}.",
        calmable=False,
        person_first=True,
    ),
    Rule("pay", Urgency.CRITICAL, 0.8, "People may not be paid: {words}.", calmable=False),
    Rule("lifeline", Urgency.CRITICAL, 0.7, "People's safety depends on it: {words}.", calmable=False),
    Rule("standstill", Urgency.CRITICAL, 0.8, "The work of many stands still: {words}.", calmable=False),
    Rule(
        "site_down",
        Urgency.CRITICAL,
        0.65,
        "A whole place seems to stand still: {words}.",
        calmable=False,
        negatable=False,
    ),
    Rule("open_to_all", Urgency.CRITICAL, 0.7, "Private data seems open to all: {words}.", calmable=False),
    Rule("perishable", Urgency.CRITICAL, 0.7, "It spoils or harms if it waits: {words}.", calmable=False),
    Rule(
        "stopped_many",
        Urgency.HIGH,
        0.75,
        "It stops several people: {words}.",
        wide=True,
        calmable=False,
        needs_many=True,
        negatable=False,
    ),
    Rule(
        "exposed",
        Urgency.HIGH,
        0.8,
        "Data, a device or an account may be in wrong hands: {words}.",
        calmable=False,
        person_first=True,
    ),
    Rule("hazard", Urgency.HIGH, 0.75, "The device may be dangerous: {words}.", calmable=False),
    Rule("stopped", Urgency.HIGH, 0.7, "It stops this person's work: {words}.", negatable=False),
    Rule("waiting", Urgency.HIGH, 0.65, "Others are waiting for it: {words}."),
    Rule("deadline", Urgency.HIGH, 0.65, "There is a deadline today: {words}."),
    Rule("hurry", Urgency.HIGH, 0.5, "They ask for speed: {words}."),
    Rule(
        "slow_many",
        Urgency.MEDIUM,
        0.55,
        "It slows several people: {words}.",
        wide=True,
        needs_many=True,
        negatable=False,
    ),
)

CALM = Rule("calm", Urgency.LOW, 0.8, "They say it can wait: {words}.", negatable=False)
# A question or a wish: weaker than being told that it can wait, and silent beside any other rule.
WISH = Rule(
    "wish", Urgency.LOW, 0.5, "It reads like a wish or a question, not a fault: {words}.", negatable=False
)

# Heard by `sound`, without a pattern.
SOUNDS_PERSONAL = Rule(
    "sounds_personal",
    Urgency.MEDIUM,
    0.6,
    "It sounds like a matter between people ({words}), so a person should read it.",
)

# A person first, whatever the models think: no article, a private path.
HUMAN_RULES: tuple[Rule, ...] = (
    Rule(
        "harassment",
        Urgency.HIGH,
        0.8,
        "It is about how people treat each other ({words}), so a person should read it.",
    ),
    Rule(
        "threat",
        Urgency.CRITICAL,
        0.8,
        "Somebody may be afraid or threatened ({words}), so a person should read it.",
    ),
    Rule("grief", Urgency.MEDIUM, 0.8, "It is about a loss ({words}), so a person should read it."),
    Rule(
        "health", Urgency.MEDIUM, 0.7, "It is about somebody's health ({words}), so a person should read it."
    ),
    Rule(
        "pay_dispute",
        Urgency.MEDIUM,
        0.7,
        "It is about somebody's pay ({words}), so a person should read it.",
    ),
)
