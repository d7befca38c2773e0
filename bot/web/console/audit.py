"""Audit: who changed policies, people, models and articles, for admins to look through and to take along."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from bot.web.console import typed
from bot.web.console.shell import Console, Visit
from triage import audit_log
from triage.audit_log import Noted, Wanted
from triage.people.access import Permission
from triage.people.models import Person

_A_PAGE = 50
_MOST_IN_A_FILE = 20_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TYPED_AT_MOST = 64
_MEMBER = re.compile(r'"([UW][A-Z0-9]+)"')


def add_to(console: Console) -> None:
    @console.screen("/audit", title="Audit", permission=Permission.SEE_AUDIT, order=95)
    def audit(visit: Visit) -> str:
        session, team_id = visit.session, visit.person.team_id
        wanted, page = _wanted(visit.zone), typed.page(request.args.get("page"))
        total = audit_log.count(session, team_id, wanted)
        found = audit_log.noted(session, team_id, wanted, limit=_A_PAGE, offset=(page - 1) * _A_PAGE)
        return render_template(
            "console/audit.html",
            found=found,
            total=total,
            page=page,
            more=page * _A_PAGE < total,
            kinds=audit_log.kinds(session, team_id),
            people=audit_log.people(session, team_id),
            query=_query(),
            told=told,
            said=partial(said, names=_names(visit, found)),
        )

    @console.page("/audit.csv", permission=Permission.SEE_AUDIT)
    def audit_file(visit: Visit) -> AnyResponse:
        found = audit_log.noted(
            visit.session, visit.person.team_id, _wanted(visit.zone), limit=_MOST_IN_A_FILE
        )
        return Response(
            _as_csv(found, _names(visit, found)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
        )


def _query() -> dict[str, str]:
    """The filters as they stand in the address."""
    names = ("kind", "person", "since", "until")
    return {name: value for name in names if (value := request.args.get(name, "")[:_TYPED_AT_MOST])}


def _wanted(zone: ZoneInfo) -> Wanted:
    query = _query()
    return Wanted(
        query.get("kind", ""),
        query.get("person", ""),
        _day(query.get("since", ""), zone),
        _day(query.get("until", ""), zone, after=timedelta(days=1)),
    )


def _day(text: str, zone: ZoneInfo, *, after: timedelta = timedelta(0)) -> datetime | None:
    """When a day begins for the reader; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(text) + after, time(), zone)
    except (ValueError, OverflowError):
        return None


def told(what: str) -> str:
    """“article.published” in words."""
    return what.replace(".", " ").replace("_", " ")


def _names(visit: Visit, found: list[Noted]) -> Mapping[str, str]:
    """What the people are called whose ids stand in these lines."""
    ids = {member for one in found for member in _MEMBER.findall(json.dumps(one.entry.details))}
    people = visit.session.scalars(
        select(Person).where(Person.team_id == visit.person.team_id, Person.slack_id.in_(ids))
    )
    return {person.slack_id: person.called for person in people}


def said(details: dict[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is known of a change, name by name; before and after stand together."""
    plain = partial(_plain, names)
    if "before" in details and "after" in details:
        yield "changed", f"{plain(details['before'])} → {plain(details['after'])}"
    for name, value in details.items():
        if name not in ("before", "after") or not {"before", "after"} <= details.keys():
            yield name.replace("_", " "), plain(value)


def _plain(names: Mapping[str, str], value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(names, part) for part in value) or "nothing"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(names, part)}" for name, part in value.items()) or "nothing"
    return names.get(str(value), str(value))


def _as_csv(found: list[Noted], names: Mapping[str, str]) -> str:
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(("at", "who", "member_id", "what", "details", "request_id"))
    for one in found:
        details = "; ".join(f"{name}: {value}" for name, value in said(one.entry.details, names))
        by = one.by.slack_id if one.by else ""
        cells = (one.entry.at.isoformat(), one.who, by, one.entry.what, details, one.entry.request_id or "")
        rows.writerow([_harmless(cell) for cell in cells])
    return file.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet would run what begins like a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
