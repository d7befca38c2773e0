"""Keeps what a run came to on one page, to be committed: the day, the machine and the versions, then one table."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.table import Table

from bot.bench.running.machine import about, in_words

FOLDER = Path(__file__).parent / "results"


def save(name: str, title: str, lines: Sequence[Sequence[str]], findings: Iterable[str]) -> Path:
    """Of several runs on one day the last one stays. Returns the file."""
    machine = about()
    file = FOLDER / f"{machine['date']}-{name}.md"
    found = [f"- {finding}" for finding in findings] or ["Nothing was lost, said twice or left over."]
    page = (f"# {title}", in_words(machine), _markdown(lines), "\n".join(found))
    FOLDER.mkdir(exist_ok=True)
    file.write_text("\n\n".join(page) + "\n", encoding="utf-8")
    return file


def _markdown(lines: Sequence[Sequence[str]]) -> str:
    head, *rows = lines
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))


def as_table(title: str, lines: Sequence[Sequence[str]]) -> Table:
    """The heading is the first line; what counts stands at the right."""
    head, *rows = lines
    table = Table(title=title)
    for number, name in enumerate(head):
        table.add_column(name, justify="left" if number < 2 else "right")
    for row in rows:
        table.add_row(*row)
    return table
