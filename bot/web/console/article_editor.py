"""The editor: a new article or the next revision, previewed as Slack shows it; two people at once lose nothing."""

from dataclasses import dataclass

from flask import render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from bot.web.console import slack_look, typed, words
from bot.web.console.article_form import LONGEST_SHOWN, Written, kept_apart
from bot.web.console.article_moves import publish_it, to_article
from bot.web.console.shell import Console, Visit
from kb.articles import Content, draft, edit
from kb.diff import FieldDiff, compare, merged
from kb.errors import InvalidArticle, NoSuchRevision, StaleRevision
from kb.models import ArticleStatus, Audience
from kb.queries import ArticleView, RevisionView, get_article, get_revision
from kb.render import to_html
from kb.review import settle_by_editing
from triage.errors import NotAllowed
from triage.people.access import Permission
from triage.tickets import queries


@dataclass(frozen=True)
class Conflict:
    """Somebody saved first. `theirs` is what they changed, `between` how the two versions differ now."""

    saved: ArticleView
    began_at: int
    theirs: tuple[FieldDiff, ...]
    between: tuple[FieldDiff, ...]
    places: list[tuple[str, str, str]]
    joinable: bool


def add_to(console: Console) -> None:
    @console.page("/articles/new", permission=Permission.EDIT_ARTICLES)
    def new_article(visit: Visit) -> str:
        return _page(visit, Written())

    @console.page("/articles/<int:article_id>/edit", permission=Permission.EDIT_ARTICLES)
    def edit_article(visit: Visit, article_id: int) -> str:
        article = get_article(visit.session, visit.person.team_id, article_id)
        return _page(visit, Written.of(article.content, article.placement), article=article)

    @console.page("/articles/preview", permission=Permission.EDIT_ARTICLES, method="POST")
    def preview_article(visit: Visit) -> str:
        """The form once more, or for a script the preview alone. Nothing is saved."""
        written = Written.read(request.form)
        if request.form.get("only"):
            return render_template("console/article_preview.html", **_looks(written))
        article_id = typed.number(request.form.get("article"))
        article = get_article(visit.session, visit.person.team_id, article_id) if article_id else None
        return _page(visit, written, article=article)

    def refused(visit: Visit, said: str, article_id: int | None = None) -> tuple[str, int]:
        """The form once more, with everything that was typed still in its place."""
        article = get_article(visit.session, visit.person.team_id, article_id) if article_id else None
        page = _page(visit, Written.read(request.form), article=article, said=said, tried=True)
        if _wants_too_much(visit):
            return page, 403
        return page, 409 if article is not None and _based_on() != article.revision else 422

    @console.action("/articles/new", permission=Permission.EDIT_ARTICLES, refused=refused)
    def create_article(visit: Visit) -> Response:
        written = Written.read(request.form)
        _check(visit, written, None)
        article = draft(
            visit.session,
            visit.person.team_id,
            written.content,
            placement=written.placement,
            author=visit.person.called,
            now=visit.now,
        )
        visit.noted("article.drafted", article_id=article.id)
        visit.say(words.DRAFTED)
        return _saved(visit, article.id)

    @console.action("/articles/<int:article_id>/edit", permission=Permission.EDIT_ARTICLES, refused=refused)
    def save_article(visit: Visit, article_id: int) -> Response:
        return _save(visit, article_id)


def _save(visit: Visit, article_id: int) -> Response:
    team_id, based_on = visit.person.team_id, _based_on()
    article = get_article(visit.session, team_id, article_id)
    written = Written.read(request.form)
    if based_on != article.revision:
        raise StaleRevision(article_id, based_on=based_on, current=article.revision)
    _check(visit, written, article)
    content = _joined(visit, article, written) if request.form.get("both") else written.content
    if (content, written.placement) == (article.content, article.placement):
        visit.say(words.NOTHING_CHANGED)
        return _saved(visit, article_id)
    edit(
        visit.session,
        team_id,
        article_id,
        content,
        based_on=based_on,
        author=visit.person.called,
        now=visit.now,
        placement=written.placement,
    )
    settle_by_editing(visit.session, team_id, article_id, by=visit.person.called, now=visit.now)
    visit.noted("article.edited", article_id=article_id, before=based_on, after=based_on + 1)
    live = article.status is ArticleStatus.PUBLISHED
    visit.say((words.SAVED_LIVE if live else words.SAVED).format(number=based_on + 1))
    return _saved(visit, article_id)


def _saved(visit: Visit, article_id: int) -> Response:
    if _wants_too_much(visit):
        raise NotAllowed(Permission.PUBLISH_ARTICLES)
    if "publish" in request.form:
        publish_it(visit, article_id)
        visit.say(words.PUBLISHED)
    return to_article(article_id)


def _wants_too_much(visit: Visit) -> bool:
    return "publish" in request.form and not visit.may(Permission.PUBLISH_ARTICLES)


def _based_on() -> int:
    """The revision that the editor was opened on; 0 where the form does not say."""
    return typed.number(request.form.get("based_on")) or 0


def _joined(visit: Visit, article: ArticleView, written: Written) -> Content:
    """What both people changed, together; where they changed the same field, it is for the person to choose."""
    began_at = typed.number(request.form.get("began_at")) or 0
    base = get_revision(visit.session, visit.person.team_id, article.id, began_at)
    together, both = merged(base.content, article.content, written.content)
    if both:
        raise StaleRevision(article.id, based_on=began_at, current=article.revision)
    return together


def _problems(visit: Visit, written: Written, article: ArticleView | None) -> dict[str, str]:
    shown = article is not None and article.status is ArticleStatus.PUBLISHED
    bound = shown and not visit.may(Permission.PUBLISH_ARTICLES)
    return written.problems(
        categories=[*_categories(visit), article.category if article else ""],
        languages=[*words.LANGUAGES, article.language if article else ""],
        widest=article.audience if article and bound else Audience.PUBLIC,
    )


def _check(visit: Visit, written: Written, article: ArticleView | None) -> None:
    if problems := _problems(visit, written, article):
        raise InvalidArticle(", ".join(problems))


def _page(
    visit: Visit, written: Written, *, article: ArticleView | None = None, said: str = "", tried: bool = False
) -> str:
    based_on = _based_on() or (article.revision if article else 0)
    conflict = (
        _conflict(visit, article, written, based_on) if article and based_on != article.revision else None
    )
    return render_template(
        "console/article_edit.html",
        article=article,
        written=written,
        problems=_problems(visit, written, article) if tried else {},
        conflict=conflict,
        said=said,
        based_on=article.revision if article else 0,
        categories=_categories(visit),
        languages=words.LANGUAGES,
        audiences=words.READERS,
        may_publish=visit.may(Permission.PUBLISH_ARTICLES),
        **_looks(written),
    )


def _looks(written: Written) -> dict[str, Markup]:
    content = written.content
    return {
        "suggested": slack_look.as_suggested(content, written.language),
        "window": slack_look.in_a_window(content),
        "web": Markup(to_html(written.body[:LONGEST_SHOWN])),
    }


def _conflict(visit: Visit, article: ArticleView, written: Written, based_on: int) -> Conflict:
    began_at = typed.number(request.form.get("began_at")) or based_on
    base: RevisionView | None
    try:
        base = get_revision(visit.session, visit.person.team_id, article.id, began_at)
    except NoSuchRevision:
        base = None
    places = kept_apart(article, written)
    both = merged(base.content, article.content, written.content)[1] if base else ("title",)
    return Conflict(
        saved=article,
        began_at=began_at,
        theirs=compare(base.content, article.content) if base else (),
        between=compare(article.content, written.content),
        places=places,
        # Where it belongs has no history, so nobody can tell who changed it.
        joinable=not both and not places,
    )


def _categories(visit: Visit) -> dict[str, str]:
    return {
        category.key: category.name for category in queries.categories(visit.session, visit.person.team_id)
    }
