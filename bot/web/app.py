"""The Flask app of the web process."""

from functools import partial

import structlog
from dbos import DBOSClient
from flask import Blueprint, Flask, Response
from slack_bolt import App
from slack_bolt.oauth import OAuthFlow
from werkzeug.exceptions import HTTPException

from bot.slack.app import event_intake
from bot.slack.desk import Desk
from bot.web.console import console_blueprint
from bot.web.console.door import Door
from bot.web.feeds import feeds_blueprint
from bot.web.following import follow_requests
from bot.web.guarding import guard
from bot.web.health import health_blueprint
from bot.web.installing import install_blueprint
from bot.web.slack import slack_blueprint
from bot.worker.failed import failed_work, retry_work

log = structlog.get_logger(__name__)


def make_web(
    desk: Desk,
    bolt: App | None,
    *,
    signing_secret: str,
    door: Door | None = None,
    metrics_token: str = "",
    installing: OAuthFlow | None = None,
) -> Flask:
    """Without a Bolt app (Socket Mode brings the events) there is no Slack endpoint."""
    app = Flask("evenhand", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 4_000_000
    follow_requests(app)
    guard(app, public_url=desk.public_url)
    if bolt is not None:
        app.register_blueprint(slack_blueprint(bolt, event_intake(desk), signing_secret=signing_secret))
    if installing is not None:
        app.register_blueprint(install_blueprint(installing))
    app.register_blueprint(health_blueprint(desk, metrics_token=metrics_token))
    app.register_blueprint(feeds_blueprint(desk))
    app.register_blueprint(_console(desk, door or Door()))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):
            return error
        log.error("web.failed", error=type(error).__name__, exc_info=error)
        return Response("Something went wrong on our side.\n", status=500, mimetype="text/plain")

    return app


def _console(desk: Desk, door: Door) -> Blueprint:
    engine = desk.database.jobs
    if not isinstance(engine, DBOSClient):
        return console_blueprint(desk, door=door)
    return console_blueprint(
        desk,
        door=door,
        failed_work=partial(failed_work, engine),
        retry_work=partial(retry_work, engine),
    )
