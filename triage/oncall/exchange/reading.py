"""A YAML file of schedules into values. Everything wrong in it is told at once, each with its line and the remedy."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process
from yaml import MappingNode, Node, SequenceNode

from triage.oncall.checking import Problem, problems
from triage.oncall.exchange import words
from triage.oncall.exchange.document import Document, FileRefused, Path, Written, Wrong
from triage.oncall.exchange.nodes import Reading, compose, line_of, shortened
from triage.oncall.plan import DutyRole, Member, Override, OverrideKind, Restriction, Rotation, Schedule, Turn

VERSION = 1
_TOP = ("evenhand", "group", "schedules")
_SCHEDULE = ("name", "zone", "holidays", "rotations", "overrides")
_ROTATION = ("name", "role", "layer", "turn", "every", "starts", "zone", "only", "members")
_MEMBER = ("person", "name", "since", "until", "again")
_OVERRIDE = ("kind", "role", "start", "end", "person", "instead_of")
_MOST_LAYERS, _MOST_EVERY = 99, 999
# Where the file has another word than the values.
_WRITTEN_AS: dict[str | int, str] = {"country": "holidays", "region": "holidays", "restrictions": "only"}
_UTC = ZoneInfo("UTC")
# In percent: a letter more or less, even in short ids.
_ALIKE = 80
_T = TypeVar("_T")


def from_yaml(text: str, people: Mapping[str, int], team_id: str = "") -> Document:
    """`people` are those the desk knows, by Slack id. Raises `FileRefused`, and nothing else."""
    root = compose(text)
    reader = _Reader(people, team_id)
    document = reader.document(root)
    if wrong := reader.wrong or impossible(document):
        raise FileRefused(wrong)
    return document


def impossible(document: Document) -> list[Wrong]:
    """Rules that can be read and cannot be: layers that overlap, a country that nobody knows."""
    return [
        told(document, n, problem)
        for n, written in enumerate(document.schedules)
        for problem in problems(written.schedule)
    ]


def told(document: Document, schedule: int, problem: Problem) -> Wrong:
    """A problem of one of the document's schedules, with the line on which it stands."""
    path = tuple(_WRITTEN_AS.get(part, part) for part in problem.path)
    line = document.line(("schedules", schedule, *path))
    return Wrong(line, problem.what.rstrip("."), problem.remedy.rstrip("."))


class _Reader(Reading):
    def __init__(self, people: Mapping[str, int], team_id: str) -> None:
        super().__init__()
        self._people, self._team_id = people, team_id

    def document(self, root: Node) -> Document:
        top = self.mapping(root, (), _TOP, "The file")
        if "evenhand" in top:
            self.whole_number(top["evenhand"], "The version of the format", least=VERSION, most=VERSION)
        if not {"group", "schedules"} & set(top) and not self.wrong:
            self.refuse(root, "The file names no schedules", "Put them under “schedules:”")
        path: Path = ("schedules",)
        found = self._each(top.get("schedules"), path, "“schedules”", self._schedule)
        self._once(top.get("schedules"), "schedule")
        group = self._group(top["group"]) if "group" in top else None
        return Document(tuple(found), group, self.lines)

    def _group(self, node: Node) -> tuple[int, ...]:
        ids = [
            self._person(item, "A member of the group") for item in self.sequence(node, ("group",), "“group”")
        ]
        for item, person in zip(node.value, ids, strict=False):
            if person is not None and ids.count(person) > 1:
                self.refuse(item, f"{item.value} is in the group twice", "Keep one of them")
        return tuple(person for person in ids if person is not None)

    def _schedule(self, node: Node, path: Path) -> Written | None:
        parts = self.mapping(node, path, _SCHEDULE, "A schedule")
        name = self._name(node, parts, "schedule")
        zone = self._needed(node, parts, "zone", "The schedule", words.zone) or _UTC
        country, region = self._holidays(parts.get("holidays"))
        rotations = self._each(parts.get("rotations"), (*path, "rotations"), "“rotations”", self._rotation)
        self._once(parts.get("rotations"), "rotation")
        overrides = self._each(
            parts.get("overrides"),
            (*path, "overrides"),
            "“overrides”",
            lambda one, where: self._override(one, where, zone),
        )
        schedule = Schedule(0, self._team_id, name, zone, tuple(rotations), country, region)
        return Written(schedule, tuple(overrides))

    def _rotation(self, node: Node, path: Path) -> Rotation | None:
        parts = self.mapping(node, path, _ROTATION, "A rotation")
        members = self._each(parts.get("members"), (*path, "members"), "“members”", self._member)
        self._each_once(parts.get("members"), members)
        only = self._each(parts.get("only"), (*path, "only"), "“only”", self._restriction)
        starts = self._needed(node, parts, "starts", "The rotation", words.local_time)
        turn = self._needed(node, parts, "turn", "The rotation", _one_of(Turn))
        if "members" not in parts:
            self.refuse(node, "The rotation has no “members”", "List them in the order of their turns")
        return Rotation(
            id=0,
            name=self._name(node, parts, "rotation"),
            role=self._optional(parts, "role", _one_of(DutyRole)) or DutyRole.PRIMARY,
            layer=self._number(parts, "layer", least=0, most=_MOST_LAYERS),
            turn=turn or Turn.WEEK,
            every=self._number(parts, "every", least=1, most=_MOST_EVERY),
            starts=starts or datetime(2000, 1, 1),  # noqa: DTZ001  (local time; the file is refused anyway)
            members=tuple(members),
            restrictions=tuple(only),
            zone=self._optional(parts, "zone", words.zone),
        )

    def _member(self, node: Node, path: Path) -> Member | None:
        if not isinstance(node, MappingNode):
            person = self._person(node, "A member")
            return None if person is None else Member(person)
        parts = self.mapping(node, path, _MEMBER, "A member")
        since, until = self._optional(parts, "since", words.day), self._optional(parts, "until", words.day)
        if since and until and until <= since:
            self.refuse(parts["until"], "“until” is not after “since”", "It is the first day without them")
        return self._placed(node, parts, since, until)

    def _placed(
        self, node: Node, parts: dict[str, Node], since: date | None, until: date | None
    ) -> Member | None:
        if "person" not in parts:
            self.refuse(node, "The member has no “person”", "Give their Slack id, for example U024BE7LH")
            return None
        person = self._person(parts["person"], "A member")
        return None if person is None else Member(person, since, until)

    def _each_once(self, node: Node | None, members: list[Member]) -> None:
        """Somebody twice is mostly a slip, and now and then meant: then the file says so."""
        places = node.value if isinstance(node, SequenceNode) else []
        for n, member in enumerate(members if len(places) == len(members) else ()):
            if any(_together(member, other) for other in members[:n]) and not _meant_again(places[n]):
                self.refuse(
                    places[n],
                    "This person is a member here already",
                    "Take one of the two out, or write “again: true” below “person:” where two turns are meant",
                )

    def _override(self, node: Node, path: Path, zone: ZoneInfo) -> Override | None:
        parts = self.mapping(node, path, _OVERRIDE, "An override")
        kind = self._needed(node, parts, "kind", "The override", _one_of(OverrideKind))
        start = self._needed(node, parts, "start", "The override", lambda text: words.moment(text, zone))
        end = self._needed(node, parts, "end", "The override", lambda text: words.moment(text, zone))
        if start and end and end <= start:
            self.refuse(parts["end"], "The override ends before it starts", "Exchange “start” and “end”")
        person = self._person(parts["person"], "“person”") if "person" in parts else None
        away = self._person(parts["instead_of"], "“instead_of”") if "instead_of" in parts else None
        role = self._optional(parts, "role", _one_of(DutyRole)) or DutyRole.PRIMARY
        self._fits(node, kind, parts)
        if kind is None or start is None or end is None:
            return None
        return Override(0, kind, role, start.astimezone(UTC), end.astimezone(UTC), person, away)

    def _fits(self, node: Node, kind: OverrideKind | None, parts: dict[str, Node]) -> None:
        """Who comes and who goes has to go with the kind."""
        if kind is None:
            return
        comes = kind is not OverrideKind.REMOVE
        if comes and "person" not in parts:
            self.refuse(node, f"“{kind}” needs “person”", "Give the Slack id of who comes on")
        if not comes and "instead_of" not in parts:
            self.refuse(node, f"“{kind}” needs “instead_of”", "Give the Slack id of who is off")
        if not comes and "person" in parts:
            self.refuse(parts["person"], "“remove” puts nobody on", "Take “person” out, or write “replace”")

    # The small parts

    def _each(
        self, node: Node | None, path: Path, what: str, read: Callable[[Node, Path], _T | None]
    ) -> list[_T]:
        found = [read(item, (*path, n)) for n, item in enumerate(self.sequence(node, path, what))]
        return [one for one in found if one is not None]

    def _once(self, node: Node | None, what: str) -> None:
        """Each name once: the name is how a file and the desk know that they mean the same one."""
        seen: dict[str, int] = {}
        for item in node.value if node is not None and isinstance(node.value, list) else ():
            for key, value in item.value if isinstance(item, MappingNode) else ():
                if key.value != "name" or not isinstance(value.value, str):
                    continue
                if value.value in seen:
                    self.refuse(
                        value,
                        f"There is a {what} “{shortened(value.value)}” on line {seen[value.value]} already",
                        "Give each a name of its own",
                    )
                seen.setdefault(value.value, line_of(value))

    def _name(self, node: Node, parts: dict[str, Node], what: str) -> str:
        if "name" not in parts:
            self.refuse(node, f"The {what} has no “name”", "Add “name: …”")
            return ""
        name = self.text(parts["name"], "“name”") or ""
        if not name.strip():
            self.refuse(parts["name"], "“name” is empty", "Give it a name that people know it by")
        return name

    def _needed(
        self, node: Node, parts: dict[str, Node], key: str, what: str, read: Callable[[str], _T]
    ) -> _T | None:
        if key not in parts:
            self.refuse(node, f"{what} has no “{key}”", f"Add “{key}: …”")
        return self._optional(parts, key, read)

    def _optional(self, parts: dict[str, Node], key: str, read: Callable[[str], _T]) -> _T | None:
        if key not in parts:
            return None
        return self._understood(parts[key], f"“{key}”", read)

    def _understood(self, node: Node, what: str, read: Callable[[str], _T]) -> _T | None:
        text = self.text(node, what)
        if text is None:
            return None
        try:
            return read(text)
        except words.NotUnderstood as no:
            self.refuse(node, f"{what} is “{shortened(text)}”, which means nothing here", str(no))
            return None

    def _number(self, parts: dict[str, Node], key: str, *, least: int, most: int) -> int:
        found = self.whole_number(parts[key], f"“{key}”", least=least, most=most) if key in parts else 1
        return 1 if found is None else found

    def _restriction(self, node: Node, _path: Path) -> Restriction | None:
        return self._understood(node, "“only”", words.restriction)

    def _holidays(self, node: Node | None) -> tuple[str, str]:
        text = self.text(node, "“holidays”") if node is not None else None
        country, _, region = (text or "").partition("-")
        return country, region

    def _person(self, node: Node, what: str) -> int | None:
        slack_id = self.text(node, what)
        if slack_id is None:
            return None
        if slack_id not in self._people:
            self.refuse(node, f"Nobody here has the Slack id “{shortened(slack_id)}”", self._meant(slack_id))
        return self._people.get(slack_id)

    def _meant(self, slack_id: str) -> str:
        near = process.extractOne(slack_id, list(self._people), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near:
            return f"Did you mean {near[0]}?"
        return "People are known once they are on the on-call list or wrote to the desk"


def _together(one: Member, other: Member) -> bool:
    """The same person, and both at some time."""
    if one.person_id != other.person_id:
        return False
    since = max(one.since or date.min, other.since or date.min)
    return since < min(one.until or date.max, other.until or date.max)


def _meant_again(node: Node) -> bool:
    pairs = node.value if isinstance(node, MappingNode) else []
    return any(key.value == "again" and value.value == "true" for key, value in pairs)


def _one_of(kinds: Callable[[str], _T]) -> Callable[[str], _T]:
    def read(text: str) -> _T:
        try:
            return kinds(text.strip().lower().replace(" ", "_"))
        except ValueError:
            known = ", ".join(str(one).replace("_", " ") for one in kinds)  # type: ignore[attr-defined]
            raise words.NotUnderstood(f"One of: {known}") from None

    return read
