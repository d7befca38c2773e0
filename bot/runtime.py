"""Runs a desk: web and worker in one process, or each for itself, until somebody says stop."""

import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from bot import tracing
from bot.assembly import Assembly, introduce
from bot.frugal import give_back, one_core_a_sum, short_turns
from bot.settings import Settings
from bot.slack.gateway import SlackProblem
from bot.web.health import Process, health_app
from bot.web_server import behind_gunicorn
from bot.worker.background import Background
from bot.worker.learning import Learner
from bot.worker.lease import ExecutorLease
from bot.worker.meaning import MeaningReader
from bot.worker.pulse import Pulse
from bot.worker.reviewing import ReviewFiller
from bot.worker.seeking import Seeker
from bot.worker.sweeping import Sweeper
from bot.worker.timers import reconcile
from bot.worker.tokens import TokenKeeper
from bot.worker.upkeep import Keeper
from bot.worker.weights import WeightFitter
from triage.leaving import present

log = structlog.get_logger(__name__)


@contextmanager
def stop_signal() -> Iterator[threading.Event]:
    """An event that Ctrl-C or a polite kill sets; the handlers from before come back afterwards."""
    asked = threading.Event()

    def on_signal(number: int, _frame: object) -> None:
        if asked.is_set():
            os._exit(128 + number)  # asked twice: at once, as after a crash
        asked.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave_in_time(code: object, *, seconds: float = 0.5) -> None:
    """Ends the process although a thread still waits for Slack or the database, which may take it ten seconds.

    Called when everything is closed. What such a thread was doing is found half done in the database at the next
    start, as after a crash, and done.
    """
    status = code if isinstance(code, int) else int(code is not None)

    def leave() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

    watchdog = threading.Timer(seconds, leave)
    watchdog.daemon = True
    watchdog.start()


@contextmanager
def working(assembly: Assembly) -> Iterator[Pulse]:
    """A worker in this process: the engine, the lease that takes over from the dead, and the pulse."""
    if assembly.settings.is_sqlite:
        short_turns()
    engine = assembly.worker()
    with ExitStack() as stack:
        if not assembly.settings.is_sqlite:
            lease = ExecutorLease(assembly.settings.url, engine.executor_id)
            stack.callback(lease.stop)
        engine.start()
        stack.callback(engine.stop, patience_seconds=math.ceil(assembly.settings.stop_seconds))
        if not assembly.settings.is_sqlite:
            lease.start()
        if assembly.line is not None:
            assembly.line.listen()
        _warm_up(assembly)
        log.info("work.reconciled", overdue=reconcile(assembly.desk))
        pulse = Pulse(assembly.desk, engine.executor_id)
        pulse.start()
        stack.callback(pulse.stop)
        for thread in _background(assembly):
            thread.start()
            stack.callback(thread.stop)
        yield pulse


def _background(assembly: Assembly) -> Iterator[Background]:
    desk = assembly.desk
    yield Keeper(desk)
    yield Seeker(desk)
    if assembly.encoder is not None:
        yield MeaningReader(desk, assembly.encoder)
    yield WeightFitter(desk)
    yield ReviewFiller(desk)
    yield Learner(desk)
    keep = timedelta(days=assembly.settings.keep_work_days)
    yield Sweeper(desk.database, assembly.jobs, keep=keep)
    if assembly.several is not None:
        yield TokenKeeper(assembly.several.exchange)


def _warm_up(assembly: Assembly) -> None:
    """Loads the classifier and the index before the first question waits for them."""
    desk = assembly.desk
    now = desk.clock()
    with desk.database.reading() as session:
        # One workspace is enough to have the libraries in memory; before the first one, none has to be there for that.
        team_id = next(iter(present(session)), "")
        desk.judge(session, team_id, now).judge("hello")
    one_core_a_sum()
    give_back()


def introduce_in_time(assembly: Assembly, stopped: threading.Event) -> threading.Thread:
    """Introduces the desk to its workspace, trying until Slack and the database answer."""

    def run() -> None:
        pause = 1.0
        while not stopped.is_set():
            try:
                introduce(assembly.desk, assembly.settings)
            except (SlackProblem, sa.exc.OperationalError) as problem:
                # A database's message may quote what people wrote.
                error = str(problem) if isinstance(problem, SlackProblem) else type(problem).__name__
                log.warning("desk.not_introduced", error=error, again_in=pause)
                stopped.wait(pause)
                pause = min(60.0, pause * 2)
            else:
                return

    thread = threading.Thread(target=run, daemon=True, name="introduce")
    thread.start()
    return thread


@contextmanager
def serving(app: Flask, *, host: str, port: int, threads: int) -> Iterator[str]:
    """A threaded HTTP server in this process; yields its address."""
    from waitress.server import create_server

    # What a proxy says comes through as it was said: whom to believe the app knows (bot/web/addresses.py).
    server: Any = create_server(
        app, host=host, port=port, threads=threads, ident="evenhand", clear_untrusted_proxy_headers=False
    )
    thread = threading.Thread(target=server.run, daemon=True, name="web")
    thread.start()
    try:
        yield f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)


@contextmanager
def telling_health(assembly: Assembly, process: Process) -> Iterator[None]:
    """/healthz, /readyz and /metrics of a process that serves nothing else, where its port is set."""
    settings = assembly.settings
    if settings.metrics_port is None:
        yield
        return
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else ""
    app = health_app(assembly.desk, process, metrics_token=token)
    with serving(app, host=settings.host, port=settings.metrics_port, threads=2):
        yield


@contextmanager
def socket_mode(assembly: Assembly) -> Iterator[Callable[[], bool]]:
    """Slack's events through a websocket that we open: no public address is needed. Yields whether it is open."""
    from bot.slack.socket import CheckedSocket

    token = assembly.settings.slack_app_token
    handler: Any = CheckedSocket(assembly.bolt, token.get_secret_value() if token else "")
    handler.connect()
    try:
        yield handler.client.is_connected
    finally:
        # Slack may hang up in the same moment; the SDK then trips over the socket that it has just let go.
        with suppress(AttributeError):
            handler.close()


def run_web(make: Callable[[], Assembly], settings: Settings) -> None:
    """The web process alone, behind gunicorn."""
    tracing.require(settings.otel_exporter_otlp_endpoint)

    def load() -> Flask:
        assembly = make()
        tracing.send_to(settings.otel_exporter_otlp_endpoint, "web")
        introduce_in_time(assembly, threading.Event())
        # Beside the first requests: events need no classifier, and Slack waits for their receipt.
        threading.Thread(target=_warm_up, args=(assembly,), daemon=True, name="warm-up").start()
        return assembly.web

    behind_gunicorn(
        load,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        drain_seconds=settings.drain_seconds,
        stop_seconds=settings.stop_seconds,
    )
