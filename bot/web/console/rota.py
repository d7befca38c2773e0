"""The rota: who is on, from which layers that came, where nobody is; and, for admins, putting somebody else on."""

from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.web.console import rota_shown, typed, words_oncall
from bot.web.console.rota_rows import ROLE
from bot.web.console.rota_window import WIDTHS, Window
from bot.web.console.shell import Console, Visit
from triage.errors import NotAnAgent
from triage.oncall import overrides
from triage.people.access import Permission
from triage.people.models import Person
from triage.vocabulary import DutyRole, OverrideKind


def add_to(console: Console) -> None:
    @console.screen("/rota", title="Rota", permission=Permission.SEE_ROTA, order=12)
    def rota(visit: Visit) -> str:
        return rota_page(visit)

    def refused(visit: Visit, schedule_id: int, said: str, **_more: int) -> tuple[str, int]:
        """The rota once more, with what was typed still in its place."""
        return rota_page(visit, said=said, tried=schedule_id), 409

    @console.page("/rota/<int:schedule_id>/overrides", permission=Permission.SEE_ROTA)
    def rota_again(visit: Visit, schedule_id: int) -> Response:
        """The address of a form that was refused, loaded again."""
        return _back(visit, schedule_id)

    @console.action("/rota/<int:schedule_id>/overrides", permission=Permission.SET_ONCALL, refused=refused)
    def add_rota_override(visit: Visit, schedule_id: int) -> Response:
        form, zone = request.form, asked_window(visit).zone
        person, instead = chosen(visit, form.get("person")), chosen(visit, form.get("instead_of"))
        overrides.add_override(
            visit.session,
            rota_shown.schedule_here(visit, schedule_id).id,
            kind=_kind(person, instead),
            role=typed.one_of(DutyRole, form.get("role")) or DutyRole.PRIMARY,
            start=words_oncall.moment_typed(form.get("start"), zone),
            end=words_oncall.moment_typed(form.get("end"), zone),
            person=person,
            instead_of=instead,
            by=visit.person,
            now=visit.now,
        )
        visit.say(words_oncall.PUT_ON)
        return _back(visit, schedule_id)

    @console.action(
        "/rota/<int:schedule_id>/overrides/<int:override_id>/remove",
        permission=Permission.SET_ONCALL,
        refused=refused,
    )
    def remove_rota_override(visit: Visit, schedule_id: int, override_id: int) -> Response:
        rota_shown.schedule_here(visit, schedule_id)
        overrides.remove_by_hand(visit.session, schedule_id, override_id, by=visit.person, now=visit.now)
        visit.say(words_oncall.TAKEN_OFF)
        return _back(visit, schedule_id)


def _kind(person: Person | None, instead: Person | None) -> OverrideKind:
    """What the two fields mean together; nobody in both is for the desk to refuse."""
    if person is None:
        return OverrideKind.REMOVE
    return OverrideKind.ADD if instead is None else OverrideKind.REPLACE


def chosen(visit: Visit, text: str | None) -> Person | None:
    """Whom a form names, None for nobody. Raises `NotAnAgent` for somebody of another workspace."""
    number = typed.number(text)
    if number is None:
        return None
    person = visit.session.get(Person, number)
    if person is None or person.team_id != visit.person.team_id:
        raise NotAnAgent("")
    return person


def _back(visit: Visit, schedule_id: int) -> Response:
    window = asked_window(visit)
    return redirect(url_for("console.rota", **window.query(), _anchor=f"schedule-{schedule_id}"), 303)


def asked_window(visit: Visit) -> Window:
    return Window.read(request.args, now=visit.now, zone=visit.zone, desk_zone=rota_shown.desk_zone(visit))


def _other_zone(visit: Visit, window: Window, desk_zone: ZoneInfo | None) -> str:
    """What the times could also be shown in; empty where that is the same."""
    if window.desk:
        return visit.zone.key
    return desk_zone.key if desk_zone is not None and desk_zone != visit.zone else ""


def rota_page(visit: Visit, *, said: str = "", tried: int = 0) -> str:
    """`said` is what was refused, `tried` the schedule whose form it was in."""
    window, desk_zone = asked_window(visit), rota_shown.desk_zone(visit)
    team_id = visit.person.team_id

    def entered(schedule_id: int, name: str) -> str:
        return request.form.get(name, "") if schedule_id == tried else ""

    return render_template(
        "console/rota.html",
        window=window,
        widths=WIDTHS,
        shown=words_oncall.days_shown(window.first, window.last),
        schedules=rota_shown.shown(visit.session, team_id, window=window, now=visit.now),
        people=rota_shown.agents(visit.session, team_id),
        roles=ROLE,
        soon=words_oncall.soon(visit.now, window.zone),
        other_zone=_other_zone(visit, window, desk_zone),
        may_change=visit.may(Permission.SET_ONCALL),
        said=said,
        tried=tried,
        typed=entered,
    )
