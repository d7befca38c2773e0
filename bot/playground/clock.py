"""A clock that can be moved forward: the local Slack's, and the desk's while it plays there."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.playground.state import State

Now = Callable[[], datetime]


class MovableClock:
    """The given clock plus an offset that survives a restart and never shrinks."""

    def __init__(self, now: Now, state: State) -> None:
        self._now = now
        self._state = state
        self._listeners: list[Callable[[datetime], None]] = []

    @property
    def offset(self) -> timedelta:
        return timedelta(seconds=float(self._state.get("meta", "clock_offset") or 0))

    def now(self) -> datetime:
        return self._now() + self.offset

    def advance(self, by: timedelta) -> datetime:
        if by < timedelta(0):
            raise ValueError("time does not run backwards here")
        with self._state.change():
            self._state.put("meta", "clock_offset", (self.offset + by).total_seconds())
        now = self.now()
        for listener in self._listeners:
            listener(now)
        return now

    def on_advanced(self, listener: Callable[[datetime], None]) -> None:
        """Have `listener(now)` called after each jump, so that due timers can fire at once."""
        self._listeners.append(listener)
