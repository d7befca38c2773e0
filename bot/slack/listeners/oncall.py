"""`/oncall`: who is on, what is mine, and the way to every form about being on call."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.slack import copy, ids
from bot.slack import copy_oncall as words
from bot.slack.desk import Desk
from bot.slack.listeners import calendars, handing_over, pausing, swapping, time_off
from bot.slack.listening import Press, Reply, listener
from bot.slack.my_oncall import my_oncall
from bot.slack.oncall_facts import mentions
from bot.slack.views import oncall as views
from bot.slack.views.blocks import mention
from triage.oncall.current import on_call, set_on_call
from triage.oncall.plans import plans
from triage.oncall.shifts import on_now, resolve
from triage.outbox import Occasion, say_to
from triage.people import signin
from triage.people.models import Person
from triage.people.roster import meet

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
# A turn of a month is read whole, and so is the gap until the next one comes on.
_AROUND = timedelta(days=32)


@listener("command", ids.COMMAND_ONCALL)
def oncall(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    word, _, rest = press.text.partition(" ")
    if (own := _FOR_EVERYBODY.get(word.lower())) is not None:
        return own(session, replace(press, text=rest.strip()), desk, now)
    if (for_agents := _FOR_AGENTS.get(word.lower())) is None:
        return Reply(text=views.help_text())
    if not press.person.answers:
        return Reply(text=words.ONLY_AGENTS)
    return for_agents(session, replace(press, text=rest.strip()), desk, now)


def _who(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    """By the schedules; a desk that has none has its list."""
    found = []
    for plan in plans(session, press.person.team_id, start=now - _AROUND, end=now + _AROUND):
        shifts = on_now(plan, now)
        coming = [] if shifts else resolve(plan, now, now + _AROUND)
        found.append(views.OnNow(plan.schedule.name, tuple(shifts), next(iter(coming), None)))
    if found:
        shown = [shift for one in found for shift in (*one.shifts, *filter(None, [one.following]))]
        return Reply(text=views.who_is_on(found, mentions(session, [shift.person_id for shift in shown])))
    people = on_call(session, press.person.team_id)
    return Reply(text=copy.ONCALL_LIST.format(people=_named(people)) if people else copy.ONCALL_EMPTY)


def _me(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    return Reply(text=views.me(my_oncall(session, press.person, policy=press.policy, now=now)))


def _set(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    team_id, me = press.person.team_id, desk.known_identity_of(press.person.team_id)
    # The bot itself would be paged in vain.
    named = [
        slack_id for slack_id in _MENTION.findall(press.text) if me is None or slack_id != me.bot_user_id
    ]
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


# Who may do what of these is decided beneath; a requester is told kindly, and not by an empty form.
_FOR_EVERYBODY = {"": _who, "set": _set, "console": _console}
_FOR_AGENTS = {
    "me": _me,
    "swap": swapping.offer_form,
    "cover": swapping.cover_form,
    "off": time_off.off_form,
    "focus": pausing.focus,
    "break": pausing.take_a_break,
    "back": pausing.back_again,
    "handoff": handing_over.handoff_form,
    "calendar": calendars.calendar,
}
