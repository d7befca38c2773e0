"""Any two kept models side by side: their figures, and where they differ most category by category."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.web.console.model_shown import NOT_MEASURED, figures, model_shown
from bot.web.console.shell import Console, Visit
from triage.classifier import registry
from triage.learning.report import ModelReport
from triage.people.access import Permission
from triage.tickets import queries


@dataclass(frozen=True)
class ClassBeside:
    """One category's F1 by each of the two; a dash where one of them was not judged on it."""

    name: str
    one: str
    other: str
    apart: float


def add_to(console: Console) -> None:
    @console.page("/models/compare", permission=Permission.SEE_MODELS)
    def compare_models(visit: Visit) -> str | Response:
        """Without names the two newest; with fewer than two there is nothing to see here."""
        session, team_id = visit.session, visit.person.team_id
        known = [version.name for version in registry.versions(session, team_id)]
        if len(known) < 2:
            return redirect(url_for("console.models"), 303)
        first = request.args.get("one") or known[0]
        second = request.args.get("other") or next(name for name in known if name != first)
        one = model_shown(registry.find(session, team_id, first))
        other = model_shown(registry.find(session, team_id, second))
        titles = {row.key: row.name for row in queries.categories(session, team_id)}
        classes: tuple[ClassBeside, ...] = ()
        if one.report and other.report:
            before, after = other.report, one.report
            one = replace(one, before=before, figures=figures(after, before))
            classes = classes_beside(after, before, titles)
        return render_template(
            "console/model_compare.html", one=one, other=other, names=known, classes=classes
        )


def classes_beside(
    one: ModelReport, other: ModelReport, titles: Mapping[str, str]
) -> tuple[ClassBeside, ...]:
    """The largest differences first; categories that only one was judged on come last."""
    mine, theirs = ({row.category: row.f1 for row in report.per_class} for report in (one, other))
    rows = []
    for key in sorted({*mine, *theirs}):
        both = key in mine and key in theirs
        apart = abs(mine[key] - theirs[key]) if both else -1.0
        rows.append(ClassBeside(titles.get(key, key), _written(mine, key), _written(theirs, key), apart))
    return tuple(sorted(rows, key=lambda row: (-row.apart, row.name)))


def _written(scores: Mapping[str, float], key: str) -> str:
    return f"{scores[key]:.2f}" if key in scores else NOT_MEASURED
