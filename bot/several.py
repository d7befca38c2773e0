"""One desk for several workspaces: how each installs the app, and how the desk reaches it."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt.oauth import OAuthFlow
from slack_sdk.oauth.token_rotation import TokenRotator

from bot.clock import Clock
from bot.database import Database
from bot.kept_keys import make_sealer, secret_key
from bot.settings import Settings
from bot.slack.app import make_client
from bot.slack.budget import Budget
from bot.slack.gateway import Gateway
from bot.slack.oauth import Installations, States, TokenExchange, install_flow, url_of
from bot.slack.workspaces import InstalledWorkspaces
from bot.web.installing import pages


@dataclass(frozen=True)
class Calling:
    """What every gateway shares, whose token it may carry."""

    api_url: str
    budget: Budget

    def gateway(self, token: str, team_id: str = "", renew: Callable[[str], str] | None = None) -> Gateway:
        again = None if renew is None else lambda error: make_client(renew(error), self.api_url)
        client = make_client(token, self.api_url)
        return Gateway(client, team_id=team_id, budget=self.budget, renew=again)


@dataclass(frozen=True)
class Several:
    workspaces: InstalledWorkspaces
    exchange: TokenExchange
    # None where nobody could come back from Slack: there is no public address.
    flow: OAuthFlow | None


def several(settings: Settings, database: Database, clock: Clock, calling: Calling) -> Several:
    secret = settings.slack_client_secret.get_secret_value() if settings.slack_client_secret else ""
    client_id, sealer = settings.slack_client_id, make_sealer(settings)
    without_token = make_client("", calling.api_url)
    rotator = TokenRotator(client_id=client_id, client_secret=secret, client=without_token)
    exchange = TokenExchange(database, clock, sealer, rotator)
    workspaces = InstalledWorkspaces(
        database,
        clock,
        sealer,
        make_gateway=lambda team_id, token, renew: calling.gateway(token, team_id, renew),
        exchange=exchange,
    )
    if not settings.public_url:
        return Several(workspaces, exchange, None)
    flow = install_flow(
        without_token,
        client_id=client_id,
        client_secret=secret,
        public_url=settings.public_url,
        installations=Installations(
            database, clock, sealer, url_of=lambda team_id, token: url_of(calling.gateway(token, team_id))
        ),
        states=States(database, clock, secret_key(settings)),
        pages=pages(),
    )
    return Several(workspaces, exchange, flow)
