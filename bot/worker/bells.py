"""How a worker looks for work: at once when a bell rings, often while there is some, seldom at rest.

Whoever commits work rings for its queue. A bell that nobody hears costs a moment and no more: a scout asks the
database for all queues in one cheap statement, and rings where something waits. The engine's own look is dear; it is
taken only where there is something to find and somebody free to do it.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

# Two looks of one queue are so far apart at least: what came meanwhile is found by one of them.
_APART = 0.02
# A job that ended is written down so soon; what waited behind it in its lane is free then.
_WRITTEN_DOWN = 0.01
_BUSY_FOR = 1.0
# Without any bell at all.
_LONGEST_PAUSE = 10.0
# The scout's pause at rest, in usual ones. Where other processes' bells cannot be heard, nothing else finds their work.
_AT_REST = 10
_AT_REST_DEAF = 3


class Watch:
    """What the engine's thread for one queue waits on between two looks, in the place of a plain event."""

    def __init__(self, places: int, *, lanes: bool = False, shared: bool = False) -> None:
        """With `lanes` a job may wait behind another one although a place is free; where the queue is `shared`, what
        waits there may have been announced to another process alone."""
        self._places, self._lanes, self._shared = places, lanes, shared
        self._changed = threading.Condition()
        self._stopped = False
        self._looked_at = 0.0
        # When to look next because something is to be found.
        self._wanted_at: float | None = None
        # Rung for since the last look; and before it, but not begun: taken by others, or its lane was.
        self._announced = self._left = self._running = 0
        self._found = False

    def is_set(self) -> bool:
        return self._stopped

    def set(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is time to look again; says whether the worker stops. The engine's own idea of when is not asked."""
        with self._changed:
            while not self._stopped and (left := self._due() - time.monotonic()) > 0:
                self._changed.wait(left)
            self._wanted_at = None
            self._looked_at = time.monotonic()
            # What a look in vain has not found is not there any more.
            self._left = self._announced + (self._left if self._lanes and self._found else 0)
            self._announced, self._found = 0, False
            return self._stopped

    def _due(self) -> float:
        if self._wanted_at is None or self._running >= self._places:
            return self._looked_at + _LONGEST_PAUSE
        return max(self._wanted_at, self._looked_at + _APART)

    @property
    def has_room(self) -> bool:
        """Whether one more job would be begun here at once."""
        return self._announced + self._running < self._places

    def ring(self) -> None:
        """There is something to do."""
        with self._changed:
            self._announced += 1
            self._want(time.monotonic())

    def begun(self) -> None:
        with self._changed:
            self._left = max(0, self._left - 1)
            self._running += 1
            self._found = True

    def ended(self) -> None:
        with self._changed:
            self._running -= 1
            behind_it = self._left > 0 or (self._lanes and self._shared)
            if behind_it or self._running == self._places - 1:
                self._want(time.monotonic() + _WRITTEN_DOWN)

    def _want(self, at: float) -> None:
        self._wanted_at = at if self._wanted_at is None else min(at, self._wanted_at)
        self._changed.notify_all()


class Bells:
    """One for each queue that this process works on, and a line to those of other processes."""

    def __init__(self) -> None:
        self._watches: dict[str, Watch] = {}
        self._busy_at = 0.0
        # Whether everybody who commits work can be heard here: on SQLite there is nobody else.
        self.hears_others = True
        self.tell_others: Callable[[Collection[str]], None] | None = None

    def watch(self, queue: str, *, places: int, lanes: bool = False) -> Watch:
        watch = Watch(places, lanes=lanes, shared=self.tell_others is not None)
        self._watches[queue] = watch
        return watch

    def ring(self, queues: Collection[str]) -> None:
        """After the commit, never before: whoever looks too early finds nothing.

        Others are told where this process does not work, or has its hands full: to wake them all for one job costs
        more than the job. What stays lying all the same, a scout finds.
        """
        for_others = [queue for queue in queues if not self._has_room(queue)]
        self.ring_here(queues)
        if for_others and self.tell_others is not None:
            self.tell_others(for_others)

    def _has_room(self, queue: str) -> bool:
        watch = self._watches.get(queue)
        return watch is not None and watch.has_room

    def ring_here(self, queues: Collection[str]) -> None:
        self._busy_at = time.monotonic()
        for queue in queues:
            if watch := self._watches.get(queue):
                watch.ring()

    @contextmanager
    def at_work(self, queue: str) -> Iterator[None]:
        """A job of this queue runs in this process."""
        if (watch := self._watches.get(queue)) is None:
            yield
            return
        watch.begun()
        try:
            yield
        finally:
            watch.ended()
            self._busy_at = time.monotonic()

    @property
    def pause_factor(self) -> int:
        """How many usual pauses a scout waits now."""
        if time.monotonic() - self._busy_at < _BUSY_FOR:
            return 1
        return _AT_REST if self.hears_others else _AT_REST_DEAF

    def stop(self) -> None:
        for watch in self._watches.values():
            watch.set()
        self._watches = {}
