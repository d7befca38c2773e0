"""The local Slack as a Flask app of its own, or mounted in somebody else's."""

import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, request
from werkzeug import Response as BaseResponse
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.playground import installing, openid, page_api, web_api
from bot.playground.errors import NotLoopback
from bot.playground.slack import LocalSlack

Explain = Callable[[str, str], dict[str, Any] | None]


def create_local_slack(local: LocalSlack, explain: Explain | None = None) -> Flask:
    """The whole local Slack on one port: Web API, Socket Mode, answer links and the page."""
    app = Flask("bot.playground.alone", static_folder=None)
    register(app, local, explain)
    return app


def register(app: Flask, local: LocalSlack, explain: Explain | None = None) -> None:
    """Mount it beside the desk's own routes: `/api/…`, `/playground/…`, `/socket/link`, `/archives/…`."""
    slack = Blueprint("local_slack", __name__, template_folder="templates")
    pages = page_api.blueprint(local, explain or (lambda channel, ts: None))
    slack.after_request(page_api.under_policy)
    for part in (slack, pages):
        part.before_request(lambda: _only_from_here(local))

    @slack.route("/api/<name>", methods=["GET", "POST"])
    def call(name: str) -> Response:
        reply = web_api.answer(local, name, _given(), _token(), _base_url())
        if reply.dropped:
            _hang_up()
        answer = jsonify(reply.body)
        answer.status_code = reply.status
        answer.headers.update(reply.headers)
        return answer

    openid.add_to(slack, local.sign_ins)
    installing.add_to(slack, local.installing, local.workspace.team)

    @slack.post("/<any(actions, commands, app):kind>/<team>/<key>")
    def respond(kind: str, team: str, key: str) -> tuple[str, int]:
        status, said = local.responses.take(key, _given())
        return said, status

    @slack.get("/archives/<channel>/p<int:stamp>")
    def permalink(channel: str, stamp: int) -> BaseResponse:
        ts = f"{stamp // 1_000_000}.{stamp % 1_000_000:06d}"
        place = urlencode({"c": channel, "t": request.args.get("thread_ts", ts)})
        return redirect(f"/playground/#{place}")

    @slack.route("/socket/link", websocket=True)
    def dial_in() -> Response:
        if not local.sockets.admit(request.args.get("ticket", "")):
            abort(401)
        local.sockets.serve(request.environ)
        return _Silence()

    app.register_blueprint(slack)
    app.register_blueprint(pages)


def _only_from_here(local: LocalSlack) -> None:
    """Nobody from elsewhere, and no web page that got a name of its own for this address."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    if not is_loopback(host) or not is_loopback(request.remote_addr or ""):
        abort(403)
    local.responses.base_url = _base_url()


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _base_url() -> str:
    return request.host_url.rstrip("/")


def _given() -> dict[str, Any]:
    if request.is_json:
        sent = request.get_json(silent=True)
        return sent if isinstance(sent, dict) else {}
    form = request.form.to_dict()
    if "payload" in form and len(form) == 1:
        return dict(request.json_module.loads(form["payload"]))
    return request.args.to_dict() | form | _client()


def _client() -> dict[str, str]:
    """Where an app names itself by its id and secret, it does so as in a browser's own sign-in."""
    named = request.authorization
    if named is None or named.type != "basic":
        return {}
    return {"client_id": named.username or "", "client_secret": named.password or ""}


def _token() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return request.form.get("token") or request.args.get("token")


def _hang_up() -> None:
    line = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if line is not None:
        line.shutdown(socket.SHUT_RDWR)


class _Silence(Response):
    """After a websocket nothing may be written to the connection; each server has its way of saying so."""

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if "gunicorn.socket" in environ:
            raise StopIteration
        raise ConnectionAbortedError


class Quiet(WSGIRequestHandler):
    """One line for each request would drown what the demo has to say."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


class Running:
    """A server in a thread of its own; `stop()` ends it."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        if not is_loopback(host):
            raise NotLoopback(host)
        self._server = make_server(host, port, app, threaded=True, request_handler=Quiet)
        self.url = f"http://{host}:{self._server.server_port}"
        # The default looks for a stop twice a second, which every test would wait for.
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.02), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def serve(app: Flask, *, host: str = "127.0.0.1", port: int = 0) -> Running:
    """Serve on this machine only; port 0 takes any free one."""
    return Running(app, host, port)
