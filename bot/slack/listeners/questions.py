"""Messages: which of them is a question, which belongs to a ticket, and which is none of our business."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bot.slack.desk import Desk
from bot.slack.events import Arrived, Event, on
from bot.slack.incoming import storable
from triage import deleted
from triage.effects import first_time, seen_among
from triage.outbox import Occasion, say
from triage.people.models import Person
from triage.people.roster import lock, meet
from triage.policy import Policy
from triage.tickets import early, replies
from triage.tickets.intake import Question, in_thread, open_ticket, opens_nothing
from triage.tickets.models import TicketMessage
from triage.vocabulary import Source
from triage.work import FetchMessage, enqueue

_READ_SUBTYPES = (None, "file_share", "thread_broadcast")
_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")


@on("message")
def on_message(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    event = arrived.event
    match event.get("subtype"):
        case "message_changed":
            _changed(session, arrived, desk, now)
        case "message_deleted":
            _deleted(session, arrived, desk, now)
        case subtype if subtype in _READ_SUBTYPES and event.get("user"):
            _written(session, arrived, desk, now)


@on("app_mention")
def on_mention(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    """The mention and its message are two events: whichever comes second finds the ticket of the first."""
    event = arrived.event
    if event.get("user") and not event.get("bot_id"):
        _written(session, arrived, desk, now, source=Source.MENTION)


def foresee(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> Callable[[], None] | None:
    """How to judge, without the database, what this event will be judged by; None where it asks nothing new."""
    event, policy = arrived.event, desk.policy_for(session, arrived.team_id)
    mention = event.get("type") == "app_mention"
    if not event.get("user") or event.get("bot_id") or event.get("subtype") not in _READ_SUBTYPES:
        return None
    if event.get("thread_ts") or not (mention or _source(event, policy)):
        return None
    if opens_nothing(text := text_of(event)):
        return None
    judge = desk.reader(session, arrived.team_id, now)
    return lambda: judge.foresee(text, guest=_is_guest(arrived.team_id, event))


def _written(
    session: Session, arrived: Arrived, desk: Desk, now: datetime, source: Source | None = None
) -> None:
    event, policy = arrived.event, desk.policy_for(session, arrived.team_id)
    author = author_of(session, arrived.team_id, event, now)
    channel, ts, thread_ts = str(event["channel"]), str(event["ts"]), event.get("thread_ts")
    if _replied(session, arrived, author, policy, now):
        return
    source = source or _source(event, policy)
    if source is None:
        return
    if thread_ts and thread_ts != ts and source is not Source.MENTION:
        _wait_for_the_question(session, arrived, author, policy, now)
        return
    lock(session, author)
    edited = _key("edited", arrived.team_id, channel, ts)
    gone = deleted.key(arrived.team_id, channel, ts)
    before = seen_among(session, edited, gone)
    if gone in before:
        return  # its deletion was delivered first
    text = text_of(event)
    if opens_nothing(text):
        _greet(session, arrived, author, source, now)
        return
    question = Question(
        author=author,
        text=text,
        source=source,
        asked_at=moment_of(ts, now),
        channel_id=channel,
        ts=ts,
        thread_ts=str(thread_ts) if thread_ts else None,
    )
    open_ticket(session, question, judge=desk.judge(session, arrived.team_id, now), policy=policy, now=now)
    if edited in before:
        _read_again(session, arrived, ts)  # an edit was delivered first
    if not thread_ts and not early.meet_at(session, arrived.team_id, channel, ts, now=now):
        for reply in early.remembered(session, arrived.team_id, channel, ts):
            _read_again(session, arrived, reply)


def _replied(session: Session, arrived: Arrived, author: Person, policy: Policy, now: datetime) -> bool:
    """Whether this hangs in a ticket's thread; then it was acted on."""
    event = arrived.event
    ts, thread_ts = str(event["ts"]), event.get("thread_ts")
    if not thread_ts:
        return False
    ticket = in_thread(session, arrived.team_id, str(event["channel"]), str(thread_ts))
    if ticket is None:
        return False
    if ts != thread_ts and _first_sight(session, arrived, now):
        replies.reply(session, ticket, text_of(event), author=author, policy=policy, now=now)
    return True


def _wait_for_the_question(
    session: Session, arrived: Arrived, author: Person, policy: Policy, now: datetime
) -> None:
    """People talking among themselves, or a reply that was delivered before its question."""
    event, team_id = arrived.event, arrived.team_id
    channel, ts, thread_ts = str(event["channel"]), str(event["ts"]), str(event["thread_ts"])
    if not early.is_young(thread_ts, now):
        return
    early.meet_at(session, team_id, channel, thread_ts, now=now)
    if not _replied(session, arrived, author, policy, now):  # the question may have come in this moment
        early.remember(session, team_id, channel, thread_ts, ts, now=now)


def _first_sight(session: Session, arrived: Arrived, now: datetime) -> bool:
    """A mention inside a thread comes as two events with different ids: it counts once."""
    event = arrived.event
    return first_time(session, f"reply:{arrived.team_id}:{event['channel']}:{event['ts']}", now=now)


def _source(event: Event, policy: Policy) -> Source | None:
    if event.get("channel_type") == "im":
        return Source.DIRECT_MESSAGE
    return Source.CHANNEL if event.get("channel") in policy.help_channels else None


def _greet(session: Session, arrived: Arrived, author: Person, source: Source, now: datetime) -> None:
    """A greeting opens nothing. Said to us directly it is answered; once, however it was delivered."""
    if source is Source.CHANNEL or not _first_sight(session, arrived, now):
        return
    event = arrived.event
    say(
        session,
        Occasion.PRIVATE,
        team_id=arrived.team_id,
        address=str(event["channel"]),
        person=author,
        now=now,
        notice="greeted",
        thread_ts=event.get("thread_ts"),
    )


def _changed(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    """An edit; link previews and reply counts come as "changes" too, with the same text."""
    event = arrived.event
    new, old = event.get("message") or {}, event.get("previous_message") or {}
    if new.get("subtype") == "tombstone":  # deleted, while replies hang on it
        _delete(session, arrived, str(event["channel"]), str(new["ts"]), desk, now)
        return
    if new.get("text") == old.get("text") or not text_of(new):
        return
    channel, ts = str(event["channel"]), str(new["ts"])
    message = _message(session, arrived, new, channel, ts, now)
    if not first_time(session, _key("edited", arrived.team_id, channel, ts), now=now):
        _read_again(session, arrived, ts)  # of two edits the older one may come last
    elif message is not None:
        judge = desk.judge(session, arrived.team_id, now)
        replies.edited(
            session,
            message,
            text_of(new),
            judge=judge,
            policy=desk.policy_for(session, arrived.team_id),
            now=now,
        )


def _deleted(session: Session, arrived: Arrived, desk: Desk, now: datetime) -> None:
    event = arrived.event
    _delete(session, arrived, str(event["channel"]), str(event.get("deleted_ts")), desk, now)


def _delete(session: Session, arrived: Arrived, channel: str, ts: str, desk: Desk, now: datetime) -> None:
    message = _message(session, arrived, arrived.event.get("previous_message") or {}, channel, ts, now)
    deleted.note_deleted(session, arrived.team_id, channel, ts, now=now)
    if message is not None:
        judge = desk.judge(session, arrived.team_id, now)
        replies.deleted(
            session, message, judge=judge, policy=desk.policy_for(session, arrived.team_id), now=now
        )


def _message(
    session: Session, arrived: Arrived, written: Event, channel: str, ts: str, now: datetime
) -> TicketMessage | None:
    """The message as we know it. Its author is locked, so that it is not being read in this moment."""
    if written.get("user") and not written.get("bot_id"):
        lock(session, author_of(session, arrived.team_id, written, now))
    return replies.message_of(session, arrived.team_id, channel, ts)


def _key(what: str, team_id: str, channel: str, ts: str) -> str:
    return f"{what}:{team_id}:{channel}:{ts}"


def _read_again(session: Session, arrived: Arrived, ts: str) -> None:
    """Events came in another order than things happened: Slack is asked how the message stands."""
    event = arrived.event
    marked_at = str(event.get("event_ts") or "")
    enqueue(session, FetchMessage(arrived.team_id, str(event["channel"]), ts, marked_at))


def author_of(session: Session, team_id: str, event: Event, now: datetime) -> Person:
    """Who wrote a message; somebody from another organisation is a guest."""
    return meet(session, team_id, str(event["user"]), now=now, is_guest=_is_guest(team_id, event))


def _is_guest(team_id: str, event: Event) -> bool:
    return "user_team" in event and event["user_team"] != team_id


def text_of(event: Event) -> str:
    """What was written, without the mention that called us; a file's name where there are no words."""
    text = _MENTION.sub("", storable(event.get("text"))).strip()
    names = [
        storable(f.get("title") or f.get("name")) for f in event.get("files") or () if isinstance(f, dict)
    ]
    return text or " ".join(names)


def moment_of(ts: str, now: datetime) -> datetime:
    """When a message was written, by its own stamp; never later than now."""
    return min(datetime.fromtimestamp(float(ts), UTC), now)
