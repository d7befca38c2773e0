"""For one person alone: how their newest labels agree with those of colleagues and with the model."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.text import clean, redact
from triage.learning.agreement import Given, Own, own
from triage.learning.labelled import LONGEST
from triage.people.models import Person
from triage.tickets.models import Label, PastTicket, Ticket
from triage.vocabulary import LabelField

if TYPE_CHECKING:
    from triage.classifier.predict import Classifier

NEWEST = 200
MOST_SHOWN = 20

_Message = tuple[int | None, int | None]  # a ticket's id, or that of one from before this desk


@dataclass(frozen=True)
class Unlike:
    """A message of which others say something else."""

    ticket_id: int | None
    text: str
    said: str
    thought: str | None


@dataclass(frozen=True)
class OwnLabels:
    own: Own
    unlike: tuple[Unlike, ...]


def own_labels(session: Session, person: Person, champion: "Classifier") -> OwnLabels:
    """There is no such function for anybody else's labels, and none that lists people."""
    mine = _newest_of(session, person)
    texts = _texts(session, list(mine))
    messages = [message for message in mine if texts.get(message)]
    view = champion.look([texts[message] for message in messages])
    given = _given(session, messages)
    figures = own(person.id, view, given)
    unlike = tuple(
        Unlike(messages[row][0], texts[messages[row]], mine[messages[row]], view.best[row])
        for row in figures.messages[:MOST_SHOWN]
    )
    return OwnLabels(figures, unlike)


def _newest_of(session: Session, person: Person) -> dict[_Message, str]:
    rows = session.execute(
        select(Label.ticket_id, Label.past_id, Label.value)
        .where(Label.by_id == person.id, Label.field == LabelField.CATEGORY)
        .order_by(Label.at.desc(), Label.id.desc())
        .limit(NEWEST)
    )
    found: dict[_Message, str] = {}
    for ticket_id, past_id, value in rows:
        found.setdefault((ticket_id, past_id), value)
    return found


def _texts(session: Session, messages: list[_Message]) -> dict[_Message, str]:
    tickets = [ticket for ticket, _ in messages if ticket is not None]
    past = [old for _, old in messages if old is not None]
    found: dict[_Message, str] = {}
    for id_, question in session.execute(select(Ticket.id, Ticket.question).where(Ticket.id.in_(tickets))):
        found[id_, None] = redact(clean(question))[:LONGEST]
    for id_, text in session.execute(select(PastTicket.id, PastTicket.text).where(PastTicket.id.in_(past))):
        found[None, id_] = text[:LONGEST]
    return found


def _given(session: Session, messages: list[_Message]) -> list[Given]:
    """Everybody's newest label of these messages."""
    row_of = {message: row for row, message in enumerate(messages)}
    tickets = [ticket for ticket, _ in messages if ticket is not None]
    past = [old for _, old in messages if old is not None]
    rows = session.execute(
        select(Label.ticket_id, Label.past_id, Label.by_id, Label.value)
        .where(
            Label.field == LabelField.CATEGORY,
            Label.by_id.is_not(None),
            or_(Label.ticket_id.in_(tickets), Label.past_id.in_(past)),
        )
        .order_by(Label.at, Label.id)
    )
    newest: dict[tuple[int, int], str] = {}
    for ticket_id, past_id, by_id, value in rows:
        if by_id is not None:
            newest[row_of[ticket_id, past_id], by_id] = value
    return [Given(row, by, value) for (row, by), value in newest.items()]
