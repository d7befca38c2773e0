"""The first schedule by a short form: who takes turns, how long, when is the handoff. Text can say the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.web.console import typed, words_oncall
from bot.web.console.rota_shown import agents
from bot.web.console.schedule_text import one_editor_at_a_time
from bot.web.console.shell import Console, Visit
from triage.oncall.exchange import words as written
from triage.oncall.plan import DutyRole, Member, Restriction, Rotation, Schedule, Turn
from triage.oncall.schedules import ScheduleRefused, save_schedule, schedules
from triage.people.access import Permission

PLACES = 8
TURNS: dict[Turn, str] = {
    Turn.WEEK: "A week",
    Turn.DAY: "A day",
    Turn.BUSINESS_DAY: "A business day",
    Turn.MONTH: "A month",
}
_WORKDAYS, _ALL_DAYS = frozenset(range(5)), frozenset(range(7))
_MOST_EVERY = 99
# Stands where the form holds no moment, and is never saved.
_UNREAD = datetime.fromisoformat("2000-01-01 00:00")
_T = TypeVar("_T")


def add_to(console: Console) -> None:
    @console.page("/rota/new", permission=Permission.SET_ONCALL)
    def new_schedule(visit: Visit) -> str:
        return _page(visit, [])

    @console.action("/rota/new", permission=Permission.SET_ONCALL)
    def make_schedule(visit: Visit) -> Response | tuple[str, int]:
        session, team_id = visit.session, visit.person.team_id
        one_editor_at_a_time(session, team_id)
        known = frozenset(person.id for person in agents(session, team_id))
        filled = Filled(request.form, known)
        schedule = filled.schedule(team_id)
        if schedule.name in {one.name for one in schedules(session, team_id)}:
            filled.wrong.append(words_oncall.NAME_TAKEN)
        if filled.wrong:
            return _page(visit, filled.wrong), 409
        try:
            # What is refused half-way leaves nothing behind.
            with session.begin_nested():
                saved = save_schedule(session, team_id, schedule, by=visit.person, now=visit.now)
        except ScheduleRefused as refused:
            return _page(visit, [(one.what, one.remedy) for one in refused.problems]), 409
        visit.say(words_oncall.SCHEDULE_SAVED.format(name=saved.name))
        return redirect(url_for("console.rota", _anchor=f"schedule-{saved.id}"), 303)


@dataclass
class Filled:
    """The form as it was sent. What cannot be read is noted in `wrong`, and something harmless stands in for it."""

    form: Mapping[str, str]
    known: frozenset[int]
    places: int = PLACES
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def schedule(self, team_id: str) -> Schedule:
        zone = self._read("zone", written.zone, ZoneInfo("UTC"))
        turns = self.turns()
        rotations = [turns]
        if self.form.get("second") and len(turns.members) > 1:
            rotations.append(second_in_line(turns))
        return Schedule(0, team_id, self.form.get("name", "").strip(), zone, tuple(rotations))

    def turns(self) -> Rotation:
        people = [typed.number(self.form.get(f"person{place}")) for place in range(self.places)]
        members = tuple(Member(one) for one in people if one in self.known)
        if not members:
            self.wrong.append(words_oncall.NOBODY_CHOSEN)
        return Rotation(
            0,
            "Turns",
            DutyRole.PRIMARY,
            1,
            typed.one_of(Turn, self.form.get("turn")) or Turn.WEEK,
            min(typed.number(self.form.get("every")) or 1, _MOST_EVERY),
            self._read("starts", written.local_time, _UNREAD),
            members,
            self._hours(),
        )

    def _hours(self) -> tuple[Restriction, ...]:
        if self.form.get("hours", "always") == "always":
            return ()
        days = _WORKDAYS if self.form.get("hours") == "workdays" else _ALL_DAYS
        start, end = (self._read(name, time.fromisoformat, time()) for name in ("opens", "closes"))
        return (Restriction(days, start, end),)

    def _read(self, name: str, read: Callable[[str], _T], otherwise: _T) -> _T:
        text = self.form.get(name, "").strip()
        try:
            return read(text)
        except written.NotUnderstood as unknown:
            self.wrong.append((f"“{text}” can't be read", str(unknown)))
        except ValueError:
            self.wrong.append((f"“{text}” is no time of day", "Write it like 09:00"))
        return otherwise


def second_in_line(turns: Rotation) -> Rotation:
    """The same people, each a turn earlier: whoever is second now is first next."""
    first, *others = turns.members
    return replace(turns, name="Second in line", role=DutyRole.SECONDARY, members=(*others, first))


def next_handoff(now: datetime, zone: ZoneInfo) -> str:
    """The coming Monday at nine, as a field wants it."""
    local = now.astimezone(zone)
    monday = local.date() + timedelta(days=7 - local.weekday())
    return f"{monday.isoformat()}T09:00"


def _page(visit: Visit, wrong: list[tuple[str, str]]) -> str:
    return render_template(
        "console/schedule_new.html",
        people=agents(visit.session, visit.person.team_id),
        places=range(PLACES),
        turns=TURNS,
        wrong=wrong,
        zone=visit.zone.key,
        handoff=next_handoff(visit.now, visit.zone),
        entered=request.form,
    )
