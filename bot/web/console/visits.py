"""Who is signed in: a secret in a signed cookie, and behind it a row that anybody who may can end."""

import hmac
import ipaddress
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from flask import g, request
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from bot.database import Database
from triage.people import visits
from triage.people.models import Person
from triage.people.visits import SignedInBy, VisitLimits


class SignInNeeded(Exception):
    """Nobody is signed in, it was too long ago, or the person is no longer on the desk as what they were."""


class FormExpired(BadRequest):
    """A form without the token of this visit: it is old, or another site's."""


def begin(session: Session, person: Person, *, way: SignedInBy, now: datetime) -> None:
    """A new visit with a new secret; nothing of an earlier one survives, in the browser or behind it."""
    end(session, now)
    cookie["visit"] = visits.begin(session, person, way=way, now=now)
    cookie.permanent = True


def end(session: Session, now: datetime) -> None:
    if before := cookie.get("visit"):
        visits.leave(session, str(before), now=now)
    cookie.clear()


def visitor(session: Session, limits: VisitLimits, now: datetime) -> Person:
    """Raises `SignInNeeded`."""
    found = visits.present(session, str(cookie.get("visit", "")), limits=limits, now=now)
    if found is None:
        raise SignInNeeded
    person, visit = found
    if visits.is_news(visit, now):
        g.seen_visit = visit.id
    return person


def note_seen(database: Database, now: datetime) -> None:
    """Once a page was shown, and seldom enough not to cost anything."""
    if visit_id := g.pop("seen_visit", None):
        with database.transaction() as session:
            visits.note_seen(session, visit_id, now=now)


def this_visit() -> str:
    """The id of the visit that this browser makes."""
    return visits.hashed(str(cookie.get("visit", "")))


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
