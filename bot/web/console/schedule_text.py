"""Changing a schedule as text, in the words of `evenhand oncall export`; two editors at once lose nothing."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.web.console import words_oncall
from bot.web.console.rota_shown import schedule_here
from bot.web.console.shell import Console, Visit
from triage.oncall.exchange.document import Document, FileRefused, Written, Wrong
from triage.oncall.exchange.reading import from_yaml
from triage.oncall.exchange.writing import to_yaml
from triage.oncall.plan import Schedule
from triage.oncall.schedules import ScheduleRefused, delete_schedule, save_schedule
from triage.people.access import Permission
from triage.people.models import Person, Team

# What the desk calls it, and what the text does.
_WRITTEN: dict[str | int, str] = {"restrictions": "only", "country": "holidays", "region": "holidays"}


@dataclass(frozen=True)
class Tried:
    """What was typed and not saved: nothing of it is lost."""

    text: str = ""
    wrong: tuple[Wrong, ...] = ()
    conflict: bool = False


def add_to(console: Console) -> None:
    @console.page("/rota/<int:schedule_id>/edit", permission=Permission.SET_ONCALL)
    def edit_schedule(visit: Visit, schedule_id: int) -> str:
        return _page(visit, schedule_here(visit, schedule_id))

    @console.action("/rota/<int:schedule_id>/edit", permission=Permission.SET_ONCALL)
    def save_edited_schedule(visit: Visit, schedule_id: int) -> Response | tuple[str, int]:
        team_id, text = visit.person.team_id, request.form.get("text", "").replace("\r\n", "\n")
        one_editor_at_a_time(visit.session, team_id)
        before = schedule_here(visit, schedule_id)
        if request.form.get("seen") != fingerprint(visit.session, before):
            return _page(visit, before, Tried(text, conflict=True)), 409
        try:
            saved = _saved(visit, before, text)
        except FileRefused as refused:
            return _page(visit, before, Tried(text, refused.wrong)), 409
        visit.say(words_oncall.SCHEDULE_SAVED.format(name=saved.name))
        return redirect(url_for("console.rota", _anchor=f"schedule-{saved.id}"), 303)

    @console.action("/rota/<int:schedule_id>/delete", permission=Permission.SET_ONCALL)
    def put_schedule_away(visit: Visit, schedule_id: int) -> Response:
        gone = schedule_here(visit, schedule_id)
        delete_schedule(visit.session, visit.person.team_id, gone.id, by=visit.person, now=visit.now)
        visit.say(words_oncall.SCHEDULE_GONE.format(name=gone.name))
        return redirect(url_for("console.rota"), 303)


def one_editor_at_a_time(session: Session, team_id: str) -> None:
    """Between looking and saving nobody else may save; SQLite's writers take turns anyway."""
    session.get(Team, team_id, with_for_update={"key_share": True}, populate_existing=True)


def people_of(session: Session, team_id: str) -> list[Person]:
    return list(session.scalars(select(Person).where(Person.team_id == team_id)))


def as_text(session: Session, schedule: Schedule) -> str:
    people = {person.id: person for person in people_of(session, schedule.team_id)}
    return to_yaml(Document((Written(schedule),)), people)


def fingerprint(session: Session, schedule: Schedule) -> str:
    """Of what the editor was shown: it changes when anybody saves anything else."""
    return hashlib.sha256(as_text(session, schedule).encode()).hexdigest()


def _saved(visit: Visit, before: Schedule, text: str) -> Schedule:
    """Raises `FileRefused`, also for what only the desk can refuse, with the lines that it is about."""
    team_id = visit.person.team_id
    ids = {person.slack_id: person.id for person in people_of(visit.session, team_id)}
    document = from_yaml(text, ids, team_id)
    if len(document.schedules) != 1 or document.group is not None:
        raise FileRefused([Wrong(0, *words_oncall.ONE_SCHEDULE)])
    schedule = replace(document.schedules[0].schedule, id=before.id)
    if document.schedules[0].overrides:
        line = document.line(("schedules", 0, "overrides"))
        raise FileRefused([Wrong(line, *words_oncall.NO_OVERRIDES_HERE)])
    try:
        # What is refused half-way leaves nothing behind.
        with visit.session.begin_nested():
            return save_schedule(visit.session, team_id, schedule, by=visit.person, now=visit.now)
    except ScheduleRefused as refused:
        raise FileRefused(_with_lines(document, refused)) from None


def _with_lines(document: Document, refused: ScheduleRefused) -> Iterable[Wrong]:
    for problem in refused.problems:
        path = (_WRITTEN.get(part, part) for part in problem.path)
        yield Wrong(document.line(("schedules", 0, *path)), problem.what, problem.remedy)


def _page(visit: Visit, schedule: Schedule, tried: Tried | None = None) -> str:
    text = as_text(visit.session, schedule)
    lines = (tried.text if tried else text).split("\n")
    return render_template(
        "console/schedule_edit.html",
        schedule=schedule,
        text=tried.text if tried else text,
        theirs=text if tried and tried.conflict else "",
        wrong=[
            (one, lines[one.line - 1].strip() if 0 < one.line <= len(lines) else "")
            for one in (tried.wrong if tried else ())
        ],
        seen=fingerprint(visit.session, schedule),
        said=words_oncall.SCHEDULE_CHANGED if tried and tried.conflict else "",
    )
