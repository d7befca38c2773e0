"""What an import of old tickets says in the end, or would do: in sentences, and as an object for scripts."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.markup import escape
from rich.table import Table

from bot.cli.program import out
from triage.classifier.examples import Category
from triage.learning.history import Brought
from triage.learning.history_file import Survey
from triage.learning.history_names import Names, Unknown

_MOST_TOLD = 20
_URGENCIES_NAMED = 5


def as_object(
    survey: Survey,
    names: Names,
    unknown: tuple[tuple[Unknown, ...], tuple[Unknown, ...]],
    done: Brought,
    *,
    dry_run: bool,
) -> dict[str, Any]:
    categories, urgencies = unknown
    return {
        "rows": survey.rows,
        "broken_rows": survey.broken,
        "unlabelled": survey.unlabelled,
        "undated": survey.undated,
        "dated_ahead": survey.ahead,
        "columns": asdict(survey.columns),
        "categories": {name: survey.categories[name] for name in names.categories},
        "unknown_categories": [asdict(one) for one in categories],
        "unknown_urgencies": {one.name: one.tickets for one in urgencies},
        "would_import" if dry_run else "imported": asdict(done),
    }


def show(survey: Survey, strange: tuple[Unknown, ...], done: Brought, *, dry_run: bool) -> None:
    columns = survey.columns
    out.print(
        f"{survey.rows:,} tickets: text from {' and '.join(columns.text)}, category from {columns.category}"
        f"{_also('urgency', columns.urgency)}{_also('asked', columns.at)}.",
        markup=False,
        soft_wrap=True,
    )
    for sentence in _sentences(survey, strange, done, dry_run=dry_run):
        out.print(sentence, markup=False, soft_wrap=True)


def show_left_out(survey: Survey) -> None:
    for problem in survey.problems[:_MOST_TOLD]:
        out.print(f"  left out: {problem}", markup=False, soft_wrap=True)
    if survey.broken > _MOST_TOLD:
        out.print(f"  … and {survey.broken - _MOST_TOLD:,} more rows that cannot be read.")


def _sentences(
    survey: Survey, strange: tuple[Unknown, ...], done: Brought, *, dry_run: bool
) -> Iterator[str]:
    if dry_run:
        yield (
            f"{done.new:,} would be new, {done.already:,} are there already; of the new ones "
            f"{done.categories:,} have a category that is known here. Nothing was written."
        )
    else:
        yield (
            f"{done.new:,} are new, {done.already:,} were there already; {done.categories:,} labels of a category and "
            f"{done.urgencies:,} of an urgency were added."
        )
    were, not_kept = ("would be", "would not be kept") if dry_run else ("were", "were not kept")
    unsaid = ", ".join(f"“{one.name}”" for one in strange[:_URGENCIES_NAMED])
    for count, sentence in (
        (survey.unlabelled, "have no category: they are kept, and learned from once they have one."),
        (
            sum(one.tickets for one in strange),
            f"have an urgency that means nothing here ({unsaid}): no urgency is learned from them. "
            "Say what it means under [urgencies] in a --mapping file.",
        ),
        (
            survey.undated if survey.columns.at else 0,
            "have no date that can be read: the import's own counts.",
        ),
        (survey.ahead, "have a date in the future: the import's own counts."),
        (done.without_text, f"say nothing that can be read, and {were} left out."),
        (
            done.for_a_person,
            f"are matters for a person alone: they {not_kept}, and nothing is learned from them.",
        ),
    ):
        if count:
            yield f"{count:,} {sentence}"
    if survey.columns.at is None:
        yield "There is no column of dates, so which of them are the newest cannot be told."


def show_unknown(unknown: tuple[Unknown, ...], here: tuple[Category, ...]) -> None:
    out.print(
        "\nNot known here; their tickets are kept, and a repeated import with a mapping labels them:",
        soft_wrap=True,
    )
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("category there")
    table.add_column("tickets", justify="right")
    table.add_column("perhaps")
    for one in unknown[:_MOST_TOLD]:
        table.add_row(escape(one.name), f"{one.tickets:,}", one.suggestion or "–")
    out.print(table)
    if len(unknown) > _MOST_TOLD:
        out.print(f"… and {len(unknown) - _MOST_TOLD} more")
    near = next((one for one in unknown if one.suggestion), None)
    if near is None:
        example = '"Old name=key"'
        out.print(f"None of them is near a category here. {keys_told(here)}", markup=False, soft_wrap=True)
    else:
        example = f'"{near.name}={near.suggestion}"'
        out.print(keys_told(here), markup=False, soft_wrap=True)
    out.print(
        f"For example: --map {example}, or --create-categories for all of them.",
        markup=False,
        soft_wrap=True,
    )


def keys_told(here: tuple[Category, ...]) -> str:
    return f"Keys here: {', '.join(one.key for one in here)}." if here else "There is no category here yet."


def listed(unknown: tuple[Unknown, ...]) -> str:
    def told(one: Unknown) -> str:
        return f"  {one.name}: {one.tickets:,} tickets" + (
            f", perhaps {one.suggestion}" if one.suggestion else ""
        )

    lines = [told(one) for one in unknown[:_MOST_TOLD]]
    if len(unknown) > _MOST_TOLD:
        lines.append(f"  … and {len(unknown) - _MOST_TOLD} more")
    return "\n".join(lines)


def _also(what: str, column: str | None) -> str:
    return f", {what} from {column}" if column else ""
