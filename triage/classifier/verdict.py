"""What was concluded about a question, and why. A verdict may be wrong, so it says how sure it is."""

from dataclasses import dataclass
from typing import Any

from triage.vocabulary import Urgency


@dataclass(frozen=True)
class Reason:
    """A rule that spoke: its name, a sentence for people, and the asker's own words that set it off."""

    rule: str
    sentence: str
    words: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "sentence": self.sentence, "words": list(self.words)}


@dataclass(frozen=True)
class Confidence:
    """Calibrated chance that the category is right; how strong the urgency rules are (not a chance)."""

    category: float
    urgency: float


@dataclass(frozen=True)
class Abstained:
    category: bool
    urgency: bool


@dataclass(frozen=True)
class Nearest:
    """A labelled message like this one. `ref` says where it is kept ("ticket:12", "past:7"), never its words."""

    ref: str
    category: str
    likeness: float  # 0 to 1

    def as_json(self) -> dict[str, Any]:
        return {"ref": self.ref, "category": self.category, "likeness": round(self.likeness, 4)}


@dataclass(frozen=True)
class Verdict:
    """`category` is None when the model abstained; its best guess is then still first in `alternatives`.

    `either` holds two categories between which one question to the asker would decide. `nearest` are the labelled
    messages most like this one, the most alike first.
    """

    category: str | None
    urgency: Urgency
    confidence: Confidence
    abstained: Abstained
    alternatives: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, float], ...]
    reasons: tuple[str, ...]
    model_version: str
    milliseconds: float
    needs_person: Reason | None = None
    either: tuple[str, str] | None = None
    nearest: tuple[Nearest, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "category": self.category,
            "urgency": self.urgency.value,
            "confidence": {
                "category": round(self.confidence.category, 4),
                "urgency": round(self.confidence.urgency, 4),
            },
            "abstained": {"category": self.abstained.category, "urgency": self.abstained.urgency},
            "alternatives": [
                {"category": key, "chance": round(chance, 4)} for key, chance in self.alternatives
            ],
            "words": [{"word": word, "weight": round(weight, 4)} for word, weight in self.words],
            "reasons": list(self.reasons),
            "model_version": self.model_version,
            "milliseconds": round(self.milliseconds, 2),
            "needs_person": None if self.needs_person is None else self.needs_person.as_json(),
            "either": None if self.either is None else list(self.either),
            "nearest": [one.as_json() for one in self.nearest],
        }
