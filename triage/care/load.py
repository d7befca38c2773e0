"""What each agent carried, written down as it happens. It decides who is asked next and is read by its owner alone.

Tickets are known by their id; who calls says what they weigh.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Float, and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session

from triage.care.tables import BurdenEntry
from triage.errors import NotAllowed
from triage.oncall.burden import Work, burden_of, burden_of_cover, burden_of_page
from triage.oncall.rules import CareRules
from triage.people.models import Person
from triage.tickets.models import Ticket
from triage.vocabulary import BurdenKind, TicketStatus

_MINUTE = timedelta(minutes=1)
_WEEK = timedelta(days=7)


def took(
    session: Session, person_id: int, ticket_id: int, work: Work, *, rules: CareRules, now: datetime
) -> None:
    """A ticket is in their hands. Until it is put down it weighs what one usually does."""
    if _in_hand(session, person_id, ticket_id) is not None:
        return
    usual = Work(rules.usual_minutes, work.urgency, work.after_hours, work.hostile)
    session.add(
        BurdenEntry(
            person_id=person_id,
            ticket_id=ticket_id,
            kind=BurdenKind.HANDLED,
            at=now,
            minutes=0.0,
            weight=burden_of(usual, rules),
            after_hours=work.after_hours,
            hostile=work.hostile,
        )
    )
    session.flush()


def put_down(
    session: Session, person_id: int, ticket_id: int, work: Work, *, rules: CareRules, now: datetime
) -> BurdenEntry | None:
    """It is out of their hands: weighed by the time it took. None where it never was, or was put down already.

    Taken after hours it stays so, also where it was finished by day.
    """
    entry = _in_hand(session, person_id, ticket_id)
    if entry is None:
        return None
    minutes = (now - entry.at) / _MINUTE
    done = Work(minutes, work.urgency, entry.after_hours, entry.hostile or work.hostile)
    ended = session.execute(
        update(BurdenEntry)
        .where(BurdenEntry.id == entry.id, BurdenEntry.ended_at.is_(None))
        .values(
            ended_at=now,
            minutes=min(minutes, rules.most_minutes),
            weight=burden_of(done, rules),
            hostile=done.hostile,
        )
        .returning(BurdenEntry.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(entry)
    return entry if ended else None


def was_asked(
    session: Session, person_id: int, ticket_id: int, work: Work, *, rules: CareRules, now: datetime
) -> None:
    """One page. It weighs a little, whoever takes the ticket then."""
    session.add(
        BurdenEntry(
            person_id=person_id,
            ticket_id=ticket_id,
            kind=BurdenKind.PAGED,
            at=now,
            ended_at=now,
            minutes=rules.page_minutes,
            weight=burden_of_page(work, rules),
            after_hours=work.after_hours,
            hostile=work.hostile,
        )
    )
    session.flush()


def credit_cover(
    session: Session,
    person: Person,
    minutes: float,
    *,
    rules: CareRules,
    now: datetime,
    at_night: bool = False,
) -> None:
    """Standing in for somebody counts as load, so that they are asked less afterwards. Undone: minus the minutes."""
    session.add(
        BurdenEntry(
            person_id=person.id,
            ticket_id=None,
            kind=BurdenKind.COVERED,
            at=now,
            ended_at=now,
            minutes=minutes,
            weight=burden_of_cover(minutes * _MINUTE, rules, at_night=at_night),
            after_hours=at_night,
            hostile=False,
        )
    )
    session.flush()


def turned_hostile(session: Session, ticket_id: int) -> None:
    """The requester wrote in anger later on: whoever has the ticket in hand has a hostile one."""
    session.execute(
        update(BurdenEntry)
        .where(BurdenEntry.ticket_id == ticket_id, BurdenEntry.ended_at.is_(None))
        .values(hostile=True)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


@dataclass(frozen=True)
class Carried:
    """What the router needs to know of one person's last four weeks."""

    burden: float = 0.0
    last_asked: datetime | None = None
    hostile_running: int = 0
    hostile_taken: tuple[datetime, ...] = ()
    # In seven days they had tickets in hand for so long, or less: overlaps are not taken out.
    at_most: timedelta = timedelta(0)


def carried(
    session: Session, people: Collection[int], *, rules: CareRules, now: datetime
) -> dict[int, Carried]:
    """For everybody at once, in two queries. Who is missing carried nothing."""
    since = now - rules.burden_over
    sums = session.execute(
        _SUMS,
        {
            "people": list(people),
            "since": since,
            "now": now,
            "this_week": now - _WEEK - rules.most_minutes * _MINUTE,
            "most_minutes": rules.most_minutes,
        },
    ).all()
    hostile = _hostile(session, people, since=since, now=now)
    found = {}
    for person_id, weight, asked, calm, minutes in sums:
        # Of one ticket the last moment counts: asked first and taken then, it is one ticket. One that still waits for
        # somebody may be taken after all that was taken since.
        theirs = hostile.get(person_id, {}).values()
        running = sum(1 for at, waits in theirs if waits or calm is None or at > calm)
        lately = tuple(sorted(at for at, _ in theirs if at > now - rules.hostile_within))
        found[person_id] = Carried(max(0.0, weight), asked, running, lately, minutes * _MINUTE)
    return found


def _hostile(
    session: Session, people: Collection[int], *, since: datetime, now: datetime
) -> dict[int, dict[int, tuple[datetime, bool]]]:
    """Of each person the hostile tickets that they had or were asked to take: when, and whether it still waits."""
    found: dict[int, dict[int, tuple[datetime, bool]]] = {}
    rows = session.execute(_HOSTILE, {"people": list(people), "since": since, "now": now})
    for person_id, ticket_id, at, waits in rows:
        if ticket_id is not None:
            found.setdefault(person_id, {})[ticket_id] = at, bool(waits)
    return found


# Both are kept as they are: who asks for a person waits while they are read, and to build them takes longer.
_LATELY = (
    BurdenEntry.person_id.in_(bindparam("people", expanding=True)),
    BurdenEntry.at > bindparam("since"),
    BurdenEntry.at <= bindparam("now"),
)
_HANDLED = BurdenEntry.kind == BurdenKind.HANDLED
_LASTED = case(
    (BurdenEntry.ended_at.is_(None), bindparam("most_minutes", type_=Float)), else_=BurdenEntry.minutes
)
_SUMS = (
    select(
        BurdenEntry.person_id,
        func.sum(BurdenEntry.weight),
        func.max(case((BurdenEntry.kind == BurdenKind.PAGED, BurdenEntry.at))),
        func.max(case((_HANDLED & ~BurdenEntry.hostile, BurdenEntry.at))),
        func.sum(case((_HANDLED & (BurdenEntry.at > bindparam("this_week")), _LASTED), else_=0.0)),
    )
    .where(*_LATELY)
    .group_by(BurdenEntry.person_id)
)
# Asked, and nobody took it yet. Its requester may have written in anger since.
_OPEN_ASK = and_(BurdenEntry.kind == BurdenKind.PAGED, Ticket.status == TicketStatus.WAITING)
_HOSTILE = (
    select(
        BurdenEntry.person_id,
        BurdenEntry.ticket_id,
        func.max(BurdenEntry.at),
        func.max(case((_OPEN_ASK, 1), else_=0)),
    )
    .join(Ticket, Ticket.id == BurdenEntry.ticket_id)
    .where(*_LATELY, or_(BurdenEntry.hostile, and_(_OPEN_ASK, Ticket.hostile)))
    .group_by(BurdenEntry.person_id, BurdenEntry.ticket_id)
)


@dataclass(frozen=True)
class Load:
    """One agent's own four weeks, for that agent."""

    since: datetime
    tickets: int
    minutes: float
    after_hours_minutes: float
    hostile: int
    pages: int
    pages_after_hours: int
    covered_minutes: float
    burden: float
    # One figure a day of the window, in UTC days, oldest first.
    days: tuple[tuple[datetime, float], ...] = ()


def my_load(session: Session, person: Person, *, by: Person, rules: CareRules, now: datetime) -> Load:
    """Raises `NotAllowed` for everybody but the person themself, admins too."""
    if by.id != person.id:
        raise NotAllowed("see what somebody else carries")
    since = now - rules.burden_over
    entries = session.scalars(
        select(BurdenEntry).where(
            BurdenEntry.person_id == person.id, BurdenEntry.at > since, BurdenEntry.at <= now
        )
    ).all()
    had = [entry for entry in entries if entry.kind is BurdenKind.HANDLED]
    pages = [entry for entry in entries if entry.kind is BurdenKind.PAGED]
    days: dict[datetime, float] = {}
    for entry in entries:
        day = entry.at.replace(hour=0, minute=0, second=0, microsecond=0)
        days[day] = days.get(day, 0.0) + entry.weight
    return Load(
        since=since,
        tickets=len({entry.ticket_id for entry in had}),
        minutes=sum(entry.minutes for entry in had),
        after_hours_minutes=sum(entry.minutes for entry in had if entry.after_hours),
        hostile=len({entry.ticket_id for entry in had if entry.hostile}),
        pages=len(pages),
        pages_after_hours=sum(1 for page in pages if page.after_hours),
        covered_minutes=sum(entry.minutes for entry in entries if entry.kind is BurdenKind.COVERED),
        burden=sum(entry.weight for entry in entries),
        days=tuple(sorted(days.items())),
    )


def worked(
    session: Session, people: Collection[int], *, since: datetime, now: datetime, rules: CareRules
) -> dict[int, list[tuple[datetime, datetime]]]:
    """The stretches in which they had a ticket in hand; one left lying counts for as long as one may take."""
    rows = session.execute(
        select(BurdenEntry.person_id, BurdenEntry.at, BurdenEntry.ended_at).where(
            BurdenEntry.person_id.in_(people),
            BurdenEntry.kind == BurdenKind.HANDLED,
            BurdenEntry.at > since - rules.most_minutes * _MINUTE,
            BurdenEntry.at <= now,
            or_(BurdenEntry.ended_at.is_(None), BurdenEntry.ended_at > since),
        )
    )
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for person_id, start, ended in rows:
        end = min(ended or now, start + rules.most_minutes * _MINUTE, now)
        if end > since:
            found.setdefault(person_id, []).append((max(start, since), end))
    return found


def finished(session: Session, person_id: int, *, since: datetime, now: datetime) -> list[BurdenEntry]:
    """What somebody put down since then, in that order."""
    rows = session.scalars(
        select(BurdenEntry)
        .where(
            BurdenEntry.person_id == person_id,
            BurdenEntry.kind == BurdenKind.HANDLED,
            BurdenEntry.ended_at > since,
            BurdenEntry.ended_at <= now,
        )
        .order_by(BurdenEntry.ended_at, BurdenEntry.id)
    )
    return list(rows)


def _in_hand(session: Session, person_id: int, ticket_id: int) -> BurdenEntry | None:
    return session.scalars(
        select(BurdenEntry)
        .where(
            BurdenEntry.ticket_id == ticket_id,
            BurdenEntry.person_id == person_id,
            BurdenEntry.kind == BurdenKind.HANDLED,
            BurdenEntry.ended_at.is_(None),
        )
        .limit(1)
    ).first()
