"""The web process: gunicorn, which stops in three steps.

Asked to stop it first says so on `/readyz` and goes on serving, so that load balancers look elsewhere; then it takes no
new connection and finishes what it has begun; then it leaves. A second signal skips all that.
"""

import math
import multiprocessing
import queue
import signal
import time
from collections.abc import Callable
from typing import Any

from flask import Flask

from bot.web.health import PROCESS


def behind_gunicorn(
    load_app: Callable[[], Flask],
    *,
    host: str,
    port: int,
    threads: int,
    drain_seconds: float = 0.0,
    stop_seconds: float = 2.0,
) -> None:
    """One process with threads; the app is made in it, after the fork."""
    from gunicorn.app.base import BaseApplication

    from bot.server_logs import ThroughOurs

    # Shared with the process that is forked: gunicorn's own signals mean the end already.
    leaving: Any = multiprocessing.get_context("fork").Event()

    class Web(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings = {
                "bind": f"{host}:{port}",
                "worker_class": "gthread",
                "threads": threads,
                "workers": 1,
                "graceful_timeout": math.ceil(stop_seconds),
                "proc_name": "evenhand-web",
                "logger_class": ThroughOurs,
                "control_socket_disable": True,
            }
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            app = load_app()
            if PROCESS in app.config:
                app.config[PROCESS].stopping = leaving.is_set
            return app

        def run(self) -> None:
            _arbiter(leaving, drain_seconds)(self).run()

    Web().run()


def _arbiter(leaving: Any, drain_seconds: float) -> Any:
    from gunicorn.arbiter import Arbiter

    class Draining(Arbiter):  # type: ignore[misc]
        def signal(self, sig: int, frame: object) -> None:
            if leaving.is_set() and sig in (signal.SIGTERM, signal.SIGINT):
                sig = signal.SIGQUIT  # asked twice: at once
            super().signal(sig, frame)

        def handle_term(self) -> None:
            leaving.set()
            ends = time.monotonic() + drain_seconds
            while (left := ends - time.monotonic()) > 0:
                try:
                    sig = self.SIG_QUEUE.get(timeout=left)
                except queue.Empty:
                    break
                if sig == signal.SIGQUIT:
                    self.handle_quit()
                elif sig == signal.SIGCHLD:
                    self.handle_chld()
            raise StopIteration

    return Draining
