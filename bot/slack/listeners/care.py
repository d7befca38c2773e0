"""An agent takes a break, comes back, or says how they work. Each sees and changes only what is their own."""

from datetime import datetime, time

from sqlalchemy.orm import Session

from bot.slack import copy_care, ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, Unreadable, listener, number
from bot.slack.views import care
from triage.care import focus
from triage.care.profile import Wishes, profile_of, save_profile, set_skills
from triage.outbox import Occasion, say_to
from triage.people.access import Permission, require
from triage.tickets import queries
from triage.vocabulary import CreditChoice


@listener("action", ids.TAKE_BREAK)
def take_break(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    pause = focus.take_break(session, press.person, policy=desk.policy, now=now)
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
    rules = desk.policy.care
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


def _clock(press: Press, field: str) -> time | None:
    entered = press.entered(field, field)
    try:
        return time.fromisoformat(entered) if entered else None
    except ValueError as unreadable:
        raise Unreadable(f"{entered[:20]!r} is no time of day") from unreadable
