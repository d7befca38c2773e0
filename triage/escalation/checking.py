"""What is wrong with a policy, where, and what to do about it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from triage.escalation.values import BUILT_IN, EscalationPolicy, Level, Target
from triage.vocabulary import TargetKind, Urgency

MOST_LEVELS = 12
MOST_TARGETS = 25
MOST_REPEATS = 9
LONGEST_NAME = 80
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=24)


@dataclass(frozen=True)
class Problem:
    """`path` leads to the place: field names and numbers of levels and targets, counted from 0."""

    path: tuple[str | int, ...]
    what: str
    remedy: str


@dataclass(frozen=True)
class Known:
    """What can be named: ids of people who answer and of schedules, keys of categories, names of pagers."""

    people: frozenset[int]
    schedules: frozenset[int]
    categories: frozenset[str]
    pagers: frozenset[str]


def problems(policy: EscalationPolicy, known: Known) -> list[Problem]:
    """Everything that is wrong, in the order in which one reads it."""
    found = [*_heading(policy, known)]
    if not policy.levels:
        found.append(Problem(("levels",), "A policy needs a level", "Say who is asked first."))
    if len(policy.levels) > MOST_LEVELS:
        found.append(
            Problem(("levels",), f"More than {MOST_LEVELS} levels", "Put several people into one level.")
        )
    for number, level in enumerate(policy.levels):
        found += _level(level, known, ("levels", number))
    return found


def _heading(policy: EscalationPolicy, known: Known) -> Iterator[Problem]:
    name = policy.name.strip()
    if not name or name != policy.name or len(name) > LONGEST_NAME:
        yield Problem(
            ("name",), "A policy needs a name", f"Give it one of at most {LONGEST_NAME} characters."
        )
    if name == BUILT_IN:
        yield Problem(("name",), f"“{BUILT_IN}” is the desk's own policy", "Give yours another name.")
    for key in sorted(policy.categories - known.categories):
        there = ", ".join(sorted(known.categories)) or "none yet"
        yield Problem(("categories",), f"There is no category “{key}”", f"There are: {there}.")
    if not 0 <= policy.repeats <= MOST_REPEATS:
        yield Problem(("repeats",), f"{policy.repeats} repeats", f"Use 0 to {MOST_REPEATS}.")
    yield from _minutes(policy.again_after, ("again_minutes",))


def _level(level: Level, known: Known, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if not level.targets:
        yield Problem((*path, "targets"), "This level asks nobody", "Name somebody, or remove the level.")
    if len(level.targets) > MOST_TARGETS:
        yield Problem(
            (*path, "targets"),
            f"More than {MOST_TARGETS} in one level",
            "Use the on-call list or a schedule.",
        )
    yield from _minutes(level.wait, (*path, "minutes"))
    if not 0 <= level.tries <= MOST_TARGETS:
        yield Problem((*path, "tries"), f"{level.tries} tries", f"Use 1 to {MOST_TARGETS}, or 0 for all.")
    for number, target in enumerate(level.targets):
        yield from _target(target, known, (*path, "targets", number))
    for number, target in enumerate(level.targets):
        if target in level.targets[:number]:
            yield Problem((*path, "targets", number), "This one stands here twice", "Remove one of them.")


def _minutes(wait: timedelta, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if not SHORTEST <= wait <= LONGEST:
        yield Problem(
            path,
            f"{wait.total_seconds() / 60:g} minutes to wait",
            "Use 1 to 1440 minutes, a day at the most.",
        )


def _target(target: Target, known: Known, path: tuple[str | int, ...]) -> Iterator[Problem]:
    match target.kind:
        case TargetKind.PERSON if target.person_id not in known.people:
            yield Problem(path, "This person answers no tickets", "Choose an agent or an admin.")
        case TargetKind.ON_SHIFT if target.schedule_id is not None and (
            target.schedule_id not in known.schedules
        ):
            yield Problem(path, "There is no such schedule", "Choose one that exists, or all of them.")
        case TargetKind.PAGER if target.pager not in known.pagers:
            there = ", ".join(sorted(known.pagers)) or "none; set one up with EVENHAND_PAGER_…"
            yield Problem(path, f"The pager “{target.pager}” is not set up", f"There are: {there}.")


def clash(one: EscalationPolicy, other: EscalationPolicy) -> Problem | None:
    """Two that are as exact as each other and fit the same ticket: nobody could say which one counts."""
    if one.exactness != other.exactness:
        return None
    urgencies = (one.urgencies or frozenset(Urgency)) & (other.urgencies or frozenset(Urgency))
    categories = one.categories & other.categories
    if not urgencies or (one.categories and not categories):
        return None
    return Problem(
        ("categories",) if one.categories else ("urgencies",),
        f"“{other.name}” is for the same tickets",
        "Change which tickets one of the two is for, or delete one.",
    )
