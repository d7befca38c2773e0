"""Gathers what it is given and sees to it together, in a thread of its own: nobody who gives has to wait."""

import threading
from abc import ABC, abstractmethod
from collections import deque
from contextlib import suppress
from typing import Generic, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

log = structlog.get_logger(__name__)

_TRY_AGAIN_SECONDS = 1.0
_GOODBYE_SECONDS = 2.0

One = TypeVar("One")


class Gathering(ABC, Generic[One]):
    """Its thread begins with the first thing it is given, so that a fork has its own. It sleeps while nothing comes and
    ends with `stop`. What the database does not take is kept and tried again; what breaks `see_to` itself is given up.
    """

    def __init__(
        self, name: str, *, wait: float = 0.0, at_once: int = 1_000, most: int | None = None
    ) -> None:
        """`wait` is how long each one waits at least, for others to come along. Beyond the `most` that are kept, the
        oldest are forgotten."""
        self._name, self._wait, self._at_once = name, wait, at_once
        self._given: deque[One] = deque(maxlen=most)
        self._something, self._stopping = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    @abstractmethod
    def see_to(self, together: list[One]) -> None:
        """Some, in the order in which they were given; perhaps a second time, where the database went away half-way."""

    def give(self, one: One) -> None:
        self._given.append(one)
        if not self._something.is_set():
            self._something.set()
            self._start()

    def see_to_all(self) -> None:
        while self._given:
            self._see_to_first(len(self._given))

    def _see_to_first(self, count: int) -> None:
        while some := self._taken(min(count, self._at_once)):
            count -= len(some)
            try:
                self.see_to(some)
            except SQLAlchemyError:
                self._given.extendleft(reversed(some))
                raise

    def stop(self) -> None:
        """Sees to what waits, if the database lets it."""
        self._stopping.set()
        self._something.set()
        if self._thread is not None:
            self._thread.join(timeout=_GOODBYE_SECONDS)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True, name=self._name)
                self._thread.start()

    def _run(self) -> None:
        stopped = False
        while not stopped:
            self._something.wait()
            self._something.clear()
            # Who is given while these wait has a turn of its own, and waits as long.
            waiting = len(self._given)
            stopped = self._stopping.wait(self._wait)
            try:
                self.see_to_all() if stopped else self._see_to_first(waiting)
            except SQLAlchemyError as away:
                log.warning(
                    "gathering.waits", what=self._name, error=type(away).__name__, count=len(self._given)
                )
                self._something.set()
                self._stopping.wait(_TRY_AGAIN_SECONDS)
            except Exception as fault:
                log.error("gathering.gave_up", what=self._name, exc_info=fault)
                self._something.set()
                stopped = False

    def _taken(self, most: int) -> list[One]:
        some: list[One] = []
        with suppress(IndexError):
            while len(some) < most:
                some.append(self._given.popleft())
        return some
