"""Three ways to say who is asked, which meet the same tickets and the same people.

All ask whoever is on shift, where these have their hands full whoever is at work, and wake others only for what
cannot wait; none asks somebody who is away, and all know how much each has in hand. That is what a usual desk does;
the rest is Evenhand's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from triage.oncall.protection import Ask, Standing, gate
from triage.oncall.router import route
from triage.oncall.rules import CareRules


class Router(Protocol):
    name: str

    def choose(
        self, ask: Ask, standings: Sequence[Standing], *, desk_open: bool, now: datetime
    ) -> int | None: ...


@dataclass
class Evenhand:
    """The live desk's own rules: its gate, its router, and its last resort where a critical ticket has nobody."""

    rules: CareRules
    name: str = "evenhand"

    def choose(
        self, ask: Ask, standings: Sequence[Standing], *, desk_open: bool, now: datetime
    ) -> int | None:
        if not gate(ask, desk_open=desk_open, standings=standings, now=now).ask_now:
            return None
        routed = route(ask, standings, rules=self.rules, now=now)
        if routed.person_id is None and ask.pressing:
            routed = route(ask, standings, rules=self.rules, now=now, last_resort=True)
        return routed.person_id


@dataclass
class RoundRobin:
    """One after the other; who has their hands full is skipped, and keeps no debt."""

    name: str = "round_robin"
    _last: int = 0

    def choose(
        self, ask: Ask, standings: Sequence[Standing], *, desk_open: bool, now: datetime
    ) -> int | None:
        free = with_hands_free(ask, standings)
        if not free:
            return None
        ids = sorted(standing.person_id for standing in free)
        self._last = next((person_id for person_id in ids if person_id > self._last), ids[0])
        return self._last


@dataclass
class LeastOpen:
    """Whoever has least in hand; of several, who was asked longest ago."""

    name: str = "least_open"

    def choose(
        self, ask: Ask, standings: Sequence[Standing], *, desk_open: bool, now: datetime
    ) -> int | None:
        free = with_hands_free(ask, standings)
        if not free:
            return None
        chosen = min(
            free, key=lambda s: (s.open_claims, s.last_asked.timestamp() if s.last_asked else 0, s.person_id)
        )
        return chosen.person_id


def with_hands_free(ask: Ask, standings: Sequence[Standing]) -> list[Standing]:
    """Of those who are due, whoever can take one more; what cannot wait is asked of them all the same."""
    there = [standing for standing in standings if standing.absent_until is None]
    rings = [ring for ring in _rings(ask, there) if ring]
    for ring in rings:
        if free := [standing for standing in ring if standing.open_claims < standing.cap]:
            return free
    if not ask.pressing or not rings:
        return []
    least = min(standing.open_claims for standing in rings[0])
    return [standing for standing in rings[0] if standing.open_claims == least]


def _rings(ask: Ask, there: list[Standing]) -> Iterator[list[Standing]]:
    """Whoever is on shift, then whoever is at work, and for what cannot wait then all the others."""
    yield [standing for standing in there if standing.on_shift]
    yield [standing for standing in there if not standing.on_shift and standing.working]
    if ask.pressing:
        yield [standing for standing in there if not standing.working]


def has_hands_free(person_id: int | None, standings: Sequence[Standing]) -> bool:
    return any(one.person_id == person_id and one.open_claims < one.cap for one in standings)


def without(standings: Sequence[Standing], missed: frozenset[int]) -> list[Standing]:
    """Those who have not missed this ticket yet; all of them once everybody has."""
    left = [standing for standing in standings if standing.person_id not in missed]
    return left or [replace(standing) for standing in standings]
