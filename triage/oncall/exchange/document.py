"""What a file of schedules says, once it is read: values alone. And how a file is refused: by line, with the remedy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from triage.errors import TriageError
from triage.oncall.plan import Override, Schedule

# Where something stands in a document: ("schedules", 0, "rotations", 2, "starts").
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Written:
    """One schedule with the overrides that were set by hand. Ids are 0: a file knows names only."""

    schedule: Schedule
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True)
class Document:
    schedules: tuple[Written, ...] = ()
    # The desk's on-call list in its order; None where the file leaves it alone.
    group: tuple[int, ...] | None = None
    # The line on which each part stands, for what is found wrong later.
    lines: Mapping[Path, int] = field(default_factory=dict, compare=False, repr=False)

    def line(self, path: Path) -> int:
        """The line of this part, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(frozen=True, order=True)
class Wrong:
    """One thing that is wrong in a file, and what to do about it. Line 0: the file as a whole."""

    line: int
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"Line {self.line}: " if self.line else ""
        return f"{where}{self.what}. {self.remedy}.".replace("..", ".").replace("?.", "?").removesuffix(" .")


class FileRefused(TriageError):
    """Nothing of this file was taken over. Carries everything that is wrong with it, in the order of its lines."""

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        self.wrong = tuple(sorted(set(wrong)))
        super().__init__("; ".join(str(one) for one in self.wrong))
