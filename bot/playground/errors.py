"""What the local Slack refuses, in Slack's own words."""

from typing import Any


class SlackError(Exception):
    """A Web API call that fails the way Slack fails it: HTTP 200, ok false and a name."""

    def __init__(self, error: str, *, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(error if not messages else f"{error}: {messages}")
        self.error = error
        self.messages = messages or []
        self.extra = extra

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            # Slack repeats the list: "errors" bare, the metadata with a level in front.
            answer["errors"] = self.messages
            answer["response_metadata"] = {"messages": [f"[ERROR] {line}" for line in self.messages]}
        return answer


class RateLimited(SlackError):
    """HTTP 429 with Retry-After."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class PlaygroundError(Exception):
    """Something a person at the page (or a test) asked for that cannot be done there."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class RealTokenRefused(PlaygroundError):
    """A token of a real workspace is set beside the playground."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            "real_token_refused",
            f"The playground never runs beside real Slack tokens, and {shown} looks like one. "
            "Unset it to play, or leave the playground out to serve your workspace.",
        )


class NotLoopback(PlaygroundError):
    """The playground knows no passwords, so it must not be reachable from elsewhere."""

    def __init__(self, host: str) -> None:
        super().__init__("not_loopback", f"The playground listens on this machine only, not on {host!r}.")
