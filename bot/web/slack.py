"""`POST /slack/events`: everything Slack sends. What is not from Slack, or not readable, ends here with 400 or 401."""

import json
import time
from urllib.parse import parse_qs

from flask import Blueprint, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier

from bot.metrics import REFUSED
from bot.slack.shapes import is_readable

_TOO_OLD_SECONDS = 300
_MOST_BYTES = 3_000_000


def slack_blueprint(bolt: App, *, signing_secret: str) -> Blueprint:
    blueprint = Blueprint("slack", __name__)
    handler = SlackRequestHandler(bolt)
    verifier = SignatureVerifier(signing_secret)

    @blueprint.post("/slack/events")
    def slack_events() -> Response:
        if refusal := _refusal(verifier):
            status, why = refusal
            REFUSED.labels(why).inc()
            return Response(why + "\n", status=status, mimetype="text/plain")
        return handler.handle(request)

    return blueprint


def _refusal(verifier: SignatureVerifier) -> tuple[int, str] | None:
    """Why this request is turned away, before Bolt sees it: it would break on some of these."""
    body = request.get_data(cache=True)
    if len(body) > _MOST_BYTES:
        return 413, "the body is too large"
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not timestamp.isascii() or not timestamp.isdigit() or not signature.isascii() or not signature:
        return 401, "the signature or its timestamp is missing or malformed"
    if abs(time.time() - int(timestamp)) > _TOO_OLD_SECONDS:
        return 401, "the timestamp is too old"
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return 400, "the body is not UTF-8"
    if not verifier.is_valid(text, timestamp, signature):
        return 401, "the signature does not fit"
    return _unreadable(text)


def _unreadable(text: str) -> tuple[int, str] | None:
    """Slack sends a JSON object, a form with one in `payload`, or a command's form."""
    if request.mimetype == "application/json":
        return None if _is_ours(text) else (400, "the body is no JSON object that Slack sends")
    form = parse_qs(text, keep_blank_values=True)
    if "payload" in form:
        return None if _is_ours(form["payload"][0]) else (400, "the payload is no JSON object that Slack sends")
    return None if "command" in form or "ssl_check" in form else (400, "the body is none that Slack sends")


def _is_ours(text: str) -> bool:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and is_readable(body)
