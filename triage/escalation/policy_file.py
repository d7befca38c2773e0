"""A policy as a readable YAML document, with names instead of ids. What cannot be read is refused with its place."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import yaml

from kb.bounded_yaml import PlainLoader
from triage.escalation.checking import Problem
from triage.escalation.policies import PolicyRefused
from triage.escalation.values import EscalationPolicy, How, Level, Target
from triage.vocabulary import DutyRole, TargetKind, Urgency

_POLICY = ("name", "urgencies", "categories", "repeats", "again_minutes", "levels")
_LEVEL = ("ask", "how", "minutes", "tries")
_MOST_BYTES = 200_000
_Word = TypeVar("_Word", Urgency, How, DutyRole)
ALL_SCHEDULES = "all"


@dataclass(frozen=True)
class Names:
    """What people and schedules are called at this desk: Slack ids of people, names of schedules, to their ids."""

    people: dict[str, int]
    schedules: dict[str, int]

    def of_person(self, person_id: int | None) -> str:
        return next((name for name, known in self.people.items() if known == person_id), "?")

    def of_schedule(self, schedule_id: int | None) -> str:
        found = (name for name, known in self.schedules.items() if known == schedule_id)
        return ALL_SCHEDULES if schedule_id is None else next(found, "?")


def as_yaml(policy: EscalationPolicy, names: Names) -> str:
    """Reads back equal."""
    body: dict[str, Any] = {"name": policy.name}
    if policy.urgencies:
        body["urgencies"] = [u.value for u in Urgency if u in policy.urgencies]
    if policy.categories:
        body["categories"] = sorted(policy.categories)
    body |= {"repeats": policy.repeats, "again_minutes": _number(policy.again_after)}
    body["levels"] = [
        {
            "ask": [_target_out(target, names) for target in level.targets],
            "how": level.how.value,
            "minutes": _number(level.wait),
            **({"tries": level.tries} if level.tries else {}),
        }
        for level in policy.levels
    ]
    return yaml.safe_dump(body, sort_keys=False, allow_unicode=True)


def _number(wait: timedelta) -> int | float:
    minutes = wait.total_seconds() / 60
    return int(minutes) if minutes == int(minutes) else minutes


def _target_out(target: Target, names: Names) -> str | dict[str, str]:
    match target.kind:
        case TargetKind.PERSON:
            return {"person": names.of_person(target.person_id)}
        case TargetKind.ON_SHIFT:
            return {"on_shift": names.of_schedule(target.schedule_id), "role": target.role.value}
        case TargetKind.PAGER:
            return {"pager": target.pager}
    return "group"


def read_yaml(text: str, names: Names) -> EscalationPolicy:
    """Raises `PolicyRefused` with every problem that reading finds."""
    if len(text.encode()) > _MOST_BYTES:
        raise PolicyRefused([Problem((), "This file is too long", "A policy is a page of text at the most.")])
    try:
        body = yaml.load(text, Loader=PlainLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as unreadable:
        mark = getattr(unreadable, "problem_mark", None)
        place = (f"line {mark.line + 1}",) if mark else ()
        raise PolicyRefused([Problem(place, "This is no YAML", "Look at that line.")]) from None
    reading = _Reading(names, [])
    policy = reading.policy(body)
    if policy is None or reading.problems:
        raise PolicyRefused(reading.problems)
    return policy


@dataclass
class _Reading:
    names: Names
    problems: list[Problem]

    def wrong(self, path: tuple[str | int, ...], what: str, remedy: str) -> None:
        self.problems.append(Problem(path, what, remedy))

    def policy(self, body: Any) -> EscalationPolicy | None:
        if not self.has_only(body, _POLICY, ()):
            return None
        urgencies = {self.word(Urgency, word, ("urgencies",)) for word in self.listed(body, "urgencies")}
        levels = [
            self.level(level, ("levels", number)) for number, level in enumerate(self.listed(body, "levels"))
        ]
        return EscalationPolicy(
            name=str(body.get("name", "")),
            levels=tuple(level for level in levels if level is not None),
            urgencies=frozenset(urgency for urgency in urgencies if urgency is not None),
            categories=frozenset(str(key) for key in self.listed(body, "categories")),
            repeats=int(self.number(body, "repeats", 0, ())),
            again_after=timedelta(minutes=self.number(body, "again_minutes", 30, ())),
        )

    def level(self, body: Any, path: tuple[str | int, ...]) -> Level | None:
        if not self.has_only(body, _LEVEL, path):
            return None
        how = self.word(How, body.get("how", How.ONE.value), (*path, "how"))
        targets = [
            self.target(target, (*path, "ask", number))
            for number, target in enumerate(self.listed(body, "ask", path))
        ]
        return Level(
            targets=tuple(target for target in targets if target is not None),
            how=how or How.ONE,
            wait=timedelta(minutes=self.number(body, "minutes", 5, path)),
            tries=int(self.number(body, "tries", 0, path)),
        )

    def target(self, body: Any, path: tuple[str | int, ...]) -> Target | None:
        if body == "group":
            return Target(TargetKind.GROUP)
        if not self.has_only(body, ("person", "on_shift", "role", "pager"), path):
            return None
        if set(body) == {"person"}:
            return self.person(str(body["person"]), path)
        if set(body) == {"pager"}:
            return Target(TargetKind.PAGER, pager=str(body["pager"]))
        if "on_shift" in body and set(body) <= {"on_shift", "role"}:
            return self.on_shift(str(body["on_shift"]), body.get("role", DutyRole.PRIMARY.value), path)
        self.wrong(path, "It is not clear who is asked", "Use one of: group, person, on_shift, pager.")
        return None

    def person(self, slack_id: str, path: tuple[str | int, ...]) -> Target | None:
        person_id = self.names.people.get(slack_id)
        if person_id is None:
            self.wrong(path, f"“{slack_id}” is nobody here", "Use the Slack id of an agent, like U012AB3CD.")
            return None
        return Target(TargetKind.PERSON, person_id=person_id)

    def on_shift(self, name: str, role: Any, path: tuple[str | int, ...]) -> Target | None:
        known = self.word(DutyRole, role, (*path, "role"))
        if name == ALL_SCHEDULES:
            return Target(TargetKind.ON_SHIFT, role=known or DutyRole.PRIMARY)
        schedule_id = self.names.schedules.get(name)
        if schedule_id is None:
            there = ", ".join(sorted(self.names.schedules)) or "none yet"
            self.wrong(path, f"There is no schedule “{name}”", f"Use “{ALL_SCHEDULES}”, or one of: {there}.")
            return None
        return Target(TargetKind.ON_SHIFT, schedule_id=schedule_id, role=known or DutyRole.PRIMARY)

    def has_only(self, body: Any, keys: tuple[str, ...], path: tuple[str | int, ...]) -> bool:
        if not isinstance(body, dict):
            self.wrong(path, "Here named fields are expected", f"Fields: {', '.join(keys)}.")
            return False
        for key in body:
            if key not in keys:
                self.wrong((*path, str(key)), f"“{key}” is unknown", f"Fields: {', '.join(keys)}.")
        return True

    def listed(self, body: dict[str, Any], key: str, path: tuple[str | int, ...] = ()) -> list[Any]:
        value = body.get(key) or []
        if not isinstance(value, list):
            self.wrong((*path, key), "Here a list is expected", "Begin each line with “- ”.")
            return []
        return value

    def number(self, body: dict[str, Any], key: str, default: float, path: tuple[str | int, ...]) -> float:
        value = body.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100_000:
            self.wrong((*path, key), f"“{value}” is no number that fits here", "Write a number like 5.")
            return default
        return value

    def word(self, words: type[_Word], said: Any, path: tuple[str | int, ...]) -> _Word | None:
        try:
            return words(said)
        except ValueError:
            there = ", ".join(word.value for word in words)
            self.wrong(path, f"“{said}” is unknown", f"Use one of: {there}.")
            return None


def line_of(text: str, path: tuple[str | int, ...]) -> int | None:
    """The line, counted from 1, on which the place stands, or the nearest one around it that is there."""
    try:
        node = yaml.compose(text, Loader=PlainLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    line = None
    for step in path:
        inside = _inside(node, "ask" if step == "targets" else step)
        if inside is None:
            break
        line, node = inside
    return line


def _inside(node: Any, step: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found = node.value[step]
        return found.start_mark.line + 1, found
    return None
