"""Ways to Slack, one for each workspace: its gateway with its own token, and who the bot is there."""

import threading
import time
from dataclasses import dataclass, field
from typing import Protocol

from bot.slack.gateway import Gateway, SlackProblem

_ASK_AGAIN_SECONDS = 30.0


@dataclass(frozen=True)
class Identity:
    """Who the bot is in its workspace, as Slack says."""

    team_id: str
    bot_user_id: str
    bot_id: str
    url: str


class Workspaces(Protocol):
    """Where the desk can speak."""

    def gateway_for(self, team_id: str) -> Gateway:
        """Raises `NotInstalled` where there is no way to that workspace."""

    def identity_of(self, team_id: str) -> Identity:
        """Asked of Slack once, and kept. Raises a `SlackProblem` while Slack does not answer."""

    def known_identity_of(self, team_id: str) -> Identity | None:
        """None while Slack does not answer, and nobody waits for that twice."""

    def own_team(self) -> str:
        """The workspace of the token in the settings. Raises a `SlackProblem` while Slack does not answer."""


@dataclass
class Introduced:
    """A gateway, and who the bot is on its other side."""

    gateway: Gateway
    _identity: Identity | None = None
    _asking: threading.Lock = field(default_factory=threading.Lock)
    _not_before: float = 0.0

    def identity(self) -> Identity:
        with self._asking:
            if self._identity is None:
                me = self.gateway.who_am_i()
                self._identity = Identity(
                    str(me["team_id"]), str(me["user_id"]), str(me.get("bot_id", "")), str(me.get("url", ""))
                )
            return self._identity

    def known_identity(self) -> Identity | None:
        if self._identity is None and time.monotonic() < self._not_before:
            return None
        try:
            return self.identity()
        except SlackProblem:
            self._not_before = time.monotonic() + _ASK_AGAIN_SECONDS
            return None


class OneWorkspace:
    """The workspace whose bot token stands in the settings: whatever is said, is said there."""

    def __init__(self, gateway: Gateway, identity: Identity | None = None) -> None:
        self._only = Introduced(gateway, identity)

    def gateway_for(self, team_id: str) -> Gateway:
        return self._only.gateway

    def identity_of(self, team_id: str) -> Identity:
        return self._only.identity()

    def known_identity_of(self, team_id: str) -> Identity | None:
        return self._only.known_identity()

    def own_team(self) -> str:
        return self._only.identity().team_id
