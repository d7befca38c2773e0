"""Work that failed or hangs, of every kind, in one list: for the console, the command line and the measurements.

Each piece has one name for good (`say:12`, `event:Ev…`), whatever job of the engine carried it. Ids, kinds and the
names of errors are shown; what people wrote never is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.slack.inbox import InboxEvent
from bot.worker.failed import AGAIN, FailedWork
from triage.escalation.tables import PagerCall
from triage.learning.runs import TrainingRun
from triage.outbox import Say
from triage.people.models import Person
from triage.tickets.models import Ticket
from triage.timers import Timer
from triage.vocabulary import SayState
from triage.work_notes import BuriedWork, buried

_OPEN = (SayState.PENDING, SayState.SENDING)
# What is not done by then hangs: the sweeps look every few seconds, Slack's patience with us is seconds too.
_EVENT_HANGS = timedelta(minutes=2)
_TIMER_HANGS = timedelta(minutes=2)
_MESSAGE_HANGS = timedelta(minutes=10)
_MOST_OF_A_KIND = 200


class Kind(StrEnum):
    """What sort of work; the first part of its name."""

    EVENT = "event"
    MESSAGE = "say"
    TIMER = "timer"
    PAGER = "pager"
    TRAINING = "train"
    LOOKUP = "person"
    FETCH = "fetch"


class Standing(StrEnum):
    FAILED = "failed"  # given up, or refused: nothing happens by itself any more
    HANGS = "hangs"  # not done long after it should have been
    BURIED = "buried"  # put away by an admin


@dataclass(frozen=True)
class Item:
    """One piece of work that needs somebody. `job` is the engine's run that failed, where there is one."""

    name: str
    kind: Kind
    standing: Standing
    since: datetime
    error: str = ""
    attempts: int = 0
    request_id: str | None = None
    ticket_id: int | None = None
    about: dict[str, str] = field(default_factory=dict)
    job: FailedWork | None = None


@dataclass(frozen=True)
class Wanted:
    """Which of them; empty means all."""

    kinds: frozenset[Kind] = frozenset()
    standings: frozenset[Standing] = frozenset((Standing.FAILED, Standing.HANGS))

    def fits(self, item: Item) -> bool:
        return (not self.kinds or item.kind in self.kinds) and (
            not self.standings or item.standing in self.standings
        )


ALL = Wanted(standings=frozenset())


def list_work(
    session: Session, team_id: str, failed: Sequence[FailedWork], *, wanted: Wanted = Wanted(), now: datetime
) -> list[Item]:
    """Newest trouble first. `failed` is what the engine gave up, of all workspaces."""
    jobs: dict[str, FailedWork] = {}
    for job in failed:  # newest first
        jobs.setdefault(name_of(job.workflow_id), job)
    put_away = {row.work: row for row in buried(session, team_id, limit=_MOST_OF_A_KIND)}
    found: dict[str, Item] = {}
    for item in (*_by_rows(session, team_id, now), *_by_jobs(session, team_id, jobs)):
        found.setdefault(item.name, item)
    items = [_with_job(item, jobs.get(name)) for name, item in found.items() if name not in put_away]
    items += [_buried(session, team_id, row, jobs.get(name)) for name, row in put_away.items()]
    return sorted((item for item in items if wanted.fits(item)), key=lambda item: item.since, reverse=True)


def find_work(
    session: Session, team_id: str, name: str, failed: Sequence[FailedWork], *, now: datetime
) -> Item | None:
    """One of them by its name, buried or not; None where it is not there, or nothing is wrong with it."""
    return next(
        (item for item in list_work(session, team_id, failed, wanted=ALL, now=now) if item.name == name), None
    )


def name_of(workflow_id: str) -> str:
    """The work that a job of the engine carried: without the numbers of later tries."""
    kind, _, rest = workflow_id.partition(AGAIN)[0].partition(":")
    if kind == Kind.FETCH:
        return ":".join((kind, *rest.split(":")[:3]))
    # Only a number's own suffixes go: an event's id is Slack's and has none.
    return f"{kind}:{rest}" if kind == Kind.EVENT else f"{kind}:{rest.partition(':')[0]}"


def _by_rows(session: Session, team_id: str, now: datetime) -> Iterator[Item]:
    yield from _messages(session, team_id, now)
    yield from _events(session, team_id, now)
    yield from _timers(session, team_id, now)
    yield from _pager_calls(session, team_id, now)


def _messages(session: Session, team_id: str, now: datetime) -> Iterator[Item]:
    mine = select(Say).where(Say.team_id == team_id).limit(_MOST_OF_A_KIND)
    refused = mine.where(Say.state == SayState.FAILED).order_by(Say.id.desc())
    # What Slack lost had been sent, and waits since then to be sent again.
    waits_since = func.coalesce(Say.sent_at, Say.created_at)
    hanging = mine.where(Say.state.in_(_OPEN), waits_since < now - _MESSAGE_HANGS).order_by(Say.id)
    for row in (*session.scalars(refused), *session.scalars(hanging)):
        yield message_item(row)


def message_item(row: Say) -> Item:
    return _outgoing_item(row, Kind.MESSAGE, {"occasion": row.occasion.value, "to": row.address})


def _outgoing_item(row: Say | PagerCall, kind: Kind, about: dict[str, str]) -> Item:
    return Item(
        name=f"{kind}:{row.id}",
        kind=kind,
        standing=Standing.FAILED if row.state is SayState.FAILED else Standing.HANGS,
        since=row.sent_at or row.created_at,
        error=row.error or "",
        attempts=row.attempts,
        request_id=row.request_id,
        ticket_id=row.ticket_id,
        about=about | {"state": row.state.value},
    )


def _events(session: Session, team_id: str, now: datetime) -> Iterator[Item]:
    rows = session.scalars(
        select(InboxEvent)
        .where(
            InboxEvent.team_id == team_id,
            InboxEvent.handled_at.is_(None),
            InboxEvent.received_at < now - _EVENT_HANGS,
        )
        .order_by(InboxEvent.received_at)
        .limit(_MOST_OF_A_KIND)
    )
    yield from map(_event_item, rows)


def _event_item(row: InboxEvent) -> Item:
    return Item(
        name=f"{Kind.EVENT}:{row.event_id}",
        kind=Kind.EVENT,
        standing=Standing.HANGS,
        since=row.received_at,
        request_id=row.event_id,
        about={"type": row.type},
    )


def _timers(session: Session, team_id: str, now: datetime) -> Iterator[Item]:
    rows = session.scalars(
        select(Timer)
        .join(Ticket, Ticket.id == Timer.ticket_id)
        .where(Ticket.team_id == team_id, Timer.done_at.is_(None), Timer.due_at < now - _TIMER_HANGS)
        .order_by(Timer.due_at)
        .limit(_MOST_OF_A_KIND)
    )
    yield from map(_timer_item, rows)


def _timer_item(row: Timer) -> Item:
    return Item(
        name=f"{Kind.TIMER}:{row.id}",
        kind=Kind.TIMER,
        standing=Standing.HANGS,
        since=row.due_at,
        ticket_id=row.ticket_id,
        about={"kind": row.kind.value},
    )


def _pager_calls(session: Session, team_id: str, now: datetime) -> Iterator[Item]:
    mine = select(PagerCall).where(PagerCall.team_id == team_id).limit(_MOST_OF_A_KIND)
    failed = mine.where(PagerCall.state == SayState.FAILED).order_by(PagerCall.id.desc())
    hanging = mine.where(PagerCall.state.in_(_OPEN), PagerCall.created_at < now - _MESSAGE_HANGS)
    for row in (*session.scalars(failed), *session.scalars(hanging)):
        yield _pager_item(row)


def _pager_item(row: PagerCall) -> Item:
    return _outgoing_item(row, Kind.PAGER, {"pager": row.pager, "action": row.action.value})


def _by_jobs(session: Session, team_id: str, jobs: dict[str, FailedWork]) -> Iterator[Item]:
    for name, job in jobs.items():
        item = by_name(session, team_id, name, since=job.failed_at)
        if item is not None:
            yield item


def by_name(session: Session, team_id: str, name: str, *, since: datetime) -> Item | None:
    """The work of that name, however it stands; None if it is done, gone, or another workspace's."""
    kind, _, rest = name.partition(":")
    number = int(rest) if rest.isascii() and rest.isdigit() and len(rest) <= 18 else 0
    match kind:
        case Kind.MESSAGE:
            say = session.get(Say, number)
            return message_item(say) if say and say.team_id == team_id and say.state in _OPEN else None
        case Kind.PAGER:
            call = session.get(PagerCall, number)
            return _pager_item(call) if call and call.team_id == team_id and call.state in _OPEN else None
        case Kind.TIMER:
            timer = session.get(Timer, number)
            ticket = session.get(Ticket, timer.ticket_id) if timer and timer.done_at is None else None
            return _timer_item(timer) if timer and ticket and ticket.team_id == team_id else None
        case Kind.EVENT:
            event = session.get(InboxEvent, rest)
            mine = event is not None and event.team_id == team_id and event.handled_at is None
            return _event_item(event) if event is not None and mine else None
        case Kind.TRAINING:
            run = session.get(TrainingRun, number)
            return _rowless(name, Kind.TRAINING, since) if run and run.team_id == team_id else None
        case Kind.LOOKUP:
            person = session.get(Person, number)
            return _rowless(name, Kind.LOOKUP, since) if person and person.team_id == team_id else None
        case Kind.FETCH:
            return _rowless(name, Kind.FETCH, since) if rest.partition(":")[0] == team_id else None
    return None


def _rowless(name: str, kind: Kind, since: datetime) -> Item:
    return Item(name=name, kind=kind, standing=Standing.FAILED, since=since)


def _with_job(item: Item, job: FailedWork | None) -> Item:
    """The engine gave it up: that is why it hangs."""
    if job is None:
        return item
    told = {name: value for name, value in vars(item).items() if name not in ("standing", "error", "job")}
    return Item(**told, standing=Standing.FAILED, error=item.error or job.error, job=job)


def _buried(session: Session, team_id: str, row: BuriedWork, job: FailedWork | None) -> Item:
    kind = Kind(row.work.partition(":")[0])
    return Item(
        name=row.work, kind=kind, standing=Standing.BURIED, since=row.at, error=row.error or "", job=job
    )
