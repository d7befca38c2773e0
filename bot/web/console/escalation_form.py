"""A policy in a form that works without scripts: every button sends the whole form, and gets it back changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from werkzeug.datastructures import MultiDict

from triage.escalation.checking import MOST_LEVELS, Problem
from triage.escalation.policies import PolicyRefused
from triage.escalation.values import EscalationPolicy, How, Level, Target
from triage.vocabulary import DutyRole, TargetKind, Urgency

_LONGEST = 200


@dataclass(frozen=True)
class LevelDraft:
    """One level as somebody writes it; `targets` are the words of `coded`."""

    targets: tuple[str, ...] = ()
    how: str = How.ONE.value
    minutes: str = "5"
    tries: str = "0"


@dataclass(frozen=True)
class Draft:
    name: str = ""
    seen: int = 0
    urgencies: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    repeats: str = "0"
    again: str = "30"
    levels: tuple[LevelDraft, ...] = field(default_factory=lambda: (LevelDraft(("group",)),))


def coded(target: Target) -> str:
    """A target as one word, for a field of the form."""
    match target.kind:
        case TargetKind.PERSON:
            return f"person:{target.person_id}"
        case TargetKind.ON_SHIFT:
            return f"on_shift:{target.schedule_id or 'all'}:{target.role.value}"
        case TargetKind.PAGER:
            return f"pager:{target.pager}"
    return "group"


def draft_of(policy: EscalationPolicy) -> Draft:
    return Draft(
        name=policy.name,
        seen=policy.version,
        urgencies=tuple(u.value for u in Urgency if u in policy.urgencies),
        categories=tuple(sorted(policy.categories)),
        repeats=str(policy.repeats),
        again=_minutes(policy.again_after),
        levels=tuple(
            LevelDraft(
                tuple(coded(target) for target in level.targets),
                level.how.value,
                _minutes(level.wait),
                str(level.tries),
            )
            for level in policy.levels
        ),
    )


def _minutes(wait: timedelta) -> str:
    return f"{wait.total_seconds() / 60:g}"


def draft_from(form: MultiDict[str, str]) -> Draft:
    """What was sent, whatever it is; a target that was emptied is gone."""
    count = min(_number(form.get("count", "")) or 0, MOST_LEVELS)
    return Draft(
        name=_short(form.get("name", "")).strip(),
        seen=_number(form.get("seen", "")) or 0,
        urgencies=tuple(form.getlist("urgency"))[:10],
        categories=tuple(_short(key) for key in form.getlist("category"))[:200],
        repeats=_short(form.get("repeats", "")),
        again=_short(form.get("again", "")),
        levels=tuple(
            LevelDraft(
                tuple(_short(word) for word in form.getlist(f"target.{n}") if word)[:30],
                _short(form.get(f"how.{n}", "")),
                _short(form.get(f"minutes.{n}", "")),
                _short(form.get(f"tries.{n}", "")),
            )
            for n in range(count)
        ),
    )


def _short(text: str) -> str:
    return text[:_LONGEST]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def changed(draft: Draft, pressed: str) -> Draft:
    """The form after a button: `add`, or `remove`, `up`, `down` with the number of a level."""
    word, _, said = pressed.partition(":")
    levels = list(draft.levels)
    at = _number(said)
    if word == "add" and len(levels) < MOST_LEVELS:
        levels.append(LevelDraft())
    elif at is not None and at < len(levels):
        if word == "remove":
            del levels[at]
        elif word == "up" and at > 0:
            levels[at - 1], levels[at] = levels[at], levels[at - 1]
        elif word == "down" and at + 1 < len(levels):
            levels[at + 1], levels[at] = levels[at], levels[at + 1]
    return replace(draft, levels=tuple(levels))


def policy_in(draft: Draft) -> EscalationPolicy:
    """Raises `PolicyRefused` where a field does not even say something; the rest the domain judges."""
    wrong: list[Problem] = []

    def number(text: str, path: tuple[str | int, ...]) -> int:
        value = _number(text.strip())
        if value is None or value > 100_000:
            wrong.append(Problem(path, f"“{text[:20]}” is no number", "Write whole numbers, like 5."))
        return min(value or 0, 100_000)

    def words(path: tuple[str | int, ...], said: str) -> How:
        try:
            return How(said)
        except ValueError:
            wrong.append(Problem(path, "It is not said how they are asked", "Choose one of the two."))
            return How.ONE

    levels = []
    for n, level in enumerate(draft.levels):
        path = ("levels", n)
        targets = [target for word in level.targets if (target := decoded(word)) is not None]
        wait = timedelta(minutes=number(level.minutes, (*path, "minutes")))
        tries = number(level.tries, (*path, "tries"))
        levels.append(Level(tuple(targets), words((*path, "how"), level.how), wait, tries))
    policy = EscalationPolicy(
        name=draft.name,
        levels=tuple(levels),
        urgencies=frozenset(u for u in Urgency if u.value in draft.urgencies),
        categories=frozenset(draft.categories),
        repeats=number(draft.repeats, ("repeats",)),
        again_after=timedelta(minutes=number(draft.again, ("again_minutes",))),
    )
    if wrong:
        raise PolicyRefused(wrong)
    return policy


def decoded(word: str) -> Target | None:
    """None for a word that no field of ours sends."""
    kind, _, rest = word.partition(":")
    if kind == "group":
        return Target(TargetKind.GROUP)
    if kind == "pager":
        return Target(TargetKind.PAGER, pager=rest)
    if kind == "person" and (person_id := _number(rest)) is not None:
        return Target(TargetKind.PERSON, person_id=person_id)
    where, _, role = rest.partition(":")
    if kind == "on_shift" and role in set(DutyRole):
        schedule = None if where == "all" else _number(where)
        if where == "all" or schedule is not None:
            return Target(TargetKind.ON_SHIFT, schedule_id=schedule, role=DutyRole(role))
    return None


def choices(
    people: Mapping[int, str], schedules: Mapping[int, str], pagers: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Everything a level can ask, as words for the form and for people."""
    found = [("group", "The on-call list")]
    for role in (DutyRole.PRIMARY, DutyRole.SECONDARY):
        if schedules:
            found.append((f"on_shift:all:{role.value}", f"On shift, {role.value}"))
        if len(schedules) > 1:
            found += [
                (f"on_shift:{key}:{role.value}", f"On shift, {role.value}: {name}")
                for key, name in schedules.items()
            ]
    found += [(f"person:{key}", name) for key, name in people.items()]
    return found + [(f"pager:{name}", f"Pager: {name}") for name in pagers]
