"""Rows about somebody in every table there is, made from the models: to see what becomes of them."""

import itertools
import zlib
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import sqlalchemy as sa
from factories import NOW, TEAM
from sqlalchemy.orm import Session

from bot.database import Database
from bot.tables import metadata
from triage.oncall.models import OncallMember
from triage.people.models import Person
from triage.privacy.tables import TREATMENTS
from triage.privacy.treatment import By
from triage.tickets.models import Ticket
from triage.vocabulary import Source, TicketStatus

ID, NAME, DIRECT, WORDS = "UZAZIE77", "Zazie Quintessa", "DZAZIE77", "xyzzyquux"
# Theirs are planted by hand, first.
_BY_HAND = frozenset({"team", "person", "ticket"})
_counter = itertools.count(1)


class Planter:
    """Everything that a table can hold of one person; `names` is whom other people's texts speak of."""

    def __init__(
        self, session: Session, *, team: str, person: int, slack_id: str, ticket: int, words: str, names: str
    ) -> None:
        self._session, self._team, self._slack_id = session, team, slack_id
        self._words, self._names = words, names
        self._keys: dict[str, Any] = {"team.id": team, "person.id": person, "ticket.id": ticket}

    def plant(self) -> None:
        for table in metadata.sorted_tables:
            if table.name not in _BY_HAND and not self._is_there(table):
                values = {column.name: self._value(table, column) for column in self._filled(table)}
                values |= _SPECIAL.get(table.name, {})
                made = (
                    self._session.connection().execute(sa.insert(table).values(values)).inserted_primary_key
                )
                if made is not None:
                    for column, key in zip(table.primary_key.columns, made, strict=True):
                        self._keys[f"{table.name}.{column.name}"] = key

    def _is_there(self, table: sa.Table) -> bool:
        """Of what is about nobody one row is enough, and often there can be no more."""
        treatment = TREATMENTS[table.name]
        one_each = [column.name for column in table.primary_key.columns] == ["team_id"]
        of_nobody = not (treatment.theirs or treatment.scrub or treatment.prose or treatment.numbers)
        needed = any(
            key.column.table is table for other in metadata.tables.values() for key in other.foreign_keys
        )
        return (one_each or (of_nobody and not needed)) and self._session.execute(
            sa.select(table)
        ).first() is not None

    def _filled(self, table: sa.Table) -> Iterator[sa.Column[Any]]:
        for column in table.columns:
            numbered = (
                column.primary_key and isinstance(column.type, sa.Integer) and column.autoincrement == "auto"
            )
            if not (numbered and not column.foreign_keys and len(table.primary_key.columns) == 1):
                yield column

    def _value(self, table: sa.Table, column: sa.Column[Any]) -> Any:
        for key in column.foreign_keys:
            return self._keys[key.target_fullname]
        for link in TREATMENTS[table.name].theirs:
            if link.column == column.name and (made := self._linked(link.by)) is not None:
                return made
        if column.name == "team_id":
            return self._team
        return self._of_type(table, column)

    def _linked(self, by: By) -> Any:
        match by:
            case By.SLACK:
                return self._slack_id
            case By.KEY:
                return f"greeted:{self._team}:{self._slack_id}"
            case By.TICKET:
                return self._keys["ticket.id"]
            case By.BODY:
                return {"team_id": self._team, "event": {"user": self._slack_id, "text": self._words}}
        return None

    def _text(self, table: sa.Table, column: str) -> str | None:
        treatment = TREATMENTS[table.name]
        theirs = treatment.theirs and (column in treatment.blank or treatment.goes)
        named = column in (*treatment.scrub, *treatment.prose)
        said = [*([self._words] if theirs else []), *([self._names] if named else [])]
        return " ".join((*said, str(next(_counter)))) if said else None

    def _of_type(self, table: sa.Table, column: sa.Column[Any]) -> Any:
        text = self._text(table, column.name)
        match column.type:
            case sa.Enum() as words:
                return words.enum_class(words.enums[0]) if words.enum_class else words.enums[0]
            case sa.JSON() if column.name == "verdict":
                said = {"word": self._words, "weight": 1}
                return {"category": "vpn", "words": [said], "reasons": [self._words], "needs_person": None}
            case sa.JSON():
                return {"said": [text or "x"]}
            case sa.String():
                return (text or f"k{next(_counter)}")[: column.type.length or 2_000]
            case sa.LargeBinary():
                return zlib.compress(b"")
            case sa.Boolean():
                return False
            case sa.Float():
                return 1.0
            case sa.Date():
                return date(2027, 3, 1)
            case sa.Time():
                return time(22)
            case sa.Integer():
                return next(_counter)
        return NOW


# Where rows obey rules that no column tells.
_SPECIAL: dict[str, dict[str, Any]] = {
    "label": {"past_id": None},
    "label_review": {"past_id": None},
    "article_revision": {"number": 1},
    "escalation_policy": {
        "body": {
            "name": "x",
            "urgencies": [],
            "categories": [],
            "levels": [],
            "repeats": 0,
            "again_minutes": 30,
        }
    },
    "rotation_member": {"until": date(2020, 1, 1)},
    "oncall_override": {"removed_at": NOW},
    "swap": {"state": "withdrawn"},
    "model_version": {"state": "retired"},
    "training_run": {"state": "done"},
}


def two_people(database: Database) -> None:
    """Zazie, who is going to ask, and a bystander whose texts speak of her; each has a row in every table."""
    with database.transaction() as session:
        named = f"{NAME} <@{ID}> {NAME.upper()}"
        somebody(session, ID, NAME, direct=DIRECT, words=WORDS, named=named)
        somebody(session, "UBYSTAND", "Olive Standing", direct="DBYSTAND", words="bystandwords", named=named)


def somebody(session: Session, slack_id: str, name: str, *, direct: str, words: str, named: str) -> Person:
    """A person with a row in every table."""
    person = Person(team_id=TEAM, slack_id=slack_id, name=name, time_zone="UTC", created_at=NOW)
    session.add(person)
    session.flush()
    ticket = Ticket(
        team_id=TEAM,
        requester_id=person.id,
        source=Source.DIRECT_MESSAGE,
        channel_id=direct,
        thread_ts="1803981600.000100",
        question=f"{words} does not start",
        resolution=f"{words}: told {named}",
        status=TicketStatus.CLOSED,
        claimed_by_id=person.id,
        asked_at=NOW,
    )
    session.add(ticket)
    session.flush()
    Planter(
        session, team=TEAM, person=person.id, slack_id=slack_id, ticket=ticket.id, words=words, names=named
    ).plant()
    session.execute(sa.delete(OncallMember).where(OncallMember.person_id == person.id))
    return person


def plain_row(table: sa.Table, keys: dict[str, Any]) -> dict[str, Any]:
    """A row of a table as a database told it, with a value in every column; `keys` are those of the rows before."""
    row: dict[str, Any] = {}
    for column in table.columns:
        named = next((key.target_fullname for key in column.foreign_keys), None)
        row[column.name] = keys[named] if named in keys else _of_a_kind(column)
    return {**row, **_PLAIN.get(table.name, {})}


_PLAIN: dict[str, dict[str, Any]] = {"label": {"past_id": None}, "label_review": {"past_id": None}}


def _of_a_kind(column: sa.Column[Any]) -> Any:
    match column.type:
        case sa.JSON():
            return {}
        case sa.String():
            return "x"
        case sa.LargeBinary():
            return b""
        case sa.Boolean():
            return False
        case sa.Float() | sa.Numeric():
            return 1.0
        case sa.Integer():
            return 1
        case sa.DateTime():
            return NOW
        case sa.Date():
            return NOW.date()
        case sa.Time():
            return time(22)
    raise TypeError(f"{column}: a new kind of column, say what goes in it")
