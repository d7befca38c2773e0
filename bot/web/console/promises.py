"""What the desk promises by urgency, and how it kept that: one screen, of the desk as a whole."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from bot.pictures.kept import Line, kept_chart
from bot.pictures.sheet import Picture
from bot.slack import copy_sla
from bot.web.console import typed, words_promises
from bot.web.console.shell import Console, Visit
from triage.people.access import Permission
from triage.people.models import Person
from triage.reports.promises import Kept, kept
from triage.sla.targets import Target, in_words
from triage.sla.versions import SlaPolicyVersion, promises, save_promises, versions
from triage.vocabulary import Promise, Urgency


@dataclass(frozen=True)
class Row:
    """One urgency in the form: as it is, or as somebody tried to write it."""

    urgency: Urgency
    first_response: str
    resolution: str
    around_the_clock: bool


def add_to(console: Console) -> None:
    @console.screen("/promises", title="Promises", permission=Permission.SEE_PROMISES, order=16)
    def promises_screen(visit: Visit) -> str:
        return _page(console, visit)

    def refused(visit: Visit, said: str) -> tuple[str, int]:
        return _page(console, visit, said=said), 409

    @console.action("/promises", permission=Permission.CHANGE_PROMISES, refused=refused)
    def change_promises(visit: Visit) -> Response:
        team_id = visit.person.team_id
        seen = typed.number(request.form.get("seen")) or 0
        kept_now = save_promises(
            visit.session, team_id, _definition(), seen=seen, by=visit.person, now=visit.now
        )
        visit.say(words_promises.SAVED if kept_now.version != seen else words_promises.NOTHING_CHANGED)
        return redirect(url_for("console.promises_screen"), 303)


def _page(console: Console, visit: Visit, *, said: str = "") -> str:
    policy = promises(visit.session, visit.person.team_id)
    report = kept(visit.session, visit.person.team_id, zone=visit.policy.opening.zone, now=visit.now)
    past = versions(visit.session, visit.person.team_id)
    return render_template(
        "console/promises.html",
        policy=policy,
        rows=_typed_rows()
        if said
        else [_row(urgency, policy.targets[urgency]) for urgency in reversed(Urgency)],
        warn_at=request.form.get("warn_share", "") if said else f"{policy.warn_share:.0%}".rstrip("%"),
        grace=request.form.get("grace", "") if said else in_words(policy.grace),
        seen=request.form.get("seen", policy.version) if said else policy.version,
        said=said,
        may_change=visit.may(Permission.CHANGE_PROMISES),
        pictures=pictures(report),
        past=past,
        people=_people(visit, past),
        always_open=visit.policy.opening.always,
    )


def _row(urgency: Urgency, target: Target) -> Row:
    return Row(urgency, in_words(target.first_response), in_words(target.resolution), target.around_the_clock)


def _typed_rows() -> list[Row]:
    form = request.form
    return [
        Row(
            urgency,
            form.get(f"{urgency}.first_response", ""),
            form.get(f"{urgency}.resolution", ""),
            f"{urgency}.around_the_clock" in form,
        )
        for urgency in reversed(Urgency)
    ]


def _definition() -> dict[str, Any]:
    share = request.form.get("warn_share", "").strip().removesuffix("%").strip()
    return {
        "targets": {
            str(row.urgency): {
                "first_response": row.first_response,
                "resolution": row.resolution,
                "around_the_clock": row.around_the_clock,
            }
            for row in _typed_rows()
        },
        "warn_share": int(share) / 100 if share.isascii() and share.isdigit() and len(share) < 4 else share,
        "grace": request.form.get("grace", ""),
    }


def pictures(report: list[Kept]) -> list[Picture]:
    """One for each promise that ended at least once."""
    return [
        _picture(promise, found)
        for promise in Promise
        if (found := [one for one in report if one.promise is promise])
    ]


def _picture(promise: Promise, report: list[Kept]) -> Picture:
    months = sorted({one.month for one in report})
    lines = []
    for urgency in reversed(Urgency):
        by_month = {one.month: one for one in report if one.urgency is urgency}
        if by_month:
            shares = tuple(by_month[month].share if month in by_month else None for month in months)
            counts = tuple(by_month[month].count if month in by_month else 0 for month in months)
            lines.append(Line(urgency.capitalize(), shares, counts))
    return kept_chart(
        f"kept-{promise.replace('_', '-')}", _finding(promise, report), [_called(m) for m in months], lines
    )


def _finding(promise: Promise, report: list[Kept]) -> str:
    newest = max(one.month for one in report)
    now = [one for one in report if one.month == newest]
    share = sum(one.kept for one in now) / sum(one.count for one in now)
    return f"{copy_sla.PROMISE_NAME[promise].capitalize()}: {share:.0%} in time in {_called(newest)}"


def _called(month: date) -> str:
    return f"{month:%b %Y}"


def _people(visit: Visit, past: list[SlaPolicyVersion]) -> dict[int, Person]:
    ids = {row.by_id for row in past if row.by_id}
    return {person.id: person for person in visit.session.scalars(select(Person).where(Person.id.in_(ids)))}
