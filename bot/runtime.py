"""Runs a desk: web and worker in one process, or each for itself, until somebody says stop."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from bot.assembly import Assembly, introduce
from bot.slack.gateway import SlackProblem
from bot.worker.background import Background
from bot.worker.learning import Learner
from bot.worker.lease import ExecutorLease
from bot.worker.meaning import MeaningReader
from bot.worker.pulse import Pulse
from bot.worker.reviewing import ReviewFiller
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

    def on_signal(_number: int, _frame: object) -> None:
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
def working(assembly: Assembly) -> Iterator[None]:
    """A worker in this process: the engine, the lease that takes over from the dead, and the pulse."""
    engine = assembly.worker()
    with ExitStack() as stack:
        if not assembly.settings.is_sqlite:
            lease = ExecutorLease(assembly.settings.url, engine.executor_id)
            stack.callback(lease.stop)
        engine.start()
        stack.callback(engine.stop)
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
        yield


def _background(assembly: Assembly) -> Iterator[Background]:
    desk = assembly.desk
    yield Keeper(desk)
    if assembly.encoder is not None:
        yield MeaningReader(desk, assembly.encoder)
    yield WeightFitter(desk)
    yield ReviewFiller(desk)
    yield Learner(desk)
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

    server: Any = create_server(
        app, host=host, port=port, threads=threads, ident="evenhand", clear_untrusted_proxy_headers=True
    )
    thread = threading.Thread(target=server.run, daemon=True, name="web")
    thread.start()
    try:
        yield f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)


@contextmanager
def socket_mode(assembly: Assembly) -> Iterator[None]:
    """Slack's events through a websocket that we open: no public address is needed."""
    from slack_bolt.adapter.socket_mode import SocketModeHandler

    token = assembly.settings.slack_app_token
    handler: Any = SocketModeHandler(assembly.bolt, token.get_secret_value() if token else "")
    handler.connect()
    try:
        yield
    finally:
        # Slack may hang up in the same moment; the SDK then trips over the socket that it has just let go.
        with suppress(AttributeError):
            handler.close()


def run_web(make: Callable[[], Assembly], *, host: str, port: int, threads: int) -> None:
    """The web process alone, behind gunicorn."""

    def load() -> Flask:
        assembly = make()
        introduce_in_time(assembly, threading.Event())
        # Beside the first requests: events need no classifier, and Slack waits for their receipt.
        threading.Thread(target=_warm_up, args=(assembly,), daemon=True, name="warm-up").start()
        return assembly.web

    behind_gunicorn(load, host=host, port=port, threads=threads)


def behind_gunicorn(load_app: Callable[[], Flask], *, host: str, port: int, threads: int) -> None:
    """One process with threads; the app is made in it, after the fork."""
    from gunicorn.app.base import BaseApplication

    from bot.server_logs import ThroughOurs

    class Web(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings = {
                "bind": f"{host}:{port}",
                "worker_class": "gthread",
                "threads": threads,
                "workers": 1,
                "graceful_timeout": 2,
                "proc_name": "evenhand-web",
                "logger_class": ThroughOurs,
                "control_socket_disable": True,
            }
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            return load_app()

    Web().run()
