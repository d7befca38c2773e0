"""What the label review could ask: read from the desk, and put in order by what the champion thinks.

Reading needs the database for a moment; the model's look takes its time without it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kb.text import clean, redact
from triage.classifier.predict import Classifier
from triage.classifier.rules import matter_for_a_person
from triage.learning.agreement import Given, astray
from triage.learning.asking import ask_first, likeness_of
from triage.learning.label_check import doubts
from triage.learning.labelled import LONGEST, LabelledMessage, find
from triage.learning.review_offers import Question, Questions
from triage.learning.review_table import Why
from triage.tickets.human_first import human_first
from triage.tickets.labels import NO_CATEGORY
from triage.tickets.models import Label, PastTicket, Ticket, TimelineEntry
from triage.vocabulary import OPEN_STATUSES, LabelField, TicketAction

# A review that never ends is not begun.
MOST_ASKED = 100
MOST_DOUBTFUL = 40
# The newest part of the labels, by which the next model will be judged.
NEWEST = 0.2
# Of tickets and of what was imported, together: a large import must not make each filling slow.
_MOST_UNLABELLED = 1_000
_FEWEST_IMPORTED = 250  # even where there are more tickets than that
_SETTLED_AFTER = timedelta(hours=72)


@dataclass(frozen=True)
class Unlabelled:
    ref: str
    text: str


@dataclass(frozen=True)
class Material:
    """What could be asked about: labelled messages, oldest first, who labelled them how, and unlabelled ones."""

    labelled: tuple[LabelledMessage, ...]
    given: tuple[Given, ...]
    unlabelled: tuple[Unlabelled, ...]


def read(session: Session, team_id: str, *, now: datetime) -> Material:
    labelled = find(session, team_id, settled_after=_SETTLED_AFTER, now=now).messages
    row_of = {message.ref: row for row, message in enumerate(labelled)}
    return Material(
        labelled,
        tuple(_given(session, team_id, row_of)),
        tuple(_unlabelled(session, team_id)),
    )


def in_order(material: Material, champion: Classifier, *, seed: int = 7) -> Questions:
    """Doubtful labels worst first, those of a hand that went astray before all; then what audits and what teaches
    most by turns, because both are wanted and people stop somewhere."""
    labelled = material.labelled
    view = champion.look([message.text for message in labelled])
    best = view.best
    odd = astray(view, material.given)
    found = doubts(view, [message.category for message in labelled])
    first = set(odd.messages)
    doubtful = sorted(found, key=lambda one: (one.position not in first, -one.doubt))[:MOST_DOUBTFUL]
    asked = [_about(labelled[one.position], Why.DOUBTFUL, one.thought) for one in doubtful]
    taken = {one.ref for one in asked}
    newest = range(len(labelled) - int(len(labelled) * NEWEST), len(labelled))
    audit = [
        _about(labelled[row], Why.AUDIT, best[row])
        for row in reversed(newest)
        if labelled[row].standing < 2 and labelled[row].ref not in taken
    ]
    teaches = _teaching(material.unlabelled, champion, seed)
    return Questions((*asked, *_by_turns(audit, teaches))[:MOST_ASKED], odd)


def _about(message: LabelledMessage, why: Why, thought: str | None) -> Question:
    return Question(message.ref, why, message.category or NO_CATEGORY, thought)


def _teaching(unlabelled: Sequence[Unlabelled], champion: Classifier, seed: int) -> list[Question]:
    if not unlabelled:
        return []
    texts = [one.text for one in unlabelled]
    view = champion.look(texts)
    asked = ask_first(view, likeness_of(texts), count=MOST_ASKED, seed=seed)
    return [Question(unlabelled[row].ref, Why.TEACHES, None, view.best[row]) for row in asked]


def _by_turns(one: Sequence[Question], other: Sequence[Question]) -> Iterable[Question]:
    for place in range(max(len(one), len(other))):
        yield from one[place : place + 1]
        yield from other[place : place + 1]


def _given(session: Session, team_id: str, row_of: dict[str, int]) -> Iterable[Given]:
    """Everybody's newest label of each message."""
    newest: dict[tuple[int, int], str] = {}
    rows = session.execute(
        select(Label.ticket_id, Label.past_id, Label.by_id, Label.value)
        .where(Label.field == LabelField.CATEGORY, Label.by_id.is_not(None))
        .order_by(Label.at, Label.id)
    )
    for ticket_id, past_id, by_id, value in rows:
        row = row_of.get(f"ticket:{ticket_id}" if ticket_id is not None else f"past:{past_id}")
        if row is not None and by_id is not None:
            newest[row, by_id] = value
    return (Given(row, by, value) for (row, by), value in newest.items())


def _unlabelled(session: Session, team_id: str) -> Iterable[Unlabelled]:
    """The newest of both: what was asked here teaches more, and of what was imported some are always looked at."""
    here = tuple(_done_tickets(session, team_id))
    return (*here, *_imported(session, team_id, most=_MOST_UNLABELLED - len(here)))


def _done_tickets(session: Session, team_id: str) -> Iterable[Unlabelled]:
    """Tickets that are done and that nobody labelled, the newest of them: an article solved most of these."""
    rows = session.execute(
        select(Ticket.id, Ticket.question)
        .where(
            Ticket.team_id == team_id,
            Ticket.status.not_in(OPEN_STATUSES),
            ~exists().where(Label.ticket_id == Ticket.id, Label.field == LabelField.CATEGORY),
            ~exists().where(
                TimelineEntry.ticket_id == Ticket.id, TimelineEntry.what == TicketAction.WITHDRAW
            ),
            ~human_first(),
        )
        .order_by(Ticket.id.desc())
        .limit(_MOST_UNLABELLED - _FEWEST_IMPORTED)
    )
    for id_, question in rows:
        if text := redact(clean(question))[:LONGEST]:
            yield Unlabelled(f"ticket:{id_}", text)


def _imported(session: Session, team_id: str, *, most: int) -> Iterable[Unlabelled]:
    """Tickets from before this desk whose category nobody told, or is not known here. They are clean and redacted."""
    rows = session.execute(
        select(PastTicket.id, PastTicket.text)
        .where(
            PastTicket.team_id == team_id,
            ~exists().where(Label.past_id == PastTicket.id, Label.field == LabelField.CATEGORY),
        )
        .order_by(PastTicket.id.desc())
        .limit(most)
    )
    for id_, text in rows:
        read = text[:LONGEST]
        # Nobody looked at it here yet, so only its words can say that it is for a person alone.
        if read and matter_for_a_person(read.lower()) is None:
            yield Unlabelled(f"past:{id_}", read)
