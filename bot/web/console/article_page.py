"""One article as people see it, with all that is known about it: history, votes, flags, and what it taught."""

from flask import render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from bot.web.console import typed, words
from bot.web.console.article_form import LONGEST_SHOWN
from bot.web.console.article_moves import to_article
from bot.web.console.articles import named, today
from bot.web.console.shell import Console, Visit
from kb.diff import compare
from kb.memory import forget, remembered
from kb.queries import get_article, get_history, get_revision
from kb.render import links, to_html
from kb.review import open_flags
from kb.votes import said_by, vote, votes
from triage.audit import record
from triage.people.access import Permission
from triage.suggestions.tally import outcome_counts

_LEARNED = 50


def add_to(console: Console) -> None:
    @console.page("/articles/<int:article_id>", permission=Permission.SEE_ARTICLES)
    def article(visit: Visit, article_id: int) -> str:
        return _page(visit, article_id)

    @console.page("/articles/<int:article_id>/history", permission=Permission.SEE_ARTICLES)
    def article_history(visit: Visit, article_id: int) -> str:
        """What two revisions say differently; without a choice the newest two."""
        session, team_id = visit.session, visit.person.team_id
        found = get_article(session, team_id, article_id)
        newer = typed.number(request.args.get("to")) or found.revision
        older = typed.number(request.args.get("from")) or max(1, newer - 1)
        before, after = (get_revision(session, team_id, article_id, number) for number in (older, newer))
        return render_template(
            "console/article_history.html",
            article=found,
            before=before,
            after=after,
            diffs=compare(before.content, after.content),
            revisions=get_history(session, team_id, article_id),
            may_edit=visit.may(Permission.EDIT_ARTICLES),
        )

    @console.action("/articles/<int:article_id>/vote", permission=Permission.SEE_ARTICLES)
    def vote_on_article(visit: Visit, article_id: int) -> Response:
        helpful = request.form.get("helpful") == "yes"
        vote(
            visit.session,
            visit.person.team_id,
            article_id,
            voter=visit.person.slack_id,
            helpful=helpful,
            now=visit.now,
        )
        visit.say(words.VOTED)
        return to_article(article_id)

    @console.action(
        "/articles/<int:article_id>/learned/<int:remembered_id>/forget",
        permission=Permission.ROLL_BACK_MEMORY,
    )
    def forget_question(visit: Visit, article_id: int, remembered_id: int) -> Response:
        team_id = visit.person.team_id
        if forget(visit.session, team_id, remembered_id, now=visit.now):
            record(
                visit.session,
                "memory.forgotten",
                by=visit.person,
                team_id=team_id,
                now=visit.now,
                article_id=article_id,
                remembered_id=remembered_id,
            )
        visit.say(words.FORGOTTEN)
        return to_article(article_id)


def _page(visit: Visit, article_id: int) -> str:
    session, team_id = visit.session, visit.person.team_id
    found = get_article(session, team_id, article_id)
    shown = found.body[:LONGEST_SHOWN]
    return render_template(
        "console/article.html",
        article=found,
        body=Markup(to_html(shown)),
        hidden=len(found.body) - len(shown),
        links=links(shown),
        named=named(session, team_id),
        revisions=get_history(session, team_id, article_id),
        outcomes=outcome_counts(session, [article_id]).get(article_id, {}),
        votes=votes(session, team_id, article_id),
        voted=said_by(session, article_id, visit.person.slack_id),
        flags=open_flags(session, team_id, [article_id]).get(article_id, []),
        learned=remembered(session, team_id, article_id, limit=_LEARNED),
        today=today(visit),
        may_edit=visit.may(Permission.EDIT_ARTICLES),
        may_publish=visit.may(Permission.PUBLISH_ARTICLES),
        may_forget=visit.may(Permission.ROLL_BACK_MEMORY),
    )
