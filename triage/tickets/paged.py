"""What somebody answers to a page: seen, please somebody else, or that it can wait, and then that it cannot."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.care import worked
from triage.errors import AlreadyClaimed, CannotMove, TicketNotFound, TriageError
from triage.escalation import engine, walk
from triage.escalation.asking import gate_for
from triage.escalation.paging import pages_of, refresh_page
from triage.escalation.policies import policy_for
from triage.escalation.tables import Escalation
from triage.escalation.values import How, policy_from
from triage.outbox import Occasion, say_in_thread
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets import promises
from triage.tickets.labels import add_label, latest_prediction
from triage.tickets.models import Label, Ticket
from triage.tickets.transition import move, note
from triage.timers import TimerKind, cancel_timers, set_timer
from triage.vocabulary import LabelField, LabelSource, TicketAction, TicketStatus, Urgency

# Seen, and then nobody claimed it for so long: the next one is asked.
_SEEN_FOR = timedelta(minutes=30)
_SEEN_FOR_CRITICAL = timedelta(minutes=10)
# What a critical question becomes when somebody who read it says that it is not urgent.
CALMED = Urgency.MEDIUM
_UNCLAIMED = (TicketStatus.WAITING, TicketStatus.DEFERRED)


class NothingToPassOn(TriageError):
    """Somebody else is asked by now."""


def seen_for(ticket: Ticket) -> timedelta:
    return _SEEN_FOR_CRITICAL if ticket.urgency is Urgency.CRITICAL else _SEEN_FOR


def acknowledge(session: Session, ticket_id: int, *, by: Person, policy: Policy, now: datetime) -> Ticket:
    """Seen: nobody else is asked for a while. The first one counts; a second press changes nothing."""
    ticket, under_way = _asked(session, ticket_id, by, policy=policy, now=now)
    if under_way.seen_by_id is not None:
        return ticket
    under_way.seen_by_id, under_way.seen_at = by.id, now
    cancel_timers(session, ticket, now=now)
    set_timer(session, TimerKind.PAGE_NEXT, ticket, due_at=now + seen_for(ticket), now=now)
    note(session, ticket, "acknowledged", now=now, actor=by)
    worked.acknowledged(session, by, policy=policy, now=now)
    for agent_id in under_way.asked:
        if agent_id not in under_way.passed:
            _refresh(session, ticket, session.get_one(Person, agent_id), now=now)
    if by.id not in under_way.asked:
        _refresh(session, ticket, by, now=now)  # an admin whom the last resort told
    session.flush()
    return ticket


def pass_on(session: Session, ticket_id: int, *, by: Person, policy: Policy, now: datetime) -> Ticket:
    """The next one is asked at once. Nothing is kept that tells who passed: not in the timeline, not for anybody.

    Raises `NothingToPassOn` where somebody else is asked by now.
    """
    ticket, under_way = _asked(session, ticket_id, by, policy=policy, now=now)
    here = still_asked(under_way)
    if by.id not in here or by.id in under_way.passed:
        raise NothingToPassOn(ticket.id)
    under_way.passed = [*under_way.passed, by.id]
    _refresh(session, ticket, by, now=now, passed=True)
    if under_way.seen_by_id not in (None, by.id) or set(here) - set(under_way.passed):
        return ticket  # somebody else still has it
    under_way.seen_by_id = under_way.seen_at = None
    cancel_timers(session, ticket, now=now)
    note(session, ticket, "passed_on", now=now, reason="the next one is asked at once")
    walk.go_on(session, ticket, under_way, policy=policy, now=now)
    under_way.passed = []
    session.flush()
    return ticket


def still_asked(under_way: Escalation) -> list[int]:
    """Who still has it: asked one after the other, only the last one."""
    level = policy_from(under_way.snapshot).levels[under_way.level]
    still = under_way.asked_here if level.how is How.ALL else min(1, under_way.asked_here)
    return under_way.asked[-still:] if still else []


def not_urgent(session: Session, ticket_id: int, *, by: Person, policy: Policy, now: datetime) -> Ticket:
    """A person read it and says that it can wait: it does, the requester is told, and the model learns from it."""
    ticket, _ = _asked(session, ticket_id, by, policy=policy, now=now)
    if ticket.urgency is not Urgency.CRITICAL:
        return ticket
    _label(session, ticket, CALMED, by=by, now=now)
    worked.acknowledged(session, by, policy=policy, now=now)
    plan = policy_for(session, ticket.team_id, urgency=CALMED, category=ticket.category, policy=policy)
    ticket.urgency = CALMED
    session.flush()
    decided = gate_for(session, ticket, plan, policy=policy, now=now, cannot_wait=False)
    cancel_timers(session, ticket, now=now)
    if decided.ask_now or decided.until is None:
        # Somebody is at work: it is asked again as what it is.
        _changed(session, ticket, "calmed", "not urgent", by=by, policy=policy, now=now)
        engine.ask_desk(session, ticket, policy=policy, now=now)
        return ticket
    reason = "can wait until the desk opens"
    move(session, ticket, TicketAction.PUT_OFF, policy=policy, now=now, actor=by, reason=reason)
    set_timer(session, TimerKind.OPEN_DESK, ticket, due_at=decided.until, now=now)
    engine.stand_down(session, ticket, now=now)
    engine.refresh_card(session, ticket, policy=policy, now=now)
    requester = session.get_one(Person, ticket.requester_id)
    say_in_thread(session, Occasion.NOTICE, ticket, requester=requester, now=now, notice="put_off")
    say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)
    return ticket


def may_take_back(session: Session, ticket: Ticket, by: Person) -> bool:
    """Whether they said that it is not urgent, and nobody claimed it or said anything else since."""
    if ticket.status not in _UNCLAIMED or ticket.urgency is not CALMED:
        return False
    last = session.scalars(
        select(Label)
        .where(Label.ticket_id == ticket.id, Label.field == LabelField.URGENCY)
        .order_by(Label.id.desc())
        .limit(1)
    ).first()
    return last is not None and (last.by_id, last.source) == (by.id, LabelSource.PAGED)


def urgent_after_all(
    session: Session, ticket_id: int, *, by: Person, policy: Policy, now: datetime
) -> Ticket:
    """They think better of it: critical again, and somebody is asked at once. Nothing to do where it is already."""
    ticket = _locked(session, ticket_id, by)
    if ticket.status not in _UNCLAIMED:
        raise _too_late(session, ticket)
    if not may_take_back(session, ticket, by):
        return ticket
    _label(session, ticket, Urgency.CRITICAL, by=by, now=now)
    ticket.urgency = Urgency.CRITICAL
    session.flush()
    cancel_timers(session, ticket, now=now)
    reason = "it is urgent after all"
    if ticket.status is TicketStatus.WAITING:
        _changed(session, ticket, "urgent_again", reason, by=by, policy=policy, now=now)
        engine.ask_desk(session, ticket, policy=policy, now=now)
        return ticket
    requester = session.get_one(Person, ticket.requester_id)
    engine.escalate(session, ticket, requester, reason=reason, policy=policy, now=now, actor=by)
    return ticket


def _changed(
    session: Session, ticket: Ticket, what: str, reason: str, *, by: Person, policy: Policy, now: datetime
) -> None:
    """Another urgency in the same status: the timeline says so, and what was promised is reckoned anew."""
    details = {promises.URGENCY: str(ticket.urgency)}
    note(session, ticket, what, now=now, actor=by, reason=reason, details=details)
    promises.reckon(session, ticket, policy=policy, now=now)
    requester = session.get_one(Person, ticket.requester_id)
    say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)


def _asked(
    session: Session, ticket_id: int, by: Person, *, policy: Policy, now: datetime
) -> tuple[Ticket, Escalation]:
    ticket = _locked(session, ticket_id, by)
    if ticket.status is not TicketStatus.WAITING:
        raise _too_late(session, ticket)
    under_way = walk.running(session, ticket)
    return ticket, under_way or walk.start(session, ticket, policy=policy, now=now)


def _locked(session: Session, ticket_id: int, by: Person) -> Ticket:
    """The ticket, locked as a timer locks it: of an answer and a timer at once, one comes after the other."""
    require(by.role, Permission.ANSWER_PAGE)
    ticket = session.get(Ticket, ticket_id, populate_existing=True, with_for_update={"key_share": True})
    if ticket is None or ticket.team_id != by.team_id:
        raise TicketNotFound(ticket_id)
    return ticket


def _too_late(session: Session, ticket: Ticket) -> TriageError:
    owner = session.get(Person, ticket.claimed_by_id) if ticket.claimed_by_id else None
    if owner is not None and ticket.status in (TicketStatus.CLAIMED, TicketStatus.ON_HOLD):
        return AlreadyClaimed(ticket.id, owner.slack_id)
    return CannotMove(ticket.id, ticket.status, TicketAction.CLAIM)


def _refresh(session: Session, ticket: Ticket, agent: Person, *, now: datetime, passed: bool = False) -> None:
    for row in pages_of(session, ticket, agent):
        refresh_page(session, ticket, row, now=now, passed=passed)


def _label(session: Session, ticket: Ticket, urgency: Urgency, *, by: Person, now: datetime) -> None:
    predicted = latest_prediction(session, ticket.id)
    add_label(
        session,
        ticket_id=ticket.id,
        field=LabelField.URGENCY,
        value=urgency.value,
        predicted=predicted.urgency if predicted else None,
        by=by,
        source=LabelSource.PAGED,
        now=now,
    )
