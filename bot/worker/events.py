"""Acting on a stored event: everything it changes, and the mark that it was handled, in one transaction."""

import threading
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot import tracing
from bot.metrics import DECISION_SECONDS, EVENTS
from bot.slack import events
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.inbox import InboxEvent, close_event
from bot.slack.listeners import questions
from bot.slack.listeners.questions import author_of, moment_of, text_of
from triage.desk import ensure_desk
from triage.effects import first_time
from triage.leaving import has_left
from triage.people.models import Person, Team
from triage.people.profile import remember_profile
from triage.tickets import replies
from triage.tickets.intake import Question, in_thread, open_ticket, opens_nothing
from triage.vocabulary import Source

log = structlog.get_logger(__name__)

# More that prepare themselves would only take the interpreter away from those that hold a lock.
_AT_ONCE = threading.BoundedSemaphore(3)


def handle_event(event_id: str, desk: Desk) -> None:
    """Called twice, the second call finds the event handled."""
    with _AT_ONCE:
        _handle(event_id, desk)


def _handle(event_id: str, desk: Desk) -> None:
    now = desk.clock()
    _make_ready(event_id, desk, now)
    with desk.database.transaction() as session:
        row = session.get(InboxEvent, event_id, with_for_update=True)
        if row is None or row.handled_at is not None:
            return
        with tracing.span("handle", under=row.trace, event_id=event_id, type=row.type):
            session.info["trace"] = tracing.carried()
            if _is_served(session, row.team_id, now):
                events.handle(session, _arrived(row), desk, now)
            close_event(row, now=now)
    EVENTS.labels(row.type, "handled").inc()
    log.info("event.handled", event_id=event_id, type=row.type)


def _is_served(session: Session, team_id: str, now: datetime) -> bool:
    """Whether the workspace has the app. One that is met for the first time gets its desk."""
    team = session.get(Team, team_id)
    if team is not None:
        return team.left_at is None
    ensure_desk(session, team_id, now=now)
    return not has_left(session, team_id)


def _arrived(row: InboxEvent) -> events.Arrived:
    told = row.body.get("event_time")
    at = datetime.fromtimestamp(told, UTC) if isinstance(told, int) and 0 < told < 2**32 else row.received_at
    return events.Arrived(row.team_id, row.body["event"], at)


def _make_ready(event_id: str, desk: Desk, now: datetime) -> None:
    """Whatever has to be loaded or judged is, before the transaction: on SQLite nobody else can write meanwhile."""
    with desk.database.reading() as session:
        row = session.get(InboxEvent, event_id)
        if row is None or row.handled_at is not None:
            return
        foresee = questions.foresee(session, _arrived(row), desk, now)
    if foresee is not None:
        with tracing.span("decide", under=row.trace, event_id=event_id), DECISION_SECONDS.time():
            foresee()


def fetch_message(argument: str, desk: Desk) -> None:
    """Reads a message as it stands. Marked with :ticket:, it becomes a ticket of its author's if it is at the top of
    a channel; one that belongs to a ticket is brought up to date."""
    team_id, channel, ts = argument.split(":")
    try:
        message = desk.gateway_for(team_id).message(channel, ts)
    except SlackRefused as refused:
        log.warning("message.not_readable", channel=channel, error=refused.error)
        return
    now = desk.clock()
    with desk.database.transaction() as session:
        judge, policy = desk.judge(session, team_id, now), desk.policy_for(session, team_id)
        if known := replies.message_of(session, team_id, channel, ts):
            if message is None or message.get("subtype") == "tombstone":
                replies.deleted(session, known, judge=judge, policy=policy, now=now)
            else:
                replies.edited(session, known, text_of(message), judge=judge, policy=policy, now=now)
            return
        if message is None or message.get("bot_id") or not message.get("user"):
            return
        text, author = text_of(message), author_of(session, team_id, message, now)
        if message.get("thread_ts", ts) != ts:
            _read_reply(session, team_id, channel, message, author, desk, now)
            return
        if opens_nothing(text):
            return
        question = Question(
            author=author,
            text=text,
            source=Source.REACTION,
            asked_at=moment_of(ts, now),
            channel_id=channel,
            ts=ts,
        )
        open_ticket(session, question, judge=judge, policy=policy, now=now)


def _read_reply(
    session: Session,
    team_id: str,
    channel: str,
    message: dict[str, Any],
    author: Person,
    desk: Desk,
    now: datetime,
) -> None:
    """It was delivered before its question, and is acted on once like any other."""
    ticket = in_thread(session, team_id, channel, str(message["thread_ts"]))
    if ticket is not None and first_time(session, f"reply:{team_id}:{channel}:{message['ts']}", now=now):
        policy = desk.policy_for(session, team_id)
        replies.reply(session, ticket, text_of(message), author=author, policy=policy, now=now)


def learn_person(person_id: int, desk: Desk) -> None:
    """Asks Slack who somebody is. Without an answer the desk goes on with their id."""
    with desk.database.reading() as session:
        person = session.get(Person, person_id)
    if person is None or person.name is not None:
        return
    try:
        profile = desk.gateway_for(person.team_id).person(person.slack_id)
    except SlackRefused as refused:
        log.warning("person.unknown_to_slack", person_id=person_id, error=refused.error)
        return
    with desk.database.transaction() as session:
        remember_profile(session.get_one(Person, person_id), profile)
