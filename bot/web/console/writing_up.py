"""“Save as article” on the page of a solved ticket."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bot.slack.incoming import storable
from bot.web.console import words
from bot.web.console.shell import Console, Visit
from bot.web.console.ticket import ticket_page
from triage.people.access import Permission
from triage.tickets import writing_up


def add_to(console: Console) -> None:

    def refused(visit: Visit, ticket_id: int, said: str) -> tuple[str, int]:
        return ticket_page(console, visit, ticket_id, said=said, tried="save_as_article"), 409

    @console.action(
        "/tickets/<int:ticket_id>/save_as_article", permission=Permission.EDIT_ARTICLES, refused=refused
    )
    def save_as_article(visit: Visit, ticket_id: int) -> Response:
        form = request.form
        said = writing_up.Proposal(
            title=storable(form.get("title")),
            aliases=tuple(storable(form.get("aliases")).splitlines()),
            body=storable(form.get("body")).replace("\r\n", "\n"),
        )
        article, fresh = writing_up.write_up(
            visit.session, ticket_id, said, by=visit.person, policy=visit.policy, now=visit.now
        )
        visit.say(words.SAVED_AS_ARTICLE if fresh else words.SAVED_BEFORE)
        return redirect(url_for("console.article", article_id=article.id), 303)
