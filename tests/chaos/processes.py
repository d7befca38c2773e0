"""The desk as real processes, which can be killed as the system kills: without a last word."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The command `evenhand`, of this checkout whatever is installed.
PROGRAM = (sys.executable, "-c", "from bot.cli.main import main; main()")
# The same with levers on the inside.
WITH_LEVERS = (sys.executable, "-m", "tests.chaos.inside")
_LOOK_EVERY = 0.02
_GOODBYE = 10.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(more: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **more}


def answers(port: int) -> bool:
    """Whether something takes requests there."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


@dataclass
class DeskProcess:
    """`evenhand up`, `web` or `worker`. `port` is where it listens, if it does."""

    arguments: tuple[str, ...]
    settings: Mapping[str, str]
    log: Path
    port: int | None = None
    inside: bool = False
    kills: int = 0
    fell: int = 0
    # Killed by a fault that has not healed yet: nobody else may start it.
    kept_down: bool = False
    seconds_to_answer: list[float] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None
    _answered: threading.Event = field(default_factory=threading.Event)
    # A fault that starts it and the supervisor that sees it dead: one of them does.
    _changing: threading.RLock = field(default_factory=threading.RLock)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def starting(self) -> bool:
        """Started and not answering yet; only what listens can tell."""
        return self.alive and self.port is not None and not self._answered.is_set()

    @property
    def command(self) -> str:
        return self.arguments[0]

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        with self._changing:
            self._start()

    def _start(self) -> None:
        self.kept_down = False
        self._answered = threading.Event()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*(WITH_LEVERS if self.inside else PROGRAM), *self.arguments],
                cwd=ROOT,
                env=environment(self.settings),
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that its children can be found again
            )
        if self.port is not None:
            threading.Thread(
                target=self._time_the_start, args=(self._process, self._answered), daemon=True
            ).start()

    def _time_the_start(self, process: subprocess.Popen[bytes], answered: threading.Event) -> None:
        began = time.monotonic()
        while process.poll() is None:
            if self.port is not None and answers(self.port):
                self.seconds_to_answer.append(time.monotonic() - began)
                answered.set()
                return
            time.sleep(_LOOK_EVERY)

    def kill(self, *, family: bool) -> None:
        """`kill -9`: the process alone, or with its children, as when a machine is lost."""
        with self._changing:
            self._kill(family=family)

    def _kill(self, *, family: bool) -> None:
        if self._process is None or not self.alive:
            return
        self.kills += 1
        self.kept_down = True
        if family:
            os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()

    def revive(self) -> None:
        """Starts it again if it ended by itself, which it never should."""
        with self._changing:
            if not self.alive and not self.kept_down:
                self.fell += 1
                self._start()

    def ask_to_stop(self, number: int = signal.SIGTERM, *, patience: float = 30.0) -> int | None:
        """Its exit code; None if it does not go."""
        if self._process is None:
            return None
        self._process.send_signal(number)
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> float:
        """Asks politely, then kills whatever is left; returns how many seconds it took to go."""
        if self._process is None:
            return 0.0
        began = time.monotonic()
        if self.alive:
            self.ask_to_stop(patience=_GOODBYE)
        took = time.monotonic() - began
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return took


class Killer(threading.Thread):
    """Kills a random process at random moments and starts it again, also while it is still starting."""

    def __init__(
        self, processes: list[DeskProcess], *, kills: int, every_seconds: float, rng: random.Random
    ) -> None:
        super().__init__(daemon=True, name="killer")
        self._processes, self._left, self._rng = processes, kills, rng
        self._longest = 2 * every_seconds
        self._over = threading.Event()

    def run(self) -> None:
        while self._left > 0 and not self._over.is_set():
            for process in self._processes:
                process.revive()
            self._wait_for_the_start()
            if self._over.wait(self._rng.uniform(0.0, self._longest)):
                return
            victims = (
                self._processes
                if len(self._processes) > 1 and self._rng.random() < 0.15
                else [self._rng.choice(self._processes)]
            )
            for victim in victims:
                victim.kill(family=self._rng.random() < 0.5)
                self._left -= 1
            for victim in victims:
                victim.start()

    def _wait_for_the_start(self) -> None:
        """Mostly: a process that starts is killed as well, but a desk that never gets up would prove nothing."""
        if self._rng.random() < 0.25:
            return
        for process in self._processes:
            while process.starting and not self._over.wait(_LOOK_EVERY):
                pass

    def stop(self) -> None:
        self._over.set()
        self.join()
