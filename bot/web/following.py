"""Each request has an id: the one that a proxy or a caller gave it, or one of our own, and the answer names it."""

from contextlib import ExitStack

from flask import Flask, Response, g, request

from bot import request_id

HEADER = "X-Request-Id"


def follow_requests(app: Flask) -> None:
    """Whatever is logged and said while a request is answered carries its id."""

    @app.before_request
    def begin() -> None:
        g.following = ExitStack()
        g.request_id = g.following.enter_context(
            request_id.bound(request_id.accepted(request.headers.get(HEADER), "web"))
        )

    @app.after_request
    def name(response: Response) -> Response:
        response.headers[HEADER] = g.get("request_id") or request_id.made("web")
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        following: ExitStack | None = g.pop("following", None)
        if following is not None:
            following.close()
