"""`/oncall focus 25`, `/oncall break` and `/oncall back`: a quiet while, as long as others are there."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.slack import copy_care
from bot.slack import copy_oncall as words
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply
from bot.slack.views.blocks import time_of_day
from triage.care import focus as pauses

_USUALLY = 25


def focus(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    minutes = _minutes(press.text, longest=press.policy.care.longest_focus)
    if minutes is None:
        return Reply(text=words.FOCUS_HOW)
    pause = pauses.begin_focus(session, press.person, minutes=minutes, policy=press.policy, now=now)
    return Reply(text=copy_care.FOCUS_STARTED.format(until=time_of_day(pause.until)))


def take_a_break(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    pause = pauses.take_break(session, press.person, policy=press.policy, now=now)
    return Reply(text=copy_care.BREAK_STARTED.format(until=time_of_day(pause.until)))


def back_again(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    ended = pauses.back(session, press.person, now=now)
    return Reply(text=copy_care.BACK if ended else copy_care.NOT_AWAY)


def _minutes(text: str, *, longest: timedelta) -> int | None:
    """What was typed; nothing typed is the usual while. More than the longest is the longest."""
    if not text:
        return _USUALLY
    if not (text.isascii() and text.isdigit() and 0 < int(text[:5]) < 10_000):
        return None
    return min(int(text[:5]), int(longest / timedelta(minutes=1)))
