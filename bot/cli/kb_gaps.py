"""`evenhand kb gaps`: what is missing in the knowledge base, and what the articles that were written for it changed."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.cli.kb import group
from bot.cli.program import command, out
from bot.cli.workspace import policy_of, the_workspace
from bot.clock import system_clock
from bot.settings import load
from triage.reports.deflection import Change, Share
from triage.reports.gaps import DAYS, DeskGap, Written, desk_gaps, written

_SAID = {
    Change.TOO_FEW: "too few to tell",
    Change.MORE: "more are solved without a person",
    Change.FEWER: "fewer are solved without a person",
    Change.UNCLEAR: "no clear change",
}


@command(group, "gaps")
def gaps(
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days back.")] = DAYS,
    limit: Annotated[int, typer.Option(min=1, help="How many gaps at the most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show what people ask and no article answers, by the agents' time it costs."""
    settings = load()
    now = system_clock()
    with the_workspace(settings) as (database, team_id), database.reading() as session:
        found = desk_gaps(session, team_id, policy=policy_of(settings, session, team_id), now=now, days=days)
        changed = written(session, team_id, now=now, days=days)
    if as_json:
        said = {
            "days": days,
            "gaps": [_gap(gap) for gap in found[:limit]],
            "written": [_written(item) for item in changed],
        }
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        return
    _show(found, changed, days=days, limit=limit)


def _gap(gap: DeskGap) -> dict[str, Any]:
    return {
        "name": gap.name,
        "people": gap.people,
        "questions": len(gap.ticket_ids),
        "minutes": gap.minutes,
        "last_at": gap.last_at.isoformat(),
        "tickets": list(gap.ticket_ids),
        "examples": list(gap.examples),
        "article": gap.drafted.slug if gap.drafted else None,
    }


def _written(item: Written) -> dict[str, Any]:
    changed = item.deflection
    return {
        "article": item.article.slug,
        "status": item.article.status.value,
        "published_at": item.published_at.isoformat() if item.published_at else None,
        "before": _share(changed.before) if changed else None,
        "after": _share(changed.after) if changed else None,
        "change": changed.change.value if changed else None,
    }


def _share(share: Share) -> dict[str, Any]:
    low, high = share.range
    return {"deflected": share.hits, "of": share.of, "low": round(low, 4), "high": round(high, 4)}


def _show(found: list[DeskGap], changed: list[Written], *, days: int, limit: int) -> None:
    if not found:
        out.print(f"No gap in the last {days} days: no two people asked about the same thing in vain.")
    else:
        table = Table(box=None, padding=(0, 2, 0, 0))
        for title in ("what people ask", "people", "questions", "agents' minutes", "article"):
            table.add_column(title)
        for gap in found[:limit]:
            article = gap.drafted.slug if gap.drafted else ""
            table.add_row(gap.name, str(gap.people), str(len(gap.ticket_ids)), f"{gap.minutes:.0f}", article)
        out.print(table)
    for item in changed:
        if item.deflection is None:
            out.print(f"{item.article.slug}: not published yet", markup=False)
            continue
        before, after = _in_words(item.deflection.before), _in_words(item.deflection.after)
        said = _SAID[item.deflection.change]
        out.print(f"{item.article.slug}: before {before}, since then {after}: {said}", markup=False)


def _in_words(share: Share) -> str:
    low, high = share.range
    return f"{share.hits} of {share.of} ({low:.0%} to {high:.0%})" if share.of else "none"
