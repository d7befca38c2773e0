"""Is it alive, is it ready, what has it counted."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, jsonify, request
from prometheus_client.exposition import choose_encoder
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import system_clock
from bot.metrics import last_slack_call
from bot.schema import head, knows
from bot.slack.desk import Desk
from bot.web.figures import registry_of
from bot.worker.pulse import ALIVE_WITHIN, Heartbeat, last_heartbeat

# Where an app keeps what its process knows of itself.
PROCESS = "EVENHAND_PROCESS"


@dataclass
class Process:
    """What only the process itself can say: whether it is about to stop, and what it cannot do its work without."""

    stopping: Callable[[], bool] = lambda: False
    # By name; each says whether it is well.
    needs: Mapping[str, Callable[[], bool]] = field(default_factory=dict)


def health_blueprint(desk: Desk, *, metrics_token: str = "") -> Blueprint:
    """With a `metrics_token` the figures are only for those who send it."""
    blueprint = Blueprint("health", __name__)
    registry = registry_of(desk)

    @blueprint.record_once
    def known(state: Any) -> None:
        state.app.config.setdefault(PROCESS, Process())

    @blueprint.get("/healthz")
    def alive() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @blueprint.get("/readyz")
    def ready() -> tuple[Response, int]:
        findings = readiness(desk, current_app.config[PROCESS])
        return jsonify(findings), 200 if findings["ready"] else 503

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if metrics_token and not _carries(metrics_token):
            return Response("Send the token.\n", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
        encoder, content_type = choose_encoder(request.headers.get("Accept", ""))
        return Response(encoder(registry), content_type=content_type)

    return blueprint


def health_app(desk: Desk, process: Process, *, metrics_token: str = "") -> Flask:
    """For processes that serve nothing else: workers, and Socket Mode."""
    app = Flask("evenhand-health", static_folder=None)
    app.config[PROCESS] = process
    app.register_blueprint(health_blueprint(desk, metrics_token=metrics_token))
    return app


def _carries(token: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def readiness(desk: Desk, process: Process) -> dict[str, Any]:
    """Not ready is only what keeps this process from serving. The rest is told, and alerts are for that:
    without a worker, or while Slack is away, events are still taken in and nothing is lost.
    """
    findings: dict[str, Any] = {"ready": not process.stopping(), "stopping": process.stopping()}
    for name, well in process.needs.items():
        findings[name] = "ok" if well() else "not well"
        findings["ready"] = findings["ready"] and findings[name] == "ok"
    try:
        with desk.database.reading() as session:
            findings |= {"database": "ok", "schema": _schema(session), "worker": _worker(session)}
            findings["slack"] = _slack(session)
    except sa.exc.SQLAlchemyError as fault:
        return findings | {"ready": False, "database": type(fault).__name__, "worker": "unknown"}
    if findings["schema"] == _BEHIND:
        findings["ready"] = False
    return findings


_BEHIND = "older than this version needs: evenhand db upgrade"


def _schema(session: Session) -> str:
    """A newer one is no reason to stop: while versions change, the old one goes on serving."""
    found = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if found == _wanted():
        return "ok"
    return _BEHIND if found is None or _known(found) else "newer than this version"


# Reading them loads every migration there is.
_wanted = cache(head)
_known = cache(knows)


def _worker(session: Session) -> str:
    beat = last_heartbeat(session)
    if beat is None:
        return "never seen"
    return "alive" if system_clock() - beat < ALIVE_WITHIN else f"silent since {beat.isoformat()}"


def _slack(session: Session) -> dict[str, str | None]:
    """Nobody asks Slack for this: it tells when a call last went well or wrong, here or in a worker."""
    beats = session.execute(select(Heartbeat.slack_answered_at, Heartbeat.slack_failed_at)).all()
    answered = _latest(last_slack_call("answered"), *(row.slack_answered_at for row in beats))
    failed = _latest(last_slack_call("failed"), *(row.slack_failed_at for row in beats))
    if answered is None and failed is None:
        state = "not asked yet"
    else:
        state = "reachable" if failed is None or (answered and answered >= failed) else "away"
    return {"state": state, "answered_at": _iso(answered), "failed_at": _iso(failed)}


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
