"""The decision behind an answer, made ready to be read: chances as bars beside their figures. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.copy import URGENCY_NAME
from bot.slack.nearest import Like, nearest
from triage.suggestions.models import Suggestion
from triage.tickets.models import Prediction
from triage.vocabulary import Urgency

_WORDS_SHOWN = 8


@dataclass(frozen=True)
class Bar:
    """`share` is the bar's length, 0 to 1; the figure says it in words as well."""

    label: str
    share: float
    figure: str
    chosen: bool = False
    against: bool = False

    @property
    def width(self) -> int:
        return round(100 * min(1.0, max(0.0, self.share)))


@dataclass(frozen=True)
class Decision:
    at: datetime
    model: str
    milliseconds: float
    category: str
    categories: tuple[Bar, ...]
    urgency: Urgency
    urgency_bar: Bar
    words: tuple[Bar, ...]
    reasons: tuple[str, ...]
    for_a_person: str
    nearest: tuple[Like, ...] = ()


def decision(prediction: Prediction, names: Mapping[str, str]) -> Decision:
    """`names` are the categories'. A verdict of an older version may lack a part; then that part is left out."""
    verdict = prediction.verdict
    chosen = prediction.category
    urgency = Urgency(prediction.urgency)
    needs_person: dict[str, Any] = verdict.get("needs_person") or {}
    return Decision(
        at=prediction.at,
        model=prediction.model_version,
        milliseconds=prediction.milliseconds,
        category=_named(chosen, names, recommended="looks_like" in verdict),
        categories=tuple(_categories(prediction, names)),
        urgency=urgency,
        urgency_bar=Bar(
            URGENCY_NAME[urgency],
            prediction.urgency_confidence,
            f"{prediction.urgency_confidence:.2f} of 1",
            chosen=True,
        ),
        words=tuple(_words(verdict.get("words") or ())),
        reasons=tuple(str(reason) for reason in verdict.get("reasons") or ()),
        for_a_person=str(needs_person.get("sentence", "")),
        nearest=nearest(verdict, names),
    )


def _named(key: str | None, names: Mapping[str, str], *, recommended: bool) -> str:
    name = names.get(key, key) if key else ""
    return f"looks like {name}, for people to decide" if name and recommended else name


def _categories(prediction: Prediction, names: Mapping[str, str]) -> list[Bar]:
    alternatives = prediction.verdict.get("alternatives") or []
    chances = [(str(other["category"]), float(other["chance"])) for other in alternatives]
    if prediction.category and prediction.category not in dict(chances):
        chances.insert(0, (prediction.category, prediction.category_confidence))
    return [
        Bar(names.get(key, key), chance, percent(chance), chosen=key == prediction.category)
        for key, chance in chances
    ]


def _words(weighed: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """The strongest fills its bar; the others are drawn against it."""
    pairs = [(str(item["word"]), float(item["weight"])) for item in weighed]
    strongest = max((abs(weight) for _, weight in pairs), default=0.0) or 1.0
    return [
        Bar(word, abs(weight) / strongest, f"{weight:+.2f}", against=weight < 0)
        for word, weight in pairs[:_WORDS_SHOWN]
    ]


@dataclass(frozen=True)
class Considered:
    """An article that was considered, and what was done with it."""

    row: Suggestion
    chance: Bar
    fate: str
    shown: bool


def considered(row: Suggestion) -> Considered:
    if row.shown_in_round == 1:
        fate = "shown"
    elif row.shown_in_round is not None:
        fate = "shown after “Not quite”"
    elif row.chance == 0 and row.outcome is not None:
        fate = "not offered; named by whoever resolved it"
    else:
        fate = "kept for “Not quite”" if row.good_enough else "kept back: too unsure"
    shown = row.shown_in_round is not None
    return Considered(
        row, Bar("Chance that it solves this", row.chance, percent(row.chance), chosen=shown), fate, shown
    )


def percent(chance: float) -> str:
    """Nothing is ever quite certain or impossible, so neither is said."""
    if 0 < chance < 0.01:
        return "< 1 %"
    return f"{min(99, round(100 * chance))} %" if chance < 1 else "100 %"
