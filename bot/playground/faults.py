"""Bad days at Slack, on demand: for the next calls of one method."""

import threading
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """How a call goes wrong. `after_doing`: the work is done, only the answer is bad."""

    error: str | None = None
    http_status: int | None = None
    rate_limited: int | None = None
    drop: bool = False
    after_doing: bool = False
    lost: bool = False
    slow: float = 0.0


@dataclass
class Faults:
    """Queued per method; `*` stands for whichever method is called next."""

    _queued: dict[str, deque[Fault]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, method: str, fault: Fault, times: int) -> None:
        with self._lock:
            self._queued.setdefault(method, deque()).extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        with self._lock:
            for name in (method, "*"):
                if self._queued.get(name):
                    return self._queued[name].popleft()
        return None

    def clear(self) -> None:
        with self._lock:
            self._queued.clear()
