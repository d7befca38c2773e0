"""`GET /calendar/<token>.ics`: shifts for people's calendars. The address is the key, so a wrong one says nothing."""

from flask import Blueprint, Response, abort, request

from bot.slack.desk import Desk
from triage.oncall.calendar.feeds import Feed, feed
from triage.oncall.calendar.subscriptions import NoSuchFeed


def feeds_blueprint(desk: Desk) -> Blueprint:
    blueprint = Blueprint("feeds", __name__)

    @blueprint.get("/calendar/<token>.ics")
    def calendar(token: str) -> Response:
        try:
            return _answer(_read(desk, token))
        except NoSuchFeed:
            abort(404)

    return blueprint


def _read(desk: Desk, token: str) -> Feed:
    """Mostly nothing has changed since the last look, and nobody has to wait for a turn to write."""
    now = desk.clock()
    with desk.database.reading() as session:
        found = feed(session, token, now=now)
    if not found.has_news:
        return found
    with desk.database.transaction() as session:
        return feed(session, token, now=now, keep=True)


def _answer(found: Feed) -> Response:
    response = Response(found.text, content_type="text/calendar; charset=utf-8")
    response.set_etag(found.tag)
    response.last_modified = found.changed_at
    # Kept by the calendar that asked and by nobody between, and looked up again every time.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="shifts.ics"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.make_conditional(request)
    return response
