"""A shift ends: whoever leaves hands over and is left alone, whoever comes on reads how things stand.

What the next one does not take over within half an hour goes back to the queue, with the leaver's notes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from triage.audit import record
from triage.care.handoff_tables import Handoff, HandoffNote, Thanks
from triage.effects import insert_once
from triage.errors import CannotMove, NotAllowed, NotAnAgent, TriageError
from triage.oncall.signing_off import sign_on
from triage.outbox import Occasion, say_to
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets import claims
from triage.tickets.models import Ticket
from triage.tickets.transition import find, note
from triage.vocabulary import TicketStatus

# Patterns of a longer shift than this are no news to anybody.
LONGEST = timedelta(hours=24)
MOST_IN_A_NOTE = 400


class HandoffNotFound(TriageError):
    def __init__(self, handoff_id: int) -> None:
        super().__init__(f"no handoff {handoff_id}")
        self.handoff_id = handoff_id


def find_handoff(session: Session, handoff_id: int, *, team_id: str) -> Handoff:
    handoff = session.get(Handoff, handoff_id, populate_existing=True)
    if handoff is None or handoff.team_id != team_id:
        raise HandoffNotFound(handoff_id)
    return handoff


def begin(
    session: Session,
    leaver: Person,
    incomer: Person | None,
    *,
    key: str,
    schedule_id: int | None,
    began: datetime,
    at: datetime,
    policy: Policy,
    now: datetime,
) -> Handoff | None:
    """Writes it down and tells both, once for each key; None where it was done already."""
    made = insert_once(
        session,
        Handoff,
        team_id=leaver.team_id,
        key=key,
        schedule_id=schedule_id,
        leaver_id=leaver.id,
        incomer_id=incomer.id if incomer else None,
        shift_began_at=max(began, at - LONGEST),
        at=at,
        returns_at=max(at, now) + policy.care.handoff_waits if incomer or schedule_id else now,
        watch="",
    )
    if not made:
        return None
    handoff = session.scalars(
        select(Handoff).where(Handoff.team_id == leaver.team_id, Handoff.key == key)
    ).one()
    if incomer is not None:
        sign_on(session, incomer, now=now)
        handoff.incomer_said_id = _tell(session, incomer, "handoff_for_you", handoff, now=now)
    # Long after the end a goodbye would only disturb.
    if schedule_id is not None and now - at <= policy.care.handoff_waits:
        handoff.leaver_said_id = _tell(session, leaver, "handoff_goodbye", handoff, now=now)
    session.flush()
    return handoff


def by_hand(
    session: Session,
    leaver: Person,
    *,
    to: Person | None,
    notes: Mapping[int, str],
    watch: str = "",
    policy: Policy,
    now: datetime,
) -> Handoff:
    """Hands over before a shift ends, or where there are no schedules: to a colleague, or (`to` None) to the queue."""
    require(leaver.role, Permission.TRANSFER)
    if to is not None and (not to.answers or to.id == leaver.id):
        raise NotAnAgent(to.slack_id)
    handoff = begin(
        session,
        leaver,
        to,
        key=f"hand:{leaver.id}:{now.isoformat()}",
        schedule_id=None,
        began=now - LONGEST / 2,
        at=now,
        policy=policy,
        now=now,
    )
    if handoff is None:
        raise HandoffNotFound(0)  # pressed twice in one instant: the first one counts
    write_notes(session, handoff.id, notes, watch=watch, by=leaver, now=now)
    record(session, "handoff.by_hand", by=leaver, team_id=leaver.team_id, now=now, handoff_id=handoff.id)
    if to is None:
        settle(session, handoff, policy=policy, now=now)
    return handoff


def write_notes(
    session: Session, handoff_id: int, notes: Mapping[int, str], *, watch: str, by: Person, now: datetime
) -> None:
    """A line for each ticket, in the ticket's own story too, so that it is there whoever takes it."""
    handoff = find_handoff(session, handoff_id, team_id=by.team_id)
    if by.id != handoff.leaver_id:
        raise NotAllowed(Permission.TRANSFER)
    for ticket_id, text in notes.items():
        if not (said := text.strip()[:MOST_IN_A_NOTE]):
            continue
        ticket = find(session, ticket_id, team_id=by.team_id)
        kept = session.get(HandoffNote, (handoff.id, ticket.id))
        if kept is None:
            session.add(HandoffNote(handoff_id=handoff.id, ticket_id=ticket.id, note=said, at=now))
        elif kept.note == said:
            continue
        else:
            kept.note, kept.at = said, now
        note(session, ticket, "handoff_note", now=now, actor=by, reason=said)
    handoff.watch = watch.strip()[:MOST_IN_A_NOTE] or handoff.watch
    session.flush()
    bring_up_to_date(session, handoff, now=now)


def left_over(session: Session, handoff: Handoff) -> list[Ticket]:
    """What is still the leaver's of what they had when the shift ended. On hold it stays: somebody else is awaited."""
    rows = session.scalars(
        select(Ticket)
        .where(
            Ticket.team_id == handoff.team_id,
            Ticket.claimed_by_id == handoff.leaver_id,
            Ticket.status == TicketStatus.CLAIMED,
            Ticket.claimed_at <= handoff.at,
        )
        .order_by(Ticket.id)
    )
    return list(rows)


def lock_left_over(session: Session, handoffs: Iterable[Handoff]) -> None:
    """All of it at first and in one order: to give back what was taken at night opens a rest, and whoever waits for
    that rota may have one of the tickets."""
    ids = {ticket.id for handoff in handoffs for ticket in left_over(session, handoff)}
    if ids:
        locking = select(Ticket.id).where(Ticket.id.in_(ids)).order_by(Ticket.id)
        session.execute(locking.with_for_update(key_share=True)).all()


def take_over(session: Session, handoff_id: int, *, taker: Person, policy: Policy, now: datetime) -> int:
    """Takes everything that is left, in one tap; says how many tickets that were. Twice takes nothing more."""
    require(taker.role, Permission.TRANSFER)
    handoff = find_handoff(session, handoff_id, team_id=taker.team_id)
    if taker.id == handoff.leaver_id:
        raise NotAllowed(Permission.TRANSFER)
    leaver = session.get_one(Person, handoff.leaver_id)
    notes = notes_of(session, handoff)
    taken = 0
    lock_left_over(session, [handoff])
    for ticket in left_over(session, handoff):
        try:
            # By the taker's own will: nobody has to be told that they took it.
            claims.transfer(
                session,
                ticket.id,
                agent=taker,
                to=taker,
                policy=policy,
                now=now,
                reason=_reason(leaver, notes.get(ticket.id)),
            )
        except CannotMove:
            continue  # somebody did something with it in this moment, and it is theirs now
        taken += 1
    bring_up_to_date(session, handoff, now=now)
    return taken


def _reason(leaver: Person, said: str | None) -> str:
    return f"handed over by {leaver.called}" + (f": {said}" if said else "")


def notes_of(session: Session, handoff: Handoff) -> dict[int, str]:
    rows = session.scalars(select(HandoffNote).where(HandoffNote.handoff_id == handoff.id))
    return {row.ticket_id: row.note for row in rows}


def settle(session: Session, handoff: Handoff, *, policy: Policy, now: datetime, keep: bool = False) -> int:
    """What nobody took over goes back to the queue, once; says how many tickets. `keep`: the leaver is on again."""
    session.flush()
    moved = session.execute(
        update(Handoff)
        .where(Handoff.id == handoff.id, Handoff.settled_at.is_(None))
        .values(settled_at=now)
        .execution_options(synchronize_session=False)
    )
    session.refresh(handoff)
    if not moved.rowcount or keep:  # type: ignore[attr-defined]
        return 0
    leaver = session.get_one(Person, handoff.leaver_id)
    notes = notes_of(session, handoff)
    lock_left_over(session, [handoff])
    returned = _give_back(session, left_over(session, handoff), leaver, notes, policy=policy, now=now)
    bring_up_to_date(session, handoff, now=now)
    return returned


def _give_back(
    session: Session,
    tickets: Sequence[Ticket],
    leaver: Person,
    notes: Mapping[int, str],
    *,
    policy: Policy,
    now: datetime,
) -> int:
    returned = 0
    for ticket in tickets:
        reason = f"{leaver.called}'s shift ended" + (f": {notes[ticket.id]}" if ticket.id in notes else "")
        try:
            claims.release(
                session, ticket.id, agent=leaver, policy=policy, now=now, reason=reason, by_desk=True
            )
        except CannotMove:
            continue
        returned += 1
    return returned


def thank(session: Session, handoff_id: int, *, by: Person, now: datetime) -> bool:
    """One private thank-you to the other of the two; says whether it is a new one. No count is kept of it."""
    handoff = find_handoff(session, handoff_id, team_id=by.team_id)
    if by.id not in (handoff.leaver_id, handoff.incomer_id):
        raise NotAllowed(Permission.TRANSFER)
    to = handoff.incomer_id if by.id == handoff.leaver_id else handoff.leaver_id
    if to is None or session.get(Thanks, (handoff.id, by.id)) is not None:
        return False
    session.add(Thanks(handoff_id=handoff.id, from_id=by.id, to_id=to, at=now))
    session.flush()
    bring_up_to_date(session, handoff, now=now)
    return True


def bring_up_to_date(session: Session, handoff: Handoff, *, now: datetime) -> None:
    """Both messages say how things stand now."""
    for said_id, person_id in (
        (handoff.leaver_said_id, handoff.leaver_id),
        (handoff.incomer_said_id, handoff.incomer_id),
    ):
        if said_id is not None and person_id is not None:
            person = session.get_one(Person, person_id)
            say_to(session, Occasion.DIRECT_REFRESH, person, now=now, message_id=said_id)


def _tell(session: Session, person: Person, notice: str, handoff: Handoff, *, now: datetime) -> int:
    said = say_to(session, Occasion.DIRECT, person, now=now, notice=notice, handoff_id=handoff.id)
    return said.id
