"""Counts wrong tries by address, in memory: a guesser is slowed down, a restart forgives."""

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta


class Limiter:
    def __init__(self, *, at_most: int, within: timedelta, addresses: int = 10_000) -> None:
        self._at_most, self._within, self._addresses = at_most, within, addresses
        self._wrong: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._mutex = threading.Lock()

    def wrong(self, address: str, now: datetime) -> bool:
        """Notes a wrong try; says whether that was one too many."""
        with self._mutex:
            tries = self._wrong.setdefault(address, deque(maxlen=self._at_most + 1))
            self._wrong.move_to_end(address)
            while tries and tries[0] <= now - self._within:
                tries.popleft()
            tries.append(now)
            if len(self._wrong) > self._addresses:
                self._wrong.popitem(last=False)  # the one that has been quiet for longest
            return len(tries) > self._at_most
