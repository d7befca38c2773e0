"""The weights that search ranks with, made ready to be read: whose, how good, each as a bar; and the way back."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.slack.desk import Desk
from bot.web.console import typed, words
from bot.web.console.decision import Bar
from bot.web.console.shell import Console, Visit
from kb.own_weights import Fitting, fittings, in_service
from kb.ranker import FEATURES, OF_MEANING, Ranker, shipped_rankers
from kb.refit import LEAST_OUTCOMES
from triage.learning.weights import roll_back
from triage.people.access import Permission


@dataclass(frozen=True)
class WeightBar:
    name: str
    bar: Bar
    shipped: str


@dataclass(frozen=True)
class FigureShown:
    """One figure of a fitting, and what it says."""

    name: str
    meaning: str
    before: str
    after: str


@dataclass(frozen=True)
class WeightsShown:
    """`fitting` is the desk's own that serves, None where the shipped ones do; `refused` is a later one, if any."""

    by_meaning: bool
    fitting: Fitting | None
    refused: Fitting | None
    figures: tuple[FigureShown, ...]
    bars: tuple[WeightBar, ...]
    cutoff: str
    least: int = LEAST_OUTCOMES


def add_to(console: Console) -> None:
    @console.action("/articles/learned/weights/roll-back", permission=Permission.ROLL_BACK_MEMORY)
    def roll_back_weights(visit: Visit) -> Response:
        """The form names the weights that were looked at: whoever presses second takes back nothing more."""
        done = roll_back(
            visit.session,
            visit.person.team_id,
            by_meaning=request.form.get("by_meaning") == "yes",
            by=visit.person,
            now=visit.now,
            fitting_id=typed.number(request.form.get("fitting")) or 0,
        )
        visit.say(words.WEIGHTS_ROLLED_BACK if done else words.WEIGHTS_CHANGED)
        return redirect(url_for("console.article_learned"), 303)


def weights_serving(desk: Desk, visit: Visit) -> WeightsShown:
    """There are weights for searching by meaning and for words alone: those that this desk uses."""
    index = desk.indexes.for_team(visit.session, visit.person.team_id, visit.now)
    return weights_shown(visit.session, visit.person.team_id, by_meaning=index.meaning is not None)


def weights_shown(session: Session, team_id: str, *, by_meaning: bool) -> WeightsShown:
    shipped = shipped_rankers().fitting(by_meaning=by_meaning)
    own = in_service(session, team_id, by_meaning=by_meaning)
    ranker, fitting = own or (shipped, None)
    latest = next(iter(fittings(session, team_id, by_meaning=by_meaning, limit=1)), None)
    refused = latest if latest is not None and not latest.adopted else None
    measured = fitting or refused
    return WeightsShown(
        by_meaning=by_meaning,
        fitting=fitting,
        refused=refused,
        figures=figures(measured) if measured else (),
        bars=weight_bars(ranker, shipped, by_meaning=by_meaning),
        cutoff=f"{ranker.cutoff:.2f}",
    )


def weight_bars(ranker: Ranker, shipped: Ranker, *, by_meaning: bool) -> tuple[WeightBar, ...]:
    """The weightiest is a whole bar long."""
    numbers = zip(FEATURES, ranker.weights.tolist(), shipped.weights.tolist(), strict=True)
    used = [one for one in numbers if by_meaning or one[0] not in OF_MEANING]
    longest = max((abs(weight) for _, weight, _ in used), default=0.0) or 1.0
    return tuple(
        WeightBar(
            name,
            Bar(
                words.SIGN_OF_AN_ANSWER[name],
                abs(weight) / longest,
                _signed(weight),
                chosen=True,
                against=weight < 0,
            ),
            _signed(before),
        )
        for name, weight, before in used
    )


def figures(fitting: Fitting) -> tuple[FigureShown, ...]:
    before, after = fitting.before, fitting.after
    return (
        FigureShown(
            "Rank of the right article",
            "MRR: 1 if it always comes first, 0.5 if second",
            f"{before.mrr:.3f}",
            f"{after.mrr:.3f}",
        ),
        FigureShown(
            "How far chances are off",
            "log loss: 0 is perfect",
            f"{before.log_loss:.3f}",
            f"{after.log_loss:.3f}",
        ),
        FigureShown(
            "Shown though nothing helped",
            "of questions that no article solved",
            f"{before.false_show:.0%}",
            f"{after.false_show:.0%}",
        ),
    )


def _signed(weight: float) -> str:
    return f"{weight:+.2f}".replace("-", "\N{MINUS SIGN}")
