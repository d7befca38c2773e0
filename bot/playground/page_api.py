"""The page, and the JSON it lives on: what one persona sees and does."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from bot.playground import cast, seen
from bot.playground.errors import PlaygroundError, SlackError
from bot.playground.slack import LocalSlack
from bot.playground.views import public
from bot.playground.workspace import Doc

# As in the page's own head; a header counts for what has no head, too.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEARTBEAT = 15.0
MOST_AT_ONCE = timedelta(days=366)


class Asked:
    """The JSON body of one request, with fields that must be there."""

    def __init__(self) -> None:
        body = request.get_json(silent=True) if request.is_json else None
        if not isinstance(body, dict):
            raise PlaygroundError("invalid_json", "This takes a JSON object.")
        self.body: Doc = body

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if not isinstance(value, str):
            raise PlaygroundError("invalid_arguments", f"“{name}” is missing.")
        return value

    def maybe(self, name: str) -> str | None:
        return self.text(name) if self.body.get(name) is not None else None

    def object(self, name: str) -> Doc:
        value = self.body.get(name) or {}
        if not isinstance(value, dict):
            raise PlaygroundError("invalid_arguments", f"“{name}” must be an object.")
        return value


def blueprint(local: LocalSlack, explain: Callable[[str, str], Doc | None]) -> Blueprint:
    pages = Blueprint(
        "playground",
        __name__,
        url_prefix="/playground",
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )
    pages.register_error_handler(PlaygroundError, _sorry)
    pages.register_error_handler(SlackError, _slack_says_no)
    pages.after_request(under_policy)
    _seeing(pages, local, explain)
    _writing(pages, local)
    _pressing(pages, local)
    return pages


def under_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _sorry(error: PlaygroundError) -> tuple[Response, int]:
    return jsonify(ok=False, error=error.error, message=str(error)), 400


def _slack_says_no(error: SlackError) -> tuple[Response, int]:
    words = error.error.replace("_", " ")
    return jsonify(ok=False, error=error.error, message=f"Slack would refuse this: {words}."), 400


def _me(local: LocalSlack) -> str:
    user_id = request.args.get("as") or cast.PERSONAS[0].id
    return str(local.workspace.person(user_id)["id"])


def _seeing(pages: Blueprint, local: LocalSlack, explain: Callable[[str, str], Doc | None]) -> None:
    @pages.get("/")
    def page() -> str:
        return render_template("playground.html")

    @pages.get("/api/state")
    def state() -> Response:
        return jsonify(seen.overview(local, _me(local)))

    @pages.get("/api/messages")
    def messages() -> Response:
        version = local.state.version
        me, channel_id = _me(local), request.args.get("channel", "")
        channel = local.workspace.channel(channel_id)
        if channel["kind"] != "public" and not local.workspace.is_member(channel, me):
            raise PlaygroundError("channel_not_found", "There is no such channel for you.")
        found = seen.messages_for(local, me, channel["id"], request.args.get("thread_ts"))
        return jsonify(messages=found, version=version)

    @pages.get("/api/home")
    def home() -> Response:
        return jsonify(view=local.home(_me(local)))

    @pages.get("/api/view")
    def view() -> Response:
        version = local.state.version
        return jsonify(views=local.views(_me(local)), version=version)

    @pages.get("/api/explain")
    def explained() -> Response:
        return jsonify(explain(request.args.get("channel", ""), request.args.get("ts", "")))

    @pages.get("/api/stream")
    def stream() -> Response:
        return Response(_changes(local), mimetype="text/event-stream", headers={"Cache-Control": "no-store"})


def _changes(local: LocalSlack) -> Iterator[str]:
    version = local.state.version
    yield f"data: {json.dumps({'version': version})}\n\n"
    while not local.state.closed:
        newer = local.state.wait_for_change(version, HEARTBEAT)
        if newer == version:
            yield ": still here\n\n"
        else:
            version = newer
            yield f"data: {json.dumps({'version': version})}\n\n"


def _writing(pages: Blueprint, local: LocalSlack) -> None:
    @pages.post("/api/post")
    def post() -> Response:
        asked = Asked()
        ts = local.say(asked.text("as"), asked.text("channel"), asked.text("text"), asked.maybe("thread_ts"))
        return jsonify(ok=True, ts=ts)

    @pages.post("/api/edit")
    def edit() -> Response:
        asked = Asked()
        local.edit(asked.text("as"), asked.text("channel"), asked.text("ts"), asked.text("text"))
        return jsonify(ok=True)

    @pages.post("/api/delete")
    def delete() -> Response:
        asked = Asked()
        local.delete(asked.text("as"), asked.text("channel"), asked.text("ts"))
        return jsonify(ok=True)

    @pages.post("/api/react")
    def react() -> Response:
        asked = Asked()
        me, channel, ts, name = (asked.text(field) for field in ("as", "channel", "ts", "name"))
        try:
            local.react(me, channel, ts, name)
        except SlackError as refused:
            if refused.error != "already_reacted":
                raise
            local.unreact(me, channel, ts, name)
        return jsonify(ok=True)

    @pages.post("/api/open_dm")
    def open_dm() -> Response:
        asked = Asked()
        me, other = local.workspace.person(asked.text("as"))["id"], asked.text("user")
        channel = local.dm(me, other)
        if other == cast.BOT_USER:
            # Slack tells the app when somebody looks at its messages, too.
            local.open_home(me, tab="messages")
        return jsonify(ok=True, channel=channel)

    @pages.post("/api/clock")
    def clock() -> Response:
        seconds = Asked().body.get("advance_seconds")
        if not isinstance(seconds, int) or not 0 <= seconds <= MOST_AT_ONCE.total_seconds():
            raise PlaygroundError("invalid_arguments", "Time moves forward here, by at most a year at once.")
        local.advance(seconds=seconds)
        return jsonify(ok=True, clock=seen.clock(local))


def _pressing(pages: Blueprint, local: LocalSlack) -> None:
    @pages.post("/api/action")
    def action() -> Any:
        asked = Asked()
        me, container, pressed = asked.text("as"), asked.object("container"), asked.object("action")
        if container.get("type") == "view":
            view_id = str(container.get("view_id"))
            answer = local.interactions.view_action(me, view_id, pressed, asked.object("state"))
        else:
            channel = local.workspace.channel(str(container.get("channel")))
            ts = str(container.get("ts"))
            answer = local.interactions.message_action(me, channel, ts, pressed, asked.object("state"))
        return _acked(answer.shown)

    @pages.post("/api/submit")
    def submit() -> Any:
        asked = Asked()
        outcome = local.interactions.submit(asked.text("as"), asked.text("view_id"), asked.object("values"))
        return jsonify(outcome) if outcome["ok"] else (jsonify(outcome), 400)

    @pages.post("/api/options")
    def options() -> Response:
        asked = Asked()
        me, view_id, action_id = (asked.text(field) for field in ("as", "view_id", "action_id"))
        typed = str(asked.body.get("typed") or "")
        return jsonify(ok=True, options=local.interactions.suggestions(me, view_id, action_id, typed))

    @pages.post("/api/close")
    def close() -> Response:
        asked = Asked()
        local.interactions.close(asked.text("as"), asked.text("view_id"))
        return jsonify(ok=True)

    @pages.post("/api/command")
    def command() -> Response:
        asked = Asked()
        line = f"{asked.text('command')} {asked.body.get('text') or ''}"
        answer = local.command(asked.text("as"), line, asked.text("channel"))
        return jsonify(ok=True, response=answer.body or None) if answer.ok else jsonify(ok=True)

    @pages.post("/api/shortcut")
    def shortcut() -> Any:
        asked = Asked()
        answer = local.shortcut(
            asked.text("as"), asked.text("callback_id"), asked.maybe("channel"), asked.maybe("ts")
        )
        return _acked(answer.shown)

    @pages.post("/api/open_home")
    def open_home() -> Response:
        asked = Asked()
        me = asked.text("as")
        local.open_home(me)
        view = local.modals.home(me)
        return jsonify(ok=True, view=public(view) if view else None)


def _acked(shown: str | None) -> Any:
    if shown is None:
        return jsonify(ok=True)
    message = (
        "The app did not answer in time." if shown == "operation_timeout" else "The app could not take that."
    )
    return jsonify(ok=False, error=shown, message=message), 400
