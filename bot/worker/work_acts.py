"""What an admin does about work that failed: try it once more, put it away for good, or take that back.

Every act is noted in the work's history and in the audit. Of two who press at once, one does it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Update, delete, update
from sqlalchemy.orm import Session

from bot.slack.inbox import InboxEvent
from bot.worker.failed import FailedWork
from bot.worker.work_list import Item, Kind, Standing, find_work
from triage.audit import record
from triage.effects import insert_once
from triage.escalation import alerts
from triage.escalation.tables import PagerCall
from triage.outbox import Say
from triage.outbox_retry import send_again
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.timers import Timer
from triage.vocabulary import SayState
from triage.work import FireTimer, HandleEvent, enqueue
from triage.work_notes import BuriedWork, Happened, NothingToRetry, note_work


class WorkActs:
    """The acts, for one workspace and one person; None is whoever sits at the command line."""

    def __init__(
        self,
        session: Session,
        team_id: str,
        failed: Sequence[FailedWork],
        *,
        by: Person | None,
        now: datetime,
    ) -> None:
        if by is not None:
            require(by.role, Permission.RETRY_WORK)
        self._session, self._team_id, self._failed = session, team_id, failed
        self._by, self._now = by, now

    def retry(self, name: str) -> FailedWork | None:
        """Raises `NothingToRetry` where it is not there, is done by now, or lies buried.

        What comes back is a job for `retry_work` once the transaction is committed: the engine starts it anew
        through connections of its own.
        """
        item = self._found(name)
        if item.standing is Standing.BURIED:
            raise NothingToRetry(name)
        later = self._start_again(item)
        self._keep(name, Happened.RETRIED, "work.retried")
        return later

    def bury(self, name: str) -> None:
        item = self._found(name)
        new = insert_once(
            self._session,
            BuriedWork,
            work=name,
            team_id=self._team_id,
            was=_state_of(item),
            error=item.error[:80] or None,
            by_id=self._by.id if self._by else None,
            at=self._now,
        )
        if not new:
            raise NothingToRetry(name)
        self._lay_down(item)
        self._keep(name, Happened.BURIED, "work.buried")

    def dig_up(self, name: str) -> None:
        """Puts it back as it was: it is listed again, and can be retried. A timer fires at the next look."""
        taken = self._session.execute(
            delete(BuriedWork)
            .where(BuriedWork.work == name, BuriedWork.team_id == self._team_id)
            .returning(BuriedWork.was, BuriedWork.at)
        ).first()
        if taken is None:
            raise NothingToRetry(name)
        self._raise_again(name, taken.was, taken.at)
        self._keep(name, Happened.DUG_UP, "work.dug_up")

    def _found(self, name: str) -> Item:
        item = find_work(self._session, self._team_id, name, self._failed, now=self._now)
        if item is None:
            raise NothingToRetry(name)
        return item

    def _keep(self, name: str, what: Happened, audited: str) -> None:
        session, by, now = self._session, self._by, self._now
        note_work(session, name, what, now=now, by=by)
        record(session, audited, by=by, team_id=self._team_id, now=now, work=name)

    def _start_again(self, item: Item) -> FailedWork | None:
        session, rest = self._session, item.name.partition(":")[2]
        match item.kind:
            case Kind.MESSAGE:
                send_again(session, session.get_one(Say, int(rest)))
            case Kind.PAGER:
                alerts.call_again(session, session.get_one(PagerCall, int(rest)))
            case Kind.TIMER:
                enqueue(session, FireTimer(int(rest), overdue_at=self._now))
            case Kind.EVENT if item.job is None:
                enqueue(session, HandleEvent(rest))
            case _ if item.job is not None:
                return item.job
        return None

    def _lay_down(self, item: Item) -> None:
        """So that no sweep picks it up again, and nothing waits for it."""
        rest, now = item.name.partition(":")[2], self._now
        match item.kind:
            case Kind.MESSAGE:
                self._run(
                    update(Say).where(Say.id == int(rest), Say.state != SayState.SENT), state=SayState.FAILED
                )
            case Kind.PAGER:
                open_call = update(PagerCall).where(
                    PagerCall.id == int(rest), PagerCall.state != SayState.SENT
                )
                self._run(open_call, state=SayState.FAILED)
            case Kind.TIMER:
                self._run(update(Timer).where(Timer.id == int(rest), Timer.done_at.is_(None)), done_at=now)
            case Kind.EVENT:
                unhandled = update(InboxEvent).where(
                    InboxEvent.event_id == rest, InboxEvent.handled_at.is_(None)
                )
                self._run(unhandled, handled_at=now)

    def _raise_again(self, name: str, was: str | None, at: datetime) -> None:
        kind, _, rest = name.partition(":")
        match kind:
            case Kind.MESSAGE if was is not None:
                self._run(update(Say).where(Say.id == int(rest), Say.state == SayState.FAILED), state=was)
            case Kind.PAGER if was is not None:
                failed = update(PagerCall).where(
                    PagerCall.id == int(rest), PagerCall.state == SayState.FAILED
                )
                self._run(failed, state=was)
            case Kind.TIMER:
                self._run(update(Timer).where(Timer.id == int(rest), Timer.done_at == at), done_at=None)
            case Kind.EVENT:
                buried = update(InboxEvent).where(InboxEvent.event_id == rest, InboxEvent.handled_at == at)
                self._run(buried, handled_at=None)

    def _run(self, statement: Update, **values: object) -> None:
        self._session.execute(statement.values(**values).execution_options(synchronize_session=False))
        self._session.expire_all()


def _state_of(item: Item) -> str | None:
    return item.about.get("state")
