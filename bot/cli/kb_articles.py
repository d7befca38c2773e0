"""`evenhand kb show`, `publish` and `archive`: one article from the terminal."""

import json
import re
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from bot.cli.kb import group
from bot.cli.program import Stop, command, out
from bot.cli.workspace import the_workspace
from bot.clock import system_clock
from bot.settings import load
from kb.articles import archive, publish
from kb.diff import Change, FieldDiff, Line, compare
from kb.errors import NoSuchArticle, NoSuchRevision
from kb.models import Article, ArticleStatus
from kb.queries import ArticleView, RevisionView, get_article, get_history, get_revision
from kb.review import open_flags, settle_by_publishing
from kb.votes import Votes, votes
from triage.audit import record

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The article's short name, as in its address.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]

_SIGNS = {Change.SAME: (" ", ""), Change.ADDED: ("+", "green"), Change.REMOVED: ("-", "red")}
_RANGE = re.compile(r"(\d{1,9})\.\.(\d{1,9})?")


@command(group, "show")
def show(
    slug: Slug,
    revision: Annotated[int | None, typer.Option(min=1, help="An older version of its text.")] = None,
    diff: Annotated[
        str, typer.Option(metavar="A..B", help="What two revisions say differently; 3.. is up to now.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show an article, one of its revisions, or what changed between two."""
    with the_workspace(load()) as (database, team_id), database.reading() as session:
        try:
            article = get_article(session, team_id, slug)
            if diff:
                older, newer = (
                    get_revision(session, team_id, article.id, n) for n in _between(diff, article.revision)
                )
                _show_diff(article, older, newer, as_json=as_json)
                return
            said = get_revision(session, team_id, article.id, revision or article.revision)
        except NoSuchRevision as missing:
            raise Stop(
                f"“{slug}” has no revision {missing.number}.", f"Its newest is {article.revision}."
            ) from None
        except NoSuchArticle:
            raise _nowhere(slug) from None
        counted = votes(session, team_id, article.id)
        flags = [flag.reason.value for flag in open_flags(session, team_id, [article.id]).get(article.id, [])]
        count = len(get_history(session, team_id, article.id))
    if as_json:
        _write(as_object(article, said, counted, flags))
    else:
        _show(article, said, counted, flags, count)


@command(group, "publish")
def publish_article(slug: Slug, as_json: AsJson = False) -> None:
    """Let search suggest it from now on. Publishing twice changes nothing."""
    _move(slug, publish, ArticleStatus.PUBLISHED, as_json=as_json)


@command(group, "archive")
def archive_article(slug: Slug, as_json: AsJson = False) -> None:
    """Take it out of search. Its history stays, and it can be published again."""
    _move(slug, archive, ArticleStatus.ARCHIVED, as_json=as_json)


def _move(slug: str, move: Callable[..., Article], to: ArticleStatus, *, as_json: bool) -> None:
    with the_workspace(load()) as (database, team_id), database.transaction() as session:
        now = system_clock()
        try:
            article = get_article(session, team_id, slug)
        except NoSuchArticle:
            raise _nowhere(slug) from None
        changed = article.status is not to
        move(session, team_id, article.id, now=now)
        if to is ArticleStatus.PUBLISHED:
            settle_by_publishing(session, team_id, article.id, by="the command line", now=now)
        if changed:
            record(session, f"article.{to}", by=None, team_id=team_id, now=now, article_id=article.id)
    if as_json:
        _write({"article": slug, "status": to.value, "changed": changed})
    else:
        out.print(f"{article.title}: {to}{'' if changed else ', as before'}", markup=False)


def as_object(article: ArticleView, said: RevisionView, counted: Votes, flags: list[str]) -> dict[str, Any]:
    """An article in the form that scripts read."""
    return {
        "article": article.slug,
        "status": article.status.value,
        "category": article.category,
        "language": article.language,
        "audience": article.audience.value,
        "owner": article.owner,
        "review": article.review_on.isoformat() if article.review_on else None,
        "revision": said.number,
        "newest_revision": article.revision,
        "author": said.author,
        "saved_at": said.created_at.isoformat(),
        "votes": {"helpful": counted.helpful, "not_helpful": counted.not_helpful},
        "flags": flags,
        "title": said.content.title,
        "summary": said.content.summary,
        "aliases": list(said.content.aliases),
        "symptoms": list(said.content.symptoms),
        "codes": list(said.content.codes),
        "body": said.content.body,
    }


def _show(article: ArticleView, said: RevisionView, counted: Votes, flags: list[str], count: int) -> None:
    content = said.content
    facts = {
        "status": article.status.value,
        "category": article.category,
        "language": article.language,
        "readers": article.audience.value,
        "owner": article.owner,
        "review": str(article.review_on or ""),
        "revision": f"{said.number} of {count}, {said.created_at:%Y-%m-%d %H:%M} UTC by {said.author or 'somebody'}",
        "votes": f"{counted.helpful} helpful, {counted.not_helpful} not" if counted.total else "",
        "to review": ", ".join(flag.replace("_", " ") for flag in flags),
        "also asked": "; ".join(content.aliases),
        "symptoms": "; ".join(content.symptoms),
        "codes": "; ".join(content.codes),
        "summary": content.summary,
    }
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in facts.items():
        if value:
            table.add_row(name, Text(value))
    out.print(Text(content.title, style="bold"))
    out.print(table)
    out.print()
    out.print(content.body, markup=False, soft_wrap=True)


def _between(given: str, newest: int) -> tuple[int, int]:
    found = _RANGE.fullmatch(given)
    if found is None:
        raise Stop(f"“{given}” names no two revisions.", "Write --diff 2..5, or 2.. for up to now.", code=2)
    return int(found[1]), int(found[2] or newest)


def _show_diff(article: ArticleView, older: RevisionView, newer: RevisionView, *, as_json: bool) -> None:
    diffs = compare(older.content, newer.content)
    if as_json:
        _write(
            {
                "article": article.slug,
                "from": older.number,
                "to": newer.number,
                "fields": {diff.field: [_line_as_object(line) for line in diff.lines] for diff in diffs},
            }
        )
        return
    if not diffs:
        out.print(f"Revisions {older.number} and {newer.number} say the same.")
    for diff in diffs:
        _show_field(diff)


def _line_as_object(line: Line) -> dict[str, Any]:
    said = {"count": line.count} if line.change is Change.SKIPPED else {"text": line.text}
    return {"change": line.change.value, **said}


def _show_field(diff: FieldDiff) -> None:
    out.print(Text(f"{diff.field}: {diff.added} added, {diff.removed} removed", style="bold"))
    for line in diff.lines:
        if line.change is Change.SKIPPED:
            out.print(Text(f"  … {line.count} unchanged", style="dim"))
        else:
            sign, style = _SIGNS[line.change]
            out.print(Text(f"{sign} {line.text}", style=style), soft_wrap=True)


def _nowhere(slug: str) -> Stop:
    return Stop(f"There is no article “{slug}”.", 'Look for it by its words: evenhand kb search "vpn drops"')


def _write(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
