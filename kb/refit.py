"""Fits the ranker's weights to what this desk confirmed, and takes them only if they are not worse."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kb.features import candidates
from kb.fitting import Seen, best_cutoff, fit, log_loss
from kb.index import Index
from kb.memory_set import Known
from kb.models import Audience
from kb.own_weights import Judgement
from kb.question import read_question
from kb.ranker import Ranker

LEAST_OUTCOMES = 50  # below, the shipped weights know more than so few outcomes can tell
_LATER_SHARE = 5  # one in so many, the latest, judge the weights that were fitted on the others
_DRAWN = 0.01  # how strongly the weights are drawn to the ones before
_FALSE_SHOW = 0.12
_MAY_LOSE = 0.005  # of MRR, which so few questions cannot measure more finely
_MAY_SHOW_MORE = 0.02
_ALL = frozenset(Audience)


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
    known: Sequence[Known],
    unsolved: Sequence[str],
    *,
    before: Ranker,
    progress: Callable[[int], None] | None = None,
) -> Refit:
    """`known` are confirmed outcomes, oldest first, `unsolved` questions that people had to answer.

    `index` searches with the memory of all of `known`; each question is asked without its own row in it.
    Raises TooFew.
    """
    helped = [one for one in known if one.helped]
    if len(helped) < LEAST_OUTCOMES:
        raise TooFew(len(helped))
    by_meaning = index.meaning is not None
    solved = _asked(index, helped, progress)
    nothing = [_look(index, text, frozenset()) for text in unsolved]
    earlier, later = _by_time(solved), _by_time(nothing)
    trained, judged = earlier[0] + later[0], earlier[1] + later[1]
    fitted = _with_cutoff(fit(trained, by_meaning=by_meaning, before=before, strength=_DRAWN), trained)
    was, now = _judge(judged, before), _judge(judged, fitted)
    worse = _worse(was, now)
    if not worse:
        # Judged on the latest outcomes, then fitted once more with them.
        everything = trained + judged
        whole = fit(everything, by_meaning=by_meaning, before=before, strength=_DRAWN)
        fitted = _with_cutoff(whole, everything)
    return Refit(fitted, was, now, len(helped), not worse, worse or "not worse on the latest outcomes")


def _asked(index: Index, known: Sequence[Known], progress: Callable[[int], None] | None) -> list[Seen]:
    seen: list[Seen] = []
    for number, one in enumerate(known, start=1):
        # Its own row would answer it: what is wanted is how the others would have.
        without = index.with_memory(index.memory.without([one.key]) if index.memory else None)
        seen.append(_look(without, one.text, frozenset({one.article_id})))
        if progress is not None:
            progress(number)
    return seen


def _look(index: Index, text: str, answers: frozenset[int]) -> Seen:
    found = candidates(index, read_question(index, text), _ALL)
    right = np.isin(index.article_ids[found.rows], list(answers))
    return Seen(found.features, right, bool(answers))


def _by_time(seen: list[Seen]) -> tuple[list[Seen], list[Seen]]:
    cut = len(seen) - len(seen) // _LATER_SHARE
    return seen[:cut], seen[cut:]


def _with_cutoff(fitted: Ranker, seen: Sequence[Seen]) -> Ranker:
    if sum(not one.answerable for one in seen) < LEAST_OUTCOMES:
        return fitted
    return Ranker(fitted.weights, fitted.bias, best_cutoff([seen], fitted, false_show=_FALSE_SHOW))


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
    if now.false_show > was.false_show + _MAY_SHOW_MORE:
        return f"it would show more that does not help ({now.false_show:.0%} instead of {was.false_show:.0%})"
    return ""
