"""The Bolt app: events go through the inbox, presses through their listeners, nothing is left to a 404."""

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
from bot.slack.inbox import inbox_middleware
from bot.slack.listening import attach

log = structlog.get_logger(__name__)

# Bolt's own default is five threads, shared: of eight slow clicks at once three would wait past Slack's patience.
_LISTENER_THREADS = 32


def make_client(token: str, base_url: str) -> WebClient:
    """A client that never repeats a call by itself: whether that is safe only durable work knows."""
    return WebClient(token=token, base_url=base_url, timeout=10, retry_handlers=[])


def make_bolt(desk: Desk, client: WebClient, *, signing_secret: str) -> App:
    app = App(
        # Bolt's own client carries no token: `authorize` hands it out.
        client=WebClient(base_url=client.base_url, retry_handlers=[]),
        signing_secret=signing_secret,
        authorize=_authorize(client),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        ignoring_self_events_enabled=False,  # the inbox tells a bot's messages apart itself
        listener_executor=ThreadPoolExecutor(_LISTENER_THREADS, thread_name_prefix="listener"),
    )
    app.use(inbox_middleware(desk.database, desk.clock, events.wanted))
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


def _authorize(client: WebClient) -> Any:
    """Without asking Slack: a request from Slack must be answered even while Slack's API is down."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=client.token)

    return authorize
