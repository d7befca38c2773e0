"""What would happen to a ticket that came in at some moment: the same levels, gate and rules, and nobody is asked.

It tells rules and never anybody's load: where several are equally allowed, all of them are named, not who is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from triage.escalation.asking import opened
from triage.escalation.policies import policy_for
from triage.escalation.standing import standings
from triage.escalation.targets import admins, everybody, nobody_in_words, people_of
from triage.escalation.values import EscalationPolicy, How, Level, Target
from triage.oncall.protection import Ask, forbidden, gate, rest_after
from triage.people.models import Person
from triage.policy import Policy
from triage.vocabulary import TargetKind, Urgency

# Of a policy that waits days between its levels, more than this tells nothing new.
_MOST_STEPS = 60


class StepKind(StrEnum):
    WAITS = "waits"  # nobody is asked yet
    ASKS = "asks"
    CALLS = "calls"  # a pager outside Slack
    SKIPS = "skips"
    REPEATS = "repeats"
    LAST_RESORT = "last_resort"
    STARTS_AGAIN = "starts_again"


@dataclass(frozen=True)
class Step:
    """`who` are names: those who may be asked at that moment, in no order of load. `level` counts from 1."""

    at: datetime
    kind: StepKind
    why: str
    level: int | None = None
    who: tuple[str, ...] = ()
    how: How = How.ONE
    # Where each of them lives; empty for pagers.
    zones: tuple[str, ...] = ()

    @property
    def local_times(self) -> tuple[datetime, ...]:
        """What each of them reads on the clock then."""
        return tuple(self.at.astimezone(ZoneInfo(zone)) for zone in self.zones)

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "kind": self.kind.value,
            "level": self.level,
            "who": list(self.who),
            "how": self.how.value,
            "why": self.why,
        }


@dataclass
class _Rehearsal:
    session: Session
    team_id: str
    ask: Ask
    plan: EscalationPolicy
    policy: Policy
    at: datetime
    steps: list[Step] = field(default_factory=list)
    asked: set[int] = field(default_factory=set)

    def tell(self, kind: StepKind, why: str, **more: Any) -> None:
        self.steps.append(Step(self.at, kind, why, **more))

    @property
    def now_asked(self) -> Ask:
        return Ask(
            self.ask.urgency,
            self.ask.category,
            after_hours=not self.policy.opening.is_open(self.at),
            cannot_wait=self.ask.cannot_wait,
        )

    def allowed(self, people: Sequence[Person], *, last_resort: bool = False) -> list[Person]:
        standing = standings(self.session, people, team_id=self.team_id, policy=self.policy, now=self.at)
        free = {
            one.person_id
            for one in standing
            if forbidden(self.now_asked, one, now=self.at, last_resort=last_resort) is None
        }
        return [person for person in people if person.id in free]


def dry_run(
    session: Session,
    team_id: str,
    *,
    urgency: Urgency,
    category: str | None,
    at: datetime,
    policy: Policy,
    cannot_wait: bool = False,
    plan: EscalationPolicy | None = None,
) -> list[Step]:
    """If nobody claimed it: everything up to the moment when it would start again. `plan` may be one not saved yet."""
    plan = plan or policy_for(session, team_id, urgency=urgency, category=category, policy=policy)
    ask = Ask(urgency, category, cannot_wait=cannot_wait)
    run = _Rehearsal(session, team_id, ask, plan, policy, at)
    for round in range(plan.repeats + 1):
        if round:
            run.tell(StepKind.REPEATS, f"nobody claimed it: round {round + 1} of {plan.repeats + 1}")
        run.asked.clear()
        called = [_level(run, number, level) for number, level in enumerate(plan.levels, 1)]
        if not run.asked and not any(called):
            break
    _wait_for_somebody(run)
    _last_resort(run)
    run.at += plan.again_after
    run.tell(StepKind.STARTS_AGAIN, "nobody claimed it: it starts again with level 1")
    return run.steps[:_MOST_STEPS]


def _wait_for_somebody(run: _Rehearsal) -> None:
    """The gate: what can wait does, until somebody is at work."""
    for _ in range(3):
        people = everybody(run.session, run.team_id, run.plan.targets(), at=run.at)
        standing = standings(run.session, people, team_id=run.team_id, policy=run.policy, now=run.at)
        is_open = run.policy.opening.is_open(run.at)
        decided = opened(
            gate(run.now_asked, desk_open=is_open, standings=standing, now=run.at), run.policy, run.at
        )
        if decided.ask_now or decided.until is None:
            return
        run.tell(StepKind.WAITS, decided.reason)
        run.at = decided.until


def _level(run: _Rehearsal, number: int, level: Level) -> bool:
    """Whether the level calls a pager; people it asks are written down in `asked`."""
    _wait_for_somebody(run)
    called = _pagers(run, number, level)
    named = everybody(run.session, run.team_id, level.targets, at=run.at)
    new = [person for person in named if person.id not in run.asked]
    free = run.allowed(new)
    if not free:
        if not called:
            run.tell(StepKind.SKIPS, _why_skipped(level, named, new), level=number)
        else:
            run.at += level.wait
        return called
    run.asked |= {person.id for person in free} if level.how is How.ALL else set()
    if level.how is How.ALL:
        run.tell(StepKind.ASKS, _why(run, level, named, free), level=number, **_named(free), how=level.how)
        run.at += level.wait
        return called
    for tried in range(min(level.tries or len(free), len(free))):
        if tried:
            _wait_for_somebody(run)
            free = run.allowed(new) or free
        why = _why(run, level, named, free)
        if tried:
            why = f"the next of them, as nobody claimed it; {why}"
        run.tell(StepKind.ASKS, why, level=number, **_named(free))
        run.at += level.wait
    # Who of them it was, load decides: to the levels after this one all of them count as asked.
    run.asked |= {person.id for person in free}
    return called


def _pagers(run: _Rehearsal, number: int, level: Level) -> bool:
    called = False
    for target in level.targets:
        if target.kind is TargetKind.PAGER:
            there = target.pager in run.policy.pagers
            kind = StepKind.CALLS if there else StepKind.SKIPS
            why = "called outside Slack" if there else f"the pager “{target.pager}” is not set up"
            run.tell(kind, why, level=number, who=(target.pager,))
            called = called or there
    return called


def _why_skipped(level: Level, named: Sequence[Person], new: Sequence[Person]) -> str:
    if not named:
        return f"skipped at once: {nobody_in_words(level.targets)}"
    return "skipped at once: " + (
        "nobody there may be asked at that time" if new else "everybody there was asked already"
    )


def _why(run: _Rehearsal, level: Level, named: Sequence[Person], free: Sequence[Person]) -> str:
    ways = {target.kind for target in level.targets if _stands_behind(run, target, free)}
    parts = []
    if TargetKind.ON_SHIFT in ways:
        parts.append("on shift then")
    if TargetKind.GROUP in ways:
        parts.append("on the on-call list")
    if TargetKind.PERSON in ways:
        parts.append("named by the policy")
    said = " or ".join(parts)
    if len(free) > 1:
        said += ", all at once" if level.how is How.ALL else ", one after the other in the fair order"
    if level.how is How.ONE and not run.ask.pressing and level is not run.plan.levels[-1]:
        # Who has how much in hand by then nobody knows, and nobody is told of anybody's now.
        said += "; left out at first if all of them have enough and a later level has room"
    if left := len(named) - len(free):
        said += f"; {left} not available then" if not run.asked else ""
    rests = [rest_after(run.at, ZoneInfo(person.time_zone), run.policy.care) for person in free]
    if any(rests):
        hours = run.policy.care.rest / timedelta(hours=1)
        said += f"; whoever answers at night rests {hours:g} hours after it"
    return said


def _stands_behind(run: _Rehearsal, target: Target, free: Sequence[Person]) -> bool:
    behind = {person.id for person in people_of(run.session, run.team_id, target, at=run.at)}
    return any(person.id in behind for person in free)


def _last_resort(run: _Rehearsal) -> None:
    told = admins(run.session, run.team_id)
    pressing = run.ask.pressing
    reached = run.allowed(told, last_resort=True) or (told if pressing else [])
    why = "nobody claimed it: the desk's channel is told"
    if reached:
        why += ", and these admins by direct message"
    if pressing:
        why += "; people who rest may be asked now too"
    if run.policy.pagers:
        why += f"; called outside Slack: {', '.join(run.policy.pagers)}"
    run.tell(StepKind.LAST_RESORT, why, **_named(reached))


def _named(people: Sequence[Person]) -> dict[str, Any]:
    """By name: an order would say who is due."""
    by_name = sorted(people, key=lambda person: person.called)
    return {
        "who": tuple(person.called for person in by_name),
        "zones": tuple(person.time_zone for person in by_name),
    }
