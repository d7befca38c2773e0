"""Ways to Slack, one for each workspace: its gateway with its own token, and who the bot is there."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.database import Database
from bot.sealing import SealBroken, Sealer
from bot.slack.gateway import TOKEN_GONE, Gateway, NotInstalled, SlackProblem, SlackUnavailable
from bot.slack.installations import Installation, installation, take_off_and_rest

log = structlog.get_logger(__name__)

_ASK_AGAIN_SECONDS = 30.0
# So long an event may still be taken in for a workspace that another process has just taken off.
_SERVES_SECONDS = 5.0


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
        """The workspace of the token in the settings. Raises a `SlackProblem` where that cannot be told."""

    def serves(self, team_id: str) -> bool:
        """Whether what happens there is any of ours. Quick: Slack waits for a receipt meanwhile."""


@dataclass
class Introduced:
    """A gateway, and who the bot is on its other side."""

    gateway: Gateway
    known: Identity | None = None
    _asking: threading.Lock = field(default_factory=threading.Lock)
    _not_before: float = 0.0

    def identity(self) -> Identity:
        with self._asking:
            if self.known is None:
                me = self.gateway.who_am_i()
                self.known = Identity(
                    str(me["team_id"]), str(me["user_id"]), str(me.get("bot_id", "")), str(me.get("url", ""))
                )
            return self.known

    def known_identity(self) -> Identity | None:
        if self.known is None and time.monotonic() < self._not_before:
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
        if not self.serves(team_id):
            raise NotInstalled(team_id)
        return self._only.gateway

    def identity_of(self, team_id: str) -> Identity:
        return self._only.identity()

    def known_identity_of(self, team_id: str) -> Identity | None:
        return self._only.known_identity()

    def own_team(self) -> str:
        return self._only.identity().team_id

    def serves(self, team_id: str) -> bool:
        """Until Slack has said which workspace it is, whatever it sends is believed to be of that one."""
        known = self._only.known
        return known is None or known.team_id == team_id


@dataclass(frozen=True)
class _Open:
    """A gateway, and the sealed token that it was made with."""

    sealed: str
    gateway: Gateway


class InstalledWorkspaces:
    """Every workspace that installed the app. Which those are, and their tokens, is read from the database each time:
    a token that was exchanged or taken back in another process is never used again."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sealer: Sealer,
        *,
        make_gateway: Callable[[str, str, Callable[[str], str]], Gateway],
        exchange: Callable[[str, str], str],
    ) -> None:
        """`make_gateway` takes the workspace, its token, and what to call when Slack does not take it any more;
        `exchange` brings a new token for the workspace in exchange for a sealed one that ended."""
        self._database, self._clock, self._sealer = database, clock, sealer
        self._make_gateway, self._exchange = make_gateway, exchange
        self._lock = threading.Lock()
        self._open: dict[str, _Open] = {}
        self._served: dict[str, float] = {}

    def gateway_for(self, team_id: str) -> Gateway:
        row = self._installed(team_id)
        sealed = str(row.sealed_bot_token)
        with self._lock:
            known = self._open.get(team_id)
            if known is None or known.sealed != sealed:
                known = self._open[team_id] = _Open(sealed, self._opened(team_id, sealed))
            return known.gateway

    def identity_of(self, team_id: str) -> Identity:
        row = self._installed(team_id)
        return Identity(row.team_id, row.bot_user_id, row.bot_id, row.url)

    def known_identity_of(self, team_id: str) -> Identity | None:
        try:
            return self.identity_of(team_id)
        except NotInstalled:
            return None

    def own_team(self) -> str:
        raise NotInstalled("the settings")

    def serves(self, team_id: str) -> bool:
        """What was found is believed for moments, or each event would be read for twice."""
        if time.monotonic() < self._served.get(team_id, 0.0):
            return True
        with self._database.reading() as session:
            found = installation(session, team_id) is not None
        if found:
            self._served[team_id] = time.monotonic() + _SERVES_SECONDS
        return found

    def _installed(self, team_id: str) -> Installation:
        with self._database.reading() as session:
            row = installation(session, team_id)
        if row is None:
            self._open.pop(team_id, None)
            self._served.pop(team_id, None)
            raise NotInstalled(team_id)
        return row

    def _opened(self, team_id: str, sealed: str) -> Gateway:
        try:
            token = self._sealer.open(sealed)
        except SealBroken as broken:
            # Work waits until the key is back; nothing is lost.
            log.error("installation.sealed_for_good", team_id=team_id, remedy="see EVENHAND_ENCRYPTION_KEYS")
            raise SlackUnavailable(f"{team_id}: its token cannot be opened") from broken
        return self._make_gateway(team_id, token, lambda error: self._renewed(team_id, sealed, error))

    def _renewed(self, team_id: str, sealed: str, error: str) -> str:
        """A new token instead of the one that Slack refuses; the app is gone where Slack says so."""
        with self._database.reading() as session:
            row = installation(session, team_id)
        if row is not None and row.sealed_bot_token != sealed:
            return self._sealer.open(str(row.sealed_bot_token))  # exchanged or installed anew meanwhile
        if error in TOKEN_GONE:
            now = self._clock()
            with self._database.transaction() as session:
                take_off_and_rest(session, team_id, at=now, now=now)
            log.warning("slack.app_removed", team_id=team_id, type=error)
            raise NotInstalled(team_id)
        return self._exchange(team_id, sealed)
