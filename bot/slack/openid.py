"""Sign in with Slack: OpenID Connect, from the address people are sent to until we know for certain who came back."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt

from bot.slack.gateway import Gateway, SlackUnavailable

_TEAM, _USER = "https://slack.com/team_id", "https://slack.com/user_id"
_KEYS_KEPT = timedelta(hours=6)
# Slack's clock and ours may differ a little.
_LEEWAY = timedelta(seconds=30)


class NotBelieved(Exception):
    """What came back does not prove who somebody is. The reason is for the log; it holds nothing of the token."""


@dataclass(frozen=True)
class Proven:
    """Who somebody is, as Slack signed it."""

    team_id: str
    slack_id: str


@dataclass(frozen=True)
class SlackSignIn:
    """`site` is where Slack is: https://slack.com, or the playground. `gateway` carries no token."""

    site: str
    client_id: str
    client_secret: str
    gateway: Gateway

    @classmethod
    def beside(cls, api_url: str, *, client_id: str, client_secret: str, gateway: Gateway) -> "SlackSignIn":
        """Slack's pages stand beside its Web API."""
        parts = urlsplit(api_url)
        return cls(f"{parts.scheme}://{parts.netloc}", client_id, client_secret, gateway)

    def address(self, *, state: str, nonce: str, redirect_uri: str, team_id: str = "") -> str:
        """Where the browser is sent. With a team, Slack asks about that workspace first."""
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "nonce": nonce,
        } | ({"team": team_id} if team_id else {})
        return f"{self.site}/openid/connect/authorize?{urlencode(asked)}"

    def who(self, code: str, *, nonce: str, redirect_uri: str) -> Proven:
        """Exchanges the code and checks what comes. Raises `NotBelieved`, or a `SlackProblem`."""
        token = self.gateway.id_token(
            code, client_id=self.client_id, client_secret=self.client_secret, redirect_uri=redirect_uri
        )
        claims = self._checked(token)
        if claims["nonce"] != nonce:
            raise NotBelieved("the nonce is another sign-in's")
        team_id, slack_id = claims.get(_TEAM), claims.get(_USER)
        if not (isinstance(team_id, str) and isinstance(slack_id, str) and team_id and slack_id):
            raise NotBelieved("no team and person in it")
        return Proven(team_id, slack_id)

    def _checked(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                self._key_of(token),
                algorithms=["RS256"],
                audience=self.client_id,
                issuer=self.site,
                leeway=_LEEWAY,
                options={"require": ["iss", "aud", "exp", "iat", "sub", "nonce"], "strict_aud": True},
            )
        except jwt.PyJWTError as wrong:
            raise NotBelieved(type(wrong).__name__) from wrong

    def _key_of(self, token: str) -> jwt.PyJWK:
        try:
            return self._keys.get_signing_key_from_jwt(token)
        except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, ValueError) as away:
            # Not there, or what came is no set of keys.
            raise SlackUnavailable(f"openid.connect.keys: {type(away).__name__}") from away

    @cached_property
    def _keys(self) -> jwt.PyJWKClient:
        """Fetched once; asked for again when they are old, or when Slack signs with one that we do not know."""
        return jwt.PyJWKClient(
            f"{self.site}/openid/connect/keys",
            lifespan=_KEYS_KEPT.total_seconds(),
            timeout=5,
            headers={"User-Agent": "evenhand"},
        )
