"""What nobody caught is told by class and place, in every way in which a process can break."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gunicorn.config import Config

from bot.server_logs import ThroughOurs

ROOT = Path(__file__).parents[2]
WORDS = "my-salary-is-wrong"
BREAKING = f"""
import logging, sys, threading, warnings
from bot.crashes import guard, say_why
from bot.logs import configure
configure("DEBUG")
guard()
words = {WORDS!r}

class Late:
    def __del__(self):
        raise KeyError(words)

thread = threading.Thread(target=lambda: int(words))
thread.start()
thread.join()
warnings.warn(words)
Late()
logging.getLogger("dbos").error(f"it failed: {{words}}")
logging.getLogger("gunicorn.error").error("it failed: %s", words)
say_why(LookupError(words))
raise ValueError(words) from OSError(words)
"""


def test_nothing_that_breaks_tells_anybody_s_words() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BREAKING],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert WORDS not in said.replace(f"words = '{WORDS}'", "")
    for what in (
        "thread.crashed",
        "python.warned",
        "error.unraisable",
        "process.crashed",
        "LookupError",
        "OSError",
    ):
        assert what in said


@pytest.fixture
def gunicorn_loggers() -> object:
    names = ("gunicorn.error", "gunicorn.access")
    before = {
        name: (logging.getLogger(name).handlers[:], logging.getLogger(name).propagate) for name in names
    }
    yield names
    for name, (handlers, propagate) in before.items():
        logging.getLogger(name).handlers[:] = handlers
        logging.getLogger(name).propagate = propagate


def test_gunicorn_prints_nothing_by_itself(gunicorn_loggers: tuple[str, ...]) -> None:
    made = ThroughOurs(Config())
    for name in gunicorn_loggers:
        assert logging.getLogger(name).handlers == []
        assert logging.getLogger(name).propagate
    assert not made._access_log_enabled
