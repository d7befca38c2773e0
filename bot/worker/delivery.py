"""Speaking: one row of the outbox becomes one call of Slack, effectively once.

`pending → sending → sent`. The row is marked before the call, so whoever finds it in `sending` knows that Slack may
have the message already, and looks for it by the row's id before posting again.
"""

from datetime import timedelta

import structlog
from sqlalchemy import select

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
        _take_back_if_gone(row, posted, desk)


def _take_back_if_gone(row: Say, posted: Posted, desk: Desk) -> None:
    """Deleted in the moment in which it was answered: an answer must not stand there without its question.

    Told to wait by Slack, or killed here, it is called again with the message that is sent already.
    """
    with desk.database.reading() as session:
        ticket = session.get_one(Ticket, row.ticket_id)
        if ticket.status is not TicketStatus.CLOSED or remaining_messages(session, ticket):
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
        _take_back_if_gone(row, Posted(row.sent_channel, row.sent_ts), desk)


def _take(say_id: int, desk: Desk) -> tuple[Say, bool] | None:
    """The row, marked as being sent, and whether it was so before; None if nothing is left to do."""
    with desk.database.transaction() as session:
        row = session.get(Say, say_id, with_for_update=True)
        if row is None or row.state in (SayState.SENT, SayState.FAILED):
            return None
        interrupted = row.state == SayState.SENDING
        row.state = SayState.SENDING
        row.attempts += 1
    return row, interrupted


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
    now, asked_at = desk.clock(), None
    with desk.database.transaction() as session:
        current = session.get_one(Say, row.id)
        current.state, current.sent_at, current.error = SayState.SENT, now, None
        if posted is not None:
            current.sent_channel, current.sent_ts = posted.channel, posted.ts
            current.look_for_at = now + LOOK_AFTER if unsure else None
        if posted is not None and row.ticket_id is not None:
            ticket = session.get_one(Ticket, row.ticket_id)
            if row.occasion == Occasion.OPENING:
                ticket.channel_id, ticket.thread_ts = posted.channel, posted.ts
            elif row.occasion == Occasion.CARD:
                ticket.card_channel, ticket.card_ts = posted.channel, posted.ts
            elif row.occasion == Occasion.ANSWER:
                asked_at = ticket.asked_at
    SAID.labels(row.occasion, outcome).inc()
    if outcome == "sent":
        MESSAGE_SECONDS.labels(row.occasion).observe(max(0.0, (now - row.created_at).total_seconds()))
    if asked_at is not None:
        ANSWER_SECONDS.observe(max(0.0, (now - asked_at).total_seconds()))
    log.info("say.finished", say_id=row.id, occasion=row.occasion, outcome=outcome, attempts=row.attempts)


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
