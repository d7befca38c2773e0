"""`/oncall calendar`: an address at which one's own calendar reads one's shifts, and the way to close it again."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import copy_calendar as words
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply
from triage.oncall.calendar.subscriptions import revoke, subscribe, subscriptions
from triage.oncall.calendar.tables import FeedKind


def calendar(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    """The answer is seen by its owner alone, and the secret in it is kept nowhere."""
    if press.text.lower() == "close":
        return _close(session, press, now)
    if not desk.public_url:
        return Reply(text=words.NO_ADDRESS)
    _, token = subscribe(session, press.person, FeedKind.MINE, now=now)
    count = len(subscriptions(session, press.person))
    link = f"{desk.public_url.rstrip('/')}/calendar/{token}.ics"
    still_open = words.OPEN_ONE if count == 1 else words.OPEN.format(count=count)
    return Reply(text="\n".join([words.NEW.format(link=link), words.NEW_HOW, still_open]))


def _close(session: Session, press: Press, now: datetime) -> Reply:
    found = subscriptions(session, press.person)
    for one in found:
        revoke(session, press.person, one.id, now=now)
    return Reply(text=words.CLOSED.format(count=len(found)) if found else words.NONE)
