"""The list of articles: filtered, paged, with how often each helped and whether somebody should look at it."""

from datetime import date
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from bot.web.console import typed, words
from bot.web.console.shell import Console, Visit
from kb.models import ArticleStatus, Audience
from kb.queries import ArticleOrder, count_articles, languages_used, list_articles
from kb.review import open_flags
from kb.review_queue import count_to_review
from kb.votes import votes_of
from triage.people.access import Permission
from triage.suggestions.tally import outcome_counts
from triage.tickets import queries

PAGE = 25


def add_to(console: Console) -> None:
    @console.screen("/articles", title="Articles", permission=Permission.SEE_ARTICLES, order=20)
    def articles(visit: Visit) -> str:
        session, team_id = visit.session, visit.person.team_id
        wanted = _wanted()
        total = count_articles(session, team_id, **wanted)
        last = max(1, -(-total // PAGE))
        page = min(typed.page(request.args.get("page")), last)
        order = typed.one_of(ArticleOrder, request.args.get("order")) or ArticleOrder.TITLE
        listed = list_articles(session, team_id, **wanted, order=order, limit=PAGE, offset=(page - 1) * PAGE)
        ids = [article.id for article in listed]
        return render_template(
            "console/articles.html",
            articles=listed,
            total=total,
            page=page,
            last=last,
            wanted=wanted,
            order=order,
            query={key: value for key, value in request.args.items() if key != "page" and value},
            categories=queries.categories(session, team_id),
            languages={key: words.LANGUAGES.get(key, key) for key in languages_used(session, team_id)},
            named=named(session, team_id),
            flags=open_flags(session, team_id, ids),
            votes=votes_of(session, team_id, ids),
            outcomes=outcome_counts(session, ids),
            today=today(visit),
            to_review=count_to_review(session, team_id, today=today(visit)),
            may_edit=visit.may(Permission.EDIT_ARTICLES),
        )


def _wanted() -> dict[str, Any]:
    return {
        "status": typed.one_of(ArticleStatus, request.args.get("status")),
        "category": request.args.get("category", "")[:64] or None,
        "language": request.args.get("language", "")[:16] or None,
        "audience": typed.one_of(Audience, request.args.get("audience")),
        "text": request.args.get("q", "").strip()[:200] or None,
    }


def named(session: Session, team_id: str) -> dict[str, str]:
    return {category.key: category.name for category in queries.categories(session, team_id)}


def today(visit: Visit) -> date:
    """The reader's own day."""
    return visit.now.astimezone(visit.zone).date()
