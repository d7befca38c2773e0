"""The pages on which people allow something, as Slack plays them: who asks, who allows it, and where that leads."""

from urllib.parse import urlencode, urlsplit

from flask import Response, abort, redirect, render_template, request
from werkzeug import Response as BaseResponse

from bot.playground import cast

Asked = dict[str, str]


def asked_for(*names: str) -> Asked:
    """As strict as Slack: what is missing or wrong ends here, and nobody is sent anywhere."""
    asked = {name: request.args.get(name, "") for name in ("client_id", "redirect_uri", "state", *names)}
    if asked["client_id"] != cast.CLIENT_ID:
        abort(400, "Invalid client_id parameter.")
    if not urlsplit(asked["redirect_uri"]).scheme:
        abort(400, "redirect_uri did not match any configured URIs.")
    return asked


def page(template: str, asked: Asked, **more: object) -> Response:
    shown = render_template(
        template,
        people=cast.PERSONAS,
        asked=urlencode(asked),
        no=_back(asked, error="access_denied"),
        **more,
    )
    return Response(shown, mimetype="text/html")


def who_allows() -> str:
    user = request.args.get("user", "")
    if user not in {persona.id for persona in cast.PERSONAS}:
        abort(400, "There is no such person here.")
    return user


def sent_back(asked: Asked, code: str) -> BaseResponse:
    return redirect(_back(asked, code=code), 303)


def _back(asked: Asked, **told: str) -> str:
    address = asked["redirect_uri"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(told | {'state': asked['state']})}"
