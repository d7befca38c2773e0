"""An agent takes a break, comes back, or says how they work. Each sees and changes only what is their own."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.slack import copy_care, ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, Unreadable, listener, number
from bot.slack.views import care
from bot.slack.views.blocks import moment
from triage.care import focus, rest
from triage.care.profile import Wishes, profile_of, save_profile, set_skills
from triage.outbox import Occasion, say_to
from triage.people.access import Permission, require
from triage.tickets import queries
from triage.vocabulary import CreditChoice

_A_MINUTE = timedelta(minutes=1)
# In minutes; nobody has more, and a longer time is no time.
_A_YEAR = 60 * 24 * 365


@listener("action", ids.TAKE_BREAK)
def take_break(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    pause = focus.take_break(session, press.person, policy=press.policy, now=now)
    until = pause.until.isoformat()
    say_to(session, Occasion.DIRECT, press.person, now=now, notice="pause", kind=pause.kind, until=until)


@listener("action", ids.END_PAUSE)
def back(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    ended = focus.back(session, press.person, now=now)
    text = copy_care.BACK if ended else copy_care.NOT_AWAY
    say_to(session, Occasion.DIRECT, press.person, now=now, notice="said", text=text)


@listener("action", ids.MY_CARE)
def my_care(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    require(press.person.role, Permission.CLAIM)
    rules = press.policy.care
    profile = profile_of(session, press.person, rules=rules)
    categories = queries.categories(session, press.person.team_id)
    return Reply(open_view=care.my_care(profile, categories, rules=rules))


@listener("view", ids.CARE_FORM)
def save(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    person = press.person
    credit = press.entered("credit", "credit")
    if credit not in set(CreditChoice):
        raise Unreadable("no choice was made")
    cap = press.entered("work_cap", "work_cap")
    wishes = Wishes(
        working_hours=press.entered("working_hours", "working_hours"),
        quiet_from=_clock(press, "quiet_from"),
        quiet_until=_clock(press, "quiet_until"),
        work_cap=number(cap) if cap else None,
        credit_choice=CreditChoice(credit),
        opted_in_nights="yes" in press.ticked("nights", "nights"),
    )
    save_profile(session, person, wishes, by=person, now=now)
    known = [category.key for category in queries.categories(session, person.team_id)]
    set_skills(session, person, press.ticked("skills", "skills"), by=person, known=known, now=now)


@listener("action", ids.MY_CREDIT)
def my_credit(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    require(press.person.role, Permission.CLAIM)
    nights = rest.my_nights(session, press.person, by=press.person, rules=press.policy.care, now=now)
    if nights.left < _A_MINUTE:
        raise rest.NotEnoughCredit(timedelta(0))
    return Reply(open_view=care.credit_form(nights.left, press.person, now))


@listener("view", ids.CREDIT_FORM)
def take_credit(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    start = press.moment("start", "start")
    if start is None:
        raise Unreadable("no moment was chosen")
    person = press.person
    off = rest.take_credit(
        session,
        person,
        start=max(start, now),
        length=min(number(press.entered("minutes", "minutes")), _A_YEAR) * _A_MINUTE,
        by=person,
        rules=press.policy.care,
        now=now,
    )
    text = copy_care.CREDIT_TAKEN.format(since=moment(off.start), until=moment(off.end))
    say_to(session, Occasion.DIRECT, person, now=now, notice="said", text=text)


def _clock(press: Press, field: str) -> time | None:
    entered = press.entered(field, field)
    try:
        return time.fromisoformat(entered) if entered else None
    except ValueError as unreadable:
        raise Unreadable("it is no time of day") from unreadable
