"""`/oncall`: who is asked, in which order; and the way into the console."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import copy, ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, listener
from bot.slack.views.blocks import mention
from triage.oncall.current import on_call, set_on_call
from triage.outbox import Occasion, say_to
from triage.people import signin
from triage.people.models import Person
from triage.people.roster import meet

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@listener("command", ids.COMMAND_ONCALL)
def oncall(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    word, _, rest = press.text.partition(" ")
    match word.lower():
        case "":
            people = on_call(session, press.person.team_id)
            return Reply(text=copy.ONCALL_LIST.format(people=_named(people)) if people else copy.ONCALL_EMPTY)
        case "set":
            return _set(session, press, rest, desk, now)
        case "console":
            return _console(session, press, desk, now)
    return Reply(text=copy.ONCALL_HELP)


def _set(session: Session, press: Press, names: str, desk: Desk, now: datetime) -> Reply:
    team_id, me = press.person.team_id, desk.known_identity()
    # The bot itself would be paged in vain.
    named = [slack_id for slack_id in _MENTION.findall(names) if me is None or slack_id != me.bot_user_id]
    people = [meet(session, team_id, slack_id, now=now) for slack_id in named]
    if not people:
        return Reply(text=copy.ONCALL_SET_NOBODY)
    set_on_call(session, team_id, people, by=press.person, now=now)
    return Reply(text=copy.ONCALL_SET.format(people=_named(on_call(session, team_id))))


def _console(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    if not desk.public_url:
        return Reply(text=copy.CONSOLE_NO_URL)
    send_link(session, press.person, now=now)
    return Reply(text=copy.CONSOLE_SENT)


@listener("action", ids.HOME_CONSOLE)
def console_from_home(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    send_link(session, press.person, now=now)


def send_link(session: Session, person: Person, *, now: datetime) -> None:
    """The link goes out as a direct message; only its number is stored, the signature is added on the way."""
    link = signin.issue(session, person, now=now)
    say_to(session, Occasion.DIRECT, person, now=now, notice="console_link", link_id=link.id)


def _named(people: list[Person]) -> str:
    return ", ".join(mention(person.slack_id) for person in people)
