"""Acting on a stored event: everything it changes, and the mark that it was handled, in one transaction."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import bindparam, select
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
from triage.policy import Policy
from triage.tickets import replies
from triage.tickets.intake import Question, in_thread, open_ticket, opens_nothing
from triage.vocabulary import Source
from triage.workspace_rules import WorkspaceRules, rules_in

log = structlog.get_logger(__name__)

# More that prepare themselves would only take the interpreter away from those that hold a lock.
_AT_ONCE = threading.BoundedSemaphore(2)


# All that stands beside an event, in one statement: each one asks this.
_EVENT = (
    select(InboxEvent, Team, WorkspaceRules)
    .outerjoin(Team, Team.id == InboxEvent.team_id)
    .outerjoin(WorkspaceRules, WorkspaceRules.team_id == InboxEvent.team_id)
    .where(InboxEvent.event_id == bindparam("event_id"))
)


@dataclass(frozen=True)
class _Waiting:
    """An event that nobody has acted on, and what counts in its workspace; `team` is None where that is new."""

    row: InboxEvent
    team: Team | None
    policy: Policy
    arrived: events.Arrived

    @property
    def is_served(self) -> bool:
        return self.team is None or self.team.left_at is None


def handle_event(event_id: str, desk: Desk) -> None:
    """Called twice, the second call finds the event handled."""
    with _AT_ONCE:
        now = desk.clock()
        waiting = _make_ready(event_id, desk, now)
        if waiting is not None:
            _handle(waiting, desk, now)


def _handle(waiting: _Waiting, desk: Desk, now: datetime) -> None:
    event_id, kind = waiting.row.event_id, waiting.row.type
    with desk.database.transaction() as session:
        # First of all: whoever comes second waits here, and finds it done.
        if not close_event(session, waiting.row, now=now):
            return
        with tracing.span("handle", under=waiting.row.trace, event_id=event_id, type=kind):
            session.info["trace"] = tracing.carried()
            if waiting.is_served and (
                waiting.team is not None or _is_served(session, waiting.row.team_id, now)
            ):
                desk.policy_is(session, waiting.row.team_id, waiting.policy)
                events.handle(session, waiting.arrived, desk, now)
    EVENTS.labels(kind, "handled").inc()
    log.info("event.handled", event_id=event_id, type=kind)


def _is_served(session: Session, team_id: str, now: datetime) -> bool:
    """Whether the workspace has the app, which is met for the first time and gets its desk."""
    ensure_desk(session, team_id, now=now)
    return not has_left(session, team_id)


def _arrived(row: InboxEvent) -> events.Arrived:
    told = row.body.get("event_time")
    at = datetime.fromtimestamp(told, UTC) if isinstance(told, int) and 0 < told < 2**32 else row.received_at
    return events.Arrived(row.team_id, row.body["event"], at)


def _make_ready(event_id: str, desk: Desk, now: datetime) -> _Waiting | None:
    """Whatever has to be loaded or judged is, before the transaction: on SQLite nobody else can write meanwhile."""
    with desk.database.reading() as session:
        row, team, rules = session.execute(_EVENT, {"event_id": event_id}).one_or_none() or (None, None, None)
        if row is None or row.handled_at is not None:
            return None
        policy = desk.policy_by(session, row.team_id, rules_in(rules))
        waiting = _Waiting(row, team, policy, _arrived(row))
        foresee = questions.foresee(session, waiting.arrived, desk, now)
    if foresee is not None:
        with tracing.span("decide", under=row.trace, event_id=event_id), DECISION_SECONDS.time():
            foresee()
    return waiting


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
