"""One agent's own on-call: gathered for `/oncall me` and App Home, and seen by nobody else."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.slack.oncall_facts import schedule_names, stretch
from bot.slack.views.blocks import Block
from bot.slack.views.oncall import Mine, home_section
from triage.care.pauses import current
from triage.care.rest import my_nights
from triage.oncall.absences import absences_of
from triage.oncall.signing_off import silent_until
from triage.oncall.swap_lookup import shifts_to_offer
from triage.oncall.swap_tables import Swap
from triage.oncall.swaps import asked_of, offered_by
from triage.people.models import Person
from triage.policy import Policy
from triage.vocabulary import AbsenceKind

# Time off that lies further ahead is looked up in the console.
_OFF_AHEAD = timedelta(days=60)


def home_oncall(session: Session, person: Person, *, policy: Policy, now: datetime) -> list[Block]:
    """App Home's part; nothing for who asks."""
    return home_section(my_oncall(session, person, policy=policy, now=now)) if person.answers else []


def my_oncall(session: Session, person: Person, *, policy: Policy, now: datetime) -> Mine:
    names = schedule_names(session, person.team_id)
    shifts = shifts_to_offer(session, person, now=now)
    absences = absences_of(session, [person.id], start=now, end=now + _OFF_AHEAD)
    rest = [one.end for one in absences if one.kind is AbsenceKind.REST and one.start <= now]
    pause = current(session, [person.id], now=now).get(person.id)

    def said(swap: Swap) -> str:
        return stretch(swap.start, swap.end, names.get(swap.schedule_id, ""), swap.role)

    return Mine(
        now=[shift for shift in shifts if shift.holds(now)],
        ahead=[shift for shift in shifts if shift.start > now],
        asked=[said(swap) for swap in asked_of(session, person, now=now)],
        offered=[said(swap) for swap in offered_by(session, person, now=now)],
        off=[one for one in absences if one.kind is not AbsenceKind.REST],
        rest_until=max(rest, default=None),
        silent_until=silent_until(session, person, now),
        quiet_until=pause.until if pause else None,
        names=names,
        to_make_up=my_nights(session, person, by=person, rules=policy.care, now=now).left,
    )
