"""Asks other servers politely: waits when told to, tries again when they stumble, and shows its token to one alone."""

import random
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

import requests
from pydantic import SecretStr
from requests.auth import AuthBase

from bot.clock import Clock, system_clock
from bot.outbound.guarded import AddressRefused, guarded_session
from bot.reach import Reach
from kb.importers.source import SourceTrouble
from kb.importers.web import NOT_MODIFIED, Answer, NotAllowed, NotThere

_TRIES = 6
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
# Who asks for more patience than this gets a clear end, and the next run goes on from there.
_LONGEST_WAIT = 15 * 60.0
_TIMEOUTS = (10, 60)
_MOST_BYTES = 64 * 1024 * 1024
_MOST_SECONDS = 300.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_GOES_ON = "What was read so far is imported; the same command goes on from there"


@dataclass(frozen=True)
class Credential:
    """A token, with a user name where the server wants both. `settings` says where it comes from, for errors."""

    token: SecretStr
    user: str = ""
    settings: str = ""

    def header(self) -> str:
        token = self.token.get_secret_value()
        if self.user:
            return "Basic " + b64encode(f"{self.user}:{token}".encode()).decode("ascii")
        return f"Bearer {token}"


class _Showing(AuthBase):
    """Puts the header on the request. Being there at all, it keeps other passwords of this machine away."""

    def __init__(self, credential: Credential | None) -> None:
        self._credential = credential

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._credential is not None:
            request.headers["Authorization"] = self._credential.header()
        return request


@dataclass
class Fetcher:
    """`home` is the only server it talks to: a link that leads elsewhere is not followed."""

    home: str
    credential: Credential | None = None
    settings: str = ""  # that would hold a credential, for the advice to set them
    reach: Reach = field(default_factory=Reach)
    clock: Clock = system_clock
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    waits: Callable[[str, float], None] = lambda _why, _seconds: None
    _session: requests.Session = field(init=False)

    def __post_init__(self) -> None:
        self._session = guarded_session(self.reach)
        home = urlsplit(self.home)
        if self.credential is not None and home.scheme != "https" and home.hostname not in _LOOPBACK:
            raise SourceTrouble(
                f"The token would travel unprotected to {home.hostname}", "Write the address with https://"
            )
        self._session.headers["User-Agent"] = "evenhand"

    def __call__(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        if _origin(urlsplit(url)) != _origin(urlsplit(self.home)):
            raise SourceTrouble(f"{self._host} sent us on to another server, {urlsplit(url).hostname}")
        waited = 0.0
        for attempt in range(1, _TRIES + 1):
            why, pause = "", 0.0
            try:
                response = self._get(url, params, headers)
            except AddressRefused as refused:
                raise SourceTrouble(str(refused), refused.remedy) from None
            except requests.exceptions.SSLError:
                raise SourceTrouble(f"{self._host} has a certificate that cannot be trusted") from None
            except (
                requests.ConnectionError,
                requests.Timeout,
                requests.exceptions.ChunkedEncodingError,
            ) as error:
                why = f"{self._host} does not answer ({type(error).__name__})"
            except requests.RequestException as error:
                raise SourceTrouble(f"{url} cannot be asked ({type(error).__name__})") from None
            else:
                if response.status in (200, NOT_MODIFIED):
                    return response
                why, pause = self._trouble(response)
            if attempt == _TRIES:
                break
            pause = pause or self._backoff(attempt)
            waited += pause
            if waited > _LONGEST_WAIT:
                minutes = max(1, round(pause / 60))
                raise SourceTrouble(f"{why} and asks for a pause of {minutes} minutes", _GOES_ON)
            self.waits(why, pause)
            self.sleep(pause)
        raise SourceTrouble(f"{why}, and did so {_TRIES} times", _GOES_ON)

    @property
    def _host(self) -> str:
        return urlsplit(self.home).hostname or self.home

    def _get(self, url: str, params: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> Answer:
        with self._session.get(
            url,
            params=params,
            headers={"Accept": "application/json", **(headers or {})},
            auth=_Showing(self.credential),
            timeout=_TIMEOUTS,
            stream=True,
        ) as response:
            body = bytearray()
            began = time.monotonic()
            for piece in response.iter_content(65_536):
                body += piece
                if time.monotonic() - began > _MOST_SECONDS:
                    # A byte now and then keeps every other time limit from running out.
                    raise SourceTrouble(
                        f"{self._host} takes over {_MOST_SECONDS // 60:.0f} minutes to answer"
                    )
                if len(body) > _MOST_BYTES:
                    raise SourceTrouble(f"{self._host} sent more than 64 MB at once")
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.url, response.status_code, names, bytes(body))

    def _trouble(self, answer: Answer) -> tuple[str, float]:
        """Why to try again, and after how many seconds if the server says so; raises where there is no use."""
        asked = self._asked_pause(answer)
        if answer.status == 429 or (answer.status == 403 and asked):
            return f"{self._host} has had enough questions for now", asked
        if answer.status >= 500 or answer.status == 408:
            return f"{self._host} stumbles ({answer.status})", asked
        if answer.status in (401, 403):
            raise NotAllowed(*self._refused(answer))
        if answer.status in (404, 410):
            remedy = self._credential_missing() or "Look whether the address is right"
            raise NotThere(f"{self._host} has nothing at {urlsplit(answer.url).path}", remedy)
        raise SourceTrouble(f"{self._host} refuses the question ({answer.status})")

    def _refused(self, answer: Answer) -> tuple[str, str]:
        if self.credential is None:
            return f"{self._host} wants to know who asks", self._credential_missing()
        if answer.status == 401:
            return f"{self._host} does not accept the token", f"Look at {self.credential.settings}"
        return (
            f"{self._host} does not let this token read {urlsplit(answer.url).path}",
            "Give it the right to",
        )

    def _credential_missing(self) -> str:
        return f"Set {self.settings}" if self.credential is None and self.settings else ""

    def _asked_pause(self, answer: Answer) -> float:
        """Retry-After in seconds or as a date, or GitHub's moment of the next allowance; 0 if it does not say."""
        now = self.clock().timestamp()
        after = answer.headers.get("retry-after", "").strip()
        if after:
            try:
                return max(1.0, float(after))
            except ValueError:
                pass
            try:
                return max(1.0, parsedate_to_datetime(after).timestamp() - now)
            except ValueError:
                return 0.0
        if answer.headers.get("x-ratelimit-remaining") == "0":
            try:
                return max(1.0, float(answer.headers.get("x-ratelimit-reset", "")) - now + 1)
            except ValueError:
                return 0.0
        return 0.0

    def _backoff(self, attempt: int) -> float:
        # Half of it by chance, so that many who were turned away together do not come back together.
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * float(2 ** (attempt - 1)))
        return longest * (0.5 + self.chance() / 2)


def _origin(address: SplitResult) -> tuple[str, str | None, int | None]:
    ports = {"https": 443, "http": 80}
    return address.scheme, address.hostname, address.port or ports.get(address.scheme)
