"""How each of several people stands right now: everything that the router weighs, read for all of them at once.

What is read here decides who is asked, and goes nowhere else: no screen, no log, no line of a timeline.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from triage.care.hours import Stretch, answers, hours_at_work
from triage.care.load import Carried, carried, worked
from triage.care.pauses import current
from triage.care.profile import Profile, profiles
from triage.care.tables import BurdenEntry, Pause
from triage.errors import NotThere
from triage.oncall.absences import absences_of
from triage.oncall.burden import missed
from triage.oncall.pieces import united
from triage.oncall.plan import Absence, Shift
from triage.oncall.plans import plans
from triage.oncall.protection import Ask, Rule, Standing, forbidden, quiet_until
from triage.oncall.rules import CareRules
from triage.oncall.shifts import resolve
from triage.oncall.signing_off import silences
from triage.people.models import Person
from triage.policy import Policy
from triage.sla.opening import OpeningHours
from triage.tickets.models import Ticket
from triage.vocabulary import AbsenceKind, BurdenKind, PauseKind, TicketStatus

_WEEK = timedelta(days=7)
_INSTANT = timedelta(microseconds=1)


def ask_of(
    session: Session, ticket: Ticket, *, policy: Policy, now: datetime, cannot_wait: bool = False
) -> Ask:
    """What somebody would be asked to do with this ticket. Who asked it is left out on purpose."""
    return Ask(
        urgency=ticket.urgency,
        category=ticket.category,
        hostile=ticket.hostile,
        after_hours=not policy.opening.is_open(now),
        cannot_wait=cannot_wait,
    )


def standings(
    session: Session, people: Sequence[Person], *, team_id: str, policy: Policy, now: datetime
) -> list[Standing]:
    """In the order in which the people are given."""
    ids = [person.id for person in people]
    if not ids:
        return []
    rules = policy.care
    known = profiles(session, people, rules=rules)
    load = carried(session, ids, rules=rules, now=now)
    paused = current(session, ids, now=now)
    in_hand = _in_hand(session, ids, policy=policy, now=now)
    away = _by_person(absences_of(session, ids, start=now - rules.burden_over, end=now + _WEEK))
    unfelt = _missed(ids, load, away, rules=rules, now=now)
    shifts = _shifts(session, team_id, rules=rules, now=now)
    hours = _hours(session, ids, load, shifts or (), away, rules=rules, now=now)
    silent = silences(session, ids, now)
    found = []
    for person in people:
        mine = [] if shifts is None else [shift for shift in shifts if shift.person_id == person.id]
        on_shift = shifts is None or any(answers(shift) and shift.holds(now) for shift in mine)
        found.append(
            _standing(
                known[person.id],
                load.get(person.id, Carried()),
                paused.get(person.id),
                away.get(person.id, []),
                opening=policy.opening,
                missed=unfelt[person.id],
                on_shift=on_shift,
                signed_off_until=None if on_shift and shifts is not None else silent.get(person.id),
                open_claims=in_hand.get(person.id, 0),
                hours=hours[person.id],
                now=now,
            )
        )
    return found


def require_there(session: Session, ticket: Ticket, person: Person, *, policy: Policy, now: datetime) -> None:
    """Raises `NotThere` where somebody may not be given this ticket now. Which rule it is stays between it and them."""
    ask = ask_of(session, ticket, policy=policy, now=now)
    standing = standings(session, [person], team_id=person.team_id, policy=policy, now=now)[0]
    found = forbidden(ask, standing, now=now)
    # Off duty is no hindrance among colleagues: whoever passes it on has asked them.
    if found is not None and found.rule is not Rule.OFF_DUTY:
        raise NotThere(person.slack_id, found.until)


def _standing(
    profile: Profile,
    load: Carried,
    pause: Pause | None,
    away: list[Absence],
    *,
    opening: OpeningHours,
    missed: float,
    on_shift: bool,
    signed_off_until: datetime | None,
    open_claims: int,
    hours: float,
    now: datetime,
) -> Standing:
    at_work = profile.hours if profile.hours.spans else opening
    working = on_shift or at_work.is_open(now)
    # Who chose to work nights is not asleep on a night shift; off shift they are like everybody else.
    awake = on_shift and profile.wishes.opted_in_nights
    return Standing(
        person_id=profile.person_id,
        on_shift=on_shift,
        knows=profile.skills,
        open_claims=open_claims,
        cap=profile.cap,
        burden=load.burden + missed,
        absent_until=_away_until((a for a in away if a.kind is not AbsenceKind.REST), now),
        # After sign-off there is the same silence as in a rest, and the same last resort.
        resting_until=_later(
            _away_until((a for a in away if a.kind is AbsenceKind.REST), now), signed_off_until
        ),
        quiet_until=None if awake else quiet_until(profile.quiet, now),
        focus_until=pause.until if pause and pause.kind is PauseKind.FOCUS else None,
        break_until=pause.until if pause and pause.kind is PauseKind.BREAK else None,
        hostile_taken=load.hostile_taken,
        hostile_running=load.hostile_running,
        hours_this_week=hours,
        last_asked=load.last_asked,
        working=working,
        off_until=None if working else at_work.next_opening(now),
    )


def _missed(
    people: Collection[int],
    load: Mapping[int, Carried],
    away: Mapping[int, Sequence[Absence]],
    *,
    rules: CareRules,
    now: datetime,
) -> dict[int, float]:
    """Rest is no time off here: whoever worked at night carried enough."""
    since = now - rules.burden_over
    lengths = {
        person: sum(
            (
                min(end, now) - max(start, since)
                for start, end in united((a.start, a.end) for a in off if a.kind is not AbsenceKind.REST)
                if start < now
            ),
            timedelta(0),
        )
        for person, off in away.items()
    }
    return missed({person: load.get(person, Carried()).burden for person in people}, lengths, rules=rules)


def _hours(
    session: Session,
    people: Collection[int],
    load: Mapping[int, Carried],
    shifts: Sequence[Shift],
    away: Mapping[int, Sequence[Absence]],
    *,
    rules: CareRules,
    now: datetime,
) -> dict[int, float]:
    """Hours at work in the last seven days. What was handled beyond the shifts is read only for those whom it may
    bring to the limit, for it decides nothing about the others."""
    since = now - _WEEK
    mine = {person: [shift for shift in shifts if shift.person_id == person] for person in people}
    rested = {
        person: united((a.start, a.end) for a in away.get(person, ()) if a.kind is AbsenceKind.REST)
        for person in people
    }

    def at_work(person: int, handled: Iterable[Stretch] = ()) -> float:
        return hours_at_work(
            mine[person], handled, since=since, until=now, rules=rules, rested=rested[person]
        )

    found = {person: at_work(person) for person in people}
    near = [
        person
        for person, hours in found.items()
        if timedelta(hours=hours) + load.get(person, Carried()).at_most >= rules.week
    ]
    if near:
        handled = worked(session, near, since=since, now=now, rules=rules)
        found |= {person: at_work(person, handled.get(person, ())) for person in near}
    return found


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _away_until(absences: Iterable[Absence], now: datetime) -> datetime | None:
    """Until when, taking times off that follow one another together."""
    until = None
    for absence in sorted(absences, key=lambda absence: absence.start):
        if absence.start <= (until or now) < absence.end:
            until = absence.end
    return until


def _by_person(absences: Iterable[Absence]) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = {}
    for absence in absences:
        found.setdefault(absence.person_id, []).append(absence)
    return found


def _shifts(session: Session, team_id: str, *, rules: CareRules, now: datetime) -> list[Shift] | None:
    """Everybody's shifts of the last seven days and of this moment; None where the desk has no schedule at all.

    Looked at a little further to both sides, so that a long turn is not taken for a short one where it is cut off.
    """
    margin = rules.longest_shift + _INSTANT
    start, end = now - _WEEK - margin, now + margin
    found = plans(session, team_id, start=start, end=end)
    if not found:
        return None
    return [shift for plan in found for shift in resolve(plan, start, end)]


def _in_hand(session: Session, people: Collection[int], *, policy: Policy, now: datetime) -> dict[int, int]:
    """Tickets that they have, and those that they were asked to take a moment ago and may yet."""
    claimed = session.execute(_CLAIMED, {"people": list(people)})
    found = {person_id: count for person_id, count in claimed if person_id is not None}
    asked = session.execute(_ASKED, {"people": list(people), "since": now - policy.page_next_after})
    for person_id, count in asked:
        found[person_id] = found.get(person_id, 0) + count
    return found


_CLAIMED = (
    select(Ticket.claimed_by_id, func.count())
    .where(
        Ticket.claimed_by_id.in_(bindparam("people", expanding=True)), Ticket.status == TicketStatus.CLAIMED
    )
    .group_by(Ticket.claimed_by_id)
)
_ASKED = (
    select(BurdenEntry.person_id, func.count(BurdenEntry.ticket_id.distinct()))
    .join(Ticket, Ticket.id == BurdenEntry.ticket_id)
    .where(
        BurdenEntry.person_id.in_(bindparam("people", expanding=True)),
        BurdenEntry.kind == BurdenKind.PAGED,
        BurdenEntry.at > bindparam("since"),
        Ticket.status == TicketStatus.WAITING,
    )
    .group_by(BurdenEntry.person_id)
)
