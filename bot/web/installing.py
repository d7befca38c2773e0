"""`/slack/install` and `/slack/oauth_redirect`: on the way into a workspace, and back with Slack's answer."""

import structlog
from flask import Blueprint, Response, render_template, request
from slack_bolt import BoltResponse
from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs

from bot.slack.oauth import INSTALL, REDIRECT

log = structlog.get_logger(__name__)

# A page of ours: its looks come from us, it loads and sends nothing else.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DONE = (
    "Evenhand is installed in {team}. It has written to you in Slack and says what to do next. "
    "You can close this page."
)
_CANCELLED = f"Nothing was installed. Whenever you like, begin again at {INSTALL}."
_BEGIN_AGAIN = f"Nothing was installed. Begin again at {INSTALL}."
_WHY = {
    "invalid_browser": "It was begun in another browser, or this one keeps no cookies.",
    "invalid_state": "It was begun more than ten minutes ago, or this answer was used already.",
    "missing_code": "Slack's answer is incomplete.",
    "invalid_code": "Slack does not accept this answer any more.",
    "storage_error": "This app can be installed in single workspaces only, and not for a whole organisation.",
}


def pages() -> CallbackOptions:
    return CallbackOptions(success=_installed, failure=_not_installed)


def install_blueprint(flow: OAuthFlow) -> Blueprint:
    blueprint = Blueprint("install", __name__)

    @blueprint.get(INSTALL)
    def install() -> Response:
        return _answered(flow.handle_installation(to_bolt_request(request)))

    @blueprint.get(REDIRECT)
    def oauth_redirect() -> Response:
        return _answered(flow.handle_callback(to_bolt_request(request)))

    @blueprint.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        # The address of Slack's answer carries the code: it must not travel on.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return blueprint


def _answered(answer: BoltResponse) -> Response:
    response: Response = to_flask_response(answer)
    return response


def _installed(args: SuccessArgs) -> BoltResponse:
    team = args.installation.team_name or "your workspace"
    gone = args.settings.state_utils.build_set_cookie_for_deletion()
    return _page("Installed", _DONE.format(team=team), 200, {"Set-Cookie": [gone]})


def _not_installed(args: FailureArgs) -> BoltResponse:
    log.warning("install.refused", reason=args.reason if args.reason in _WHY else "by_slack")
    if args.reason == "access_denied":
        return _page("Cancelled", _CANCELLED, 200)
    why = _WHY.get(args.reason, "Slack says that something went wrong.")
    return _page("That did not work", f"{why} {_BEGIN_AGAIN}", max(args.suggested_status_code, 400))


def _page(title: str, text: str, status: int, headers: dict[str, list[str]] | None = None) -> BoltResponse:
    html = render_template("console/message.html", title=title, text=text)
    return BoltResponse(
        status=status, body=html, headers={"Content-Type": ["text/html; charset=utf-8"], **(headers or {})}
    )
