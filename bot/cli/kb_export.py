"""`evenhand kb export`: all articles as files, to keep, to edit elsewhere, or to take along."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Annotated

import typer

from bot.cli.kb import group
from bot.cli.program import Stop, command, out
from bot.cli.workspace import the_workspace
from bot.settings import load
from kb.importers.export import articles_to_export, file_name, json_lines, to_markdown_file
from kb.queries import ArticleView


@command(group, "export")
def export(
    folder: Annotated[str, typer.Argument(help="Where to; with --jsonl a file, or “-” for standard output.")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON object a line, in one file.")] = False,
    archived: Annotated[bool, typer.Option("--archived", help="Archived articles too.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over files that are there.")] = False,
) -> None:
    """Write all articles as Markdown with front matter; importing them again changes nothing."""
    with the_workspace(load()) as (database, team_id), database.reading() as session:
        articles = articles_to_export(session, team_id, archived=archived)
    if jsonl and folder == "-":
        sys.stdout.writelines(json_lines(articles))
        return
    target = Path(folder)
    try:
        if jsonl:
            _one_file(articles, target, replace=replace)
        else:
            _a_folder(articles, target, replace=replace)
    except OSError as error:
        raise Stop(f"{error.filename or target} cannot be written: {error.strerror}.") from None
    out.print(f"{len(articles)} articles in {target}", markup=False, soft_wrap=True)


def _one_file(articles: list[ArticleView], target: Path, *, replace: bool) -> None:
    if target.exists() and not replace:
        raise Stop(f"{target} is there already.", "Give another name, or --replace.", code=2)
    with _whole(target) as file:
        file.writelines(json_lines(articles))


def _a_folder(articles: list[ArticleView], target: Path, *, replace: bool) -> None:
    target.mkdir(parents=True, exist_ok=True)
    # Older files beside the new ones would be imported with them one day.
    if not replace and next(target.rglob("*.md"), None) is not None:
        raise Stop(f"{target} holds Markdown files already.", "Give an empty folder, or --replace.", code=2)
    for article in articles:
        with _whole(target / file_name(article)) as file:
            file.write(to_markdown_file(article))


@contextmanager
def _whole(target: Path) -> Iterator[IO[str]]:
    """The file appears when all of it is written, or not at all."""
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=target.parent, prefix=".export-", delete=False
    ) as file:
        try:
            yield file
            file.close()
            os.chmod(file.name, 0o644)
            os.replace(file.name, target)
        except BaseException:
            file.close()
            Path(file.name).unlink(missing_ok=True)
            raise
