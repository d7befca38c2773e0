"""`evenhand ask`: the decision alone, without Slack: what it is about, how urgent, and what might solve it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from rich.table import Table
from sqlalchemy import select

from bot.assembly import open_database, open_encoder
from bot.cli.program import Stop, app, chosen_team, command, out
from bot.cli.workspace import which_team
from bot.clock import system_clock
from bot.database import Database
from bot.schema import current, head
from bot.settings import Settings, load
from bot.slack.nearest import nearest
from kb.meaning.encoder import Encoder
from kb.snapshot import load_snapshot
from kb.starter import starter_index
from kb.starter.meaning import with_meaning
from triage.classifier.current import CurrentClassifier
from triage.judge import Judge, Judgement
from triage.people.models import Team


@command(app, "ask")
def ask(
    text: Annotated[str, typer.Argument(help="The question; “-” reads standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a question.")] = False,
    lines: Annotated[bool, typer.Option("--lines", help="With “-”: one question a line.")] = False,
) -> None:
    """Show what the desk would make of a question. Nothing is stored and nobody is asked."""
    questions = _questions(text, lines=lines)
    with _judge(load()) as judge:
        for question in questions:
            judgement = judge.judge(question)
            if as_json:
                sys.stdout.write(json.dumps(as_object(judgement), ensure_ascii=False) + "\n")
            else:
                _show(question, judgement)


def _questions(text: str, *, lines: bool) -> list[str]:
    given = text if text != "-" else sys.stdin.read()
    found = [line for line in given.splitlines() if line.strip()] if lines and text == "-" else [given]
    if not any(question.strip() for question in found):
        raise Stop(
            "There is no question.",
            'For example: evenhand ask "vpn drops", or: echo "vpn drops" | evenhand ask -',
            code=2,
        )
    return found


@contextmanager
def _judge(settings: Settings) -> Iterator[Judge]:
    """The desk's own model and articles if it has a database, else the starter ones."""
    from triage.classifier import starter

    encoder = open_encoder(settings)
    own = _own_judge(settings, encoder)
    starters = with_meaning(starter_index(), encoder) if encoder else starter_index()
    yield own or Judge(starter.classifier(encoder), starters)


def _own_judge(settings: Settings, encoder: Encoder | None) -> Judge | None:
    if settings.is_sqlite and not _exists(settings):
        return None
    engine = open_database(settings)
    try:
        if current(engine) != head():
            return None
        database, now = Database(engine), system_clock()
        with database.reading() as session:
            if session.scalars(select(Team.id).limit(1)).first() is None:
                return None
            team_id = which_team(session, chosen_team.get())
            index = load_snapshot(session, team_id, encoder).index
            return Judge(CurrentClassifier(encoder).for_team(session, team_id, now), index)
    finally:
        engine.dispose()


def _exists(settings: Settings) -> bool:
    return Path(sa.make_url(settings.url).database or "").exists()


def as_object(judgement: Judgement) -> dict[str, Any]:
    """The decision in the form that scripts read."""
    verdict = judgement.verdict
    return {
        "category": verdict.category,
        "urgency": verdict.urgency.value,
        "confidence": {
            "category": round(verdict.confidence.category, 4),
            "urgency": round(verdict.confidence.urgency, 4),
        },
        "abstained": {"category": verdict.abstained.category, "urgency": verdict.abstained.urgency},
        "reasons": list(verdict.reasons),
        "suggestions": [
            {
                "article": match.slug,
                "title": match.title,
                "chance": round(match.chance, 4),
                "reasons": list(match.reasons),
            }
            for match in judgement.matches
        ],
        "milliseconds": round(judgement.milliseconds, 2),
        "words": [{"word": word, "weight": round(weight, 4)} for word, weight in verdict.words],
        "nearest": [one.as_json() for one in verdict.nearest],
        "either": list(verdict.either) if verdict.either else None,
        "needs_person": verdict.needs_person.as_json() if verdict.needs_person else None,
    }


def _show(question: str, judgement: Judgement) -> None:
    verdict = judgement.verdict
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    sure = f"{verdict.confidence.category:.2f} sure"
    table.add_row("category", f"{verdict.category} ({sure})" if verdict.category else f"not decided ({sure})")
    unsure = ", by default: nothing in the text says" if verdict.abstained.urgency else ""
    table.add_row("urgency", f"{verdict.urgency.value}{unsure}")
    for n, reason in enumerate(verdict.reasons):
        table.add_row("because" if n == 0 else "", reason)
    if verdict.needs_person and verdict.needs_person.sentence not in verdict.reasons:
        table.add_row("for a person", verdict.needs_person.sentence)
    if verdict.either:
        table.add_row("would ask", f"is it more about {verdict.either[0]} or {verdict.either[1]}?")
    if verdict.words:
        table.add_row("words", ", ".join(f"{word} {weight:+.2f}" for word, weight in verdict.words))
    for n, like in enumerate(nearest(verdict.as_json(), {})):
        table.add_row("most like" if n == 0 else "", f"{like.called}: {like.category} ({like.figure})")
    for n, match in enumerate(judgement.matches):
        why = match.reasons[0] if match.reasons else ""
        table.add_row("suggests" if n == 0 else "", f"{match.title} ({match.chance:.2f}) {why}")
    if not judgement.matches:
        table.add_row("suggests", "nothing: no article fits well enough")
    table.add_row("took", f"{judgement.milliseconds:.1f} ms")
    out.print(f"“{' '.join(question.split())[:200]}”", markup=False)
    out.print(table)
