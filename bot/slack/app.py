"""The Bolt app: events go through the inbox, presses through their listeners, nothing is left to a 404."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient

from bot.metrics import CLICKS
from bot.slack import events, listeners  # noqa: F401  (importing the listeners registers them)
from bot.slack.desk import Desk
from bot.slack.inbox import TakeIn, inbox_middleware, take_in
from bot.slack.listening import attach, team_of

log = structlog.get_logger(__name__)

# Bolt's own default is five threads, shared: of eight slow clicks at once three would wait past Slack's patience.
_LISTENER_THREADS = 32


def make_client(token: str, base_url: str) -> WebClient:
    """A client that never repeats a call by itself: whether that is safe only durable work knows."""
    return WebClient(token=token, base_url=base_url, timeout=10, retry_handlers=[])


def event_intake(desk: Desk) -> TakeIn:
    """Takes this desk's events in, whichever way they come."""
    return take_in(
        desk.database,
        desk.clock,
        events.wanted,
        lambda team_id: desk.workspaces.serves(team_id),
        pass_on=desk.relay.give,
        overhear=desk.echoes.hear,
    )


def make_bolt(desk: Desk, *, api_url: str, signing_secret: str) -> App:
    app = App(
        # It calls nothing: whoever speaks asks the desk for the workspace's gateway.
        client=WebClient(base_url=api_url, retry_handlers=[]),
        signing_secret=signing_secret,
        authorize=_authorize,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        ignoring_self_events_enabled=False,  # the inbox tells a bot's messages apart itself
        listener_executor=ThreadPoolExecutor(_LISTENER_THREADS, thread_name_prefix="listener"),
    )
    app.use(inbox_middleware(event_intake(desk)))
    app.use(_only_where_installed(desk))
    attach(app, desk)

    @app.error
    def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            # A form closed, a button of last year: acknowledged, or Slack counts it as a failure of ours.
            CLICKS.labels("unknown", "ignored").inc()
            return BoltResponse(status=200, body="")
        # The class and the place tell enough; the message could carry what somebody wrote.
        log.error("slack.listener_failed", error=type(error).__name__, exc_info=error)
        return BoltResponse(status=500, body="")

    return app


def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Every workspace for itself, and without a token: nothing is called while Slack waits, so none is opened."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


def _only_where_installed(desk: Desk) -> Callable[..., BoltResponse | None]:
    """A click in a message that outlived the app is acknowledged, and does nothing."""

    def check(body: dict[str, Any], next: Callable[[], None]) -> BoltResponse | None:
        if body.get("type") != "event_callback" and not desk.workspaces.serves(team_of(body)):
            CLICKS.labels("unknown", "not_installed").inc()
            return BoltResponse(status=200, body="")
        next()
        return None

    return check
