"""Slack's websocket: what comes through it is held to the same shapes as what comes over HTTP."""

import structlog
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.metrics import CLICKS, REFUSED
from bot.slack import shapes

log = structlog.get_logger(__name__)


class CheckedSocket(SocketModeHandler):
    """What is refused gets no receipt, as over HTTP; Slack delivers it again and then lets it be."""

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        try:
            shapes.check(req.payload)
        except shapes.Misshapen as wrong:
            log.warning("slack.misshapen", type=str(req.payload.get("type"))[:40], places=wrong.places)
            REFUSED.labels("a field is missing or of the wrong kind").inc()
            return
        if not shapes.acted_on(req.payload):
            CLICKS.labels("unknown", "ignored").inc()
            client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
            return
        super().handle(client, req)
