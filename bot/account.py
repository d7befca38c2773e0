"""Whose account a command runs under: all that is known of who made a change at the command line."""

import getpass
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_MOST_CHARACTERS = 64
_current: ContextVar[str | None] = ContextVar("account", default=None)


def current() -> str | None:
    """None where nothing was typed: threads that serve or work have none."""
    return _current.get()


@contextmanager
def signed() -> Iterator[None]:
    """What is changed inside is noted under this account and machine."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # in a container a number need not have a name
        name = "somebody"
    before = _current.set(f"{name}@{socket.gethostname()}"[:_MOST_CHARACTERS])
    try:
        yield
    finally:
        _current.reset(before)
