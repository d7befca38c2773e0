"""Is it alive, is it ready, what has it counted."""

import hmac
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from bot.clock import system_clock
from bot.slack.desk import Desk
from bot.worker.pulse import ALIVE_WITHIN, last_heartbeat


def health_blueprint(desk: Desk, *, metrics_token: str = "") -> Blueprint:
    """With a `metrics_token` the figures are only for those who send it."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def alive() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @blueprint.get("/readyz")
    def ready() -> tuple[Response, int]:
        findings = readiness(desk)
        return jsonify(findings), 200 if findings["ready"] else 503

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if metrics_token and not _carries(metrics_token):
            return Response("Send the token.\n", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _carries(token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def readiness(desk: Desk) -> dict[str, Any]:
    """Ready means: the database answers and a worker is alive, so a question would be answered."""
    try:
        with desk.database.reading() as session:
            session.execute(text("SELECT 1"))
            beat = last_heartbeat(session)
    except sa.exc.SQLAlchemyError as fault:
        return {"ready": False, "database": type(fault).__name__, "worker": "unknown"}
    alive = beat is not None and system_clock() - beat < ALIVE_WITHIN
    worker = "alive" if alive else ("never seen" if beat is None else f"silent since {beat.isoformat()}")
    return {"ready": alive, "database": "ok", "worker": worker}
