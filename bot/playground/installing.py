"""Installing the app, as Slack plays it: a page that asks, a code that works once, and tokens that end."""

import secrets
import time
from dataclasses import dataclass, field

from flask import Blueprint, Response, abort
from werkzeug import Response as BaseResponse

from bot.playground import cast
from bot.playground.asking import Asked, asked_for, page, sent_back, who_allows
from bot.playground.calls import Call, method
from bot.playground.errors import SlackError
from bot.playground.workspace import Doc

_CODE_LIVES = 600
TOKEN_LIVES = 43_200


@dataclass(frozen=True)
class _Allowed:
    user: str
    redirect_uri: str
    at: float


@dataclass
class Installing:
    """What this workspace gave out. `rotating` is the switch in the app's settings: tokens end, and are exchanged."""

    rotating: bool = False
    # Set where somebody has the app in this workspace through the page, and not through the cast's own token.
    bot_token: str | None = None
    refresh_token: str | None = None
    # Tokens that were good once, and what Slack says to them now.
    ended: dict[str, str] = field(default_factory=dict)
    exchanged: int = 0
    _allowed: dict[str, _Allowed] = field(default_factory=dict)

    def allow(self, user: str, redirect_uri: str) -> str:
        code = f"code-{secrets.token_hex(12)}"
        self._allowed[code] = _Allowed(user, redirect_uri, time.time())
        return code

    def take(self, code: str, redirect_uri: str) -> str:
        """Who allowed it; a code works once."""
        allowed = self._allowed.pop(code, None)
        if allowed is None or time.time() - allowed.at > _CODE_LIVES:
            raise SlackError("invalid_code")
        if allowed.redirect_uri != redirect_uri:
            raise SlackError("bad_redirect_uri")
        return allowed.user

    def hand_out(self) -> Doc:
        """New tokens. With rotation the ones before are good for nothing from now on."""
        kind = "xoxe.xoxb" if self.rotating else "xoxb"
        if self.rotating and self.bot_token:
            self.ended[self.bot_token] = "token_expired"
        self.bot_token = f"{kind}-playground-{secrets.token_hex(8)}"
        if not self.rotating:
            return {"access_token": self.bot_token}
        self.refresh_token = f"xoxe-playground-{secrets.token_hex(8)}"
        return {
            "access_token": self.bot_token,
            "refresh_token": self.refresh_token,
            "expires_in": TOKEN_LIVES,
        }

    def end_token(self, error: str = "token_expired") -> None:
        """Its twelve hours are over, or somebody took the app off."""
        if self.bot_token:
            self.ended[self.bot_token] = error
            self.bot_token = None
        if error != "token_expired":
            self.refresh_token = None

    def exchange(self, refresh_token: str) -> Doc:
        if not self.rotating or refresh_token != self.refresh_token:
            raise SlackError("invalid_refresh_token")
        self.exchanged += 1
        return self.hand_out()


@method("oauth.v2.access", tier=4, token="none")
def access(call: Call) -> Doc:
    given, installing = call.arguments, call.local.installing
    if given.need("client_id") != cast.CLIENT_ID:
        raise SlackError("invalid_client_id")
    if given.need("client_secret") != cast.CLIENT_SECRET:
        raise SlackError("bad_client_secret")
    team = call.local.workspace.team
    if given.get("grant_type") == "refresh_token":
        tokens, user = installing.exchange(given.need("refresh_token")), None
    else:
        user = installing.take(given.need("code"), given.need("redirect_uri"))
        tokens = installing.hand_out()
    return {
        **tokens,
        "token_type": "bot",
        "scope": ",".join(sorted(call.local.scopes)),
        "bot_user_id": cast.BOT_USER,
        "app_id": cast.APP_ID,
        "team": {"id": team["id"], "name": team["name"]},
        "enterprise": None,
        "is_enterprise_install": False,
        **({"authed_user": {"id": user}} if user else {}),
    }


def add_to(blueprint: Blueprint, installing: Installing, team: Doc) -> None:
    @blueprint.get("/oauth/v2/authorize")
    def ask_to_install() -> Response:
        asked = _asked()
        return page("installing.html", asked, team=team["name"], scopes=asked["scope"].split(","))

    @blueprint.get("/oauth/v2/allow")
    def allow_to_install() -> BaseResponse:
        asked = _asked()
        return sent_back(asked, installing.allow(who_allows(), asked["redirect_uri"]))


def _asked() -> Asked:
    asked = asked_for("scope")
    if not asked["scope"]:
        abort(400, "No scopes requested.")
    return asked
