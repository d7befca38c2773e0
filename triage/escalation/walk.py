"""Going through the levels of one escalation: whom to ask now, what to skip at once, and when to look again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.escalation.alerts import trigger
from triage.escalation.asking import better_later, choose, gate_for
from triage.escalation.last_resort import last_resort
from triage.escalation.paging import page
from triage.escalation.policies import policy_for
from triage.escalation.tables import Escalation
from triage.escalation.targets import everybody, in_words, nobody_in_words, people_of
from triage.escalation.values import EscalationPolicy, How, Level, Target, policy_from
from triage.oncall.router import Routed
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets.models import Ticket
from triage.tickets.transition import note
from triage.timers import TimerKind, set_timer
from triage.vocabulary import TargetKind


def running(session: Session, ticket: Ticket) -> Escalation | None:
    """What is under way for the ticket now."""
    return session.scalars(
        select(Escalation).where(
            Escalation.ticket_id == ticket.id,
            Escalation.generation == ticket.generation,
            Escalation.ended_at.is_(None),
        )
    ).first()


def start(
    session: Session,
    ticket: Ticket,
    *,
    policy: Policy,
    now: datetime,
    first: Person | None = None,
    gave_back: int | None = None,
    cannot_wait: bool = False,
) -> Escalation:
    """Freezes the policy that fits the ticket now. `first` is asked before everybody: who knows the ticket.

    `gave_back` had it until now: in the first round they are asked only where nobody else can be.
    """
    plan = policy_for(
        session, ticket.team_id, urgency=ticket.urgency, category=ticket.category, policy=policy
    )
    if first is not None:
        before = Level((Target(TargetKind.PERSON, person_id=first.id),), wait=plan.levels[0].wait)
        plan = policy_from(
            plan.as_json()
            | {
                "levels": [before.as_json(), *(level.as_json() for level in plan.levels)],
                "first": first.id,
            }
        )
    begun = Escalation(
        ticket_id=ticket.id,
        generation=ticket.generation,
        snapshot=plan.as_json() | {"gave_back": gave_back},
        cannot_wait=cannot_wait,
        level=0,
        round=0,
        asked=[],
        asked_here=0,
        passed=[],
        last_resorts=0,
        started_at=now,
    )
    session.add(begun)
    session.flush()
    return begun


def end(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Somebody is on it, or nothing is left to do: nothing more is asked, and who passed is forgotten."""
    for row in session.scalars(
        select(Escalation).where(Escalation.ticket_id == ticket.id, Escalation.ended_at.is_(None))
    ):
        row.ended_at, row.ended_why, row.passed = now, str(ticket.status), []
    session.flush()


def go_on(
    session: Session,
    ticket: Ticket,
    under_way: Escalation,
    *,
    policy: Policy,
    now: datetime,
    may_ask: bool = False,
) -> None:
    """Asks whoever is next and sets the one timer that looks again. Exactly one follows every call.

    `may_ask` where that was found just now for the same policy: who is away or asleep has not changed since.
    """
    plan = policy_from(under_way.snapshot)
    if not may_ask:
        decided = gate_for(session, ticket, plan, policy=policy, now=now, cannot_wait=under_way.cannot_wait)
        if not decided.ask_now and decided.until is not None:
            note(session, ticket, "asking_waits", now=now, reason=decided.reason)
            set_timer(session, TimerKind.PAGE_NEXT, ticket, due_at=decided.until, now=now)
            return
    while under_way.round <= plan.repeats:
        while under_way.level < len(plan.levels):
            level = plan.levels[under_way.level]
            if _ask(session, ticket, under_way, plan, policy=policy, now=now):
                set_timer(session, TimerKind.PAGE_NEXT, ticket, due_at=now + level.wait, now=now)
                return
            _enter(under_way, level=under_way.level + 1)
        if not under_way.asked:
            break  # nobody at all: going round again at once would find the same
        if under_way.round < plan.repeats:
            note(session, ticket, "repeated", now=now, reason=_round(under_way.round + 1, plan.repeats))
        _enter(under_way, level=0, round=under_way.round + 1)
        if under_way.round <= plan.repeats:
            under_way.asked = []
    last_resort(session, ticket, under_way, plan, policy=policy, now=now)
    _enter(under_way, level=0, round=0)
    under_way.asked = []
    ticket.level = -1
    session.flush()
    set_timer(session, TimerKind.PAGE_NEXT, ticket, due_at=now + plan.again_after, now=now)


def _enter(under_way: Escalation, *, level: int, round: int | None = None) -> None:
    under_way.level, under_way.asked_here, under_way.passed = level, 0, []
    if round is not None:
        under_way.round = round


def _round(done: int, repeats: int) -> str:
    return f"nobody claimed it: round {done + 1} of {repeats + 1} begins"


def _ask(
    session: Session,
    ticket: Ticket,
    under_way: Escalation,
    plan: EscalationPolicy,
    *,
    policy: Policy,
    now: datetime,
) -> bool:
    """Whether anybody is asked by the level now; a level that reaches nobody says so in the timeline."""
    level = plan.levels[under_way.level]
    if under_way.asked_here and (level.how is How.ALL or level.tries == under_way.asked_here):
        return False
    called = not under_way.asked_here and _call_pagers(session, ticket, level, policy=policy, now=now)
    ways = _ways(session, ticket, level, now=now)
    people = [person for person, _ in ways if person.id not in under_way.asked]
    just_had_it = _just_had_it(session, ticket, under_way, plan, people, policy=policy, now=now)
    people = [person for person in people if person.id != just_had_it]
    spared = _spares(session, ticket, under_way, plan, people, policy=policy, now=now)
    if spared:
        people = []
    asked = _ask_people(session, ticket, under_way, level, people, dict(_ids(ways)), policy=policy, now=now)
    if not asked and not called and not under_way.asked_here:
        why = _why_skipped(
            level, found=bool(ways), asked=not people, spared=spared or just_had_it is not None
        )
        note(
            session,
            ticket,
            "level_skipped",
            now=now,
            reason=f"level {under_way.level + 1} was skipped: {why}",
            details={"policy_level": under_way.level, "round": under_way.round},
        )
    if called and not asked:
        under_way.asked_here += 1
        session.flush()
    return asked or called


def _ids(ways: Sequence[tuple[Person, Target]]) -> list[tuple[int, Target]]:
    return [(person.id, target) for person, target in ways]


def _ways(session: Session, ticket: Ticket, level: Level, *, now: datetime) -> list[tuple[Person, Target]]:
    """Whom the level names now, each with the first way that leads to them; never who asked the question."""
    found: dict[int, tuple[Person, Target]] = {}
    for target in level.targets:
        for person in people_of(session, ticket.team_id, target, at=now):
            if person.id != ticket.requester_id:
                found.setdefault(person.id, (person, target))
    return list(found.values())


def _call_pagers(session: Session, ticket: Ticket, level: Level, *, policy: Policy, now: datetime) -> bool:
    called = False
    for target in level.targets:
        if target.kind is not TargetKind.PAGER:
            continue
        if target.pager in policy.pagers:
            trigger(session, ticket, target.pager, now=now)
            note(session, ticket, "called_pager", now=now, reason=f"called {in_words(target)}")
            called = True
        else:
            note(session, ticket, "level_skipped", now=now, reason=f"{in_words(target)} is not set up")
    return called


def _ask_people(
    session: Session,
    ticket: Ticket,
    under_way: Escalation,
    level: Level,
    people: list[Person],
    ways: dict[int, Target],
    *,
    policy: Policy,
    now: datetime,
) -> bool:
    """One of them, whoever is due; or, where all are asked at once, everybody who may be."""
    asked = False
    while people:
        routed = choose(session, ticket, people, policy=policy, now=now, cannot_wait=under_way.cannot_wait)
        if routed.person_id is None:
            break
        agent = next(person for person in people if person.id == routed.person_id)
        people = [person for person in people if person is not agent]
        _page(
            session,
            ticket,
            under_way,
            level,
            agent,
            routed,
            in_words(ways[agent.id]),
            policy=policy,
            now=now,
        )
        asked = True
        if level.how is How.ONE:
            break
    return asked


def _page(
    session: Session,
    ticket: Ticket,
    under_way: Escalation,
    level: Level,
    agent: Person,
    routed: Routed,
    way: str,
    *,
    policy: Policy,
    now: datetime,
) -> None:
    if agent.id == under_way.snapshot.get("first"):
        way = "who worked on it before"
    page(session, ticket, agent, why=routed.reason, wait=level.wait, policy=policy, now=now)
    # Their number in this round, whatever level it is: the ticket's own count of who was asked.
    ticket.level = len(under_way.asked)
    under_way.asked = [*under_way.asked, agent.id]
    under_way.asked_here += 1
    note(
        session,
        ticket,
        "paged",
        now=now,
        reason=f"asked {agent.called}, {way}: {routed.because}",
        details={
            "person_id": agent.id,
            "level": ticket.level,
            "policy_level": under_way.level,
            "round": under_way.round,
            "routed": routed.details,
        },
    )
    session.flush()


def _spares(
    session: Session,
    ticket: Ticket,
    under_way: Escalation,
    plan: EscalationPolicy,
    people: list[Person],
    *,
    policy: Policy,
    now: datetime,
) -> bool:
    """Past their cap the next one goes to somebody else who can, also where a later level names them.

    Once, so that nobody who could answer is left out for good; and never whoever knows the ticket already.
    """
    level = plan.levels[under_way.level]
    again = under_way.round or under_way.last_resorts
    knows = under_way.level == 0 and under_way.snapshot.get("first") is not None
    if again or knows or level.how is How.ALL:
        return False
    later = _later(session, ticket, under_way, plan, people, now=now)
    return bool(people and later) and better_later(
        session, ticket, people, later, policy=policy, now=now, cannot_wait=under_way.cannot_wait
    )


def _later(
    session: Session,
    ticket: Ticket,
    under_way: Escalation,
    plan: EscalationPolicy,
    people: list[Person],
    *,
    now: datetime,
) -> list[Person]:
    """Whom later levels name beside these, and who was not asked yet."""
    left_out = {ticket.requester_id, *under_way.asked, *(person.id for person in people)}
    targets = [target for following in plan.levels[under_way.level + 1 :] for target in following.targets]
    return [
        person for person in everybody(session, ticket.team_id, targets, at=now) if person.id not in left_out
    ]


def _just_had_it(
    session: Session,
    ticket: Ticket,
    under_way: Escalation,
    plan: EscalationPolicy,
    people: list[Person],
    *,
    policy: Policy,
    now: datetime,
) -> int | None:
    """Who of them gave it back, while somebody else can be asked: to be asked again at once helps nobody."""
    gave_back = under_way.snapshot.get("gave_back")
    if under_way.round or under_way.last_resorts or gave_back not in {person.id for person in people}:
        return None
    others = [person for person in people if person.id != gave_back]
    others += _later(session, ticket, under_way, plan, people, now=now)
    routed = choose(session, ticket, others, policy=policy, now=now, cannot_wait=under_way.cannot_wait)
    return gave_back if routed.person_id is not None else None


def _why_skipped(level: Level, *, found: bool, asked: bool, spared: bool) -> str:
    """Like every reason it tells of nobody's load: the fair order says enough."""
    if spared:
        return "in the fair order somebody on a later level is next"
    if not found:
        return nobody_in_words(level.targets)
    return "everybody there was asked already" if asked else "nobody there may be asked now"
