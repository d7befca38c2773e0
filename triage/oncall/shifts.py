"""Who is on, worked out from a plan. Pure: a schedule, overrides, time off and what was recorded in; shifts out.

What counts, strongest first:
1. what was recorded: before `recorded_until` nothing else is looked at, so that no edit changes the past;
2. overrides, in the order in which they were made, so that one may build on another (Cleo stands in for Ben, and
   then Dee for Cleo). A stand-in takes a shift also where its owner is away;
3. time off: a shift whose owner is away is given to nobody by itself. A lower layer of the same role covers where it
   has somebody on; else it is a gap, and the look-ahead says so. Rest is none: whoever worked at night keeps their
   shift, the router leaves them alone meanwhile, and nobody else sees it;
4. the rules: of the rotations of one role the higher layer wins wherever it has somebody on.

Shifts are half-open and never overlap within a role. Several may be parts of one turn and share its `occurrence`
(a week by office hours; a week with another layer over its Saturday): `occurrence` and `start` together are unique.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from triage.oncall.pieces import Piece, change, laid_over, less, united, within, without
from triage.oncall.plan import (
    AbsenceKind,
    DutyRole,
    Override,
    OverrideKind,
    Plan,
    Rotation,
    Schedule,
    Shift,
    Why,
)
from triage.oncall.rotation import Interval, handoffs_of, hours_on, stints

_ROLES = list(DutyRole)
_AN_INSTANT = timedelta(microseconds=1)
_CLOSE = timedelta(days=4)


def resolve(plan: Plan, start: datetime, end: datetime) -> list[Shift]:
    """The shifts of all roles within `[start, end)`, by start and then by role."""
    found = [shift for role in _ROLES for shift in _of_role(plan, role, start, end)]
    return sorted(found, key=lambda shift: (shift.start, _ROLES.index(shift.role)))


def on_now(plan: Plan, at: datetime) -> list[Shift]:
    """Whoever is on at a moment, each with the real start and end of their shift."""
    found: list[Shift] = []
    for role in _ROLES:
        for start, end in _around(plan, role, at):
            shift = _near(plan, role, at, start, end)
            found += [shift] if shift else [s for s in _of_role(plan, role, start, end) if s.holds(at)]
    return found


def _near(plan: Plan, role: DutyRole, at: datetime, start: datetime, end: datetime) -> Shift | None:
    """The shift, if all of it lies near: most end within a day, and a turn of months need not be looked through."""
    opens, closes = max(start, at - _CLOSE), min(end, at + _CLOSE)
    if (opens, closes) == (start, end):
        return None
    for shift in _of_role(plan, role, opens, closes):
        if shift.holds(at) and opens < shift.start and shift.end < closes:
            return shift
    return None


def _around(plan: Plan, role: DutyRole, at: datetime) -> list[Interval]:
    """A stretch that surely holds the whole shift of whoever is on."""
    until = plan.recorded_until
    if until is None or at >= until:
        return [piece.whole for piece in _pieces(plan, role, at, at + _AN_INSTANT)]
    past = [(row.start, row.end) for row in plan.recorded if row.role is role and row.start <= at < row.end]
    # It may go on after what was recorded of it.
    ahead = [piece.whole[1] for piece in _pieces(plan, role, until, until + _AN_INSTANT)]
    return [(start, max([end, *ahead])) for start, end in past]


def gaps(
    plan: Plan, start: datetime, end: datetime, role: DutyRole = DutyRole.PRIMARY
) -> list[tuple[datetime, datetime]]:
    """When nobody is on although a rotation of the role means to have somebody on. Of the past nothing is said."""
    if plan.recorded_until is not None:
        start = max(start, plan.recorded_until)
    if start >= end:
        return []
    meant = united(
        hours
        for rotation in plan.schedule.rotations
        if rotation.role is role
        for hours in hours_on(rotation, rotation.zone or plan.schedule.zone, start, end)
    )
    on = united((shift.start, shift.end) for shift in _of_role(plan, role, start, end))
    return list(less(meant, on))


def _of_role(plan: Plan, role: DutyRole, start: datetime, end: datetime) -> list[Shift]:
    found: list[Shift] = []
    until = plan.recorded_until
    if until is not None and start < until:
        found += _recorded(plan, role, start, min(end, until))
        start = until
    if start < end:
        found += [_shift(plan, role, piece) for piece in _pieces(plan, role, start, end)]
    return list(_joined(found))


def _recorded(plan: Plan, role: DutyRole, start: datetime, end: datetime) -> Iterator[Shift]:
    rows = [row for row in plan.recorded if row.role is role and row.start < end and start < row.end]
    for row in sorted(rows, key=lambda row: row.start):
        yield Shift(
            schedule_id=plan.schedule.id,
            role=role,
            start=max(row.start, start),
            end=min(row.end, end),
            person_id=row.person_id,
            rotation_id=row.rotation_id,
            occurrence=row.occurrence,
            why=Why(row.why),
            reason=row.reason,
        )


def _joined(shifts: Iterable[Shift]) -> Iterator[Shift]:
    """Parts of one turn that follow one another without a break are one shift."""
    last: Shift | None = None
    for shift in shifts:
        if last is not None and last.end == shift.start and _alike(last, shift):
            last = replace(last, end=shift.end)
            continue
        if last is not None:
            yield last
        last = shift
    if last is not None:
        yield last


def _alike(one: Shift, other: Shift) -> bool:
    return (
        one.occurrence == other.occurrence
        and one.person_id == other.person_id
        and one.why is other.why
        and one.reason == other.reason
    )


def _shift(plan: Plan, role: DutyRole, piece: Piece) -> Shift:
    assert piece.person_id is not None
    return Shift(
        plan.schedule.id,
        role,
        piece.start,
        piece.end,
        piece.person_id,
        piece.rotation_id,
        piece.occurrence,
        piece.why,
        piece.reason,
    )


# --- From the rules to pieces -----------------------------------------------------------------------


def _pieces(plan: Plan, role: DutyRole, start: datetime, end: datetime) -> list[Piece]:
    """What rules, time off and overrides come to; only where somebody is on."""
    rotations = sorted(
        (rotation for rotation in plan.schedule.rotations if rotation.role is role),
        key=lambda rotation: -rotation.layer,
    )
    layers = [_by_rule(rotation, plan.schedule, start, end) for rotation in rotations]
    overrides = [
        override
        for override in plan.overrides
        if override.role is role and override.start < end and start < override.end
    ]
    added = _overridden(layers, sorted(overrides, key=lambda override: override.id), start, end)
    away = _away(plan, start, end)
    if away:
        layers = [list(_there(layer, away)) for layer in layers]
    return [piece for piece in laid_over([added, *layers]) if piece.person_id is not None]


def _by_rule(rotation: Rotation, schedule: Schedule, start: datetime, end: datetime) -> list[Piece]:
    handoffs = handoffs_of(rotation, schedule)
    hours = hours_on(rotation, handoffs.zone, start, end)
    found: list[Piece] = []
    n = 0
    for stint in stints(handoffs, start, end):
        if stint.person_id is None:
            continue
        occurrence = f"r{rotation.id}:{stint.start.isoformat()}"
        reason = f"It is {{{stint.person_id}}}'s turn in “{rotation.name}”"
        while n < len(hours) and hours[n][1] <= stint.start:
            n += 1
        at = n
        while at < len(hours) and hours[at][0] < stint.end:
            opens, closes = max(hours[at][0], stint.start), min(hours[at][1], stint.end)
            whole = (stint.start, stint.end)
            found.append(
                Piece(opens, closes, stint.person_id, rotation.id, occurrence, Why.TURN, reason, whole)
            )
            at += 1
    return found


def _away(plan: Plan, start: datetime, end: datetime) -> dict[int, list[Interval]]:
    away: dict[int, list[Interval]] = {}
    for absence in plan.absences:
        if absence.kind is not AbsenceKind.REST and absence.start < end and start < absence.end:
            away.setdefault(absence.person_id, []).append((absence.start, absence.end))
    return {person: united(times) for person, times in away.items()}


def _there(layer: Sequence[Piece], away: Mapping[int, list[Interval]]) -> Iterator[Piece]:
    """Turns without the times at which their owners are away. Who stands in was asked by name, and stays."""
    for piece in layer:
        times = away.get(piece.person_id or 0) if piece.why is Why.TURN else None
        if times:
            yield from without([piece], times)
        else:
            yield piece


# --- Overrides --------------------------------------------------------------------------------------


def _overridden(
    layers: list[list[Piece]], overrides: Iterable[Override], start: datetime, end: datetime
) -> list[Piece]:
    """Puts the overrides into the layers, in order; gives back the layer above all, of those who were added."""
    added: list[Piece] = []
    for override in overrides:
        opens, closes = max(override.start, start), min(override.end, end)
        if override.kind is OverrideKind.ADD:
            low, high = within(added, opens, closes)
            piece = _added(override, opens, closes)
            beside = list(without(added[low:high], [(opens, closes)]))
            added[low:high] = sorted([*beside, piece])
            continue
        for layer in (added, *layers):
            change(layer, opens, closes, partial(_stood_in, override=override))
    return added


def _added(override: Override, start: datetime, end: datetime) -> Piece:
    return Piece(
        start,
        end,
        override.person_id,
        None,
        f"o{override.id}",
        Why.OVERRIDE,
        f"{{{override.person_id}}} is on by an override",
        (override.start, override.end),
    )


def _stood_in(piece: Piece, override: Override) -> Piece | None:
    """The piece with the stand-in on it; None where it is not theirs whom the override is about."""
    owner = override.instead_of if override.instead_of is not None else piece.person_id
    if owner is None or piece.person_id != owner:
        return None
    if override.kind is OverrideKind.REMOVE:
        return piece._replace(person_id=None, why=Why.OVERRIDE, reason="")
    why, reason = _standing_in(override, owner)
    return piece._replace(person_id=override.person_id, why=why, reason=reason)


def _standing_in(override: Override, owner: int) -> tuple[Why, str]:
    person = f"{{{override.person_id}}}"
    if override.origin.startswith("swap"):
        return Why.SWAP, f"{person} took this shift over from {{{owner}}}"
    if override.kind is OverrideKind.COVER:
        return Why.COVER, f"{person} covers for {{{owner}}}"
    return Why.OVERRIDE, f"{person} stands in for {{{owner}}}"
