"""Who is signed in: a number in a signed cookie. The person and their role are read from the database each time."""

import hmac
import ipaddress
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import request
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from triage.people.access import Permission, may
from triage.people.models import Person
from triage.vocabulary import Role

LASTS = timedelta(hours=12)


class SignInNeeded(Exception):
    """Nobody is signed in, it was too long ago, or the person is no longer on the desk."""


class FormExpired(BadRequest):
    """A form without the token of this visit: it is old, or another site's."""


def begin(person: Person, now: datetime) -> None:
    """A new visit; nothing of an earlier one survives."""
    cookie.clear()
    cookie["person"], cookie["since"] = person.id, now.timestamp()
    cookie.permanent = True


def end() -> None:
    cookie.clear()


def forget() -> None:
    """Lets go of a visit that has run out; a word of farewell stays."""
    for key in ("person", "since"):
        cookie.pop(key, None)


def visitor(session: Session, now: datetime) -> Person:
    """Raises `SignInNeeded`."""
    since = cookie.get("since")
    if since is None or not 0 <= now.timestamp() - since < LASTS.total_seconds():
        raise SignInNeeded
    person = session.get(Person, cookie.get("person"))
    if person is None or not may(Role(person.role), Permission.SIGN_IN):
        raise SignInNeeded
    return person


def form_token() -> str:
    """What every form of this visit carries."""
    if "form" not in cookie:
        cookie["form"] = secrets.token_urlsafe(32)
    return str(cookie["form"])


def check_form() -> None:
    """Raises `FormExpired` unless the form was made in this visit."""
    known, sent = str(cookie.get("form", "")), request.form.get("csrf", "")
    if not known or not hmac.compare_digest(known.encode(), sent.encode()):
        raise FormExpired


def on_this_machine() -> bool:
    """True where the browser itself sits on this machine and asked for it by a loopback name.

    A proxy's requests come from loopback too, and a foreign site can point its own name here; neither counts.
    """
    if "Forwarded" in request.headers or "X-Forwarded-For" in request.headers:
        return False
    host = urlsplit(f"//{request.host}").hostname or ""
    return _is_loopback(request.remote_addr or "") and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
