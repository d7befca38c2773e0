"""The person that an erasure or an export is about: what leads to them, and which rows are theirs."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Table, Text, and_, cast, false, func, or_, select
from sqlalchemy.orm import Session

from kb.base import Base
from triage.care.handoff_tables import Handoff
from triage.outbox import Say
from triage.people.models import Person
from triage.privacy.treatment import By, Link, Treatment
from triage.tickets.models import Ticket, TicketMessage

SOMEBODY = "somebody"
# “Al” and “Jo” are in too many words to be taken for a person.
_SHORTEST_NAME = 3


@dataclass(frozen=True)
class Subject:
    """As they are known now. `also` are further words that name them: an address, a number, an old name."""

    person_id: int
    team_id: str
    slack_id: str
    name: str
    direct: frozenset[str]
    also: tuple[str, ...] = ()

    @classmethod
    def of(cls, session: Session, person: Person, *, also: tuple[str, ...] = ()) -> "Subject":
        asked = select(Ticket.id).where(Ticket.requester_id == person.id)
        found: set[str] = set()
        for statement in (
            select(Ticket.channel_id).where(
                Ticket.requester_id == person.id, Ticket.channel_id.startswith("D")
            ),
            select(TicketMessage.channel_id).where(
                TicketMessage.ticket_id.in_(asked), TicketMessage.channel_id.startswith("D")
            ),
            select(Say.sent_channel).where(
                Say.team_id == person.team_id,
                Say.address == person.slack_id,
                Say.sent_channel.startswith("D"),
            ),
        ):
            found |= {channel for channel in session.scalars(statement.distinct()) if channel}
        return cls(person.id, person.team_id, person.slack_id, person.name or "", frozenset(found), also)

    @property
    def ids(self) -> tuple[str, ...]:
        """What Slack knows them by, and nobody else."""
        return (self.slack_id, *sorted(self.direct))

    def owns(self, table: Table, treatment: Treatment) -> ColumnElement[bool]:
        """Which rows of a table are theirs."""
        return or_(false(), *(self._leads_here(table, link) for link in treatment.theirs))

    def _leads_here(self, table: Table, link: Link) -> ColumnElement[bool]:
        column = table.c[link.column]
        match link.by:
            case By.PERSON:
                return column == self.person_id
            case By.TICKET:
                return column.in_(select(Ticket.id).where(Ticket.requester_id == self.person_id))
            case By.HANDOFF:
                return column.in_(select(Handoff.id).where(Handoff.leaver_id == self.person_id))
            case By.SLACK:
                return and_(column.in_(self.ids), in_team(table, self.team_id))
            case By.KEY:
                parts = or_(*(column.contains(part, autoescape=True) for part in self.ids))
                return and_(column.contains(self.team_id, autoescape=True), parts)
            case By.BODY:
                said = [("user", self.slack_id), *(("channel", channel) for channel in self.direct)]
                body = cast(column, Text)
                parts = or_(*(body.contains(f'"{key}": "{value}"', autoescape=True) for key, value in said))
                return and_(parts, in_team(table, self.team_id))

    # --- Where somebody named them ---

    def may_be_named(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Rows worth reading: the database's own idea of upper and lower case, and how JSON writes letters."""
        text = func.lower(cast(column, Text))
        return or_(*(text.contains(needle, autoescape=True) for needle in self._needles()))

    def _needles(self) -> Iterator[str]:
        for word in (*self.ids, self.name, *self.also):
            for written in {word, word.lower(), word.upper()} if len(word) >= _SHORTEST_NAME else ():
                yield from {_lowered(written), _lowered(json.dumps(written)[1:-1])}

    def nameless(self, value: Any, *, prose: bool = False) -> Any:
        """A text, or what JSON holds, with “somebody” wherever they were named."""
        if isinstance(value, str):
            return self._without(value, prose=prose)
        if isinstance(value, list):
            return [self.nameless(one, prose=prose) for one in value]
        if isinstance(value, dict):
            return {
                self.nameless(key, prose=prose): self.nameless(one, prose=prose) for key, one in value.items()
            }
        return value

    def _without(self, text: str, *, prose: bool) -> str:
        if text.strip().casefold() == self.name.strip().casefold() != "":
            return SOMEBODY
        text = self._ids.sub(SOMEBODY, text)
        if self._whole_name is not None:
            text = self._whole_name.sub(SOMEBODY, text)
        return text if prose or self._one_word is None else self._one_word.sub(SOMEBODY, text)

    @cached_property
    def _ids(self) -> re.Pattern[str]:
        ids = "|".join(re.escape(one) for one in self.ids)
        return re.compile(rf"<[@#](?:{ids})(?:\|[^>]*)?>|(?<![A-Za-z0-9])(?:{ids})(?![A-Za-z0-9])")

    @cached_property
    def _whole_name(self) -> re.Pattern[str] | None:
        words = [word.strip() for word in (self.name, *self.also) if len(word.strip()) >= _SHORTEST_NAME]
        words = [word for word in words if " " in word or word in self.also]
        if not words:
            return None
        return re.compile(
            "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(words, key=len, reverse=True)),
            re.IGNORECASE,
        )

    @cached_property
    def _one_word(self) -> re.Pattern[str] | None:
        name = self.name.strip()
        if " " in name or len(name) < _SHORTEST_NAME:
            return None
        return re.compile(rf"(?<!\w){re.escape(name[:1].upper() + name[1:])}(?!\w)")


def _lowered(text: str) -> str:
    """As SQLite lowers: A to Z alone."""
    return "".join(chr(ord(sign) + 32) if "A" <= sign <= "Z" else sign for sign in text)


def in_team(table: Table, team_id: str) -> ColumnElement[bool]:
    """The workspace's rows: by their own column, or by what they belong to."""
    if table.name == "team":
        return table.c.id == team_id
    if "team_id" in table.c:
        return table.c.team_id == team_id
    return or_(false(), *(_leads_to_team(table, key, team_id) for key in table.foreign_keys))


def _leads_to_team(table: Table, key: ForeignKey, team_id: str) -> ColumnElement[bool]:
    """Asked row by row: a list of all that the workspace has would be made anew for each question."""
    other = key.column.table
    met = key.column == key.parent
    if "team_id" in other.c:
        return select(other.c.team_id).where(met).correlate(table).scalar_subquery() == team_id
    return select(key.column).where(met, in_team(other, team_id)).correlate(table).exists()


def table_named(name: str) -> Table | None:
    """None where the part of the program that keeps it is not there."""
    return Base.metadata.tables.get(name)
