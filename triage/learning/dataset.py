"""What a model is trained on and judged by: labels that people gave, split by time, frozen with a hash."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.classifier.examples import Example
from triage.learning import frozen
from triage.learning.families import families
from triage.learning.labelled import TWIN, LabelledMessage, find
from triage.learning.windows import DatasetSettings, split
from triage.tickets.alike import TicketLink
from triage.tickets.models import Ticket

__all__ = ["DEFAULT", "Dataset", "DatasetSettings", "LabelledMessage", "examples", "freeze", "gather"]

DEFAULT = DatasetSettings()


@dataclass(frozen=True)
class Dataset:
    """Both sides oldest first. All of it is the desk's own; the messages that a desk starts with are not in it."""

    learn: tuple[LabelledMessage, ...]
    judge: tuple[LabelledMessage, ...]
    audited: int  # how many of those that judge two people agree on
    left_out: Mapping[str, int]  # why → how many
    hash: str
    made_at: datetime

    def __len__(self) -> int:
        return len(self.learn) + len(self.judge)

    @property
    def in_order(self) -> tuple[LabelledMessage, ...]:
        """Both sides, oldest first: as a fit check takes them."""
        return tuple(sorted((*self.learn, *self.judge), key=lambda message: (message.at, message.ref)))

    @property
    def per_category(self) -> Mapping[str | None, int]:
        """How many labelled messages the desk has of each, both sides; None is what belongs to no category."""
        return Counter(message.category for message in (*self.learn, *self.judge))


def gather(session: Session, team_id: str, *, now: datetime, settings: DatasetSettings = DEFAULT) -> Dataset:
    """Reads what people labelled, and changes nothing."""
    found = find(session, team_id, settled_after=settings.settled_after, now=now, most=settings.most)
    messages = _in_families(found.messages, _links(session, team_id, settings), settings)
    return dataset_of(messages, settings=settings, left_out=found.left_out, now=now)


def dataset_of(
    messages: Sequence[LabelledMessage],
    *,
    now: datetime,
    settings: DatasetSettings = DEFAULT,
    left_out: Mapping[str, int] | None = None,
) -> Dataset:
    """Splits messages, oldest first, whose families are known."""
    sides = split(messages, settings)
    why = dict(left_out or {})
    if sides.twins:
        why[TWIN] = sides.twins
    return Dataset(
        learn=sides.learn,
        judge=sides.judge,
        audited=sum(message.standing >= 2 for message in sides.judge),
        left_out=why,
        hash=frozen.content_hash(_lines(sides.learn, sides.judge)),
        made_at=now,
    )


def examples(messages: Iterable[LabelledMessage]) -> tuple[Example, ...]:
    """As `train` takes them."""
    return tuple(message.as_example() for message in messages)


def freeze(session: Session, team_id: str, dataset: Dataset, *, now: datetime) -> int:
    """Keeps which messages were in it with which labels, not their texts; the same dataset once. The row's id."""
    return frozen.keep(
        session,
        team_id,
        _lines(dataset.learn, dataset.judge),
        counts=(len(dataset.learn), len(dataset.judge), dataset.audited),
        left_out=dict(dataset.left_out),
        now=now,
    )


def _in_families(
    messages: Sequence[LabelledMessage], links: Iterable[tuple[str, str]], settings: DatasetSettings
) -> list[LabelledMessage]:
    place = {message.ref: position for position, message in enumerate(messages)}
    known = [(place[one], place[other]) for one, other in links if one in place and other in place]
    family = families([message.text for message in messages], known, near=settings.near)
    return [replace(message, family=number) for message, number in zip(messages, family, strict=True)]


def _links(session: Session, team_id: str, settings: DatasetSettings) -> Iterator[tuple[str, str]]:
    """Tickets that were linked while both were open: one trouble, told twice."""
    rows = session.execute(
        select(TicketLink.ticket_id, TicketLink.other_id)
        .join(Ticket, Ticket.id == TicketLink.ticket_id)
        .where(Ticket.team_id == team_id, TicketLink.likeness >= settings.linked)
    )
    for one, other in rows:
        yield f"ticket:{one}", f"ticket:{other}"


def _lines(learn: Iterable[LabelledMessage], judge: Iterable[LabelledMessage]) -> Iterator[frozen.Line]:
    for side, messages in (("learn", learn), ("judge", judge)):
        for one in messages:
            yield frozen.Line.of(side, one.ref, one.category, one.urgency, one.text)
