"""The models in the console: which serves and which wait, one by one with pictures, and the way forward and back."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.web.console import words
from bot.web.console.model_shown import by_class, model_shown, pictures, slices
from bot.web.console.shell import Console, Visit
from triage.classifier import registry
from triage.learning import runs, shadow
from triage.learning.reminder import reminder
from triage.learning.runs import request_training
from triage.people.access import Permission
from triage.tickets import queries


def add_to(console: Console) -> None:
    @console.screen("/models", title="Models", permission=Permission.SEE_MODELS, order=34)
    def models(visit: Visit) -> str:
        team_id = visit.person.team_id
        classifier = console.desk.classifiers.for_team(visit.session, team_id, visit.now)
        return render_template(
            "console/models.html",
            models=[model_shown(version) for version in registry.versions(visit.session, team_id)],
            serving=_serving(visit),
            note=classifier.note or "",
            run=runs.latest(visit.session, team_id),
            reminder=reminder(visit.session, team_id),
            may_change=visit.may(Permission.CHANGE_MODELS),
        )

    @console.page("/models/one/<name>", permission=Permission.SEE_MODELS)
    def model(visit: Visit, name: str) -> str:
        version = registry.find(visit.session, visit.person.team_id, name)
        shown, names = model_shown(version), category_names(visit)
        report = shown.report
        known = registry.versions(visit.session, visit.person.team_id)
        return render_template(
            "console/model.html",
            shown=shown,
            names=names,
            others=[one.name for one in known if one.name != name],
            pictures=pictures(report, names) if report else (),
            classes=by_class(report) if report else (),
            slices=slices(report, {}) if report else (),
            shadow=shadow.figures(visit.session, version),
            serving=_serving(visit),
            may_change=visit.may(Permission.CHANGE_MODELS),
        )

    _add_buttons(console)


def _add_buttons(console: Console) -> None:
    @console.action("/models/one/<name>/promote", permission=Permission.CHANGE_MODELS)
    def promote_model(visit: Visit, name: str) -> Response:
        """The form names what served when the page was looked at: if another does by now, nothing happens."""
        registry.promote(
            visit.session,
            visit.person.team_id,
            name,
            instead_of=request.form.get("instead_of") or None,
            by=visit.person,
            now=visit.now,
            despite=request.form.get("despite", ""),
        )
        visit.say(words.PROMOTED.format(model=name))
        return redirect(url_for("console.models"), 303)

    @console.action("/models/roll-back", permission=Permission.CHANGE_MODELS)
    def roll_back_model(visit: Visit) -> Response:
        seen = request.form.get("instead_of", "")
        back = registry.roll_back(
            visit.session, visit.person.team_id, instead_of=seen, by=visit.person, now=visit.now
        )
        visit.say(words.MODEL_ROLLED_BACK.format(model=back.name if back else "The starter model"))
        return redirect(url_for("console.models"), 303)

    @console.action("/models/train", permission=Permission.CHANGE_MODELS)
    def train_model(visit: Visit) -> Response:
        request_training(visit.session, visit.person.team_id, by=visit.person, why="console", now=visit.now)
        visit.say(words.TRAINING_ASKED)
        return redirect(url_for("console.models", _anchor="run"), 303)


def category_names(visit: Visit) -> dict[str, str]:
    return {one.key: one.name for one in queries.categories(visit.session, visit.person.team_id)}


def _serving(visit: Visit) -> str:
    """The champion's name; empty where the starter model serves."""
    version = registry.champion(visit.session, visit.person.team_id)
    return version.name if version else ""
