"""The console's policy for browsers, its cookie, and its pages for what went wrong: each in one place."""

from datetime import timedelta

import structlog
from flask import Blueprint, Response, abort, request
from flask.sansio.app import App
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from bot.web.console import entering, typed, visits, words
from bot.web.console.shell import Console, message
from kb.articles import MAX_BODY
from kb.errors import NoSuchArticle
from triage.classifier.errors import ModelNotFound
from triage.errors import NotAllowed, TicketNotFound
from triage.oncall.plans import NoSuchSchedule

log = structlog.get_logger(__name__)

# Everything comes from ourselves; nothing inline, nothing framed, forms lead nowhere else.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def secure(console: Console, *, secret_key: str) -> None:
    blueprint = console.blueprint
    blueprint.record_once(lambda state: _cookie(state.app, console, secret_key))
    blueprint.before_request(_check_form)
    blueprint.before_request(_check_numbers)
    blueprint.after_request(_add_headers)
    blueprint.after_request(lambda response: _note_visit(console, response))
    _explain_errors(blueprint, console)


def _cookie(app: App, console: Console, secret_key: str) -> None:
    https = console.desk.public_url.startswith("https://")
    app.secret_key = secret_key
    app.config.update(
        # With this prefix a browser takes it from nobody but this very host, over https.
        SESSION_COOKIE_NAME="__Host-evenhand_console" if https else "evenhand_console",
        SESSION_COOKIE_PATH="/" if https else "/console",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # Strict would lose the visit behind every link in Slack
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=console.door.visits.lasts + timedelta(minutes=1),
        SESSION_REFRESH_EACH_REQUEST=False,
        # An article may be long; what is longer than a whole request may be never gets here.
        MAX_FORM_MEMORY_SIZE=app.config.get("MAX_CONTENT_LENGTH"),
    )


def _check_form() -> None:
    """Here, for every form at once, so that none can be forgotten."""
    if request.method == "POST":
        visits.check_form()


def _check_numbers() -> None:
    """A number that no database could hold names nothing."""
    if any(isinstance(part, int) and part > typed.LARGEST for part in (request.view_args or {}).values()):
        abort(404)


def _add_headers(response: Response) -> Response:
    """On top of what stands on every answer of the app (`bot/web/guarding.py`)."""
    response.headers["Content-Security-Policy"] = _POLICY
    static = request.endpoint == "console.static"
    response.headers["Cache-Control"] = "public, max-age=300" if static else "no-store"
    return response


def _note_visit(console: Console, response: Response) -> Response:
    visits.note_seen(console.desk.database, console.desk.clock())
    return response


def _explain_errors(blueprint: Blueprint, console: Console) -> None:
    @blueprint.route("/<path:_rest>", methods=["GET", "POST"])
    def nowhere(_rest: str) -> Response:
        return _not_there()

    @blueprint.errorhandler(visits.SignInNeeded)
    def nobody(_error: visits.SignInNeeded) -> Response:
        return entering.ask_who(console)

    @blueprint.errorhandler(NotAllowed)
    def forbidden(error: NotAllowed) -> Response:
        return message("Not for you to see", words.forbidden(error.action), 403)

    @blueprint.errorhandler(TicketNotFound)
    @blueprint.errorhandler(NoSuchArticle)
    @blueprint.errorhandler(ModelNotFound)
    @blueprint.errorhandler(NoSuchSchedule)
    @blueprint.errorhandler(404)
    def missing(_error: Exception) -> Response:
        return _not_there()

    @blueprint.errorhandler(visits.FormExpired)
    def expired(_error: visits.FormExpired) -> Response:
        text = "This form was open for too long, or came from another place. Nothing was changed. Load the page again."
        return message("That form has expired", text, 400)

    @blueprint.errorhandler(RequestEntityTooLarge)
    def too_long(_error: RequestEntityTooLarge) -> Response:
        text = f"An article holds {MAX_BODY:,} characters. Nothing was changed; go back, and your text is still there."
        return message("That is too long", text, 413)

    @blueprint.errorhandler(HTTPException)
    def refused(error: HTTPException) -> HTTPException:
        return error

    @blueprint.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        log.error("console.failed", endpoint=request.endpoint, error=type(error).__name__, exc_info=error)
        text = "Something went wrong on our side, and nothing was changed. Try once more; the log has the details."
        return message("That did not work", text, 500)


def _not_there() -> Response:
    return message("Nothing here", "There is no such page, ticket or article. It may have been removed.", 404)
