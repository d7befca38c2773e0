"""How far the model may speak, and whether the desk still looks like what it learned: two screens below Models."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.pictures.control_chart import Week, control_chart
from bot.pictures.sheet import Picture
from bot.web.console import words
from bot.web.console.models import category_names
from bot.web.console.shell import Console, Visit
from triage.classifier.modes import WHOLE_FIELD, Modes, modes, set_mode
from triage.classifier.rulebook import priority_rows
from triage.errors import UnknownCategory
from triage.learning.control import Chart
from triage.learning.drift import drift
from triage.learning.reminder import reminder
from triage.people.access import Permission
from triage.vocabulary import LabelField, Mode


@dataclass(frozen=True)
class ModeRow:
    field: LabelField
    category: str
    title: str
    mode: Mode
    holds: Mode
    why: str


def add_to(console: Console) -> None:
    @console.page("/models/modes", permission=Permission.SEE_MODELS)
    def model_modes(visit: Visit) -> str:
        return render_template(
            "console/model_modes.html",
            rows=mode_rows(visit),
            modes=list(Mode),
            impacts=words.IMPACTS,
            priorities=priority_rows(),
            may_change=visit.may(Permission.CHANGE_MODELS),
        )

    @console.action("/models/modes", permission=Permission.CHANGE_MODELS)
    def set_model_mode(visit: Visit) -> Response:
        category = request.form.get("category") or None
        try:
            field, mode = LabelField(request.form.get("field", "")), Mode(request.form.get("mode", ""))
        except ValueError:
            raise UnknownCategory("") from None
        if category is not None and category not in category_names(visit):
            raise UnknownCategory(category)
        changed = set_mode(
            visit.session,
            visit.person.team_id,
            field,
            mode,
            by=visit.person,
            now=visit.now,
            category=category,
        )
        visit.say(words.MODE_SET if changed else words.NOTHING_CHANGED)
        return redirect(url_for("console.model_modes"), 303)

    @console.page("/models/drift", permission=Permission.SEE_MODELS)
    def model_drift(visit: Visit) -> str:
        team_id, desk = visit.person.team_id, console.desk
        classifier = desk.classifiers.for_team(visit.session, team_id, visit.now)
        found = drift(
            visit.session, team_id, classifier=classifier, now=visit.now, zone=visit.policy.opening.zone
        )
        return render_template(
            "console/model_drift.html",
            charts=[chart for chart in map(as_picture, found) if chart is not None],
            reminder=reminder(visit.session, team_id),
        )


def mode_rows(visit: Visit) -> list[ModeRow]:
    """Both fields, and each category; what was never said is “decide”."""
    said = {(row.field, row.category): row for row in modes(visit.session, visit.person.team_id)}
    holding = Modes({key: row.mode for key, row in said.items()})
    titles = {
        (LabelField.CATEGORY, WHOLE_FIELD): "Category, as a whole",
        (LabelField.URGENCY, WHOLE_FIELD): "Urgency: the alarms that were trained",
    } | {(LabelField.CATEGORY, key): name for key, name in category_names(visit).items()}
    rows = []
    for (field, category), title in titles.items():
        row = said.get((field, category))
        mode, why = (row.mode, row.why) if row else (Mode.DECIDE, "")
        rows.append(ModeRow(field, category, title, mode, holding.of(field, category or None), why))
    return rows


def as_picture(chart: Chart) -> Picture | None:
    """None where nothing was counted yet."""
    weeks = [
        Week(point.name, point.value, point.low, point.high, point.count, point.flagged)
        for point in chart.points
        if point.count
    ]
    if not weeks:
        return None
    name = "drift-" + chart.name.replace(":", "-")
    return control_chart(name, f"{chart.title}: {_finding(chart)}", weeks, unit=chart.title)


def _finding(chart: Chart) -> str:
    if chart.centre is None:
        return "too early to tell"
    if chart.moved_lately:
        return "it moved, look at it"
    return "as usual" if not chart.flagged else "as usual now, it had moved"
