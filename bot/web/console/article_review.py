"""The review queue: what is flagged, due or waits as a draft, and what a look at it comes to."""

from calendar import monthrange
from datetime import date

from flask import render_template
from werkzeug.wrappers import Response

from bot.web.console import words
from bot.web.console.articles import named, today
from bot.web.console.shell import Console, Visit, back
from kb.review import settle_flag, still_right
from kb.review_queue import review_queue
from triage.audit import record
from triage.people.access import Permission

AGAIN_IN_MONTHS = 6


def add_to(console: Console) -> None:
    @console.page("/articles/review", permission=Permission.SEE_ARTICLES)
    def article_review(visit: Visit) -> str:
        team_id = visit.person.team_id
        queue = review_queue(visit.session, team_id, today=today(visit))
        return render_template(
            "console/article_review.html",
            queue=queue,
            to_review=queue.total,
            named=named(visit.session, team_id),
            today=today(visit),
            may_edit=visit.may(Permission.EDIT_ARTICLES),
        )

    @console.action("/articles/<int:article_id>/still-right", permission=Permission.EDIT_ARTICLES)
    def article_still_right(visit: Visit, article_id: int) -> Response:
        team_id, again = visit.person.team_id, months_later(today(visit), AGAIN_IN_MONTHS)
        still_right(
            visit.session, team_id, article_id, look_again=again, by=visit.person.called, now=visit.now
        )
        record(
            visit.session,
            "article.still_right",
            by=visit.person,
            team_id=team_id,
            now=visit.now,
            article_id=article_id,
        )
        visit.say(words.LOOK_AGAIN.format(day=f"{again.day} {again:%B %Y}"))
        return back()

    @console.action("/articles/flags/<int:flag_id>/settle", permission=Permission.EDIT_ARTICLES)
    def settle_article_flag(visit: Visit, flag_id: int) -> Response:
        settled = settle_flag(
            visit.session, visit.person.team_id, flag_id, by=visit.person.called, now=visit.now
        )
        if settled:
            visit.noted("article.flag_settled", flag_id=flag_id)
        visit.say(words.SETTLED if settled else words.SETTLED_BEFORE)
        return back()


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
