"""A shift changes hands: one agent offers it, another accepts, and in that one transaction it is theirs.

Both consent: the owner by offering, the taker by accepting. Until somebody accepts, the owner is on.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from triage.audit import record
from triage.care.profile import profiles
from triage.errors import NotAllowed, NotAnAgent
from triage.oncall.absences import absences_of
from triage.oncall.history import lock_rota
from triage.oncall.plan import Shift
from triage.oncall.protection import in_quiet_hours
from triage.oncall.rules import CareRules
from triage.oncall.swap_checks import Hindrance, overlap
from triage.oncall.swap_errors import NotYourShift, OutsideTheShift, SwapNotPossible
from triage.oncall.swap_moves import (
    Rota,
    asks_of,
    bring_one_up_to_date,
    bring_up_to_date,
    find,
    must_be_open,
    must_be_possible,
    pieces,
    settle,
    tell,
    write_overrides,
)
from triage.oncall.swap_tables import Swap, SwapAsk
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.policy import Policy
from triage.vocabulary import Role, SwapState

_A_MOMENT = timedelta(seconds=1)


def offer(
    session: Session,
    shift: Shift,
    *,
    owner: Person,
    to: Sequence[Person] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    counter: Shift | None = None,
    by: Person | None,
    now: datetime,
    rules: CareRules | None = None,
) -> Swap:
    """Offers a shift, or the part from `start` to `end`, to some colleagues or (`to` empty) to whoever can take it.

    With `counter`, a shift of the one colleague who is asked, it is an exchange: they take this one and the owner
    takes that. Raises `NotYourShift`, `OutsideTheShift`, or `SwapNotPossible` where it could never work.
    """
    require(owner.role, Permission.SWAP_SHIFTS)
    rules = rules or CareRules()
    begins, ends = start or shift.start, end or shift.end
    if not (shift.start <= begins < ends <= shift.end) or begins <= now:
        raise OutsideTheShift(f"{begins} to {ends} is no part of the shift that is still to come")
    swap = Swap(
        team_id=owner.team_id,
        state=SwapState.OFFERED,
        owner_id=owner.id,
        by_id=by.id if by else None,
        anybody=not to,
        schedule_id=shift.schedule_id,
        role=shift.role,
        occurrence=shift.occurrence,
        start=begins,
        end=ends,
        offered_at=now,
    )
    if counter is not None:
        _ask_in_return(swap, counter, to, now=now)
    return _open(session, swap, owner=owner, to=to, by=by, rules=rules, now=now)


def _open(
    session: Session,
    swap: Swap,
    *,
    owner: Person,
    to: Sequence[Person],
    by: Person | None,
    rules: CareRules,
    now: datetime,
) -> Swap:
    lock_rota(session, owner.team_id)
    asked = _asked(session, swap, to, rules=rules, now=now)
    session.add(swap)
    session.flush()
    session.add_all(SwapAsk(swap_id=swap.id, person_id=person.id) for person in asked)
    session.flush()
    record(
        session,
        "swap.offered",
        by=by,
        team_id=owner.team_id,
        now=now,
        swap_id=swap.id,
        schedule_id=swap.schedule_id,
        people=[person.slack_id for person in to],
    )
    swap.said_id = tell(session, owner, "swap_offered", swap, now=now)
    tell_asked(session, swap, rules=rules, now=now)
    return swap


def _ask_in_return(swap: Swap, counter: Shift, to: Sequence[Person], *, now: datetime) -> None:
    """An exchange is with one colleague: the one whose shift it is."""
    if [person.id for person in to] != [counter.person_id] or counter.start <= now:
        raise NotYourShift("an exchange needs one colleague, and a shift of theirs that is still to come")
    swap.counter_schedule_id, swap.counter_role = counter.schedule_id, counter.role
    swap.counter_occurrence = counter.occurrence
    swap.counter_start, swap.counter_end = counter.start, counter.end


def _asked(
    session: Session, swap: Swap, to: Sequence[Person], *, rules: CareRules, now: datetime
) -> list[Person]:
    """Whom to ask: those who were named; or, where nobody was, everybody who could take it as things stand."""
    agents = session.scalars(
        select(Person)
        .where(Person.team_id == swap.team_id, Person.role != Role.REQUESTER, Person.id != swap.owner_id)
        .order_by(Person.id)
    ).all()
    rota = Rota(session, swap.team_id, pieces(swap, swap.owner_id), rules=rules)
    if not all(map(rota.owned, pieces(swap, to[0].id if to else swap.owner_id))):
        raise NotYourShift("somebody else is on, or nobody")
    for person in to:
        if person.id == swap.owner_id:
            raise SwapNotPossible(Hindrance.YOURSELF)
        if not person.answers or person.team_id != swap.team_id:
            raise NotAnAgent(person.slack_id)
    if to:
        return list({person.id: person for person in to}.values())
    return [person for person in agents if rota.hindrance(pieces(swap, person.id), now=now) is None]


def tell_asked(session: Session, swap: Swap, *, rules: CareRules, now: datetime) -> int:
    """Tells those who were not told yet and may be spoken to: a favour wakes nobody, and waits till a rest is over."""
    waiting = [ask for ask in asks_of(session, swap) if ask.told_at is None]
    away = {
        absence.person_id
        for absence in absences_of(
            session, [ask.person_id for ask in waiting], start=now, end=now + _A_MOMENT
        )
    }
    people = {ask.person_id: session.get_one(Person, ask.person_id) for ask in waiting}
    wishes = profiles(session, list(people.values()), rules=rules)
    told = 0
    for ask in waiting:
        person = people[ask.person_id]
        if person.id in away or in_quiet_hours(wishes[person.id].quiet, now):
            continue
        if _first_to_tell(session, ask, now=now):
            ask.said_id = tell(session, person, "swap_asked", swap, now=now)
            told += 1
    session.flush()
    return told


def _first_to_tell(session: Session, ask: SwapAsk, *, now: datetime) -> bool:
    """Of two workers that find the same one awake, one tells them."""
    first = session.execute(
        update(SwapAsk)
        .where(SwapAsk.swap_id == ask.swap_id, SwapAsk.person_id == ask.person_id, SwapAsk.told_at.is_(None))
        .values(told_at=now)
        .returning(SwapAsk.swap_id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(ask)
    return first is not None


def accept(session: Session, swap_id: int, *, taker: Person, policy: Policy, now: datetime) -> Swap:
    """The first who accepts has it, if nothing stands in the way at this very moment.

    Raises `SwapTaken` for every other, `SwapOver` where it is no longer offered, `SwapNotPossible` with the reason.
    Accepting twice changes nothing.
    """
    require(taker.role, Permission.SWAP_SHIFTS)
    lock_rota(session, taker.team_id)
    swap = find(session, swap_id, team_id=taker.team_id)
    if swap.state is SwapState.ACCEPTED and swap.taker_id == taker.id:
        return swap
    must_be_open(swap)
    if not swap.anybody and session.get(SwapAsk, (swap.id, taker.id)) is None:
        raise NotAllowed(Permission.SWAP_SHIFTS)
    must_be_possible(session, swap, taker=taker, rules=policy.care, now=now)
    if not settle(session, swap, SwapState.ACCEPTED, now=now, taker=taker):
        must_be_open(swap)
    write_overrides(session, swap, taker=taker, by=taker, now=now)
    record(
        session,
        "swap.accepted",
        by=taker,
        team_id=swap.team_id,
        now=now,
        swap_id=swap.id,
        schedule_id=swap.schedule_id,
    )
    bring_up_to_date(session, swap, now=now)
    tell(session, session.get_one(Person, swap.owner_id), "swap_taken", swap, now=now)
    tell(session, taker, "swap_yours", swap, now=now)
    _close_others(session, swap, now=now)
    return swap


def _close_others(session: Session, swap: Swap, *, now: datetime) -> None:
    """What changed hands can't be taken from elsewhere: other offers of the same time are over."""
    moved = pieces(swap, swap.taker_id or 0)
    givers = {piece.giver_id for piece in moved}
    for other in offers(session, swap.team_id):
        if other.id == swap.id or other.owner_id not in givers:
            continue
        if any(
            (piece.giver_id, piece.schedule_id, piece.role) == (other.owner_id, other.schedule_id, other.role)
            and overlap(piece.stretch, (other.start, other.end))
            for piece in moved
        ) and settle(session, other, SwapState.WITHDRAWN, now=now):
            bring_up_to_date(session, other, now=now)


def decline(session: Session, swap_id: int, *, person: Person, now: datetime) -> Swap:
    """Says no. The owner hears nothing of who said so, only when everybody did."""
    lock_rota(session, person.team_id)
    swap = find(session, swap_id, team_id=person.team_id)
    ask = session.get(SwapAsk, (swap.id, person.id))
    if swap.state is not SwapState.OFFERED or ask is None or ask.declined_at is not None:
        return swap
    ask.declined_at = now
    session.flush()
    bring_one_up_to_date(session, ask.said_id, person.id, now=now)
    if all(one.declined_at is not None for one in asks_of(session, swap)):
        tell(session, session.get_one(Person, swap.owner_id), "swap_declined", swap, now=now)
    return swap


def withdraw(session: Session, swap_id: int, *, by: Person, now: datetime) -> Swap:
    """Takes the offer back; only its owner or an admin may. Raises `SwapTaken` where somebody was quicker."""
    lock_rota(session, by.team_id)
    swap = find(session, swap_id, team_id=by.team_id)
    if by.id != swap.owner_id:
        require(by.role, Permission.ARRANGE_COVER)
    if swap.state is SwapState.WITHDRAWN:
        return swap
    must_be_open(swap)
    settle(session, swap, SwapState.WITHDRAWN, now=now)
    record(session, "swap.withdrawn", by=by, team_id=swap.team_id, now=now, swap_id=swap.id)
    bring_up_to_date(session, swap, now=now)
    return swap


# Reading


def offers(session: Session, team_id: str) -> list[Swap]:
    """Every offer that is open, the nearest first."""
    return list(
        session.scalars(
            select(Swap)
            .where(Swap.team_id == team_id, Swap.state == SwapState.OFFERED)
            .order_by(Swap.start, Swap.id)
        )
    )


def asked_of(session: Session, person: Person, *, now: datetime) -> list[Swap]:
    """Open offers that wait for this person's answer."""
    mine = select(SwapAsk.swap_id).where(SwapAsk.person_id == person.id, SwapAsk.declined_at.is_(None))
    return [
        swap
        for swap in session.scalars(
            select(Swap)
            .where(Swap.state == SwapState.OFFERED, Swap.start > now, Swap.id.in_(mine))
            .order_by(Swap.start, Swap.id)
        )
    ]


def offered_by(session: Session, person: Person, *, now: datetime) -> list[Swap]:
    """What this person offers and nobody took yet."""
    return list(
        session.scalars(
            select(Swap)
            .where(Swap.owner_id == person.id, Swap.state == SwapState.OFFERED, Swap.start > now)
            .order_by(Swap.start, Swap.id)
        )
    )


def swaps_of(session: Session, people: Iterable[int], *, since: datetime) -> list[Swap]:
    """Accepted swaps and cover that these people gave or took and that end after that moment."""
    wanted = list(people)
    return list(
        session.scalars(
            select(Swap)
            .where(
                Swap.state == SwapState.ACCEPTED,
                Swap.end > since,
                Swap.owner_id.in_(wanted) | Swap.taker_id.in_(wanted),
            )
            .order_by(Swap.start, Swap.id)
        )
    )
