"""The only caller of Slack's Web API: limits, budgets and Slack's errors are dealt with here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot import tracing
from bot.metrics import HELD_BACK, LAST_CALL, SLACK_CALL_SECONDS, SLACK_CALLS
from bot.slack.budget import OWN_LOOKS, Budget, OwnBudget
from bot.slack.limits import fit_message, fit_view

_EVENT = "evenhand_say"
# Slack takes the token no more: its time is over, or the app is gone.
TOKEN_EXPIRED = "token_expired"
TOKEN_GONE = frozenset({"token_revoked", "account_inactive"})
TOKEN_ENDED = TOKEN_GONE | {TOKEN_EXPIRED}


class SlackProblem(Exception):
    """A call that did not do what it should."""


class RateLimited(SlackProblem):
    """Try again after so many seconds; nothing was done."""

    def __init__(self, method: str, retry_after: float) -> None:
        super().__init__(f"{method}: slow down for {retry_after:.1f} s")
        self.retry_after = retry_after


class SlackUnavailable(SlackProblem):
    """Slack did not answer, or answered with its own fault. It may have done what was asked."""


class SlackRefused(SlackProblem):
    """Slack understood and said no: trying again would not help."""

    def __init__(self, method: str, error: str) -> None:
        super().__init__(f"{method}: {error}")
        self.method, self.error = method, error


class NotInstalled(SlackRefused):
    """No way to that workspace: the app was never installed there, or it was taken off again."""

    def __init__(self, team_id: str) -> None:
        super().__init__("installation", f"not installed in {team_id}")
        self.team_id = team_id


@dataclass(frozen=True)
class Posted:
    channel: str
    ts: str


class Gateway:
    """Safe to share between threads."""

    def __init__(
        self,
        client: WebClient,
        *,
        team_id: str = "",
        budget: Budget | None = None,
        renew: Callable[[str], WebClient] | None = None,
    ) -> None:
        """`team_id` is whose budget is spent: Slack counts each workspace for itself. `renew` is told that Slack does
        not take the token any more, and why; it brings a client with a new one, or raises a `SlackProblem`.
        """
        self._client, self._team_id, self._renew = client, team_id, renew
        self._budget = budget or OwnBudget()
        self._directs: dict[str, str] = {}

    def post(
        self,
        channel: str,
        text: str,
        blocks: list[dict[str, Any]] | None,
        *,
        say_id: int,
        thread_ts: str | None = None,
        more: str = "",
    ) -> Posted:
        """Posts, marked with the outbox row's id, so that it can be found again after a crash."""
        answer = self._call(
            "chat.postMessage",
            channel,
            channel=channel,
            thread_ts=thread_ts,
            metadata={"event_type": _EVENT, "event_payload": {"outbox_id": say_id}},
            unfurl_links=False,
            unfurl_media=False,
            **fit_message(text, blocks, more=more),
        )
        return Posted(str(answer["channel"]), str(answer["ts"]))

    def find_own_message(
        self, channel: str, say_id: int, *, thread_ts: str | None, oldest: float
    ) -> Posted | None:
        """The message that carries this outbox row's id, if a crash left it posted but not recorded."""
        method = "conversations.replies" if thread_ts else "conversations.history"
        arguments: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": 200}
        arguments |= {"ts": thread_ts} if thread_ts else {"oldest": f"{oldest:.6f}"}
        cursor: str | None = None
        while True:
            page = self._call(method, channel, cursor=cursor, **arguments)
            for message in page["messages"]:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("outbox_id") == say_id:
                    return Posted(channel, str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None

    def has(self, posted: Posted) -> bool:
        """Whether Slack knows a message of ours, be it as one that was deleted while replies hang on it. Asked within
        a budget of its own: whoever waits for something goes first."""
        self._spend(OWN_LOOKS, "")
        return self.message(posted.channel, posted.ts) is not None

    def update(
        self, posted: Posted, text: str, blocks: list[dict[str, Any]] | None, *, more: str = ""
    ) -> None:
        self._call(
            "chat.update",
            posted.channel,
            channel=posted.channel,
            ts=posted.ts,
            **fit_message(text, blocks, more=more),
        )

    def take_back(self, posted: Posted) -> None:
        """Deletes a message of our own."""
        self._call("chat.delete", posted.channel, channel=posted.channel, ts=posted.ts)

    def whisper(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: list[dict[str, Any]] | None = None,
        *,
        thread_ts: str | None = None,
    ) -> None:
        """A message that only one person sees."""
        self._call(
            "chat.postEphemeral",
            channel,
            channel=channel,
            user=user,
            thread_ts=thread_ts,
            **fit_message(text, blocks),
        )

    def open_direct(self, user: str) -> str:
        """The channel of the direct messages with a person. It never changes, and asking costs what updates need."""
        known = self._directs.get(user)
        if known is None:
            opened = self._call("conversations.open", "", users=user)
            known = self._directs[user] = str(opened["channel"]["id"])
        return known

    def open_view(self, trigger_id: str, view: dict[str, Any]) -> None:
        self._call("views.open", "", trigger_id=trigger_id, view=fit_view(view))

    def update_view(self, view_id: str, view: dict[str, Any]) -> None:
        """Exchanges what an open window shows."""
        self._call("views.update", "", view_id=view_id, view=fit_view(view))

    def publish_home(self, user: str, view: dict[str, Any]) -> None:
        self._call("views.publish", "", user_id=user, view=fit_view(view))

    def permalink(self, channel: str, ts: str) -> str:
        return str(self._call("chat.getPermalink", "", channel=channel, message_ts=ts)["permalink"])

    def person(self, user: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._call("users.info", "", user=user)["user"]
        return answer

    def message(self, channel: str, ts: str) -> dict[str, Any] | None:
        """One message, be it at the top of a channel or in a thread; None if it is gone."""
        try:
            page = self._call("conversations.replies", channel, channel=channel, ts=ts, limit=1)
        except SlackRefused as refused:
            if refused.error in ("thread_not_found", "message_not_found"):
                return None
            raise
        found = [m for m in page["messages"] if m["ts"] == ts]
        return dict(found[0]) if found else None

    def group_members(self, group: str) -> list[str]:
        """The ids of who is in a user group; asks for `usergroups:read`."""
        return [str(user) for user in self._call("usergroups.users.list", "", usergroup=group)["users"]]

    def id_token(self, code: str, *, client_id: str, client_secret: str, redirect_uri: str) -> str:
        """What Slack signs about the person who came back with this code. Works once, and needs no token."""
        answer = self._call(
            "openid.connect.token",
            "",
            code=code,
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri=redirect_uri,
            grant_type="authorization_code",
        )
        return str(answer["id_token"])

    def who_am_i(self) -> SlackResponse:
        return self._call("auth.test", "")

    def channels(self) -> list[dict[str, Any]]:
        """Channels that the bot can see, with `is_member`."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self._call(
                "conversations.list", "", types="public_channel,private_channel", limit=200, cursor=cursor
            )
            found.extend(page["channels"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return found

    def _call(self, method: str, channel: str, /, **arguments: Any) -> SlackResponse:
        self._spend(method, channel)
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            return self._ask(method, channel, given)
        except SlackRefused as refused:
            if self._renew is None or refused.error not in TOKEN_ENDED:
                raise
            # Refused for its token, the call has done nothing.
            self._client = self._renew(refused.error)
        return self._ask(method, channel, given)

    def _spend(self, method: str, channel: str) -> None:
        if wait := self._budget.spend(self._team_id, method, channel):
            HELD_BACK.labels(method).inc()
            raise RateLimited(method, wait)

    def _ask(self, method: str, channel: str, given: dict[str, Any]) -> SlackResponse:
        try:
            with tracing.span("slack", method=method), SLACK_CALL_SECONDS.labels(method).time():
                answer = (
                    self._client.api_call(method, json=given)
                    if _takes_json(method)
                    else self._client.api_call(method, params=given)
                )
        except SlackApiError as error:
            problem = _translated(method, error)
            if isinstance(problem, RateLimited):
                self._budget.blocked(self._team_id, method, channel, problem.retry_after)
            raise problem from error
        except (OSError, HTTPException) as error:
            _count(method, "unavailable")
            raise SlackUnavailable(f"{method}: {type(error).__name__}") from error
        _count(method, "ok")
        return answer


def _count(method: str, outcome: str) -> None:
    SLACK_CALLS.labels(method, outcome).inc()
    LAST_CALL.labels("failed" if outcome == "unavailable" else "answered").set_to_current_time()


def _takes_json(method: str) -> bool:
    # Slack reads JSON bodies in its writing methods only.
    return method.startswith(("chat.post", "chat.update", "views.", "conversations.open", "reactions."))


def _translated(method: str, error: SlackApiError) -> SlackProblem:
    response = error.response
    status = getattr(response, "status_code", 200)
    if status == 429:
        _count(method, "rate_limited")
        return RateLimited(method, float(response.headers.get("Retry-After", 1)))
    code = (
        response.get("error")
        if isinstance(response, SlackResponse) and isinstance(response.data, dict)
        else None
    )
    if status >= 500 or code in (
        None,
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
    ):
        _count(method, "unavailable")
        return SlackUnavailable(f"{method}: {code or status}")
    if code == "ratelimited":
        _count(method, "rate_limited")
        return RateLimited(method, 1.0)
    _count(method, "refused")
    return SlackRefused(method, str(code))
