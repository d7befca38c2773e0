"""*Sign in with Slack*, as Slack plays it: a page that asks, a code that works once, and a token that it signs."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from flask import Blueprint, Response, abort, jsonify
from werkzeug import Response as BaseResponse

from bot.playground import cast
from bot.playground.asking import Asked, asked_for, page, sent_back, who_allows
from bot.playground.calls import Call, method
from bot.playground.errors import SlackError
from bot.playground.workspace import Doc

_TEAM, _USER = "https://slack.com/team_id", "https://slack.com/user_id"
_CODE_LIVES, _TOKEN_LIVES = 600, 300


@dataclass(frozen=True)
class _Granted:
    user: str
    client_id: str
    redirect_uri: str
    nonce: str
    at: float


@dataclass
class Spoiled:
    """How the next token is wrong."""

    claims: dict[str, Any] = field(default_factory=dict)
    # None signs nothing at all; "HS256" signs with the public key, as a forger might.
    algorithm: str | None = "RS256"
    stranger_s_key: bool = False


class SignIns:
    """The codes that were given out, and the key that tokens are signed with."""

    def __init__(self) -> None:
        self._granted: dict[str, _Granted] = {}
        self._spoiled: list[Spoiled] = []
        self._key: RSAPrivateKey | None = None
        self.keys_asked = 0

    def grant(self, user: str, *, client_id: str, redirect_uri: str, nonce: str) -> str:
        code = secrets.token_urlsafe(16)
        self._granted[code] = _Granted(user, client_id, redirect_uri, nonce, time.time())
        return code

    def spoil_next(self, spoiled: Spoiled) -> None:
        self._spoiled.append(spoiled)

    def take(self, code: str, *, client_id: str, redirect_uri: str) -> _Granted:
        granted = self._granted.pop(code, None)
        if granted is None or time.time() - granted.at > _CODE_LIVES:
            raise SlackError("invalid_code")
        if granted.client_id != client_id:
            raise SlackError("invalid_client_id")
        if granted.redirect_uri != redirect_uri:
            raise SlackError("bad_redirect_uri")
        return granted

    @property
    def key(self) -> RSAPrivateKey:
        if self._key is None:
            self._key = generate_private_key(public_exponent=65537, key_size=2048)
        return self._key

    def public_keys(self) -> Doc:
        self.keys_asked += 1
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "playground", "use": "sig", "alg": "RS256"}]}

    def token(self, granted: _Granted, *, issuer: str, team: Doc) -> str:
        spoiled = self._spoiled.pop(0) if self._spoiled else Spoiled()
        now = int(time.time())
        claims = {
            "iss": issuer,
            "sub": granted.user,
            "aud": granted.client_id,
            "iat": now,
            "exp": now + _TOKEN_LIVES,
            "auth_time": now,
            "nonce": granted.nonce,
            _USER: granted.user,
            _TEAM: team["id"],
            "https://slack.com/team_name": team["name"],
        } | spoiled.claims
        # A claim that is spoiled to None is left out.
        claims = {name: value for name, value in claims.items() if value is not None}
        key: Any = self.key
        if spoiled.stranger_s_key:
            key = generate_private_key(public_exponent=65537, key_size=2048)
        if spoiled.algorithm is None:
            key = None
        elif spoiled.algorithm == "HS256":
            key = str(self.public_keys()["keys"][0]["n"])
        return jwt.encode(claims, key, algorithm=spoiled.algorithm or "none", headers={"kid": "playground"})


@method("openid.connect.token", tier=4, token="none")
def exchange(call: Call) -> Doc:
    given = call.arguments
    if given.need("client_id") != cast.CLIENT_ID:
        raise SlackError("invalid_client_id")
    if given.need("client_secret") != cast.CLIENT_SECRET:
        raise SlackError("bad_client_secret")
    sign_ins: SignIns = call.local.sign_ins
    granted = sign_ins.take(
        given.need("code"), client_id=given["client_id"], redirect_uri=given.need("redirect_uri")
    )
    team = call.local.workspace.team
    token = sign_ins.token(granted, issuer=call.base_url, team=team)
    return {"access_token": "xoxp-playground-openid", "token_type": "Bearer", "id_token": token}


def add_to(blueprint: Blueprint, sign_ins: SignIns) -> None:
    @blueprint.get("/openid/connect/keys")
    def openid_keys() -> Response:
        return jsonify(sign_ins.public_keys())

    @blueprint.get("/openid/connect/authorize")
    def authorize() -> Response:
        return page("openid.html", _asked(), team=cast.TEAM["name"])

    @blueprint.get("/openid/connect/allow")
    def allow() -> BaseResponse:
        asked = _asked()
        code = sign_ins.grant(
            who_allows(),
            client_id=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            nonce=asked["nonce"],
        )
        return sent_back(asked, code)


def _asked() -> Asked:
    asked = asked_for("nonce", "response_type", "scope")
    if asked["response_type"] != "code" or "openid" not in asked["scope"].split():
        abort(400, "This takes response_type=code and scope=openid.")
    return asked
