"""Ways to ask besides writing a message: the command, the shortcuts, and the button in App Home."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import copy, ids
from bot.slack.desk import Desk
from bot.slack.listeners.questions import author_of, moment_of, text_of
from bot.slack.listening import Press, Reply, listener
from bot.slack.views import forms
from triage.tickets.intake import Question, open_ticket, opens_nothing
from triage.vocabulary import Source

_MY_DATA = "my data"


@listener("command", ids.COMMAND_HELP)
def help_me(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    if not press.text:
        return Reply(text=copy.HELP_ME_EMPTY)
    if press.text.strip().casefold() == _MY_DATA:
        return Reply(text=_where_my_data_is(press, desk))
    if opens_nothing(press.text):
        return Reply(text=copy.GREETED)
    _ask(session, press, press.text, Source.COMMAND, desk, now)
    return Reply(text=copy.HELP_ME_DONE)


def _where_my_data_is(press: Press, desk: Desk) -> str:
    """Who may sign in takes it along from the console; everybody else is given it by an admin."""
    if desk.public_url and press.person.answers:
        return copy.MY_DATA_LINK.format(link=f"{desk.public_url.rstrip('/')}/console/visits")
    return copy.MY_DATA


@listener("shortcut", ids.SHORTCUT_ASK)
def ask_shortcut(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    return Reply(open_view=forms.ask())


@listener("action", ids.HOME_ASK)
def ask_from_home(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    view = forms.ask()
    view["private_metadata"] = Source.HOME.value
    return Reply(open_view=view)


@listener("view", ids.ASK_FORM)
def ask(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    source = Source.HOME if press.metadata == Source.HOME else Source.GLOBAL_SHORTCUT
    _ask(session, press, press.entered("question", "text"), source, desk, now)


@listener("shortcut", ids.SHORTCUT_MESSAGE)
def message_shortcut(session: Session, press: Press, desk: Desk, now: datetime) -> Reply | None:
    """Turns any message into a ticket of its author's; the answer comes in its thread."""
    message = press.body["message"]
    if message.get("bot_id") or not message.get("user") or not text_of(message):
        return None
    ts = str(message["ts"])
    thread_ts = str(message.get("thread_ts") or ts)
    author = author_of(session, press.person.team_id, message, now)
    question = Question(
        author=author,
        text=text_of(message),
        source=Source.MESSAGE_SHORTCUT,
        asked_at=moment_of(ts, now),
        channel_id=press.channel,
        ts=ts,
        thread_ts=thread_ts,
    )
    judge = desk.judge(session, author.team_id, now)
    open_ticket(session, question, judge=judge, policy=press.policy, now=now)
    return None


def _ask(session: Session, press: Press, text: str, source: Source, desk: Desk, now: datetime) -> None:
    question = Question(author=press.person, text=text, source=source, asked_at=now)
    judge = desk.judge(session, press.person.team_id, now)
    open_ticket(session, question, judge=judge, policy=press.policy, now=now)
