"""What every change of hands shares: the rota at that moment, the check, the overrides, the words to people."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from triage.oncall.absences import absences_of
from triage.oncall.overrides import OverrideRefused, add_override
from triage.oncall.plan import Override, Plan, Shift
from triage.oncall.plans import plans
from triage.oncall.rules import CareRules
from triage.oncall.shifts import resolve
from triage.oncall.swap_checks import Found, Hindrance, Piece, Skills, hindrance, owns
from triage.oncall.swap_errors import SwapNotFound, SwapNotPossible, SwapOver, SwapTaken
from triage.oncall.swap_tables import Swap, SwapAsk
from triage.outbox import Occasion, say_to
from triage.people.models import Person
from triage.vocabulary import DutyRole, OverrideKind, Role, SwapState


def find(session: Session, swap_id: int, *, team_id: str) -> Swap:
    """The swap as it is now; raises `SwapNotFound`, also for another workspace's."""
    swap = session.get(Swap, swap_id, populate_existing=True)
    if swap is None or swap.team_id != team_id:
        raise SwapNotFound(swap_id)
    return swap


def pieces(swap: Swap, taker_id: int) -> list[Piece]:
    """What goes from whom to whom if this person takes it; two pieces for an exchange."""
    moved = [
        Piece(swap.schedule_id, swap.role, swap.occurrence, swap.start, swap.end, swap.owner_id, taker_id)
    ]
    if counter := _counter(swap, taker_id):
        moved.append(counter)
    return moved


def _counter(swap: Swap, taker_id: int) -> Piece | None:
    if (
        swap.counter_schedule_id is None
        or swap.counter_role is None
        or swap.counter_occurrence is None
        or swap.counter_start is None
        or swap.counter_end is None
    ):
        return None
    return Piece(
        swap.counter_schedule_id,
        swap.counter_role,
        swap.counter_occurrence,
        swap.counter_start,
        swap.counter_end,
        taker_id,
        swap.owner_id,
    )


class Rota:
    """Every schedule of a workspace around some pieces, loaded once: enough to judge who could take them."""

    def __init__(self, session: Session, team_id: str, around: Sequence[Piece], *, rules: CareRules) -> None:
        self.rules = rules
        self.start = min(piece.start for piece in around) - rules.between_shifts
        self.end = max(piece.end for piece in around) + rules.between_shifts
        self.plans = plans(session, team_id, start=self.start, end=self.end)
        self.agents = frozenset(
            session.scalars(select(Person.id).where(Person.team_id == team_id, Person.role != Role.REQUESTER))
        )
        involved = self.agents | {p for piece in around for p in (piece.giver_id, piece.taker_id)}
        self.absences = absences_of(session, sorted(involved), start=self.start, end=self.end)

    def hindrance(
        self, wanted: Sequence[Piece], *, now: datetime, forget: Collection[int] = ()
    ) -> Found | None:
        """What stands in the way, judged as if the overrides named in `forget` did not exist."""
        plans = [
            replace(plan, overrides=tuple(o for o in plan.overrides if o.id not in forget))
            for plan in self.plans
        ]
        before = self._shifts(plans, wanted)
        after = self._shifts([_with(plan, wanted) for plan in plans], wanted)
        return hindrance(
            wanted,
            before=before,
            after=after,
            absences=self.absences,
            skills=Skills(self.agents, self._learning()),
            rules=self.rules,
            now=now,
        )

    def owned(self, piece: Piece) -> bool:
        """Whether the giver is on for the whole of it, in that very turn."""
        return owns(self._shifts(self.plans, [piece]), piece)

    def _shifts(self, plans: Sequence[Plan], wanted: Sequence[Piece]) -> list[Shift]:
        """Who would be on. A giver holds the shift also while they are away: that may be why they give it."""
        givers = {piece.giver_id for piece in wanted}
        return [shift for plan in plans for shift in resolve(there(plan, givers), self.start, self.end)]

    def _learning(self) -> frozenset[tuple[int, int]]:
        """Who stands in a schedule as a shadow alone."""
        roles: dict[tuple[int, int], set[DutyRole]] = {}
        for plan in self.plans:
            for rotation in plan.schedule.rotations:
                for member in rotation.members:
                    roles.setdefault((plan.schedule.id, member.person_id), set()).add(rotation.role)
        return frozenset(key for key, found in roles.items() if found == {DutyRole.SHADOW})


def there(plan: Plan, people: Collection[int]) -> Plan:
    """The plan as if none of them were away."""
    return replace(plan, absences=tuple(a for a in plan.absences if a.person_id not in people))


def _with(plan: Plan, wanted: Sequence[Piece]) -> Plan:
    here = [piece for piece in wanted if piece.schedule_id == plan.schedule.id]
    added = (_as_override(plan, piece, n) for n, piece in enumerate(here))
    return replace(plan, overrides=(*plan.overrides, *added))


def _as_override(plan: Plan, piece: Piece, n: int) -> Override:
    """The override as it would be written: after every other."""
    last = max((override.id for override in plan.overrides), default=0)
    return Override(
        id=last + 1 + n,
        kind=OverrideKind.COVER,
        role=piece.role,
        start=piece.start,
        end=piece.end,
        person_id=piece.taker_id,
        instead_of=piece.giver_id,
    )


def must_be_possible(session: Session, swap: Swap, *, taker: Person, rules: CareRules, now: datetime) -> None:
    """Raises `SwapNotPossible`: whose hindrance it is, only they themselves hear."""
    wanted = pieces(swap, taker.id)
    found = Rota(session, swap.team_id, wanted, rules=rules).hindrance(wanted, now=now)
    if found is not None:
        raise SwapNotPossible(found.hindrance, yours=found.person_id == taker.id)


def must_be_open(swap: Swap) -> None:
    if swap.state is SwapState.ACCEPTED:
        raise SwapTaken(swap.id)
    if swap.state is not SwapState.OFFERED:
        raise SwapOver(swap.id, swap.state)


def settle(
    session: Session, swap: Swap, state: SwapState, *, now: datetime, taker: Person | None = None
) -> bool:
    """Moves it on if it still is what this caller saw; says whether it was this call."""
    session.flush()
    changed: dict[str, object] = {"taker_id": taker.id} if taker is not None else {}
    moved = session.execute(
        update(Swap)
        .where(Swap.id == swap.id, Swap.state == swap.state)
        .values(state=state, settled_at=now, **changed)
        .execution_options(synchronize_session=False)
    )
    session.refresh(swap)
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def write_overrides(session: Session, swap: Swap, *, taker: Person, by: Person | None, now: datetime) -> None:
    """Raises `SwapNotPossible` where the rota refuses one: the edge then takes back the whole swap."""
    for piece in pieces(swap, taker.id):
        try:
            add_override(
                session,
                piece.schedule_id,
                kind=OverrideKind.COVER,
                role=piece.role,
                start=piece.start,
                end=piece.end,
                person=session.get_one(Person, piece.taker_id),
                instead_of=session.get_one(Person, piece.giver_id),
                origin=swap.origin,
                by=by,
                now=now,
            )
        except OverrideRefused as refused:
            raise SwapNotPossible(Hindrance.COVERAGE) from refused


def asks_of(session: Session, swap: Swap) -> list[SwapAsk]:
    return list(
        session.scalars(select(SwapAsk).where(SwapAsk.swap_id == swap.id).order_by(SwapAsk.person_id))
    )


def tell(session: Session, person: Person, notice: str, swap: Swap, *, now: datetime) -> int:
    """A direct message about it; its words are found from how the swap stands when it is sent. Returns its number."""
    return say_to(session, Occasion.DIRECT, person, now=now, notice=notice, swap_id=swap.id).id


def bring_up_to_date(session: Session, swap: Swap, *, now: datetime) -> None:
    """Every message about it that had buttons says how it stands now."""
    bring_one_up_to_date(session, swap.said_id, swap.owner_id, now=now)
    for ask in asks_of(session, swap):
        bring_one_up_to_date(session, ask.said_id, ask.person_id, now=now)


def bring_one_up_to_date(session: Session, said_id: int | None, person_id: int, *, now: datetime) -> None:
    if said_id is not None:
        person = session.get_one(Person, person_id)
        say_to(session, Occasion.DIRECT_REFRESH, person, now=now, message_id=said_id)
