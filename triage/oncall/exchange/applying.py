"""Takes a document over as a whole, in the caller's transaction, and writes one from what the desk has.

A schedule that the file names is made like the file. One that it does not name stays as it is; so do swaps, cover and
overrides, to which a file only adds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.oncall.current import on_call, set_on_call
from triage.oncall.exchange.changes import Change, Happens, ScheduleChange, compared, override_text
from triage.oncall.exchange.document import Document, FileRefused, Written, Wrong
from triage.oncall.exchange.reading import told
from triage.oncall.exchange.writing import to_yaml
from triage.oncall.overrides import OverrideRefused, add_override
from triage.oncall.plan import Override, Schedule
from triage.oncall.plans import schedule_named, schedules
from triage.oncall.schedules import ScheduleRefused, save_schedule
from triage.oncall.stored import overrides_by_schedule
from triage.people.models import Person

_EVER = timedelta(days=365 * 20)


@dataclass(frozen=True)
class Applied:
    """What became of a document."""

    schedules: tuple[ScheduleChange, ...]
    group: Change | None
    # Schedules of the desk that the document does not name.
    untouched: tuple[str, ...]
    # Overrides that are over: they are history, and the desk has its own.
    over: int

    @property
    def changes_something(self) -> bool:
        groups = self.group is not None and self.group.happens is not Happens.SAME
        return groups or any(one.changes_something for one in self.schedules)


def people_by_slack_id(session: Session, team_id: str) -> dict[str, int]:
    """Everybody the desk has met."""
    people = session.scalars(select(Person).where(Person.team_id == team_id))
    return {person.slack_id: person.id for person in people}


def exported(session: Session, team_id: str, *, now: datetime, only: str | None = None) -> str:
    """All schedules with the desk's list, or the one with this name. Raises `NoSuchSchedule`."""
    found = [schedule_named(session, team_id, only)] if only else schedules(session, team_id)
    group = None if only else tuple(person.id for person in on_call(session, team_id))
    everybody = session.scalars(select(Person).where(Person.team_id == team_id))
    document = Document(tuple(_written(session, found, now=now)), group)
    return to_yaml(document, {person.id: person for person in everybody})


def _written(session: Session, found: Sequence[Schedule], *, now: datetime) -> Iterable[Written]:
    overrides = overrides_by_schedule(session, [one.id for one in found], now, now + _EVER)
    for schedule in found:
        by_hand = tuple(one for one in overrides.get(schedule.id, ()) if not one.origin)
        yield Written(schedule, by_hand)


def apply(session: Session, team_id: str, document: Document, *, by: Person | None, now: datetime) -> Applied:
    """Raises `FileRefused` with everything that the desk does not accept; the caller then rolls all of it back."""
    names = {
        person.id: person.called
        for person in session.scalars(select(Person).where(Person.team_id == team_id))
    }
    before = {schedule.name: schedule for schedule in schedules(session, team_id)}
    wrong: list[Wrong] = []
    changes: list[ScheduleChange] = []
    for n, written in enumerate(document.schedules):
        change = compared(before.get(written.schedule.name), written.schedule, names)
        try:
            saved = save_schedule(
                session, team_id, replace(written.schedule, team_id=team_id), by=by, now=now
            )
        except ScheduleRefused as refused:
            wrong += [told(document, n, problem) for problem in refused.problems]
            continue
        added, refusals = _add_overrides(session, document, n, saved, names, by=by, now=now)
        changes.append(replace(change, overrides=tuple(added)))
        wrong += refusals
    group = _set_group(session, team_id, document, names, by=by, now=now)
    if wrong:
        raise FileRefused(wrong)
    named = {written.schedule.name for written in document.schedules}
    over = sum(one.end <= now for written in document.schedules for one in written.overrides)
    return Applied(tuple(changes), group, tuple(name for name in before if name not in named), over)


def _add_overrides(
    session: Session,
    document: Document,
    place: int,
    saved: Schedule,
    names: dict[int, str],
    *,
    by: Person | None,
    now: datetime,
) -> tuple[list[Change], list[Wrong]]:
    there = {
        _alike(one) for one in overrides_by_schedule(session, [saved.id], now, now + _EVER).get(saved.id, ())
    }
    changes: list[Change] = []
    wrong: list[Wrong] = []
    for n, override in enumerate(document.schedules[place].overrides):
        if override.end <= now:
            continue
        if _alike(override) in there:
            changes.append(Change(Happens.SAME, override_text(override, saved, names)))
            continue
        try:
            # What runs already begins now: the hours before are history.
            _add(session, saved, replace(override, start=max(override.start, now)), by=by, now=now)
        except OverrideRefused as refused:
            line = document.line(("schedules", place, "overrides", n))
            what, _, remedy = refused.sentence.partition(". ")
            wrong.append(Wrong(line, what, remedy.rstrip(".")))
        changes.append(Change(Happens.ADDED, override_text(override, saved, names)))
    return changes, wrong


def _alike(override: Override) -> Override:
    return replace(override, id=0, origin="")


def _add(session: Session, saved: Schedule, override: Override, *, by: Person | None, now: datetime) -> None:
    add_override(
        session,
        saved.id,
        kind=override.kind,
        role=override.role,
        start=override.start,
        end=override.end,
        person=_person(session, override.person_id),
        instead_of=_person(session, override.instead_of),
        by=by,
        now=now,
    )


def _person(session: Session, person_id: int | None) -> Person | None:
    return session.get_one(Person, person_id) if person_id is not None else None


def _set_group(
    session: Session,
    team_id: str,
    document: Document,
    names: dict[int, str],
    *,
    by: Person | None,
    now: datetime,
) -> Change | None:
    if document.group is None:
        return None
    before = tuple(person.id for person in on_call(session, team_id))
    if before == document.group:
        return Change(Happens.SAME, "the on-call list")
    set_on_call(session, team_id, [session.get_one(Person, one) for one in document.group], by=by, now=now)
    lists = [", ".join(names[one] for one in ids) or "nobody" for ids in (before, document.group)]
    return Change(Happens.CHANGED, "the on-call list", (" → ".join(lists),))
