"""What keeps the console's door: each sign-in's state is used once, and wrong tries are counted for all processes."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime
from triage.effects import insert_once
from triage.people.visits import hashed

# Longer than any state is good for.
_STATES_KEPT = timedelta(days=1)


class UsedState(Base):
    """The state of a sign-in with Slack that came back. The browser's own cookie could be put back; this can not."""

    __tablename__ = "sign_in_state"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WrongTry(Base):
    """Somebody came with what we never gave out. The address is hashed with a key of our own."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("ix_sign_in_try_at", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class DoorLimits:
    """Wrong tries that are put up with, from one address and from all together."""

    within: timedelta = timedelta(minutes=10)
    by_address: int = 10
    in_all: int = 300


def use_state(session: Session, state: str, *, now: datetime) -> bool:
    """True for the first who comes with this state."""
    session.execute(delete(UsedState).where(UsedState.used_at < now - _STATES_KEPT))
    return insert_once(session, UsedState, id=hashed(state), used_at=now)


def address_key(address: str, *, key: str) -> str:
    """An address that can be recognised and not read."""
    return hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()


def wait_for(session: Session, address: str, *, limits: DoorLimits, now: datetime) -> timedelta:
    """How long this address has to wait before its next try counts for anything; zero where it need not."""
    waits = [
        _wait(session, limits.by_address, limits.within, now, address),
        _wait(session, limits.in_all, limits.within, now),
    ]
    return max(waits)


def _wait(
    session: Session, at_most: int, within: timedelta, now: datetime, address: str | None = None
) -> timedelta:
    """Until the try that makes it too many is forgotten."""
    recent = select(WrongTry.at).where(WrongTry.at > now - within, WrongTry.at <= now)
    if address is not None:
        recent = recent.where(WrongTry.address == address)
    oldest_that_counts = session.scalar(recent.order_by(WrongTry.at.desc()).offset(at_most - 1).limit(1))
    return timedelta(0) if oldest_that_counts is None else oldest_that_counts + within - now


def count_wrong(session: Session, address: str, *, limits: DoorLimits, now: datetime) -> None:
    """Notes a wrong try. Those that have to wait anyway are not noted: nobody may fill the database from outside."""
    session.execute(delete(WrongTry).where(WrongTry.at <= now - limits.within))
    session.add(WrongTry(address=address, at=now))
    session.flush()
