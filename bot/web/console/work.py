"""Work for admins: what waits, what hangs, what failed, and sending it on its way again. Never what people wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.clock import system_clock
from bot.slack.inbox import InboxEvent
from bot.web.console import times, typed, words
from bot.web.console.shell import Console, Visit, back
from bot.worker.failed import AGAIN, FailedWork
from bot.worker.pulse import ALIVE_WITHIN, last_heartbeat
from triage import outbox_retry, work_queries
from triage.audit import record
from triage.outbox import Say
from triage.outbox_retry import NothingToRetry
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.tickets.models import Ticket
from triage.timers import Timer
from triage.vocabulary import Role, SayState

_UNSENT = (SayState.PENDING, SayState.SENDING)


@dataclass(frozen=True)
class Failure:
    """Work that the engine gave up, with the message or ticket it was about."""

    work: FailedWork
    say: Say | None
    ticket_id: int | None


def add_to(
    console: Console,
    *,
    failed_work: Callable[[], list[FailedWork]] | None,
    retry_work: Callable[[FailedWork], None] | None,
) -> None:
    @console.screen("/work", title="Work", permission=Permission.SEE_WORK, order=90)
    def work(visit: Visit) -> str:
        session, team_id = visit.session, visit.person.team_id
        beat = last_heartbeat(session)
        return render_template(
            "console/work.html",
            refused=work_queries.messages(session, team_id, (SayState.FAILED,)),
            refused_count=work_queries.count_messages(session, team_id, (SayState.FAILED,)),
            unsent=work_queries.messages(session, team_id, _UNSENT),
            unsent_count=work_queries.count_messages(session, team_id, _UNSENT),
            events=_unhandled(session, team_id),
            event_count=_count_unhandled(session, team_id),
            timers=work_queries.overdue_timers(session, team_id, now=visit.now),
            failures=_failures(session, team_id, failed_work),
            # Workers beat by the real clock; the desk's own may have been moved forward where people try it out.
            silent=times.age(beat, system_clock()) if beat else "",
            alive=beat is not None and system_clock() - beat < ALIVE_WITHIN,
            may_retry=visit.may(Permission.RETRY_WORK),
            engine=failed_work is not None,
            again=retry_work is not None,
        )

    @console.action("/work/messages/<int:say_id>/retry", permission=Permission.SEE_WORK)
    def retry_message(visit: Visit, say_id: int) -> Response:
        outbox_retry.retry(visit.session, say_id, by=visit.person, now=visit.now)
        visit.say(words.RETRIED)
        return back()

    @console.action("/work/failed/retry", permission=Permission.SEE_WORK)
    def retry_failed(visit: Visit) -> Response:
        require(Role(visit.person.role), Permission.RETRY_WORK)
        workflow_id = request.form.get("workflow", "")
        failures = _failures(visit.session, visit.person.team_id, failed_work)
        known = next((failure for failure in failures if failure.work.workflow_id == workflow_id), None)
        if known is None or retry_work is None:
            raise NothingToRetry(workflow_id)
        record(
            visit.session,
            "work.retried",
            by=visit.person,
            team_id=visit.person.team_id,
            now=visit.now,
            workflow_id=workflow_id,
        )
        # Afterwards, because the engine writes through connections of its own.
        visit.afterwards.append(partial(retry_work, known.work))
        visit.say(words.RETRIED)
        return back()


def _unhandled(session: Session, team_id: str) -> list[InboxEvent]:
    rows = session.scalars(
        select(InboxEvent)
        .where(InboxEvent.team_id == team_id, InboxEvent.handled_at.is_(None))
        .order_by(InboxEvent.received_at)
        .limit(50)
    )
    return list(rows)


def _count_unhandled(session: Session, team_id: str) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(InboxEvent)
            .where(InboxEvent.team_id == team_id, InboxEvent.handled_at.is_(None))
        )
        or 0
    )


def _failures(
    session: Session, team_id: str, failed_work: Callable[[], list[FailedWork]] | None
) -> list[Failure]:
    """This workspace's. A refused message stands in its own table; one that went out later is no failure."""
    found = [_about(session, team_id, failed) for failed in (failed_work() if failed_work else ())]
    return [
        failure
        for failure in found
        if failure is not None and (failure.say is None or failure.say.state in _UNSENT)
    ]


def _about(session: Session, team_id: str, failed: FailedWork) -> Failure | None:
    """What the work's id names; None where that belongs to another workspace, or is done by now."""
    kind, _, rest = failed.workflow_id.partition(AGAIN)[0].partition(":")
    name = rest.partition(":")[0]
    number = typed.number(name) or 0
    match kind:
        case "say":
            say = session.get(Say, number)
            mine = say is not None and say.team_id == team_id
            return Failure(failed, say, say.ticket_id if say else None) if mine else None
        case "timer":
            timer = session.get(Timer, number)
            ticket = session.get(Ticket, timer.ticket_id) if timer and timer.done_at is None else None
            return Failure(failed, None, ticket.id) if ticket and ticket.team_id == team_id else None
        case "event":
            event = session.get(InboxEvent, rest)
            open_here = event is not None and event.team_id == team_id and event.handled_at is None
            return Failure(failed, None, None) if open_here else None
        case "person":
            person = session.get(Person, number)
            return Failure(failed, None, None) if person and person.team_id == team_id else None
    return Failure(failed, None, None) if name == team_id else None
