"""The label review: opened from App Home, answered one message after the other in the same window."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, listener, number
from bot.slack.refusals import words_for
from bot.slack.views import reviewing
from triage.errors import TriageError, UnknownCategory
from triage.learning.review import NothingToAnswer, OwnLabel, answer, next_for, skip, to_review
from triage.tickets import queries


@listener("action", ids.HOME_REVIEW)
def open_review(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    return Reply(open_view=_window(session, press, now))


@listener("action", ids.REVIEW_SAY)
def say(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    """Confirms or corrects, and shows the next. Of two who press at once the second is told, and goes on."""
    review, _, category = press.value.partition(":")
    try:
        answer(session, number(review), category, by=press.person, now=now)
    except (NothingToAnswer, OwnLabel, UnknownCategory) as refused:
        return Reply(update_view=_window(session, press, now, refused))
    return Reply(update_view=_window(session, press, now))


@listener("action", ids.REVIEW_SKIP)
def skip_it(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    with suppress(NothingToAnswer):  # somebody answered it meanwhile
        skip(session, number(press.value), by=press.person, now=now)
    return Reply(update_view=_window(session, press, now))


def _window(
    session: Session, press: Press, now: datetime, refused: TriageError | None = None
) -> dict[str, object]:
    asked = next_for(session, press.person, now=now)
    names = {c.key: c.name for c in queries.categories(session, press.person.team_id)}
    left = to_review(session, press.person, now=now) - 1 if asked else 0
    return reviewing.window(asked, names, left=left, note=words_for(refused) if refused else "")
