"""What will go wrong on the rota, or wear somebody out: by week, with what to do and where.

What strains one person stands there for themselves and for admins, who can change the rota; colleagues see the gaps.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template, request

from bot.web.console.rota_rows import sentence
from bot.web.console.rota_window import this_monday
from bot.web.console.shell import Console, Visit
from bot.web.console.words_oncall import AGAIN, CONCERN, OF_TURNS, days_shown
from triage.oncall.look_ahead import Concern, ConcernKind, look_ahead
from triage.oncall.plans import schedules
from triage.people.access import Permission

SPANS = (14, 30, 90)
_USUAL = 90
# About the rota; everything else is about one person.
_FOR_EVERYBODY = frozenset({ConcernKind.GAP, ConcernKind.HOLIDAY})


@dataclass(frozen=True)
class Ahead:
    kind: ConcernKind
    title: str
    sentence: str
    remedy: str
    # The week of the rota that it is about.
    query: dict[str, Any]
    anchor: str


@dataclass(frozen=True)
class Week:
    title: str
    concerns: tuple[Ahead, ...]


def add_to(console: Console) -> None:
    @console.screen("/look-ahead", title="Look-ahead", permission=Permission.SEE_ROTA, order=16)
    def rota_ahead(visit: Visit) -> str:
        asked = request.args.get("days", "")
        days = int(asked) if asked in {str(span) for span in SPANS} else _USUAL
        rules = visit.policy.care
        found = look_ahead(visit.session, visit.person.team_id, now=visit.now, days=days, rules=rules)
        seen = [one for one in found if visible(one, visit)]
        return render_template(
            "console/look_ahead.html",
            weeks=weeks(seen, now=visit.now),
            gaps=sum(1 for one in seen if one.kind is ConcernKind.GAP),
            is_planned=bool(schedules(visit.session, visit.person.team_id)),
            days=days,
            spans=SPANS,
            may_change=visit.may(Permission.SET_ONCALL),
        )


def visible(concern: Concern, visit: Visit) -> bool:
    return (
        concern.kind in _FOR_EVERYBODY
        or concern.standing
        or concern.person_id == visit.person.id
        or visit.may(Permission.SET_ONCALL)
    )


def weeks(concerns: list[Concern], *, now: datetime) -> list[Week]:
    """By the week in which each begins, by the days that its sentence names; what goes on already stands in this one.
    The same thing again and again for the same person is one line a week."""
    found: dict[date, dict[tuple[object, ...], list[Concern]]] = {}
    for one in sorted(concerns, key=lambda concern: concern.start):
        monday = this_monday(max(one.start, now), one.zone)
        alike = (one.kind, one.person_id, one.schedule_id, one.role)
        found.setdefault(monday, {}).setdefault(alike, []).append(one)
    return [
        Week(
            days_shown(monday, monday + timedelta(days=6)),
            tuple(_ahead(same[0], monday, again=len(same) - 1) for same in alike.values()),
        )
        for monday, alike in sorted(found.items())
    ]


def _ahead(concern: Concern, monday: date, *, again: int) -> Ahead:
    title, remedy = CONCERN[concern.kind]
    if concern.standing:
        remedy = OF_TURNS
    return Ahead(
        concern.kind,
        title,
        sentence(concern.sentence) + (AGAIN.format(count=again) if again else ""),
        remedy,
        {"weeks": "1", "from": monday.isoformat()},
        f"schedule-{concern.schedule_id}",
    )
