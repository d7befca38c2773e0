"""Bad days at Slack, on demand: for the next calls of one method, or for a while."""

import random
import threading
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """How a call goes wrong. `after_doing`: the work is done, only the answer is bad, or late where it is `slow`."""

    error: str | None = None
    http_status: int | None = None
    rate_limited: int | None = None
    drop: bool = False
    after_doing: bool = False
    lost: bool = False
    slow: float = 0.0


@dataclass
class Faults:
    """Queued per method, or standing until they are lifted; `*` stands for whichever method is called."""

    chance: random.Random = field(default_factory=random.Random)
    _queued: dict[str, deque[Fault]] = field(default_factory=dict)
    _standing: dict[str, tuple[Fault, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _lifted: threading.Event = field(default_factory=threading.Event)

    def add(self, method: str, fault: Fault, times: int) -> None:
        with self._lock:
            self._queued.setdefault(method, deque()).extend([fault] * times)

    def stand(self, method: str, fault: Fault, *, share: float = 1.0) -> None:
        """From now on that share of the calls goes wrong, until `clear`."""
        with self._lock:
            self._standing[method] = (fault, share)

    def take(self, method: str) -> Fault | None:
        with self._lock:
            for name in (method, "*"):
                if self._queued.get(name):
                    return self._queued[name].popleft()
            for name in (method, "*"):
                fault, share = self._standing.get(name, (None, 0.0))
                if fault is not None and self.chance.random() < share:
                    return fault
        return None

    def dawdle(self, fault: Fault) -> None:
        """As long as a slow call takes, or until the faults are lifted."""
        if fault.slow:
            self._lifted.wait(fault.slow)

    def clear(self) -> None:
        with self._lock:
            self._queued.clear()
            self._standing.clear()
            self._lifted.set()
            self._lifted = threading.Event()
