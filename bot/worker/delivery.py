"""Speaking: one row of the outbox becomes one call of Slack, effectively once.

`pending → sending → sent`. The row is marked before the call, so whoever finds it in `sending` knows that Slack may
have the message already, and looks for it by the row's id before posting again.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import bindparam, select, update

from bot import request_id, tracing
from bot.metrics import ANSWER_SECONDS, MESSAGE_SECONDS, SAID
from bot.slack.desk import Desk
from bot.slack.gateway import NotInstalled, Posted, RateLimited, SlackRefused
from bot.slack.speaking import How, NotYet, Outgoing, Overtaken, compose
from triage.outbox import Occasion, Say
from triage.outbox_seen import LOOK_AFTER
from triage.people.models import Person
from triage.tickets.intake import remaining_messages
from triage.tickets.models import Ticket, TicketMessage
from triage.vocabulary import SayState, TicketStatus

log = structlog.get_logger(__name__)

# Each message asks these, so they are made once and read and change no more than they have to.
_STATE = select(Say.state).where(Say.id == bindparam("say_id")).with_for_update()
_TAKEN = (
    update(Say)
    .where(Say.id == bindparam("say_id"), Say.state == bindparam("seen"))
    .values(state=SayState.SENDING, attempts=Say.attempts + 1)
    .returning(Say)
    .execution_options(synchronize_session=False)
)
_SENT = (
    update(Say)
    .where(Say.id == bindparam("say_id"))
    .values(state=SayState.SENT, sent_at=bindparam("now"), error=None)
    .execution_options(synchronize_session=False)
)
_POSTED = _SENT.values(
    sent_channel=bindparam("channel"), sent_ts=bindparam("ts"), look_for_at=bindparam("look_at")
)
_TICKET_NOW = select(Ticket.status, Ticket.asked_at).where(Ticket.id == bindparam("ticket_id"))
# A message that others hang under: the ticket remembers where it stands.
_WHERE_IT_STANDS = {
    Occasion.OPENING: update(Ticket).values(channel_id=bindparam("channel"), thread_ts=bindparam("ts")),
    Occasion.CARD: update(Ticket).values(card_channel=bindparam("channel"), card_ts=bindparam("ts")),
}


class _Now(NamedTuple):
    """A ticket, as far as an answer that was just sent depends on it."""

    status: TicketStatus
    asked_at: datetime


def deliver(say_id: int, desk: Desk) -> None:
    """Safe to call again at any point. Raises `RateLimited`, `SlackUnavailable` or `NotYet` to be called later."""
    taken = _take(say_id, desk)
    if taken is None:
        _take_back_again(say_id, desk)
        return
    row, interrupted = taken
    request_id.go_on_as(row.request_id)
    with tracing.span(
        "deliver", under=row.trace, say_id=row.id, occasion=row.occasion, ticket_id=row.ticket_id
    ):
        _speak(row, desk, interrupted=interrupted)


def _speak(row: Say, desk: Desk, *, interrupted: bool) -> None:
    try:
        outgoing = _composed(row, desk)
        found = _found_again(row, outgoing, desk) if interrupted else None
        # Looking took a while, in which the question may have been deleted or somebody may have claimed it.
        posted = found or _call(row, _composed(row, desk) if interrupted else outgoing, desk)
    except Overtaken:
        _finish(row, None, desk, outcome="overtaken")
        return
    except (RateLimited, NotYet):
        if not interrupted:
            _put_back(row, desk)  # nothing was sent: no need to look for it next time
        raise
    except NotInstalled as gone:
        _give_up(row, gone, desk)
        return
    except SlackRefused as refused:
        _give_up(row, refused, desk)
        raise
    _finish(row, posted, desk, outcome="sent", unsure=found is None and not row.changes_another)
    if row.occasion is Occasion.ANSWER and posted is not None:
        # Read after the commit: whoever deletes the question from now on finds an answer that was sent.
        ticket = _as_it_is(row, desk)
        ANSWER_SECONDS.observe(max(0.0, (desk.clock() - ticket.asked_at).total_seconds()))
        _take_back_if_gone(row, posted, desk, ticket)


def _take_back_if_gone(row: Say, posted: Posted, desk: Desk, ticket: _Now) -> None:
    """Deleted in the moment in which it was answered: an answer must not stand there without its question.

    Told to wait by Slack, or killed here, it is called again with the message that is sent already.
    """
    if ticket.status is not TicketStatus.CLOSED:
        return
    with desk.database.reading() as session:
        if remaining_messages(session, session.get_one(Ticket, row.ticket_id)):
            return
    try:
        desk.gateway_for(row.team_id).take_back(posted)
    except SlackRefused as refused:
        if refused.error != "message_not_found":
            raise
    log.info("say.taken_back", say_id=row.id)


def _take_back_again(say_id: int, desk: Desk) -> None:
    """What a call before this one may have left: only where the question was deleted."""
    with desk.database.reading() as session:
        row = session.get(Say, say_id)
        if row is None or row.state is not SayState.SENT or row.occasion is not Occasion.ANSWER:
            return
        was_deleted = select(TicketMessage.id).where(
            TicketMessage.ticket_id == row.ticket_id, TicketMessage.deleted_at.is_not(None)
        )
        withdrawn = session.scalar(was_deleted.limit(1)) is not None
    if row.sent_channel and row.sent_ts and withdrawn:
        _take_back_if_gone(row, Posted(row.sent_channel, row.sent_ts), desk, _as_it_is(row, desk))


def _take(say_id: int, desk: Desk) -> tuple[Say, bool] | None:
    """The row, marked as being sent, and whether it was so before; None if nothing is left to do."""
    with desk.database.alone() as session:
        row = session.scalars(_TAKEN, {"say_id": say_id, "seen": SayState.PENDING}).first()
    if row is not None:
        return row, False
    with desk.database.transaction() as session:
        state = session.scalar(_STATE, {"say_id": say_id})
        if state is None or state in (SayState.SENT, SayState.FAILED):
            return None
        return session.scalars(_TAKEN, {"say_id": say_id, "seen": state}).one(), state is SayState.SENDING


def _composed(row: Say, desk: Desk) -> Outgoing:
    with desk.database.reading() as session:
        return compose(session, row, desk, desk.clock())


def _found_again(row: Say, outgoing: Outgoing, desk: Desk) -> Posted | None:
    """The message, if it was posted before a crash or a lost connection kept us from writing that down."""
    if outgoing.how is not How.POST:
        return None
    # Slack stamps messages with its own clock: a day of slack costs nothing and survives any skew.
    oldest = (row.created_at - timedelta(days=1)).timestamp()
    found = desk.gateway_for(row.team_id).find_own_message(
        _channel(row, desk), row.id, thread_ts=outgoing.thread_ts, oldest=oldest
    )
    if found is not None:
        log.info("say.found_again", say_id=row.id)
    return found


def _channel(row: Say, desk: Desk) -> str:
    return desk.gateway_for(row.team_id).open_direct(row.address) if row.address[:1] in "UW" else row.address


def _call(row: Say, outgoing: Outgoing, desk: Desk) -> Posted | None:
    gateway = desk.gateway_for(row.team_id)
    match outgoing.how:
        case How.UPDATE:
            if outgoing.target is None:
                raise Overtaken("there is no message to change")
            try:
                gateway.update(outgoing.target, outgoing.text, outgoing.blocks, more=outgoing.more)
            except SlackRefused as refused:
                if refused.error != "message_not_found":
                    raise
                # Somebody deleted it in Slack: there is nothing left to bring up to date.
                raise Overtaken("the message is gone") from refused
            return outgoing.target
        case How.HOME:
            gateway.publish_home(row.address, outgoing.view or {})
            return None
        case How.WHISPER:
            _whisper(row, outgoing, desk)
            return None
    return gateway.post(
        _channel(row, desk),
        outgoing.text,
        outgoing.blocks,
        say_id=row.id,
        thread_ts=outgoing.thread_ts,
        more=outgoing.more,
    )


def _whisper(row: Say, outgoing: Outgoing, desk: Desk) -> None:
    with desk.database.reading() as session:
        user = session.get_one(Person, row.person_id).slack_id
    desk.gateway_for(row.team_id).whisper(
        row.address, user, outgoing.text, outgoing.blocks, thread_ts=outgoing.thread_ts
    )


def _finish(row: Say, posted: Posted | None, desk: Desk, *, outcome: str, unsure: bool = False) -> None:
    """`unsure`: whether Slack has what it just said it took, is seen when it comes back, or looked for."""
    now = desk.clock()
    stands = _WHERE_IT_STANDS.get(row.occasion) if row.ticket_id is not None else None
    with desk.database.alone() if stands is None else desk.database.transaction() as session:
        if posted is None:
            session.execute(_SENT, {"say_id": row.id, "now": now})
        else:
            look_at = now + LOOK_AFTER if unsure else None
            place = {"channel": posted.channel, "ts": posted.ts}
            session.execute(_POSTED, {"say_id": row.id, "now": now, "look_at": look_at, **place})
            if stands is not None:
                session.execute(stands.where(Ticket.id == row.ticket_id), place)
    SAID.labels(row.occasion, outcome).inc()
    if outcome == "sent":
        MESSAGE_SECONDS.labels(row.occasion).observe(max(0.0, (now - row.created_at).total_seconds()))
    log.info("say.finished", say_id=row.id, occasion=row.occasion, outcome=outcome, attempts=row.attempts)


def _as_it_is(row: Say, desk: Desk) -> _Now:
    with desk.database.reading() as session:
        return _Now(*session.execute(_TICKET_NOW, {"ticket_id": row.ticket_id}).one())


def _put_back(row: Say, desk: Desk) -> None:
    with desk.database.transaction() as session:
        session.get_one(Say, row.id).state = SayState.PENDING


def _give_up(row: Say, refused: SlackRefused, desk: Desk) -> None:
    """Slack said no: kept with its reason, where people see it and can try again."""
    with desk.database.transaction() as session:
        current = session.get_one(Say, row.id)
        current.state, current.error = SayState.FAILED, str(refused)
    SAID.labels(row.occasion, "refused").inc()
    log.error("say.refused", say_id=row.id, occasion=row.occasion, error=refused.error)
