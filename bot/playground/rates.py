"""Slack's rate limits: a tier for each method, and about one message a second for each channel."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
BURST = 4
PER_CHANNEL = {"chat.postMessage"}


@dataclass
class Bucket:
    """Tokens that come back at a steady pace."""

    capacity: float
    per_second: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Zero when allowed, else the seconds until it would be."""
        self.left = min(self.capacity, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left < 1:
            return (1 - self.left) / self.per_second
        self.left -= 1
        return 0.0


class Rates:
    """Off unless switched on: most tests are about something else."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.on = False
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def wait(self, method: str, tier: int, channel: str) -> int:
        """Whole seconds for Retry-After; zero lets the call through."""
        if not self.on:
            return 0
        if method in PER_CHANNEL:
            return self._take((method, channel), BURST, 1.0)
        calls = TIERS[tier]
        return self._take((method, ""), calls, calls / 60)

    def _take(self, key: tuple[str, str], capacity: float, per_second: float) -> int:
        now = self._monotonic()
        with self._lock:
            bucket = self._buckets.setdefault(key, Bucket(capacity, per_second, capacity, now))
            return math.ceil(bucket.take(now))
