"""How much of Slack's patience is left: one budget for each workspace, method and channel, for all processes together.

Each budget is one moment, the time at which it would be full again (the generic cell rate algorithm). A call moves it
on by its share of a second; a 429 moves it past the time that Slack named. On SQLite, where one process serves the
desk, that moment lives in memory; on PostgreSQL in a row that every process reads and moves in one statement.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import Double, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base

# What we said and did not hear again is looked for, by calls of which others need the most.
OWN_LOOKS = "conversations.replies/own"
# Calls a minute by Slack's tiers; what a person waits for before a window (views.open) is never held back.
_PER_MINUTE = {
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    OWN_LOOKS: 20,
    "reactions.add": 50,
    "chat.postEphemeral": 100,
    "users.info": 100,
    "views.publish": 100,
    "views.update": 100,
    "conversations.list": 20,
    "users.list": 20,
    "usergroups.users.list": 20,
}
_BURST = 10
# Half of a burst is left to whoever waits for something.
_OWN_BURST = 5
# About one message a second a channel, with short bursts.
_OF_A_CHANNEL = {"chat.postMessage"}
_CHANNEL_BURST = 4


@dataclass(frozen=True)
class Pace:
    """A steady pace, and how many calls may come at once after a rest."""

    every: float
    burst: int

    @property
    def ahead(self) -> float:
        """How far before the budget is full again a call may still be made."""
        return (self.burst - 1) * self.every


class Budget(Protocol):
    """Asks nobody to wait: it tells how long to."""

    def spend(self, team_id: str, method: str, channel: str) -> float:
        """Takes one call; returns 0, or the seconds after which there is one."""

    def blocked(self, team_id: str, method: str, channel: str, seconds: float) -> None:
        """Slack refused a call (429): nobody makes one of that kind before so many seconds are over."""


def pace_of(method: str) -> Pace | None:
    """None where a call is never held back, but for a 429."""
    if method in _OF_A_CHANNEL:
        return Pace(1.0, _CHANNEL_BURST)
    if method in _PER_MINUTE:
        return Pace(60 / _PER_MINUTE[method], _OWN_BURST if method == OWN_LOOKS else _BURST)
    return None


def unpaced(_method: str) -> None:
    """For a stand-in without limits: only what it refuses itself is waited for."""
    return None


Paces = Callable[[str], Pace | None]
Key = tuple[str, str, str]


def _key(team_id: str, method: str, channel: str) -> Key:
    return team_id, method, channel if method in _OF_A_CHANNEL else ""


class OwnBudget:
    """In the memory of one process. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, *, paces: Paces = pace_of) -> None:
        self._paces, self._monotonic = paces, monotonic
        self._lock = threading.Lock()
        self._full_at: dict[Key, float] = {}

    def spend(self, team_id: str, method: str, channel: str) -> float:
        key, pace = _key(team_id, method, channel), self._paces(method)
        every, ahead = (pace.every, pace.ahead) if pace else (0.0, 0.0)
        now = self._monotonic()
        with self._lock:
            full_at = self._full_at.get(key, now)
            wait = full_at - ahead - now
            # A hair's breadth: whoever waited as told is not sent away for a rounding error.
            if wait > 1e-9:
                return wait
            if pace is not None:
                self._full_at[key] = max(full_at, now) + every
        return 0.0

    def blocked(self, team_id: str, method: str, channel: str, seconds: float) -> None:
        key, pace = _key(team_id, method, channel), self._paces(method)
        until = self._monotonic() + seconds + (pace.ahead if pace else 0.0)
        with self._lock:
            self._full_at[key] = max(self._full_at.get(key, until), until)


class SlackBudget(Base):
    """One budget on PostgreSQL, in seconds of the server's clock. Lost in a crash of the server, it is full."""

    __tablename__ = "slack_budget"

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    method: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    full_at: Mapped[float] = mapped_column(Double)


_NOW = "extract(epoch from clock_timestamp())"
_SPEND = sa.text(
    f"""
    insert into slack_budget as b (team_id, method, channel, full_at)
    values (:team_id, :method, :channel, {_NOW} + :every)
    on conflict (team_id, method, channel)
    do update set full_at = greatest(b.full_at, {_NOW}) + :every
    where b.full_at - :ahead <= {_NOW}
    returning b.full_at
    """
)
_WAIT = sa.text(
    f"""
    select full_at - :ahead - {_NOW} from slack_budget
    where (team_id, method, channel) = (:team_id, :method, :channel)
    """
)
_BLOCK = sa.text(
    f"""
    insert into slack_budget as b (team_id, method, channel, full_at)
    values (:team_id, :method, :channel, {_NOW} + :seconds + :ahead)
    on conflict (team_id, method, channel)
    do update set full_at = greatest(b.full_at, excluded.full_at)
    """
)
# Somebody else may move the budget on between two statements: who finds it free then asks again in a moment.
_IN_A_MOMENT = 0.01


class SharedBudget:
    """For all processes on one PostgreSQL: one statement a call, each its own transaction."""

    def __init__(self, engine: sa.Engine, *, paces: Paces = pace_of) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._paces = paces

    def spend(self, team_id: str, method: str, channel: str) -> float:
        pace = self._paces(method)
        given = _named(_key(team_id, method, channel), pace)
        with self._engine.connect() as connection:
            if pace is not None and connection.execute(_SPEND, given | {"every": pace.every}).first():
                return 0.0
            wait = connection.scalar(_WAIT, given)
        if pace is None:
            return max(0.0, float(wait or 0.0))
        return max(_IN_A_MOMENT, float(wait or 0.0))

    def blocked(self, team_id: str, method: str, channel: str, seconds: float) -> None:
        given = _named(_key(team_id, method, channel), self._paces(method))
        with self._engine.connect() as connection:
            connection.execute(_BLOCK, given | {"seconds": seconds})


def _named(key: Key, pace: Pace | None) -> dict[str, str | float]:
    return {"team_id": key[0], "method": key[1], "channel": key[2], "ahead": pace.ahead if pace else 0.0}


def forget_full(engine: sa.Engine) -> None:
    """Budgets that have long been full again say nothing that a missing row would not."""
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        connection.execute(sa.text(f"delete from slack_budget where full_at < {_NOW} - 3600"))


def make_budget(engine: sa.Engine, *, limits: bool = True) -> Budget:
    """`limits` off is for a stand-in that has none."""
    paces = pace_of if limits else unpaced
    if engine.dialect.name == "postgresql":
        return SharedBudget(engine, paces=paces)
    return OwnBudget(paces=paces)
