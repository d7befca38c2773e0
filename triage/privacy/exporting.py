"""All that is stored about one person, as plain values, and nothing about anybody else.

Rows that are theirs are given whole. Of rows that others own and they had a hand in, only when and what: other
people's words stay where they are, and whoever else stands in a row is “somebody else”.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import JSON, ColumnElement, LargeBinary, Table, Text, false, or_, select
from sqlalchemy.orm import Session

from triage.people.models import Person
from triage.privacy.subject import Subject, in_team, table_named
from triage.privacy.tables import TREATMENTS
from triage.privacy.treatment import Treatment
from triage.tickets.models import Ticket

SOMEBODY_ELSE = "somebody else"
# What says nothing of them, or opens something.
_TABLES_LEFT_OUT = frozenset({"effect", "slack_budget", "ticket_link"})
_COLUMNS_LEFT_OUT = {
    "calendar_subscription": {"token_hash"},
    "console_visit": {"id"},
    # Whom the desk asked for them, and who passed, is told to nobody.
    "escalation": {"asked", "passed", "snapshot"},
    "sla_timer": {"policy_version"},
}
_MAYBE_AN_ID = re.compile(r"\b[UW][A-Z0-9]{2,}\b")

Rows = list[dict[str, Any]]


def everything_about(session: Session, person: Person) -> Mapping[str, Rows]:
    """Table → rows, oldest first. Tables without any are left out."""
    subject = Subject.of(session, person)
    others = _others(session, person)
    found: dict[str, Rows] = {
        "person": _rows(session, Person.__table__, Person.id == person.id, _Reader(subject, others))
    }
    for name, treatment in TREATMENTS.items():
        table = table_named(name)
        if table is None or name in _TABLES_LEFT_OUT or name == "person":
            continue
        own, acted = _own(table, treatment, subject), _acted(table, treatment, subject)
        rows = _rows(session, table, own, _Reader(subject, others))
        rows += _rows(session, table, acted & ~own, _Reader(subject, others, brief=treatment))
        if rows:
            found[name] = rows
    return found


def _others(session: Session, person: Person) -> frozenset[str]:
    ids = session.scalars(
        select(Person.slack_id).where(Person.team_id == person.team_id, Person.id != person.id)
    )
    return frozenset(ids)


def _own(table: Table, treatment: Treatment, subject: Subject) -> ColumnElement[bool]:
    asked = select(Ticket.id).where(Ticket.requester_id == subject.person_id)
    of_tickets = [key.parent.in_(asked) for key in table.foreign_keys if key.target_fullname == "ticket.id"]
    return or_(false(), subject.owns(table, treatment), *of_tickets)


def _acted(table: Table, treatment: Treatment, subject: Subject) -> ColumnElement[bool]:
    hands = or_(false(), *(table.c[name] == subject.person_id for name in treatment.numbers))
    return hands & in_team(table, subject.team_id)


def _rows(session: Session, table: Any, where: ColumnElement[bool], reader: "_Reader") -> Rows:
    ordered = select(table).where(where).order_by(*table.primary_key.columns)
    return [dict(reader.told(table, dict(row))) for row in session.execute(ordered).mappings()]


class _Reader:
    """`brief`: they only had a hand in the row, so what was written in it is not told."""

    def __init__(self, subject: Subject, others: frozenset[str], *, brief: Treatment | None = None) -> None:
        self._subject, self._others, self._brief = subject, others, brief

    def told(self, table: Table, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        left_out = _COLUMNS_LEFT_OUT.get(table.name, set())
        for column in table.columns:
            name = column.name
            if name in left_out or isinstance(column.type, LargeBinary) or row[name] is None:
                continue
            if any(key.target_fullname == "person.id" for key in column.foreign_keys):
                yield name, "you" if row[name] == self._subject.person_id else SOMEBODY_ELSE
            elif self._brief is None or not self._is_text(column, name):
                yield name, self._plain(row[name])

    def _is_text(self, column: ColumnElement[Any], name: str) -> bool:
        brief = self._brief
        written = brief is not None and name in (*brief.scrub, *brief.prose, *brief.blank)
        return written or isinstance(column.type, JSON | Text)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, datetime | date | time):
            return value.isoformat()
        if isinstance(value, str):
            return _MAYBE_AN_ID.sub(self._not_others, value)
        if isinstance(value, list):
            return [self._plain(one) for one in value]
        if isinstance(value, dict):
            return {self._plain(key): self._plain(one) for key, one in value.items()}
        return value

    def _not_others(self, found: re.Match[str]) -> str:
        return SOMEBODY_ELSE if found.group() in self._others else found.group()
