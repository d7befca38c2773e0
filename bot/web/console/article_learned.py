"""What search learned from people's answers, newest first; an admin takes back what was learned since a moment."""

from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.web.console import typed, words
from bot.web.console.articles import today
from bot.web.console.shell import Console, Visit
from bot.web.console.weights import weights_serving
from kb.learned import count_learned, forgotten, learned
from kb.memory import restore_rolled_back, roll_back
from kb.review_queue import count_to_review
from triage.audit import record
from triage.people.access import Permission

PAGE = 50


def add_to(console: Console) -> None:
    @console.page("/articles/learned", permission=Permission.SEE_ARTICLES)
    def article_learned(visit: Visit) -> str:
        session, team_id = visit.session, visit.person.team_id
        total = count_learned(session, team_id)
        last = max(1, -(-total // PAGE))
        page = min(typed.page(request.args.get("page")), last)
        asked = request.args.get("since", "")
        since = _moment(visit, asked)
        return render_template(
            "console/article_learned.html",
            learned=learned(session, team_id, limit=PAGE, offset=(page - 1) * PAGE),
            total=total,
            page=page,
            last=last,
            asked=asked,
            since=since,
            affected=count_learned(session, team_id, since=since) if since else 0,
            forgotten=forgotten(session, team_id),
            to_review=count_to_review(session, team_id, today=today(visit)),
            weights=weights_serving(console.desk, visit),
            may_roll_back=visit.may(Permission.ROLL_BACK_MEMORY),
        )

    @console.action("/articles/learned/roll-back", permission=Permission.ROLL_BACK_MEMORY)
    def roll_back_learned(visit: Visit) -> Response:
        since = _exactly(request.form.get("since", ""))
        if since is None:
            visit.say(words.WHICH_MOMENT)
            return _there()
        team_id = visit.person.team_id
        count = roll_back(visit.session, team_id, since=since, now=visit.now)
        _note(visit, "memory.rolled_back", since=since.isoformat(), count=count)
        visit.say(words.ROLLED_BACK.format(questions=words.questions(count)))
        return _there()

    @console.action("/articles/learned/restore", permission=Permission.ROLL_BACK_MEMORY)
    def restore_learned(visit: Visit) -> Response:
        at = _exactly(request.form.get("at", ""))
        count = restore_rolled_back(visit.session, visit.person.team_id, forgotten_at=at) if at else 0
        if count:
            _note(visit, "memory.restored", count=count)
        visit.say(words.LEARNED_AGAIN.format(questions=words.questions(count)))
        return _there()


def _there() -> Response:
    return redirect(url_for("console.article_learned"), 303)


def _note(visit: Visit, what: str, **details: str | int) -> None:
    record(visit.session, what, by=visit.person, team_id=visit.person.team_id, now=visit.now, **details)


def _moment(visit: Visit, text: str) -> datetime | None:
    """As a browser's field says it, on the reader's own clock."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=visit.zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def _exactly(text: str) -> datetime | None:
    """As our own form says it, zone and all."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
