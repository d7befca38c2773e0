"""Fits the ranker's weights to what this desk confirmed, and takes them only if they are not worse."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kb.features import candidates
from kb.fitting import Seen, best_cutoff, fit, log_loss
from kb.index import Index
from kb.models import Audience
from kb.own_weights import Judgement
from kb.question import read_question
from kb.ranker import Ranker

LEAST_OUTCOMES = 50  # below, the shipped weights know more than so few outcomes can tell
_LATER_SHARE = 5  # one in so many, the latest, judge the weights that were fitted on the others
# How strongly the weights are drawn to the ones before. Measured on 939 outcomes of a mail program's users: anything
# from 0.01 to 0.3 gains 0.04 MRR; of outcomes that are 40 % wrong, 0.01 unlearns 0.01, and 0.3 still learns 0.02.
_DRAWN = 0.2
_FALSE_SHOW = 0.12
_FALSE_SHOW_AT_MOST = 0.15  # what nobody should go past, unless the weights before did
_MAY_LOSE = 0.005  # of MRR, which so few questions cannot measure more finely
_MAY_SHOW_MORE = 0.02
# How far from chance to perfect the ranking has to come. Confirmations of which 40 % are wrong still come that far;
# those that name any article for any question do not, and whatever is fitted to them means nothing.
_MORE_THAN_CHANCE = 0.15
_SHIFTS = 20
_READERS = frozenset(
    {Audience.PUBLIC, Audience.EVERYONE}
)  # those who ask; what is the desk's own they never see


@dataclass(frozen=True)
class Example:
    """A question of which people said what solved it: these articles, or none, and then a person had to."""

    text: str
    solved_by: frozenset[int] = frozenset()
    # Rows of the memory that came of this very question. They would answer it; what is wanted is how the others would.
    own: frozenset[int] = frozenset()
    weight: float = 1.0  # for how many questions it stands


@dataclass(frozen=True)
class Refit:
    """`adopted` tells whether the new weights may serve, `why` in words that stand in a report."""

    ranker: Ranker
    before: Judgement
    after: Judgement
    outcomes: int
    adopted: bool
    why: str


class TooFew(Exception):
    """Not enough was confirmed to fit anything to."""

    def __init__(self, outcomes: int) -> None:
        super().__init__(f"{outcomes} confirmed outcomes; at least {LEAST_OUTCOMES} are needed")
        self.outcomes = outcomes


def refit(
    index: Index,
    solved: Sequence[Example],
    unsolved: Sequence[Example],
    *,
    before: Ranker,
    progress: Callable[[int], None] | None = None,
) -> Refit:
    """Both oldest first. `index` searches with its whole memory; `progress` is told how many questions were looked at,
    and whatever it raises ends the work. Raises TooFew.
    """
    if len(solved) < LEAST_OUTCOMES:
        raise TooFew(len(solved))
    by_meaning = index.meaning is not None
    looked = list(_looked_at(index, [*solved, *unsolved], progress))
    earlier, later = _by_time(looked[: len(solved)]), _by_time(looked[len(solved) :])
    trained = [one.seen for one in earlier[0] + later[0]]
    judged = [one.seen for one in earlier[1] + later[1]]
    fitted = _with_cutoff(fit(trained, by_meaning=by_meaning, before=before, strength=_DRAWN), trained)
    was, now = _judge(judged, before), _judge(judged, fitted)
    worse = _worse(was, now) or _meaningless(now, _by_chance(earlier[1], fitted))
    if not worse:
        # Judged on the latest outcomes, then fitted once more with them.
        everything = trained + judged
        whole = fit(everything, by_meaning=by_meaning, before=before, strength=_DRAWN)
        fitted = _with_cutoff(whole, everything)
    return Refit(fitted, was, now, len(solved), not worse, worse or "not worse on the latest outcomes")


@dataclass(frozen=True, eq=False)
class _Looked:
    """What the search saw, and the articles beside its rows."""

    seen: Seen
    articles: NDArray[np.int64]
    solved_by: frozenset[int]

    def first_ten(self, ranker: Ranker) -> list[int]:
        order = np.argsort(-ranker.chances(self.seen.features), kind="stable")[:10]
        return [int(article) for article in self.articles[order]]


def _looked_at(
    index: Index, examples: Sequence[Example], progress: Callable[[int], None] | None
) -> Iterator[_Looked]:
    for number, one in enumerate(examples, start=1):
        found = candidates(index, read_question(index, one.text), _READERS, left_out=one.own)
        articles = index.article_ids[found.rows]
        right = np.isin(articles, list(one.solved_by))
        yield _Looked(Seen(found.features, right, bool(one.solved_by), one.weight), articles, one.solved_by)
        if progress is not None:
            progress(number)


def _by_time(looked: list[_Looked]) -> tuple[list[_Looked], list[_Looked]]:
    cut = len(looked) - len(looked) // _LATER_SHARE
    return looked[:cut], looked[cut:]


def _with_cutoff(fitted: Ranker, seen: Sequence[Seen]) -> Ranker:
    if sum(not one.answerable for one in seen) < LEAST_OUTCOMES:
        return fitted
    return replace(fitted, cutoff=best_cutoff([seen], fitted, false_show=_FALSE_SHOW))


def _judge(seen: Iterable[Seen], ranker: Ranker) -> Judgement:
    asked = list(seen)
    can = [one.reciprocal_rank(ranker) for one in asked if one.answerable]
    shown = [one.top(ranker)[0] >= ranker.cutoff for one in asked if not one.answerable]
    return Judgement(
        mrr=float(np.mean(can)) if can else 0.0,
        log_loss=log_loss(asked, ranker),
        false_show=float(np.mean(shown)) if shown else 0.0,
    )


def _worse(was: Judgement, now: Judgement) -> str:
    if now.mrr < was.mrr - _MAY_LOSE:
        return f"the right article would stand lower (MRR {now.mrr:.3f} instead of {was.mrr:.3f})"
    if now.log_loss > was.log_loss:
        return f"its chances would be less true (log loss {now.log_loss:.3f} instead of {was.log_loss:.3f})"
    if now.false_show > max(was.false_show + _MAY_SHOW_MORE, _FALSE_SHOW_AT_MOST):
        return f"it would show more that does not help ({now.false_show:.0%} instead of {was.false_show:.0%})"
    return ""


def _by_chance(solved: Sequence[_Looked], ranker: Ranker) -> float:
    """The MRR if each question had been solved by what solved another one: all that a favourite article explains."""
    firsts = [one.first_ten(ranker) for one in solved]
    step = max(1, len(solved) // (_SHIFTS + 1))
    ranks = [
        next(
            (1 / rank for rank, article in enumerate(first, 1) if article in solved[at - shift].solved_by),
            0.0,
        )
        for shift in range(step, len(solved), step)
        for at, first in enumerate(firsts)
    ]
    return float(np.mean(ranks)) if ranks else 0.0


def _meaningless(now: Judgement, by_chance: float) -> str:
    if now.mrr - by_chance >= _MORE_THAN_CHANCE * (1 - by_chance):
        return ""
    return (
        f"what was confirmed hardly depends on the question (MRR {now.mrr:.3f}, by chance {by_chance:.3f}): "
        "look through what was learned"
    )
