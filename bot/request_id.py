"""One id for all that one thing started: bound where it begins, carried through the database, found with one grep.

An event keeps the id that Slack gave it. A click, a command, a web request, a CLI call, a timer and a duty are given
one whose first word says what they are. What is said because of them keeps the id in its row.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from structlog import contextvars

_KEY = "request_id"
MOST_CHARACTERS = 64
_SEEMLY = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._:~-]{{0,{MOST_CHARACTERS - 1}}}")


def current() -> str | None:
    """The id that is bound here and now."""
    return cast("str | None", contextvars.get_contextvars().get(_KEY))


def made(what: str) -> str:
    """A new id: `click-5f0c9e2b7a14`."""
    return f"{what}-{secrets.token_hex(6)}"


def accepted(offered: str | None, otherwise: str) -> str:
    """An id from outside, where it is one that may stand in our logs; else a new one, named `otherwise`."""
    return offered if offered and _SEEMLY.fullmatch(offered) else made(otherwise)


@contextmanager
def bound(request_id: str) -> Iterator[str]:
    """Everything that is logged and said inside belongs to this id. Afterwards the one from before is back."""
    with contextvars.bound_contextvars(**{_KEY: request_id}):
        yield request_id


@contextmanager
def begun(what: str) -> Iterator[str]:
    """Goes on under the id that is bound already, or under a new one."""
    with bound(current() or made(what)) as request_id:
        yield request_id


def go_on_as(request_id: str | None) -> None:
    """Inside `bound`: the rest belongs to this id, which was found in the database. None changes nothing."""
    if request_id is not None:
        contextvars.bind_contextvars(**{_KEY: request_id})
