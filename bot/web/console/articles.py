"""The knowledge base, to be read: the list with its filters, and one article as people see it."""

from typing import Any

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.web.console import typed
from bot.web.console.shell import Console, Visit
from kb.models import ArticleStatus
from kb.queries import count_articles, get_article, get_revisions, list_articles
from kb.render import to_html
from triage.people.access import Permission
from triage.suggestions import offers
from triage.tickets import queries

PAGE = 25


def add_to(console: Console) -> None:
    @console.screen("/articles", title="Articles", permission=Permission.SEE_ARTICLES, order=20)
    def articles(visit: Visit) -> str:
        team_id = visit.person.team_id
        wanted = _wanted()
        total = count_articles(visit.session, team_id, **wanted)
        last = max(1, -(-total // PAGE))
        page = min(typed.page(request.args.get("page")), last)
        return render_template(
            "console/articles.html",
            articles=list_articles(visit.session, team_id, **wanted, limit=PAGE, offset=(page - 1) * PAGE),
            total=total,
            page=page,
            last=last,
            wanted=wanted,
            query={key: value for key, value in request.args.items() if key != "page" and value},
            may_edit=visit.may(Permission.EDIT_ARTICLES),
            statuses=list(ArticleStatus),
            categories=queries.categories(visit.session, team_id),
            named=_named(visit.session, team_id),
        )

    @console.page("/articles/<int:article_id>", permission=Permission.SEE_ARTICLES)
    def article(visit: Visit, article_id: int) -> str:
        team_id = visit.person.team_id
        found = get_article(visit.session, team_id, article_id)
        return render_template(
            "console/article.html",
            article=found,
            body=Markup(to_html(found.body)),
            named=_named(visit.session, team_id),
            revisions=get_revisions(visit.session, team_id, article_id),
            may_edit=visit.may(Permission.EDIT_ARTICLES),
            may_publish=visit.may(Permission.PUBLISH_ARTICLES),
            solved=offers.times_solved(visit.session, article_id),
        )


def _wanted() -> dict[str, Any]:
    return {
        "status": typed.one_of(ArticleStatus, request.args.get("status")),
        "category": request.args.get("category", "")[:64] or None,
        "text": request.args.get("q", "").strip()[:200] or None,
    }


def _named(session: Session, team_id: str) -> dict[str, str]:
    return {category.key: category.name for category in queries.categories(session, team_id)}
