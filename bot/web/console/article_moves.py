"""What becomes of an article as a whole: published, archived, a draft again, or an old revision brought back."""

from collections.abc import Callable

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bot.web.console import typed, words
from bot.web.console.shell import Console, Visit
from kb.articles import archive, back_to_draft, edit, publish
from kb.models import Article
from kb.queries import get_article, get_revision
from kb.review import settle_by_editing, settle_by_publishing
from triage.audit import record
from triage.people.access import Permission

_Move = Callable[..., Article]


def add_to(console: Console) -> None:
    @console.action("/articles/<int:article_id>/publish", permission=Permission.PUBLISH_ARTICLES)
    def publish_article(visit: Visit, article_id: int) -> Response:
        publish_it(visit, article_id)
        visit.say(words.PUBLISHED)
        return to_article(article_id)

    @console.action("/articles/<int:article_id>/archive", permission=Permission.PUBLISH_ARTICLES)
    def archive_article(visit: Visit, article_id: int) -> Response:
        return _moved(visit, article_id, archive, "article.archived", words.ARCHIVED)

    @console.action("/articles/<int:article_id>/draft", permission=Permission.PUBLISH_ARTICLES)
    def redraft_article(visit: Visit, article_id: int) -> Response:
        return _moved(visit, article_id, back_to_draft, "article.made_a_draft", words.MADE_A_DRAFT)

    @console.action(
        "/articles/<int:article_id>/revisions/<int:number>/restore", permission=Permission.EDIT_ARTICLES
    )
    def restore_revision(visit: Visit, article_id: int, number: int) -> Response:
        """As a new revision: what came in between stays in the history."""
        team_id = visit.person.team_id
        old = get_revision(visit.session, team_id, article_id, number)
        current = typed.number(request.form.get("based_on")) or 0
        edit(
            visit.session,
            team_id,
            article_id,
            old.content,
            based_on=current,
            author=visit.person.called,
            now=visit.now,
        )
        settle_by_editing(visit.session, team_id, article_id, by=visit.person.called, now=visit.now)
        visit.noted("article.restored", article_id=article_id, before=current, after=number)
        visit.say(words.RESTORED.format(old=number, number=current + 1))
        return to_article(article_id)


def put(visit: Visit, article_id: int, move: _Move, what: str) -> None:
    """Moves it and writes down who did, unless it stands there already."""
    session, team_id = visit.session, visit.person.team_id
    before = get_article(session, team_id, article_id).status
    if move(session, team_id, article_id, now=visit.now).status is not before:
        record(session, what, by=visit.person, team_id=team_id, now=visit.now, article_id=article_id)


def publish_it(visit: Visit, article_id: int) -> None:
    put(visit, article_id, publish, "article.published")
    settle_by_publishing(
        visit.session, visit.person.team_id, article_id, by=visit.person.called, now=visit.now
    )


def to_article(article_id: int) -> Response:
    return redirect(url_for("console.article", article_id=article_id), 303)


def _moved(visit: Visit, article_id: int, move: _Move, what: str, said: str) -> Response:
    put(visit, article_id, move, what)
    visit.say(said)
    return to_article(article_id)
