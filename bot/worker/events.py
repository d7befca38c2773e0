"""Acting on a stored event: everything it changes, and the mark that it was handled, in one transaction."""

import structlog

from bot.metrics import DECISION_SECONDS, EVENTS
from bot.slack import events
from bot.slack.desk import Desk
from bot.slack.gateway import SlackRefused
from bot.slack.inbox import InboxEvent
from bot.slack.incoming import storable
from bot.slack.listeners.questions import moment_of
from triage.desk import ensure_desk
from triage.people.models import Person
from triage.people.profile import remember_profile
from triage.people.roster import meet
from triage.tickets.intake import Question, open_ticket, opens_nothing
from triage.vocabulary import Source

log = structlog.get_logger(__name__)


def handle_event(event_id: str, desk: Desk) -> None:
    """Called twice, the second call finds the event handled."""
    now = desk.clock()
    with desk.database.transaction() as session:
        row = session.get(InboxEvent, event_id, with_for_update=True)
        if row is None or row.handled_at is not None:
            return
        ensure_desk(session, row.team_id, now=now)
        with DECISION_SECONDS.time():
            events.handle(session, events.Arrived(row.team_id, row.body["event"]), desk, now)
        row.handled_at = now
    EVENTS.labels(row.type, "handled").inc()
    log.info("event.handled", event_id=event_id, type=row.type)


def fetch_message(argument: str, desk: Desk) -> None:
    """A marked message becomes a ticket of its author's. Only a message at the top of a channel does."""
    team_id, channel, ts = argument.split(":")
    try:
        message = desk.gateway.message(channel, ts)
    except SlackRefused as refused:
        log.warning("reaction.not_readable", channel=channel, error=refused.error)
        return
    if message is None or message.get("bot_id") or not message.get("user"):
        return
    text = storable(message.get("text"))
    if message.get("thread_ts", ts) != ts or opens_nothing(text):
        return
    now = desk.clock()
    with desk.database.transaction() as session:
        author = meet(session, team_id, str(message["user"]), now=now)
        question = Question(
            author=author,
            text=text,
            source=Source.REACTION,
            asked_at=moment_of(ts, now),
            channel_id=channel,
            ts=ts,
        )
        open_ticket(session, question, judge=desk.judge(session, team_id, now), policy=desk.policy, now=now)


def learn_person(person_id: int, desk: Desk) -> None:
    """Asks Slack who somebody is. Without an answer the desk goes on with their id."""
    with desk.database.reading() as session:
        person = session.get(Person, person_id)
    if person is None or person.name is not None:
        return
    try:
        profile = desk.gateway.person(person.slack_id)
    except SlackRefused as refused:
        log.warning("person.unknown_to_slack", person_id=person_id, error=refused.error)
        return
    with desk.database.transaction() as session:
        remember_profile(session.get_one(Person, person_id), profile)
