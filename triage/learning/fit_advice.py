"""What a fit check found, in figures and in a sentence that says what to switch on. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from triage.vocabulary import Mode

# Fewer messages of a category are not enough to know it by.
THIN = 20
# Fewer judged messages than this tell nothing about a whole desk.
FEWEST_JUDGED = 100
# Deciding is worth its trouble from this share on, at the least; recommending from this accuracy on.
WORTH_DECIDING = 0.2
WORTH_RECOMMENDING = 0.5
# The threshold found on older messages may miss the promise by so much on newer ones.
_SLACK = 0.03
_FOUND_TOO_SELDOM = 0.5
_FEWEST_OF_ONE = 5
_MOST_NAMED = 6


class Kind(StrEnum):
    """How well a category can be told."""

    GOOD = "good"
    THIN = "thin"  # too few messages to learn it from
    CONFUSED = "confused"  # mostly taken for another one


@dataclass(frozen=True)
class CategoryFit:
    category: str
    messages: int
    judged: int
    found: float  # of its own messages, the best guess was this category
    share: float  # of its own messages, could be decided
    precision: float  # of those that would be decided to be it, were it
    confused_with: str | None
    confused: int  # how many of its messages were taken for that one
    kind: Kind = Kind.GOOD


@dataclass(frozen=True)
class Advice:
    mode: Mode
    sentence: str


@dataclass(frozen=True)
class FitCheck:
    """`share` of the newest messages could be decided so that `precision` of them are right; `…_low` is how much it
    is at least, but for one time in ten. `own_…` is with the threshold that was found on older messages alone.
    """

    messages: int
    looked_at: int
    judged: int
    twins: int  # near-copies of older ones, which were not judged
    audited: int
    target: float
    accuracy: float  # of the best guess, decided or not
    share: float
    share_low: float
    precision: float
    precision_low: float
    own_share: float
    own_precision: float
    categories: tuple[CategoryFit, ...]
    advice: Advice = Advice(Mode.MONITOR, "")

    def of_kind(self, kind: Kind) -> tuple[CategoryFit, ...]:
        return tuple(one for one in self.categories if one.kind is kind)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "FitCheck":
        advice = Advice(Mode(told["advice"]["mode"]), told["advice"]["sentence"])
        categories = tuple(CategoryFit(**{**one, "kind": Kind(one["kind"])}) for one in told["categories"])
        return cls(**{**told, "categories": categories, "advice": advice})


def kind_of(fit: CategoryFit) -> Kind:
    if fit.messages < THIN:
        return Kind.THIN
    if fit.judged >= _FEWEST_OF_ONE and fit.found < _FOUND_TOO_SELDOM:
        return Kind.CONFUSED
    return Kind.GOOD


def advice(fit: FitCheck) -> Advice:
    """What to switch on, and why, in one sentence."""
    if fit.judged < FEWEST_JUDGED:
        few = f"Only {fit.judged} messages could be judged, too few to promise anything"
        return Advice(Mode.MONITOR, f"{few}: let it watch while labels come in.")
    guess = f"its best guess is right for {fit.accuracy:.0%}"
    if fit.accuracy < WORTH_RECOMMENDING:
        return Advice(Mode.MONITOR, f"Let it only watch: {guess} of the newest messages, too seldom to help.")
    if fit.share_low < WORTH_DECIDING:
        return Advice(
            Mode.RECOMMEND, f"Let it recommend: {guess} of the newest messages, but {_little(fit)}."
        )
    if fit.own_precision < fit.target - _SLACK:
        kept = f"what it was sure of was right for {fit.own_precision:.0%} instead of {fit.target:.0%}"
        return Advice(Mode.RECOMMEND, f"Let it recommend: {guess}, but on new messages {kept}.")
    return Advice(
        Mode.DECIDE,
        f"Let it decide: {fit.share:.0%} of the newest messages (at least {fit.share_low:.0%}), "
        f"{fit.target:.0%} of them rightly or more.",
    )


def _little(fit: FitCheck) -> str:
    if not fit.share:
        return f"nothing could be decided with {fit.target:.0%} of it right"
    return f"only {fit.share:.0%} could be decided with {fit.target:.0%} of it right"


def sentences(fit: FitCheck, names: Mapping[str, str]) -> tuple[str, ...]:
    """What the figures mean, beside the advice; `names` are those of the categories."""
    of = f" of {fit.messages:,}" if fit.messages > fit.looked_at else ""
    said = [
        f"Looked at the newest {fit.looked_at:,}{of} labelled messages; {fit.judged:,} of them were judged by models "
        "that had learned from older ones alone."
    ]
    if fit.twins:
        said.append(
            f"{fit.twins:,} more are near-copies of older ones, which any model knows again: they do not count."
        )
    if fit.share:
        said.append(
            f"Of what would be decided {fit.precision:.1%} is right, at least {fit.precision_low:.1%} but for one time "
            "in ten."
        )
    for kind, why in (
        (Kind.THIN, "Too few messages to learn from"),
        (Kind.CONFUSED, "Mostly taken for another"),
    ):
        if few := [names.get(one.category, one.category) for one in fit.of_kind(kind)]:
            more = f" and {len(few) - _MOST_NAMED} more" if len(few) > _MOST_NAMED else ""
            said.append(f"{why}: {', '.join(few[:_MOST_NAMED])}{more}.")
    return tuple(said)
