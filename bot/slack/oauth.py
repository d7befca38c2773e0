"""Installing the app in a workspace, and exchanging tokens that end: Slack's own library, on our database."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from itsdangerous import BadSignature, URLSafeTimedSerializer
from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth import OAuthStateStore
from slack_sdk.oauth.installation_store import Bot, InstallationStore
from slack_sdk.oauth.installation_store import Installation as Told
from slack_sdk.oauth.token_rotation import TokenRotator

from bot.clock import Clock
from bot.database import Database
from bot.sealing import Sealer
from bot.slack.gateway import Gateway, RateLimited, SlackRefused, SlackUnavailable
from bot.slack.installations import Installed, Tokens, claim_refresh, installation, refreshed, write_down
from bot.slack.manifest import INSTALLED, SCOPES
from bot.slack.welcoming import welcome
from triage.people.knocking import use_state

log = structlog.get_logger(__name__)

INSTALL, REDIRECT = "/slack/install", INSTALLED
_STATE_SECONDS = 600
_EXCHANGE = "oauth.v2.access"
# Long enough that the library exchanges the token now: whether it is time was decided before.
_ALWAYS_MINUTES = 60 * 24 * 365


class States(OAuthStateStore):
    """Signed and dated, so that nobody fills the database by asking for one; only those that came back are kept."""

    def __init__(self, database: Database, clock: Clock, secret_key: str) -> None:
        self._database, self._clock = database, clock
        self._signer = URLSafeTimedSerializer(secret_key, salt="install-state")

    def issue(self, *_args: Any, **_more: Any) -> str:
        return str(self._signer.dumps(secrets.token_urlsafe(16)))

    def consume(self, state: str) -> bool:
        """True once, within ten minutes, for what we gave out."""
        try:
            self._signer.loads(state, max_age=_STATE_SECONDS)
        except BadSignature:
            return False
        with self._database.transaction() as session:
            return use_state(session, state, now=self._clock())


class Installations(InstallationStore):
    """Where the library leaves what Slack told. Whoever installs it first becomes the workspace's first admin."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sealer: Sealer,
        *,
        url_of: Callable[[str, str], str],
    ) -> None:
        """`url_of` asks Slack for the workspace's address, with its new token."""
        self._database, self._clock, self._sealer, self._url_of = database, clock, sealer, url_of

    def save(self, installation: Told) -> None:
        team_id, token = installation.team_id, installation.bot_token
        if installation.is_enterprise_install or not team_id or not token:
            raise BoltError("only single workspaces can install this app")
        now = self._clock()
        told = Installed(
            team_id=team_id,
            bot_user_id=installation.bot_user_id or "",
            team_name=installation.team_name or "",
            bot_id=installation.bot_id or "",
            app_id=installation.app_id,
            url=self._url_of(team_id, token),
            enterprise_id=installation.enterprise_id,
            scopes=",".join(installation.bot_scopes or ()),
            installed_by=installation.user_id,
        )
        ends = _ends(installation.bot_token_expires_at, now)
        tokens = Tokens(token, installation.bot_refresh_token, ends)
        with self._database.transaction() as session:
            welcome(session, told, now=now)
            write_down(session, told, tokens, sealer=self._sealer, now=now)
        log.info("workspace.installed", team_id=team_id)


def _ends(epoch: float | None, now: datetime) -> datetime | None:
    """By our clock: the library counts by the machine's."""
    return now + timedelta(seconds=epoch - time.time()) if epoch else None


def install_flow(
    client: WebClient,
    *,
    client_id: str,
    client_secret: str,
    public_url: str,
    installations: Installations,
    states: States,
    pages: CallbackOptions,
) -> OAuthFlow:
    """`client` carries no token. Slack's own page stands beside its Web API."""
    slack = urlsplit(client.base_url)
    return OAuthFlow(
        client=client,
        settings=OAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=sorted(SCOPES),
            user_scopes=[],
            # Never from the request's own host: that is the browser's word.
            redirect_uri=f"{public_url.rstrip('/')}{REDIRECT}",
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            install_page_rendering_enabled=False,
            callback_options=pages,
            authorization_url=f"{slack.scheme}://{slack.netloc}/oauth/v2/authorize",
            installation_store=installations,
            installation_store_bot_only=True,
            state_store=states,
            state_expiration_seconds=_STATE_SECONDS,
        ),
    )


@dataclass(frozen=True)
class TokenExchange:
    """A refresh token may be used once, so one process at a time does: whoever claims it in the database."""

    database: Database
    clock: Clock
    sealer: Sealer
    rotator: TokenRotator

    def __call__(self, team_id: str, sealed: str) -> str:
        """A new token for one that ends. Raises `RateLimited` while somebody else fetches it, or what Slack says."""
        with self.database.transaction() as session:
            used = claim_refresh(session, team_id, seen=sealed, now=self.clock())
        if used is None:
            return self._fetched_elsewhere(team_id, sealed)
        tokens = self._rotated(team_id, self.sealer.open(used))
        with self.database.transaction() as session:
            kept = refreshed(session, team_id, tokens, used=used, sealer=self.sealer)
        log.info("installation.refreshed", team_id=team_id, kept=kept)
        return tokens.bot

    def _fetched_elsewhere(self, team_id: str, sealed: str) -> str:
        with self.database.reading() as session:
            row = installation(session, team_id)
        if row is None or row.sealed_refresh_token is None:
            raise SlackRefused(_EXCHANGE, "token_expired")
        if row.sealed_bot_token == sealed:
            raise RateLimited(_EXCHANGE, 1.0)
        return self.sealer.open(str(row.sealed_bot_token))

    def _rotated(self, team_id: str, refresh_token: str) -> Tokens:
        ending = Bot(
            team_id=team_id,
            bot_token="",
            bot_id="",
            bot_user_id="",
            bot_refresh_token=refresh_token,
            bot_token_expires_at=int(time.time()),
            installed_at=time.time(),
        )
        try:
            new = self.rotator.perform_bot_token_rotation(
                bot=ending, minutes_before_expiration=_ALWAYS_MINUTES
            )
        except SlackTokenRotationError as refused:
            code = _code(refused.api_error)
            log.error("installation.not_refreshed", team_id=team_id, error=code)
            raise SlackRefused(_EXCHANGE, code) from refused
        except OSError as away:
            raise SlackUnavailable(f"{_EXCHANGE}: {type(away).__name__}") from away
        if new is None:
            raise SlackRefused(_EXCHANGE, "no_bot_token")
        return Tokens(new.bot_token, new.bot_refresh_token, _ends(new.bot_token_expires_at, self.clock()))


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error")) if isinstance(data, dict) else "unreadable"


def url_of(gateway: Gateway) -> str:
    """The workspace's address, for links into it."""
    return str(gateway.who_am_i().get("url", ""))
