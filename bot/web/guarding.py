"""The headers that stand on every answer of the app, whatever made it; where a part says more, its word stands."""

from flask import Flask, Response

# What is no page of ours needs nothing: it loads nothing, is framed by nobody and sends no form anywhere.
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _NOTHING,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_ONLY_HTTPS = "max-age=31536000"


def guard(app: Flask, *, public_url: str) -> None:
    """Over https browsers are told to come back no other way."""
    headers = dict(_HEADERS)
    if public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = _ONLY_HTTPS

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response
