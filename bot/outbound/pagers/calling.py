"""One call of an outside service, and what its answer means for the next try."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from bot.clock import Clock, system_clock
from bot.outbound.guarded import AddressRefused, guarded_session
from bot.reach import Reach

# To connect, and between two bytes of the answer.
TIMEOUTS = (5, 15)
_LONGEST_PAUSE = 15 * 60.0


class PagerTrouble(Exception):
    """Worth another try: the service is away, stumbles or has had enough; `retry_after` where it says how long."""

    def __init__(self, why: str, *, retry_after: float = 0.0) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class PagerRefused(Exception):
    """No use trying again: the key is wrong, or it does not understand us. Never holds the key or a text."""


def call(
    method: str,
    url: str,
    *,
    name: str,
    body: bytes | None = None,
    json: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    unknown_is_fine: bool = False,
    reach: Reach,
    clock: Clock = system_clock,
) -> None:
    """Raises `PagerTrouble` or `PagerRefused`. `unknown_is_fine`: closing what the service forgot is done."""
    try:
        with guarded_session(reach) as session:
            response = session.request(
                method,
                url,
                data=body,
                json=json,
                headers={"User-Agent": "evenhand", **(headers or {})},
                params=params,
                timeout=TIMEOUTS,
                # A redirect would carry our key or signature to an address that nobody set.
                allow_redirects=False,
                stream=True,
            )
    except AddressRefused as refused:
        raise PagerRefused(f"{name} is not called: {refused}. {refused.remedy}") from None
    except requests.exceptions.SSLError:
        raise PagerRefused(f"{name} has a certificate that cannot be trusted") from None
    except (requests.ConnectionError, requests.Timeout) as error:
        raise PagerTrouble(f"{name} does not answer ({type(error).__name__})") from None
    except requests.RequestException as error:
        raise PagerRefused(f"{name} cannot be called ({type(error).__name__})") from None
    response.close()
    _judge(response, name, unknown_is_fine=unknown_is_fine, now=clock())


def _judge(response: requests.Response, name: str, *, unknown_is_fine: bool, now: datetime) -> None:
    status = response.status_code
    if 200 <= status < 300 or (unknown_is_fine and status in (404, 410)):
        return
    if status == 429 or status == 408 or status >= 500:
        raise PagerTrouble(f"{name} answers {status}", retry_after=_asked_pause(response, now))
    if status in (401, 403):
        raise PagerRefused(f"{name} does not accept the key ({status})")
    raise PagerRefused(f"{name} refuses it ({status})")


def _asked_pause(response: requests.Response, now: datetime) -> float:
    """Retry-After in seconds or as a date; 0 where it does not say, or says nonsense."""
    said = response.headers.get("Retry-After", "").strip()
    if not said:
        return 0.0
    if said.isascii() and said.isdigit():
        seconds = float(said[:9])
    else:
        try:
            seconds = (parsedate_to_datetime(said) - now).total_seconds()
        except (ValueError, TypeError):
            return 0.0
    return min(max(1.0, seconds), _LONGEST_PAUSE)
