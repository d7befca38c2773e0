"""What the admins of a workspace set: where cards go, which channels ask, when the desk is open, who has a role."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.slack import copy_workspace
from bot.web.console.shell import Console, Visit
from triage.people.access import Permission
from triage.workspace_rules import NAMES, Rules, rules_of, set_rules

_LONGEST = 2_000


def add_to(console: Console) -> None:
    @console.screen("/workspace", title="Workspace", permission=Permission.CHANGE_WORKSPACE, order=80)
    def workspace(visit: Visit) -> str:
        return _page(visit, _typed(rules_of(visit.session, visit.person.team_id)))

    def refused(visit: Visit, said: str) -> tuple[str, int]:
        """What was typed stays in the form."""
        return _page(visit, _given(), said=said), 409

    @console.action("/workspace", permission=Permission.CHANGE_WORKSPACE, refused=refused)
    def set_workspace(visit: Visit) -> Response:
        team_id = visit.person.team_id
        before = rules_of(visit.session, team_id)
        after = set_rules(visit.session, team_id, _given(), by=visit.person, now=visit.now)
        visit.say(copy_workspace.SAVED if after != before else copy_workspace.UNCHANGED)
        return redirect(url_for("console.workspace"), 303)


def _page(visit: Visit, given: dict[str, str], *, said: str = "") -> str:
    opening = visit.policy.opening
    return render_template(
        "console/workspace.html",
        given=given,
        said=said,
        # What counts now, also where it comes from the desk's settings.
        desk_channel=visit.policy.desk_channel,
        help_channels=", ".join(sorted(visit.policy.help_channels)),
        zone=opening.zone.key,
        always=opening.always,
        groups=visit.policy.role_groups,
    )


def _given() -> dict[str, str]:
    return {name: request.form.get(name, "")[:_LONGEST] for name in NAMES}


def _typed(rules: Rules) -> dict[str, str]:
    """As one would type it."""
    found = {name: getattr(rules, name) or "" for name in NAMES}
    found["help_channels"] = ", ".join(rules.help_channels or ())
    return found
