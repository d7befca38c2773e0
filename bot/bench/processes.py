"""Processes that a measurement starts, waits for and takes down again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

# The command `evenhand`, of this program whatever else is installed.
EVENHAND = ("-c", "from bot.cli.main import main; main()")
_PATIENCE = 60.0
_GOODBYE = 10.0
_LOOK_EVERY = 0.02
_LAST_WORDS = 2_000
_PROGRAM = Path(__file__).resolve().parents[2]


class NotStarted(RuntimeError):
    """A process ended, or said nothing, before it could be measured."""


@dataclass
class Started:
    """One running process; what it writes is kept for when it falls."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    def must_run(self) -> None:
        if self.popen.poll() is not None:
            raise NotStarted(f"{self.name} ended with code {self.popen.returncode}: {self.last_words()}")

    def last_words(self) -> str:
        return self.log.read_bytes()[-_LAST_WORDS:].decode("utf-8", "replace").strip()

    def answers(self, port: int) -> None:
        """Returns when it answers a request there, whatever it says: gunicorn listens long before it does."""
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            self.must_run()
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
            with closing(line), suppress(OSError, http.client.HTTPException):
                line.request("GET", "/healthz")
                line.getresponse().read()
                return
            time.sleep(_LOOK_EVERY)
        raise NotStarted(f"{self.name} does not answer on port {port}: {self.last_words()}")


@contextmanager
def started(name: str, arguments: Sequence[str], settings: Mapping[str, str]) -> Iterator[Started]:
    """Runs `python ARGUMENTS`, in a session of its own so that its children go with it."""
    with tempfile.TemporaryDirectory(prefix="evenhand-log-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as written:
            popen = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=_PROGRAM,
                env={**_without_ours(os.environ), **settings},
                stdout=written,
                stderr=written,
                start_new_session=True,
            )
        try:
            yield Started(name, popen, log)
        finally:
            _stop(popen)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _without_ours(environment: Mapping[str, str]) -> dict[str, str]:
    """A measured desk knows nothing of the one that the caller's settings describe."""
    ours = ("EVENHAND_", "SLACK_", "DATABASE_URL", "PORT")
    return {name: value for name, value in environment.items() if not name.startswith(ours)}


def _stop(popen: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        popen.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        popen.wait(_GOODBYE)
    with suppress(ProcessLookupError):
        os.killpg(popen.pid, signal.SIGKILL)
    popen.wait()
