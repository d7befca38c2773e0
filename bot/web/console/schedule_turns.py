"""Changing who takes turns, how long, and when: a form for what changes often. The rest of a schedule is text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.web.console import words_oncall
from bot.web.console.rota_rows import ROLE
from bot.web.console.rota_shown import agents, schedule_here
from bot.web.console.schedule_new import TURNS, Filled
from bot.web.console.schedule_text import fingerprint, one_editor_at_a_time
from bot.web.console.shell import Console, Visit
from triage.oncall.plan import Member, Rotation, Schedule, Turn
from triage.oncall.schedules import ScheduleRefused, save_schedule
from triage.people.access import Permission
from triage.people.models import Person

# Empty places after the last one, for those who join.
_SPARE = 2
_TURNS = {**TURNS, Turn.HOUR: "An hour"}
_SOMEBODY_WAS_QUICKER = (words_oncall.TURNS_CHANGED, words_oncall.TURNS_LOOK)


@dataclass(frozen=True)
class RotationShown:
    """One rotation as its part of the form: what is saved, or what was typed and not saved."""

    prefix: str
    title: str
    places: Sequence[str]
    turn: str
    every: str
    starts: str


def add_to(console: Console) -> None:
    @console.page("/rota/<int:schedule_id>/turns", permission=Permission.SET_ONCALL)
    def edit_turns(visit: Visit, schedule_id: int) -> str:
        return _page(visit, schedule_here(visit, schedule_id), [])

    @console.action("/rota/<int:schedule_id>/turns", permission=Permission.SET_ONCALL)
    def save_turns(visit: Visit, schedule_id: int) -> Response | tuple[str, int]:
        session, team_id = visit.session, visit.person.team_id
        one_editor_at_a_time(session, team_id)
        before = schedule_here(visit, schedule_id)
        if request.form.get("seen") != fingerprint(session, before):
            # The form's parts may not be the same rotations any more, so what is saved is shown.
            return _page(visit, before, [_SOMEBODY_WAS_QUICKER]), 409
        wrong: list[tuple[str, str]] = []
        rotations = [
            _turned(one, number, _people(session, before), wrong)
            for number, one in enumerate(before.rotations)
        ]
        if wrong:
            return _page(visit, before, wrong, typed=True), 409
        schedule = replace(before, rotations=tuple(rotations))
        try:
            # What is refused half-way leaves nothing behind.
            with session.begin_nested():
                saved = save_schedule(session, team_id, schedule, by=visit.person, now=visit.now)
        except ScheduleRefused as refused:
            wrong = [(one.what, one.remedy) for one in refused.problems]
            return _page(visit, before, wrong, typed=True), 409
        visit.say(words_oncall.SCHEDULE_SAVED.format(name=saved.name))
        return redirect(url_for("console.rota", _anchor=f"schedule-{saved.id}"), 303)


def _prefix(number: int) -> str:
    return f"rotation{number}-"


def _people(session: Session, schedule: Schedule) -> list[Person]:
    """Who can be chosen: the desk, and whoever has a place already."""
    chosen = {person.id: person for person in agents(session, schedule.team_id)}
    for member in (member for rotation in schedule.rotations for member in rotation.members):
        chosen.setdefault(member.person_id, session.get_one(Person, member.person_id))
    return list(chosen.values())


def _turned(
    rotation: Rotation, number: int, people: Sequence[Person], wrong: list[tuple[str, str]]
) -> Rotation:
    prefix = _prefix(number)
    sent = {key.removeprefix(prefix): text for key, text in request.form.items() if key.startswith(prefix)}
    filled = Filled(sent, frozenset(person.id for person in people), places=_places(rotation))
    turns = filled.turns()
    wrong += [(f"{rotation.name}: {what}", remedy) for what, remedy in filled.wrong]
    return replace(
        rotation,
        turn=turns.turn,
        every=turns.every,
        starts=turns.starts,
        members=tuple(_as_before(rotation, turns.members)),
    )


def _as_before(rotation: Rotation, members: Sequence[Member]) -> list[Member]:
    """Whoever takes part only for a while still does: the form has no field for that, so it changes nothing there."""
    left = list(rotation.members)
    kept = []
    for member in members:
        same = next((one for one in left if one.person_id == member.person_id), member)
        if same in left:
            left.remove(same)
        kept.append(same)
    return kept


def _places(rotation: Rotation) -> int:
    return len(rotation.members) + _SPARE


def _shown(rotation: Rotation, number: int, *, typed: bool) -> RotationShown:
    prefix = _prefix(number)
    ids = [str(member.person_id) for member in rotation.members]
    saved = {f"person{place}": one for place, one in enumerate(ids)}
    saved |= {"turn": rotation.turn, "every": str(rotation.every), "starts": _moment(rotation.starts)}

    def value(name: str) -> str:
        return request.form.get(prefix + name, "") if typed else saved.get(name, "")

    return RotationShown(
        prefix,
        words_oncall.TURNS_OF.format(
            name=rotation.name, role=ROLE[rotation.role].lower(), layer=rotation.layer
        ),
        [value(f"person{place}") for place in range(_places(rotation))],
        value("turn"),
        value("every"),
        value("starts"),
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def _page(visit: Visit, schedule: Schedule, wrong: list[tuple[str, str]], *, typed: bool = False) -> str:
    return render_template(
        "console/schedule_turns.html",
        schedule=schedule,
        rotations=[_shown(one, number, typed=typed) for number, one in enumerate(schedule.rotations)],
        people=_people(visit.session, schedule),
        turns=_TURNS,
        wrong=wrong,
        seen=fingerprint(visit.session, schedule),
    )
