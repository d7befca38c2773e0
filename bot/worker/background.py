"""What a worker does beside its jobs: a thread that looks now and then whether something is left to do.

Nothing such a thread does is queued: what is left is found by asking the database, so a crash loses nothing.
"""

import os
import sys
import threading
from abc import ABC, abstractmethod

import structlog

log = structlog.get_logger(__name__)

_NICE = 10


class Background(threading.Thread, ABC):
    """Looks after `first` seconds and then every `every`. A look that fails is told, and tried again later."""

    def __init__(
        self,
        name: str,
        *,
        every: float,
        first: float | None = None,
        longest: float = 0.0,
        humble: bool = True,
    ) -> None:
        """`longest` is how far the pause grows after faults; `humble` work lets everything else go first."""
        super().__init__(daemon=True, name=name)
        self._every, self._first = every, every if first is None else first
        self._longest, self._humble = max(every, longest), humble
        self._stop_asked = threading.Event()

    @abstractmethod
    def look(self) -> None:
        """One look. May raise `Stopped` where it was told to stop half-way."""

    def run(self) -> None:
        if self._humble:
            step_back()
        pause = self._first
        while not self._stop_asked.wait(pause):
            try:
                self.look()
            except Stopped:
                return
            except Exception as fault:
                # The desk goes on without it; the database may be away, or the memory short.
                pause = min(self._longest, max(pause, self._every) * 2)
                log.error("background.failed", what=self.name, again_in=pause, exc_info=fault)
            else:
                pause = self._every

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(timeout=5)


class Stopped(Exception):
    """Somebody asked the thread to stop, and it has changed nothing."""


def step_back() -> None:
    """Whoever answers a question goes first. On Linux a thread has a priority of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
