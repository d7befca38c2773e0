"""The console's door: which ways in there are, for how long, and how many wrong tries are put up with."""

import math
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Response, request

from bot.slack.desk import Desk
from bot.slack.openid import SlackSignIn
from bot.web.addresses import Network, client_address
from triage.people import knocking
from triage.people.knocking import DoorLimits
from triage.people.visits import VisitLimits


@dataclass(frozen=True)
class Door:
    # Sign in with Slack, where a client id is set.
    slack: SlackSignIn | None = None
    # Whoever sits at this machine may choose who they are: only for a server bound to loopback.
    local: bool = False
    visits: VisitLimits = field(default_factory=VisitLimits)
    tries: DoorLimits = field(default_factory=DoorLimits)
    proxies: tuple[Network, ...] = ()

    def count_wrong(self, desk: Desk, key: str) -> timedelta:
        """Notes that this address came with something wrong; says how long it has to wait now, if at all."""
        now, address = desk.clock(), self._address(key)
        with desk.database.transaction() as session:
            if wait := knocking.wait_for(session, address, limits=self.tries, now=now):
                return wait
            knocking.count_wrong(session, address, limits=self.tries, now=now)
            return timedelta(0)

    def wait(self, desk: Desk, key: str) -> timedelta:
        """How long this address has to wait before anything is tried for it."""
        with desk.database.reading() as session:
            return knocking.wait_for(session, self._address(key), limits=self.tries, now=desk.clock())

    def _address(self, key: str) -> str:
        return knocking.address_key(client_address(request, self.proxies), key=key)


def with_wait(response: Response, wait: timedelta) -> Response:
    """Tells a program, too, when to come again."""
    response.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return response


def in_words(wait: timedelta) -> str:
    minutes = math.ceil(wait.total_seconds() / 60)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"
