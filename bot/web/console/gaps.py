"""What is missing in the knowledge base, dearest first; one tap drafts the article, and later shows what it changed."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.web.console import typed, words
from bot.web.console.shell import Console, Visit
from triage.errors import TicketNotFound
from triage.people.access import Permission
from triage.reports.gap_drafts import draft_for_gap
from triage.reports.gaps import DAYS, desk_gaps, written

_WINDOWS = (30, 90, 365)
_SHOWN = 50
_MOST_TICKETS = 2_000


def add_to(console: Console) -> None:

    @console.screen("/gaps", title="Gaps", permission=Permission.SEE_ARTICLES, order=25)
    def gaps(visit: Visit) -> str:
        days = typed.number(request.args.get("days")) or DAYS
        days = days if days in _WINDOWS else DAYS
        team_id = visit.person.team_id
        found = desk_gaps(visit.session, team_id, policy=visit.policy, now=visit.now, days=days)
        return render_template(
            "console/gaps.html",
            gaps=found[:_SHOWN],
            total=len(found),
            written=written(visit.session, team_id, now=visit.now),
            days=days,
            windows=_WINDOWS,
            may_draft=visit.may(Permission.EDIT_ARTICLES),
        )

    @console.action("/gaps/draft", permission=Permission.EDIT_ARTICLES)
    def draft_gap(visit: Visit) -> Response:
        """The form names the questions that the reader saw together: those are drafted, whatever came in since."""
        article, fresh = draft_for_gap(
            visit.session, visit.person.team_id, _tickets(), by=visit.person, now=visit.now
        )
        visit.say(words.SAVED_AS_ARTICLE if fresh else words.SAVED_BEFORE)
        return redirect(url_for("console.article", article_id=article.id), 303)


def _tickets() -> list[int]:
    numbers = [typed.number(part) for part in request.form.get("tickets", "").split(",")[:_MOST_TICKETS]]
    known = [number for number in numbers if number is not None]
    if len(known) != len(numbers):
        raise TicketNotFound(0)
    return list(dict.fromkeys(known))
