"""Whatever people offer and accept, at once and in any order: no gap, no double booking, no broken rest, one winner."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any

import hypothesis.strategies as st
from factories import NOW, POLICY
from hypothesis import HealthCheck, example, given, settings
from rota import day, office, schedule, shifts
from test_races_two_at_once import at_once

from bot.database import Database
from triage.errors import NotAllowed, TriageError
from triage.oncall.absences import absences_of, add_absence
from triage.oncall.plan import Rotation, Shift
from triage.oncall.swap_checks import Stretch, between, merged, overlap
from triage.oncall.swap_errors import SwapNotPossible, SwapOver, SwapTaken
from triage.oncall.swap_tables import Swap
from triage.oncall.swaps import accept, offer
from triage.people.models import Person, Team
from triage.vocabulary import AbsenceKind, DutyRole, Role, SwapState

START, END = day(0), day(10)
_TEAMS = itertools.count(1)
REFUSALS = (SwapNotPossible, SwapTaken, SwapOver, NotAllowed)


@dataclass(frozen=True)
class Desk:
    """A workspace of its own for each example, so that nothing has to be swept away."""

    database: Database
    team_id: str
    people: tuple[int, ...]

    def shifts(self) -> list[Shift]:
        with self.database.reading() as session:
            return shifts(session, self.team_id, start=START, end=END)

    def person(self, session: Any, n: int) -> Person:
        found: Person = session.get_one(Person, self.people[n % len(self.people)])
        return found

    def try_to(self, act: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        """In a transaction of its own; what the desk refuses is an answer too."""
        try:
            with self.database.transaction() as session:
                return act(session, *arguments, **more)
        except TriageError as refused:
            return refused


def opened(database: Database, people: int, hours: Sequence[tuple[int, int]], days: int) -> Desk:
    """One schedule for each pair of hours; the last of several is one of shadows."""
    team_id = f"TSWAP{next(_TEAMS)}"
    with database.transaction() as session:
        session.add(Team(id=team_id, created_at=NOW))
        session.flush()
        agents = [
            Person(team_id=team_id, slack_id=f"U{n}", name=f"P{n}", role=Role.AGENT, created_at=NOW)
            for n in range(people)
        ]
        session.add_all(agents)
        session.flush()
        for n, (start, length) in enumerate(hours):
            order = agents[n:] + agents[:n]
            role = DutyRole.SHADOW if n == 2 else DutyRole.PRIMARY
            turn = _hours(office(order, role=role, name=f"R{n}"), start, length, every=days)
            schedule(session, team_id, turn, name=f"S{n}", now=NOW)
        return Desk(database, team_id, tuple(agent.id for agent in agents))


def _hours(rotation: Rotation, start: int, length: int, *, every: int) -> Rotation:
    span = replace(rotation.restrictions[0], start=time(start), end=time((start + length) % 24))
    return replace(rotation, restrictions=(span,), every=every, starts=rotation.starts.replace(hour=start))


def covered(found: Sequence[Shift]) -> dict[tuple[int, DutyRole], list[Stretch]]:
    by_role: dict[tuple[int, DutyRole], list[Stretch]] = {}
    for shift in found:
        by_role.setdefault((shift.schedule_id, shift.role), []).append((shift.start, shift.end))
    return {key: merged(stretches) for key, stretches in by_role.items()}


def offered(desk: Desk, n: int, part: int, to: Sequence[int], counter: bool) -> int | None:
    """The n-th shift, whole or a half of it, by whoever has it now."""
    found = desk.shifts()
    shift = found[n % len(found)]
    middle = shift.start + (shift.end - shift.start) / 2
    start, end = ((None, None), (None, middle), (middle, None))[part]

    def act(session: Any) -> int:
        owner = session.get_one(Person, shift.person_id)
        asked = [one for one in (desk.person(session, one) for one in to) if one.id != owner.id]
        theirs = [one for one in found if asked and one.person_id == asked[0].id]
        swap = offer(
            session,
            shift,
            owner=owner,
            to=asked[:1] if counter and theirs else asked,
            start=start,
            end=end,
            counter=theirs[0] if counter and theirs else None,
            by=owner,
            now=NOW,
        )
        return swap.id

    made = desk.try_to(act)
    return made if isinstance(made, int) else None


def taking(desk: Desk, swap_id: int, n: int) -> Callable[[], Any]:
    def act(session: Any) -> int:
        taker = desk.person(session, n)
        accept(session, swap_id, taker=taker, policy=POLICY, now=NOW)
        return taker.id

    return lambda: desk.try_to(act)


def check(desk: Desk, before: Sequence[Shift], outcomes: dict[int, list[Any]]) -> None:
    after = desk.shifts()
    assert covered(after) == covered(before), "who is on may change; that somebody is may not"
    with desk.database.reading() as session:
        for swap_id, answers in outcomes.items():
            swap = session.get_one(Swap, swap_id)
            winners = {answer for answer in answers if isinstance(answer, int)}
            assert len(winners) <= 1, "one winner each"
            assert all(isinstance(answer, (int, *REFUSALS)) for answer in answers), answers
            if winners:
                assert (swap.state, {swap.taker_id}) == (SwapState.ACCEPTED, winners)
        away = absences_of(session, desk.people, start=START, end=END)
    for person in desk.people:
        was = _broken(person, before, away)
        # Whom the rota put in two places at once, and who gave half of one away, has the other close by: better.
        better = {(*turns, "tired") for *turns, how in was if how == "twice"}
        assert _broken(person, after, away) <= was | better, "worse than the rota itself made it"


def _broken(person: int, found: Sequence[Shift], absences: Sequence[Any]) -> set[tuple[str, ...]]:
    """Every two turns that a person has at once, or too soon after one another; every turn while they are away."""
    mine = [shift for shift in found if shift.person_id == person]
    wrong = set()
    for one, other in itertools.combinations(mine, 2):
        first, second = (one.start, one.end), (other.start, other.end)
        turns = tuple(sorted((one.occurrence, other.occurrence)))
        if overlap(first, second):
            wrong.add((*turns, "twice"))
        elif one.occurrence != other.occurrence and between(first, second) < POLICY.care.between_shifts:
            wrong.add((*turns, "tired"))
    for shift in mine:
        for absence in absences:
            if absence.person_id == person and overlap(
                (shift.start, shift.end), (absence.start, absence.end)
            ):
                wrong.add((shift.occurrence, "away"))
    return wrong


offers = st.tuples(
    st.integers(0, 40), st.integers(0, 2), st.lists(st.integers(0, 5), max_size=3), st.booleans()
)
hours = st.sampled_from([(9, 8), (8, 12), (17, 8), (22, 10), (0, 12)])


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(
    people=4,
    rota=[(9, 8), (0, 12), (17, 8)],
    days=1,
    away=[],
    rounds=[[(12, 1, [], False)]],
    takers=[0, 0],
)
@given(
    people=st.integers(2, 6),
    rota=st.lists(hours, min_size=1, max_size=3),
    days=st.integers(1, 2),
    away=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8), st.sampled_from(AbsenceKind)), max_size=3),
    rounds=st.lists(st.lists(offers, min_size=1, max_size=3), min_size=1, max_size=3),
    takers=st.lists(st.integers(0, 5), min_size=2, max_size=4),
)
def test_random_swaps_on_random_rotas_break_nothing(
    database: Database,
    people: int,
    rota: list[tuple[int, int]],
    days: int,
    away: list[tuple[int, int, AbsenceKind]],
    rounds: list[list[tuple[int, int, list[int], bool]]],
    takers: list[int],
) -> None:
    desk = opened(database, people, rota, days)
    for n, when, kind in away:
        with database.transaction() as session:
            person = desk.person(session, n)
            start = day(when, 6)
            if not absences_of(session, [person.id], start=START, end=END):
                end = start + timedelta(hours=20)
                add_absence(session, person, kind=kind, start=start, end=end, by=None, now=NOW)
    for round_ in rounds:
        # Those who went away left gaps; a swap may fill them, and what it fills stays filled.
        before = desk.shifts()
        made = [swap_id for one in round_ if (swap_id := offered(desk, *one)) is not None]
        pairs = list(itertools.product(made, takers))
        answers = at_once(*(taking(desk, swap_id, n) for swap_id, n in pairs)) if pairs else []
        outcomes: dict[int, list[Any]] = {}
        for (swap_id, _), answer in zip(pairs, answers, strict=True):
            outcomes.setdefault(swap_id, []).append(answer)
        check(desk, before, outcomes)
