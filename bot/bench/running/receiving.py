"""`python -m bot.bench.running.receiving WHAT PORT`: something that takes Slack's events, behind the desk's own server.

`evenhand` is the desk's web part; `bare` is a Bolt app that only acknowledges; `bare_commit` is one that commits a
single row durably to the same database first, which is the least that anybody can do who promises to lose nothing.
"""

import sqlite3
import sys
import threading
from collections.abc import Callable

import psycopg
import sqlalchemy as sa
from flask import Flask, Response, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

from bot.logs import configure
from bot.runtime import serving, stop_signal
from bot.settings import Settings, load
from bot.web_server import behind_gunicorn

EVENHAND, BARE, BARE_COMMIT = "evenhand", "bare", "bare_commit"
WHAT = (EVENHAND, BARE, BARE_COMMIT)
TABLE = "bench_receipt"
_INSERT = f"INSERT INTO {TABLE} (id) VALUES ({{}})"

Commit = Callable[[str], None]


def main() -> None:
    what, port = sys.argv[1], int(sys.argv[2])
    settings = load(port=port)
    configure(settings.log_level)
    make = _maker(what, settings)
    if settings.is_sqlite:
        with (
            stop_signal() as stopped,
            serving(make(), host=settings.host, port=port, threads=settings.threads),
        ):
            stopped.wait()
    else:
        behind_gunicorn(make, host=settings.host, port=port, threads=settings.threads)


def _maker(what: str, settings: Settings) -> Callable[[], Flask]:
    if what == EVENHAND:
        # The bare apps load nothing of ours.
        from bot.assembly import assemble

        return lambda: assemble(settings).web
    return lambda: bare_app(settings, _committing(settings) if what == BARE_COMMIT else None)


def bare_app(settings: Settings, commit: Commit | None) -> Flask:
    """As Bolt's own documentation shows it."""
    bolt = App(
        signing_secret=settings.slack_signing_secret.get_secret_value()
        if settings.slack_signing_secret
        else "",
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-playground"
        ),
        # Only then does Bolt answer after the listener, and the commit stands before the receipt.
        process_before_response=commit is not None,
    )

    @bolt.event("message")
    def heard(body: dict[str, object]) -> None:
        if commit is not None:
            commit(str(body["event_id"]))

    web, handler = Flask("bare"), SlackRequestHandler(bolt)

    @web.post("/slack/events")
    def slack_events() -> Response:
        return handler.handle(request)

    return web


def _committing(settings: Settings) -> Commit:
    """By the database's own driver, on a connection that each thread keeps: nothing could be quicker."""
    mine = threading.local()
    connect = _sqlite if settings.is_sqlite else _postgresql

    def commit(event_id: str) -> None:
        if not hasattr(mine, "insert"):
            mine.insert = connect(settings.url)
        mine.insert(event_id)

    return commit


def _sqlite(url: str) -> Commit:
    # As durable as the desk is: WAL, and each commit waits for the disk.
    connection = sqlite3.connect(sa.make_url(url).database or "", isolation_level=None, timeout=30)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return lambda event_id: void(connection.execute(_INSERT.format("?"), (event_id,)))


def _postgresql(url: str) -> Commit:
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(plain, autocommit=True)
    return lambda event_id: void(connection.execute(_INSERT.format("%s"), (event_id,)))


def void(_result: object) -> None:
    """Nothing comes back from a commit."""


if __name__ == "__main__":
    main()
