"""`/api/<method>`: token, scopes, rate limits, the bad days, then the work."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.playground import web_chat, web_conversations, web_people
from bot.playground.calls import METHODS, Arguments, Call, Method
from bot.playground.errors import RateLimited, SlackError
from bot.playground.faults import Fault

if TYPE_CHECKING:
    from bot.playground.slack import LocalSlack

FAMILIES = (web_chat, web_conversations, web_people)
"""Imported for the methods they enter in the table."""


@dataclass(frozen=True)
class Reply:
    """What goes back over HTTP; `dropped` hangs up without a word."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False


@dataclass(frozen=True)
class Called:
    """One line of the log of calls."""

    method: str
    arguments: dict[str, Any]
    error: str | None
    ms: float


def answer(
    local: "LocalSlack", name: str, given: Mapping[str, Any], token: str | None, base_url: str
) -> Reply:
    """One call from the wire to its reply, entered in the log."""
    began = time.perf_counter()
    reply = _answer(local, name, given, token, base_url)
    shown = {key: value for key, value in given.items() if key != "token"}
    error = None if reply.body.get("ok") and not reply.dropped else str(reply.body.get("error", reply.status))
    local.calls.append(Called(name, shown, error, round((time.perf_counter() - began) * 1000, 2)))
    return reply


def _answer(
    local: "LocalSlack", name: str, given: Mapping[str, Any], token: str | None, base_url: str
) -> Reply:
    fault = local.faults.take(name) or Fault()
    if not fault.after_doing:
        local.faults.dawdle(fault)
        if (bad := _bad(fault)) is not None:
            return bad
    try:
        reply = Reply(200, {"ok": True, **_work(local, name, given, token, base_url, lost=fault.lost)})
    except RateLimited as limited:
        return Reply(429, limited.body(), {"Retry-After": str(limited.retry_after)})
    except SlackError as refused:
        return Reply(200, refused.body(), _scope_headers(local, METHODS.get(name)))
    if fault.after_doing:
        local.faults.dawdle(fault)
        if (bad := _bad(fault)) is not None:
            return bad
    return Reply(200, reply.body, _scope_headers(local, METHODS.get(name)))


def _bad(fault: Fault) -> Reply | None:
    if fault.drop:
        return Reply(500, {"ok": False, "error": "connection_dropped"}, dropped=True)
    if fault.rate_limited is not None:
        return Reply(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(fault.rate_limited)})
    if fault.http_status is not None:
        return Reply(fault.http_status, {"ok": False, "error": fault.error or "internal_error"})
    if fault.error is not None:
        return Reply(200, {"ok": False, "error": fault.error})
    return None


def _work(
    local: "LocalSlack", name: str, given: Mapping[str, Any], token: str | None, base_url: str, *, lost: bool
) -> dict[str, Any]:
    known = METHODS.get(name)
    if known is None:
        raise SlackError("unknown_method", req_method=name)
    _check_token(local, known, token)
    arguments = Arguments.read(given)
    wait = local.rates.wait(name, known.tier, str(arguments.get("channel", "")))
    if wait:
        raise RateLimited(wait)
    call = Call(local, arguments, base_url)
    if not lost:
        return known.work(call)
    # Slack says yes and nothing remains: done inside a change that is then undone.
    outcome: dict[str, Any] = {}
    try:
        with local.state.change():
            outcome = known.work(call)
            raise _Lost
    except _Lost:
        return outcome


class _Lost(Exception):
    """Undoes what was done; never leaves this module."""


def _check_token(local: "LocalSlack", known: Method, token: str | None) -> None:
    if known.token == "none":
        return
    if not token:
        raise SlackError("not_authed")
    if token in local.installing.ended:
        raise SlackError(local.installing.ended[token])
    if token not in (local.bot_token, local.app_token, local.installing.bot_token):
        raise SlackError("invalid_auth")
    kind = "app" if token == local.app_token else "bot"
    if known.token not in (kind, "any"):
        raise SlackError("not_allowed_token_type")
    if kind == "bot" and known.scopes and not local.scopes & set(known.scopes):
        provided = ",".join(sorted(local.scopes))
        raise SlackError("missing_scope", needed=known.scopes[0], provided=provided)


def _scope_headers(local: "LocalSlack", known: Method | None) -> dict[str, str]:
    accepted = ",".join(known.scopes) if known else ""
    return {"x-oauth-scopes": ",".join(sorted(local.scopes)), "x-accepted-oauth-scopes": accepted}
