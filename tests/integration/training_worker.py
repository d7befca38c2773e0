"""A worker in a process of its own, for tests that kill it. “slow” gets stuck in the middle of a training."""

import sys
import time
from typing import Any

from bot.assembly import assemble
from bot.runtime import working
from bot.settings import load
from bot.worker import training


def stuck(*_: object, progress: Any, **__: object) -> None:
    progress("Stuck", 1, 2)
    time.sleep(600)


if "slow" in sys.argv:
    training.retrain = stuck  # type: ignore[assignment]

with working(assemble(load())):
    sys.stdin.read()
