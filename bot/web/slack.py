"""`POST /slack/events`: everything Slack sends. What is not from Slack, or not readable, ends here with 400 or 401."""

import json
import time
from typing import Any
from urllib.parse import parse_qsl

import structlog
from flask import Blueprint, Response, request
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.flask.handler import to_flask_response
from slack_sdk.signature import SignatureVerifier

from bot.metrics import CLICKS, REFUSED
from bot.slack import shapes
from bot.slack.inbox import TakeIn
from bot.slack.incoming import SIGNATURE

log = structlog.get_logger(__name__)

_TOO_OLD_SECONDS = 300
_MOST_BYTES = 3_000_000
# Slack's own bodies, rich text and all, are about fifteen deep.
_DEEPEST = 64


class Refused(Exception):
    """This request goes no further: the status, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def slack_blueprint(bolt: App, take_in: TakeIn, *, signing_secret: str) -> Blueprint:
    blueprint = Blueprint("slack", __name__)
    verifier = SignatureVerifier(signing_secret)

    @blueprint.post("/slack/events")
    def slack_events() -> Response:
        try:
            body = _checked(_parsed(_signed(verifier)))
            if not shapes.acted_on(body):
                # A form closed, a kind of interaction of next year: acknowledged, or Slack counts it as our failure.
                CLICKS.labels("unknown", "ignored").inc()
                return Response(status=200)
            # Events go the straight way: Bolt would do no more for them, and Slack waits.
            answer = take_in(body)
            return to_flask_response(bolt.dispatch(_for_bolt(body)) if answer is None else answer)
        except Refused as refused:
            REFUSED.labels(refused.why).inc()
            return Response(refused.why + "\n", status=refused.status, mimetype="text/plain")

    return blueprint


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    try:
        shapes.check(body)
    except shapes.Misshapen as wrong:
        log.warning("slack.misshapen", type=str(body.get("type"))[:40], places=wrong.places)
        raise Refused(400, "a field is missing or of the wrong kind") from None
    return body


def _for_bolt(body: dict[str, Any]) -> BoltRequest:
    """The request as Bolt knows it from Socket Mode: signed and parsed already.

    Bolt's own reading loses a command whose text has the word “payload” in it, and breaks on what is no JSON.
    """
    body[SIGNATURE] = request.headers["X-Slack-Signature"]
    try:
        return BoltRequest(body=body, headers=dict(request.headers), mode="socket_mode")
    except (AttributeError, KeyError, IndexError, TypeError) as unread:
        # Bolt looks for ids in places that we do not read.
        raise Refused(400, "a field is missing or of the wrong kind") from unread


def _signed(verifier: SignatureVerifier) -> str:
    body = request.get_data(cache=True)
    if len(body) > _MOST_BYTES:
        raise Refused(413, "the body is too large")
    timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise Refused(401, "the timestamp is missing or malformed")
    if not (signature.isascii() and signature):
        raise Refused(401, "the signature is missing or malformed")
    if abs(time.time() - int(timestamp)) > _TOO_OLD_SECONDS:
        raise Refused(401, "the timestamp is too old")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "the body is not UTF-8") from None
    if not verifier.is_valid(text, timestamp, signature):
        raise Refused(401, "the signature does not fit")
    return text


def _parsed(text: str) -> dict[str, Any]:
    """Slack sends a JSON object, a form with one in `payload`, or a command's form."""
    if request.mimetype == "application/json":
        return _object(text)
    if request.mimetype != "application/x-www-form-urlencoded":
        raise Refused(400, "the body is none that Slack sends")
    form = dict(parse_qsl(text, keep_blank_values=True))
    if "payload" in form:
        return _object(form["payload"])
    if "command" in form or "ssl_check" in form:
        return form
    raise Refused(400, "the body is none that Slack sends")


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is no JSON") from None
    if not isinstance(found, dict) or _deeper_than(_DEEPEST, found):
        raise Refused(400, "the body is no JSON object that Slack sends")
    return found


def _no_constant(name: str) -> None:
    # Python reads NaN and Infinity; JSON has neither, and no database stores them.
    raise ValueError(name)


def _deeper_than(limit: int, value: dict[str, Any]) -> bool:
    level: list[Any] = [value]
    for _ in range(limit):
        level = [
            inside
            for part in level
            for inside in (part.values() if isinstance(part, dict) else part)
            if isinstance(inside, dict | list)
        ]
        if not level:
            return False
    return True
