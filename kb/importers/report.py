"""What an import did, in numbers and, where somebody should look, by name."""

from dataclasses import asdict, dataclass, field
from typing import Any

from kb.importers.tidy import one_line

_MOST_NOTES = 1_000  # of each kind; the counts go on
_LONGEST = 300


@dataclass(frozen=True)
class Note:
    """Something about one article that a person should know."""

    external_id: str
    title: str
    why: str


@dataclass
class Notes:
    count: int = 0
    first: list[Note] = field(default_factory=list)

    def add(self, external_id: str, title: str, why: str) -> None:
        self.count += 1
        if len(self.first) < _MOST_NOTES:
            self.first.append(Note(one_line(external_id), one_line(title[:_LONGEST]), one_line(why)))


@dataclass
class Report:
    """Grows page by page; kept with the run, so that a resumed import tells the whole story."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    returned: int = 0  # had been archived as gone, and is there again
    archived: Notes = field(default_factory=Notes)
    skipped: Notes = field(default_factory=Notes)
    conflicts: Notes = field(default_factory=Notes)  # edited here and there; ours was kept
    taken_over: Notes = field(default_factory=Notes)  # was here before under the same slug
    duplicates: Notes = field(default_factory=Notes)
    held_back: int = 0  # would have been archived, were it not so many
    resumed: bool = False
    whole: bool = True  # False: deletions were not looked for
    dry_run: bool = False

    @property
    def written(self) -> int:
        return self.created + self.updated + self.returned

    @property
    def seen(self) -> int:
        return self.written + self.unchanged + self.skipped.count + self.conflicts.count

    def __str__(self) -> str:
        parts = [f"{self.created} created", f"{self.updated} updated", f"{self.unchanged} unchanged"]
        for count, word in (
            (self.archived.count, "archived"),
            (self.returned, "back again"),
            (self.skipped.count, "skipped"),
            (self.conflicts.count, "left as edited here"),
        ):
            if count:
                parts.append(f"{count} {word}")
        return ", ".join(parts)

    def as_object(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Report":
        values: dict[str, Any] = {
            name: Notes(value["count"], [Note(**note) for note in value["first"]])
            if isinstance(value, dict)
            else value
            for name, value in kept.items()
        }
        return cls(**values)
