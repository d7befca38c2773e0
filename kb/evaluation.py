"""How good a search is on judged questions: where the right article stands, and whether silence is kept when due."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from kb.index import Index
from kb.judged import with_typos
from kb.judged_files import JudgedQuestion
from kb.search import DESK, consider

DEPTH = 10  # ranks that are looked at
_BINS = 10
_SEED = 7


@dataclass(frozen=True)
class Answer:
    """What a search said to one question: article ids with their scores, best first, and whether it shows the top."""

    ranked: tuple[tuple[int, float], ...]
    shown: bool
    ms: float


@dataclass(frozen=True)
class Outcome:
    """An answer held against the judgement. `grades` are those of the articles found, rank by rank."""

    grades: tuple[float, ...]
    wanted: tuple[float, ...]  # grades of all articles that answer, best first; empty if none does
    chance: float
    shown: bool
    ms: float

    @property
    def answerable(self) -> bool:
        return bool(self.wanted)

    @property
    def right(self) -> bool:
        return bool(self.grades) and self.grades[0] > 0


@dataclass(frozen=True)
class Cutoff:
    """`precision`: of what was shown; `recall`: of the answerable; `false_show`: of those nothing answers."""

    precision: float | None
    recall: float | None
    false_show: float | None


@dataclass(frozen=True)
class Bin:
    """Top articles with chances in one tenth: how many, what was promised on average, and how often it was right."""

    count: int
    chance: float
    right: float


@dataclass(frozen=True)
class Figures:
    """None where the questions cannot tell: no answerable ones, say."""

    questions: int
    mrr10: float | None
    recall1: float | None
    recall3: float | None
    recall10: float | None
    ndcg10: float | None
    auroc: float | None
    cutoff: Cutoff
    p50: float
    p99: float
    reliability: tuple[Bin | None, ...]
    ece: float

    def as_object(self) -> dict[str, Any]:
        """The form that scripts read."""
        cutoff = self.cutoff
        return {
            "mrr10": _short(self.mrr10),
            "recall1": _short(self.recall1),
            "recall3": _short(self.recall3),
            "recall10": _short(self.recall10),
            "ndcg10": _short(self.ndcg10),
            "auroc": _short(self.auroc),
            "cutoff": {
                "precision": _short(cutoff.precision),
                "recall": _short(cutoff.recall),
                "false_show": _short(cutoff.false_show),
            },
            "ms": {"p50": round(self.p50, 2), "p99": round(self.p99, 2)},
            "reliability": {
                "ece": _short(self.ece),
                "bins": [
                    {
                        "from": at / _BINS,
                        "to": (at + 1) / _BINS,
                        "count": one.count if one else 0,
                        "chance": _short(one.chance) if one else None,
                        "right": _short(one.right) if one else None,
                    }
                    for at, one in enumerate(self.reliability)
                ],
            },
        }


def answers_of(index: Index) -> Callable[[str], Answer]:
    """The product's own search, timed as people meet it and then followed down to rank ten."""

    def answer(text: str) -> Answer:
        started = perf_counter()
        consider(index, text, audience=DESK)
        ms = (perf_counter() - started) * 1000
        found = consider(index, text, audience=DESK, limit=DEPTH).considered
        ranked = tuple((match.article_id, match.chance) for match in found)
        return Answer(ranked, bool(found) and found[0].shown, ms)

    return answer


def evaluate(
    answer: Callable[[str], Answer],
    questions: Sequence[JudgedQuestion],
    *,
    noise: float = 0.0,
    progress: Callable[[], None] = lambda: None,
) -> Figures:
    """Asks every question, misspelt as `noise` says: the share of letters that slip, the same ones each time."""
    answer("a first question pays for what is loaded once")
    outcomes: list[Outcome] = []
    for question in questions:
        outcomes.append(hold_against(answer(asked(question, noise)), question))
        progress()
    return figures(outcomes)


def asked(question: JudgedQuestion, noise: float) -> str:
    # Each question slips by its own dice, so that one more question changes no other.
    return with_typos(question.text, noise, random.Random(f"{_SEED} {question.name}"))


def hold_against(answer: Answer, question: JudgedQuestion) -> Outcome:
    return Outcome(
        grades=tuple(question.grades.get(article, 0) for article, _ in answer.ranked[:DEPTH]),
        wanted=tuple(sorted(question.grades.values(), reverse=True)),
        chance=answer.ranked[0][1] if answer.ranked else 0.0,
        shown=answer.shown,
        ms=answer.ms,
    )


def figures(outcomes: Sequence[Outcome]) -> Figures:
    can = [one for one in outcomes if one.answerable]
    bins = _reliability(outcomes)
    off = sum(abs(one.chance - one.right) * one.count for one in bins if one) / max(1, len(outcomes))
    p50, p99 = np.percentile([one.ms for one in outcomes], [50, 99]).tolist() if outcomes else (0.0, 0.0)
    return Figures(
        questions=len(outcomes),
        mrr10=_mean([_reciprocal_rank(one) for one in can]),
        recall1=_mean([_recall(one, 1) for one in can]),
        recall3=_mean([_recall(one, 3) for one in can]),
        recall10=_mean([_recall(one, 10) for one in can]),
        ndcg10=_mean([_ndcg(one) for one in can]),
        auroc=_auroc([one.chance for one in can], [one.chance for one in outcomes if not one.answerable]),
        cutoff=_cutoff(outcomes),
        p50=p50,
        p99=p99,
        reliability=bins,
        ece=off,
    )


def _reciprocal_rank(one: Outcome) -> float:
    return next((1 / rank for rank, grade in enumerate(one.grades, 1) if grade > 0), 0.0)


def _recall(one: Outcome, depth: int) -> float:
    """The share of the articles that answer which stand within the first ranks."""
    return sum(1 for grade in one.grades[:depth] if grade > 0) / len(one.wanted)


def _ndcg(one: Outcome) -> float:
    return _gain(one.grades) / _gain(one.wanted[:DEPTH])


def _gain(grades: Sequence[float]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _auroc(yes: Sequence[float], no: Sequence[float]) -> float | None:
    """The chance that a question with an answer scores above one without; a tie counts half."""
    if not yes or not no:
        return None
    below = np.sort(np.asarray(no))
    wins = np.searchsorted(below, yes, side="left") + np.searchsorted(below, yes, side="right")
    return float(wins.sum() / (2 * len(yes) * len(no)))


def _cutoff(outcomes: Sequence[Outcome]) -> Cutoff:
    return Cutoff(
        precision=_mean([one.right for one in outcomes if one.shown]),
        recall=_mean([one.shown and one.right for one in outcomes if one.answerable]),
        false_show=_mean([one.shown for one in outcomes if not one.answerable]),
    )


def _reliability(outcomes: Sequence[Outcome]) -> tuple[Bin | None, ...]:
    bins: list[list[Outcome]] = [[] for _ in range(_BINS)]
    for one in outcomes:
        bins[min(_BINS - 1, max(0, int(one.chance * _BINS)))].append(one)
    return tuple(
        Bin(
            len(held), sum(one.chance for one in held) / len(held), sum(one.right for one in held) / len(held)
        )
        if held
        else None
        for held in bins
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
