"""Erasing a person: everything that leads to them goes or is emptied, and what is counted stays countable.

Run inside one transaction: either all of it happened, or nothing. Doing it again finds nobody and changes nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, update
from sqlalchemy.orm import Session

from triage.audit import record
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.policy import Policy
from triage.privacy.learned import Learned, unlearn
from triage.privacy.subject import SOMEBODY, Subject, in_team, table_named
from triage.privacy.tables import TREATMENTS
from triage.privacy.treatment import NOW, Treatment
from triage.tickets import closing
from triage.tickets.models import Ticket
from triage.vocabulary import Role, TicketStatus

# Such a row is somebody's who asked for it: it holds no id that Slack knows, and no name.
_ERASED = "erased-"
# What was said where they asked; cards and pages are the desk's own, and say nothing of them any more.
_IN_THEIR_THREAD = (
    Occasion.OPENING,
    Occasion.ANSWER,
    Occasion.ANSWER_REFRESH,
    Occasion.NOTICE,
    Occasion.PRIVATE,
    Occasion.RATING,
    Occasion.RATING_REFRESH,
)


@dataclass(frozen=True)
class Erased:
    """How many rows of which table went, were emptied, or named them; and what cannot be erased here."""

    gone: Mapping[str, int]
    emptied: Mapping[str, int]
    renamed: Mapping[str, int]
    learned: Learned
    tickets: int


def erase(
    session: Session, person: Person, *, policy: Policy, now: datetime, also: tuple[str, ...] = ()
) -> Erased:
    """Callers ask `hindrances` first: whoever is still needed by the desk cannot be erased."""
    subject = Subject.of(session, person, also=also)
    _end_tickets(session, person, policy=policy, now=now)
    session.flush()
    learned = unlearn(session, subject, now=now)
    gone: Counter[str] = Counter()
    emptied: Counter[str] = Counter()
    renamed: Counter[str] = Counter()
    gone["say"] = _spoken_in_their_threads(session, subject)
    for name, treatment in TREATMENTS.items():
        if (table := table_named(name)) is None:
            continue
        theirs = subject.owns(table, treatment)
        if treatment.goes:
            gone[name] += _count(session, delete(table).where(theirs))
        elif treatment.blank:
            emptied[name] = _empty(session, table, treatment, theirs, now=now)
        # Their own rows are empty by now: what is left are other people's, who wrote of them.
        renamed[name] = _rename(session, table, treatment, subject)
    tickets = session.scalar(select(func.count()).where(Ticket.requester_id == person.id)) or 0
    session.expire_all()
    _empty_person(person)
    record(session, "person.erased", by=None, team_id=person.team_id, now=now, person_id=person.id)
    session.flush()
    return Erased(+gone, +emptied, +renamed, learned, tickets)


def _end_tickets(session: Session, person: Person, *, policy: Policy, now: datetime) -> None:
    """Nobody is on these, so they end as if the question had been deleted; those resolved cannot be reopened."""
    for ticket in session.scalars(
        select(Ticket).where(Ticket.requester_id == person.id, Ticket.status != TicketStatus.CLOSED)
    ).all():
        if ticket.status is TicketStatus.RESOLVED:
            closing.close(session, ticket, policy=policy, now=now)
        else:
            closing.withdraw(session, ticket, by=person, policy=policy, now=now)


def _spoken_in_their_threads(session: Session, subject: Subject) -> int:
    asked = select(Ticket.id).where(Ticket.requester_id == subject.person_id)
    return _count(session, delete(Say).where(Say.ticket_id.in_(asked), Say.occasion.in_(_IN_THEIR_THREAD)))


def _empty(
    session: Session, table: Table, treatment: Treatment, theirs: ColumnElement[bool], *, now: datetime
) -> int:
    made = {name: value for name, value in treatment.blank.items() if callable(value)}
    plain = {
        name: now if value is NOW else value for name, value in treatment.blank.items() if name not in made
    }
    count = 0
    if plain:
        # JSON's null is a value of its own: where a column may be empty, it is left without any.
        count = _count(session, update(table).where(theirs).values(plain))
    if made:
        keys = list(table.primary_key.columns)
        for row in session.execute(select(table).where(theirs)).mappings().all():
            values = {name: make(row[name]) for name, make in made.items()}
            session.execute(update(table).where(*(key == row[key.name] for key in keys)).values(values))
            count += not plain
    return count


def _rename(session: Session, table: Table, treatment: Treatment, subject: Subject) -> int:
    named = [*((name, False) for name in treatment.scrub), *((name, True) for name in treatment.prose)]
    if not named:
        return 0
    keys = list(table.primary_key.columns)
    columns = [table.c[name] for name, _ in named]
    rows = session.execute(
        select(*keys, *columns).where(
            in_team(table, subject.team_id), or_(*(subject.may_be_named(column) for column in columns))
        )
    ).mappings()
    count = 0
    for row in rows.all():
        values: dict[str, Any] = {}
        for name, prose in named:
            before = row[name]
            after = _fitting(table, name, subject.nameless(before, prose=prose))
            if after != before:
                values[name] = after
        if values:
            session.execute(update(table).where(*(key == row[key.name] for key in keys)).values(values))
            count += 1
    return count


def _fitting(table: Table, name: str, value: Any) -> Any:
    longest = getattr(table.c[name].type, "length", None)
    return value[:longest] if isinstance(value, str) and longest else value


def _count(session: Session, statement: Any) -> int:
    done = session.execute(statement.execution_options(synchronize_session=False))
    return max(0, int(done.rowcount))  # type: ignore[attr-defined]


def _empty_person(person: Person) -> None:
    person.slack_id = f"{_ERASED}{person.id}"
    person.name = SOMEBODY
    person.time_zone = "UTC"
    person.role = Role.REQUESTER
    person.is_guest = False
