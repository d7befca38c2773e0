"""What the files of other on-call tools have in common: people to be matched, and parts that do not fit."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, ValidationError, model_validator
from yaml import MappingNode, ScalarNode

from triage.oncall.exchange import words
from triage.oncall.exchange.document import FileRefused, Wrong
from triage.oncall.exchange.nodes import Reading, compose, shortened
from triage.oncall.plan import Restriction, Turn

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Misfit:
    """A part of a foreign file that could not be taken over as it is: what, why, and what to do."""

    what: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}: {self.why}. {self.remedy}."


class Theirs(BaseModel):
    """A part of a foreign file. What it holds besides is theirs alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, found: Any) -> Any:
        """What their tool writes as null, it does not say."""
        return (
            {key: value for key, value in found.items() if value is not None}
            if isinstance(found, dict)
            else found
        )


def _of_our_time(at: datetime) -> datetime:
    if not 1990 <= at.year < 2200:
        raise ValueError("a moment from 1990 on is meant")
    return at


Local = Annotated[datetime, AfterValidator(_of_our_time)]
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


class ForeignPerson(Theirs):
    id: str = ""
    name: str | None = None
    email: str | None = None
    username: str | None = None
    summary: str | None = None

    @property
    def known_as(self) -> list[str]:
        return [one for one in (self.email, self.username, self.name, self.summary, self.id) if one]

    @property
    def called(self) -> str:
        return (self.known_as or ["somebody without a name"])[0]


@dataclass
class Matching:
    """Finds our people behind theirs, by e-mail, name or id; remembers those who are not mapped."""

    given: Mapping[str, str]
    known: Mapping[str, int]
    missing: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name = {theirs.casefold(): slack_id for theirs, slack_id in self.given.items()}

    def find(self, person: ForeignPerson) -> int | None:
        for name in person.known_as:
            if slack_id := self._by_name.get(name.casefold()):
                return self.known.get(slack_id)
        self.missing[person.called] = None
        return None

    def wrong(self) -> Iterator[Wrong]:
        """Who is not mapped, and who is mapped to nobody."""
        for name in self.missing:
            remedy = f"Say who that is with --person “{name}=SLACK ID”"
            yield Wrong(0, f"“{shortened(name)}” of the file is not mapped to anybody here", remedy)
        for theirs, slack_id in self.given.items():
            if slack_id not in self.known:
                remedy = "People are known once they are on the on-call list or wrote to the desk"
                yield Wrong(0, f"“{theirs}” is mapped to {slack_id}, whom nobody here knows", remedy)


def mapping_of(text: str) -> dict[str, str]:
    """A file with one “their name: Slack id” a line. Raises `FileRefused`."""
    root, reading = compose(text), Reading()
    found: dict[str, str] = {}
    pairs: Sequence[Any] = root.value if isinstance(root, MappingNode) else ()
    if not pairs:
        reading.refuse(root, "The file has to be lines of “their name: Slack id”", "One person a line")
    for key, value in pairs:
        slack_id = reading.text(value, "The Slack id")
        if not isinstance(key, ScalarNode) or key.value in found:
            reading.refuse(key, "This name cannot be used, or stands here twice", "Keep one line a person")
        elif slack_id is not None:
            found[key.value] = slack_id
    if reading.wrong:
        raise FileRefused(reading.wrong)
    return found


_Shape = TypeVar("_Shape", bound=Theirs)


def loaded(text: str) -> Any:
    """The JSON of a file. Raises `FileRefused`."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as no:
        raise FileRefused(
            [Wrong(no.lineno, f"This is not JSON: {no.msg}", "Export the file again")]
        ) from None
    except (RecursionError, ValueError):
        raise FileRefused([Wrong(0, "This JSON cannot be read", "Export the file again")]) from None


def shaped(shape: type[_Shape], found: Any, where: str) -> _Shape:
    """A part of the file as what it has to be. Raises `FileRefused` naming each field that is not."""
    try:
        return shape.model_validate(found)
    except ValidationError as no:
        raise FileRefused(
            Wrong(0, f"{_place(where, error['loc'])}: {error['msg']}", "Export the file again, whole")
            for error in no.errors(include_url=False, include_input=False, include_context=False)
        ) from None


def _place(where: str, path: Sequence[str | int]) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f"{where}{steps}"


def tidy(name: str | None, otherwise: str, taken: Collection[str] = ()) -> str:
    """A name as ours may be: printed in one line, and not given to another one here."""
    letters = "".join(letter for letter in name or "" if letter.isprintable() and letter not in "{}")
    wanted = " ".join(letters.split())[:80] or otherwise
    numbered = (f"{wanted} ({n})" for n in count(2))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)


# --- Times ------------------------------------------------------------------------------------------


def turn_of(length: timedelta) -> tuple[Turn, int] | None:
    """A length as a number of our turns; None where it is no whole number of hours."""
    for turn, unit in ((Turn.WEEK, _WEEK), (Turn.DAY, _DAY), (Turn.HOUR, timedelta(hours=1))):
        if length > timedelta() and not length % unit:
            return turn, length // unit
    return None


def hours(weekdays: Sequence[int], start: time, length: timedelta) -> list[Restriction]:
    """From each of these weekdays at `start`, so long: cut at midnight where it is more than a day."""
    every_hour = length >= _WEEK or (length >= _DAY and len(set(weekdays)) == 7)
    if length <= timedelta() or every_hour:
        return []
    base = datetime(2024, 1, 1)  # noqa: DTZ001  (any Monday; only its wall time counts)
    pieces: list[Restriction] = []
    for weekday in weekdays:
        at = datetime.combine(base + timedelta(days=weekday), start)
        ends = at + length
        if length < _DAY:
            pieces.append(Restriction(frozenset({weekday}), start, ends.time()))
            continue
        while at < ends:
            midnight = datetime.combine(at + _DAY, time())
            until = min(midnight, ends)
            pieces.append(Restriction(frozenset({at.weekday()}), at.time(), until.time()))
            at = until
    return joined(pieces)


def joined(pieces: Sequence[Restriction]) -> list[Restriction]:
    """The same hours on several days are one restriction; all day on every day is none."""
    by_hours: dict[tuple[time, time], frozenset[int]] = {}
    for piece in pieces:
        key = piece.start, piece.end
        by_hours[key] = by_hours.get(key, frozenset()) | piece.weekdays
    if by_hours.get((time(), time())) == frozenset(range(7)):
        return []
    return [Restriction(days, start, end) for (start, end), days in by_hours.items()]


def zone_of(name: str, where: str) -> ZoneInfo:
    """A zone by its name. Raises `FileRefused`."""
    try:
        return words.zone(name)
    except words.NotUnderstood:
        remedy = "Give it an IANA name such as Europe/Berlin over there, and export again"
        raise FileRefused([Wrong(0, f"{where} has the zone “{shortened(name)}”", remedy)]) from None
