"""Work for admins: what failed, hangs or waits, its history, and what can be done. Never what people wrote."""

from collections.abc import Callable, Sequence
from functools import partial

from flask import abort, render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from bot.clock import system_clock
from bot.slack.inbox import InboxEvent
from bot.web.console import times, words_work
from bot.web.console.shell import Console, Visit, back
from bot.worker.failed import FailedWork
from bot.worker.pulse import ALIVE_WITHIN, last_heartbeat
from bot.worker.work_acts import WorkActs
from bot.worker.work_list import Kind, Standing, Wanted, find_work, list_work
from triage import work_queries
from triage.people.access import Permission
from triage.people.models import Person
from triage.vocabulary import SayState
from triage.work_notes import NothingToRetry, WorkNote, notes_of

_UNSENT = (SayState.PENDING, SayState.SENDING)
_SHOWN_AT_MOST = 100


def add_to(
    console: Console,
    *,
    failed_work: Callable[[], list[FailedWork]] | None,
    retry_work: Callable[[FailedWork], None] | None,
) -> None:
    def failed() -> Sequence[FailedWork]:
        return failed_work() if failed_work else ()

    @console.screen("/work", title="Work", permission=Permission.SEE_WORK, order=90)
    def work(visit: Visit) -> str:
        session, team_id, wanted = visit.session, visit.person.team_id, _wanted()
        items = list_work(session, team_id, failed(), wanted=Wanted(), now=visit.now)
        plain = wanted == Wanted()
        shown = items if plain else list_work(session, team_id, failed(), wanted=wanted, now=visit.now)
        return render_template(
            "console/work.html",
            items=shown[:_SHOWN_AT_MOST],
            item_count=len(shown),
            failed_count=sum(item.standing is Standing.FAILED for item in items),
            wanted=wanted,
            plain=plain,
            kinds=words_work.KINDS,
            standings=words_work.STANDINGS,
            about=words_work.about,
            may_act=visit.may(Permission.RETRY_WORK),
            engine=failed_work is not None,
            **_under_way(visit),
        )

    @console.page("/work/<path:name>", permission=Permission.SEE_WORK)
    def work_item(visit: Visit, name: str) -> str:
        session = visit.session
        item = find_work(session, visit.person.team_id, name, failed(), now=visit.now)
        if item is None:
            abort(404)
        notes = notes_of(session, name)
        return render_template(
            "console/work_item.html",
            item=item,
            notes=notes,
            who=_who(session, notes),
            kind=words_work.KINDS[item.kind],
            standing=words_work.STANDINGS[item.standing],
            happened=words_work.HAPPENED,
            about=words_work.about(item),
            buried=item.standing is Standing.BURIED,
            may_act=visit.may(Permission.RETRY_WORK),
        )

    _add_acts(console, failed, retry_work)


def _add_acts(
    console: Console,
    failed: Callable[[], Sequence[FailedWork]],
    retry_work: Callable[[FailedWork], None] | None,
) -> None:
    def acts(visit: Visit) -> WorkActs:
        return WorkActs(visit.session, visit.person.team_id, failed(), by=visit.person, now=visit.now)

    @console.action("/work/retry", permission=Permission.SEE_WORK)
    def retry_failed(visit: Visit) -> Response:
        job = acts(visit).retry(_named())
        if job is not None:
            if retry_work is None:
                raise NothingToRetry(job.workflow_id)
            # Afterwards, because the engine writes through connections of its own.
            visit.afterwards.append(partial(retry_work, job))
        visit.say(words_work.RETRIED)
        return back()

    @console.action("/work/bury", permission=Permission.SEE_WORK)
    def bury_work(visit: Visit) -> Response:
        acts(visit).bury(_named())
        visit.say(words_work.BURIED)
        return back()

    @console.action("/work/dig-up", permission=Permission.SEE_WORK)
    def dig_up_work(visit: Visit) -> Response:
        acts(visit).dig_up(_named())
        visit.say(words_work.DUG_UP)
        return back()


def _named() -> str:
    return request.form.get("work", "")


def _wanted() -> Wanted:
    """What the address asks for; what it misspells is left out."""
    kinds = frozenset(kind for kind in Kind if kind in request.args.getlist("kind"))
    chosen = frozenset(standing for standing in Standing if standing in request.args.getlist("show"))
    return Wanted(kinds=kinds, standings=chosen or Wanted().standings)


def _under_way(visit: Visit) -> dict[str, object]:
    """What is on its way and does not need anybody yet, and whether a worker is there for it."""
    session, team_id = visit.session, visit.person.team_id
    beat = last_heartbeat(session)
    return {
        "unsent": work_queries.messages(session, team_id, _UNSENT),
        "unsent_count": work_queries.count_messages(session, team_id, _UNSENT),
        "events": _unhandled(session, team_id),
        "event_count": _count_unhandled(session, team_id),
        "timers": work_queries.overdue_timers(session, team_id, now=visit.now),
        # Workers beat by the real clock; the desk's own may have been moved forward where people try it out.
        "silent": times.age(beat, system_clock()) if beat else "",
        "alive": beat is not None and system_clock() - beat < ALIVE_WITHIN,
    }


def _who(session: Session, notes: Sequence[WorkNote]) -> dict[int, str]:
    found = {note.by_id for note in notes if note.by_id is not None}
    people = session.scalars(select(Person).where(Person.id.in_(found))).all() if found else ()
    return {person.id: person.called for person in people}


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
