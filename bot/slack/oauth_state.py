"""The `state` of an installation on its way: made by us, good once, for ten minutes. Only its digest is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime

LASTS = timedelta(minutes=10)


class OAuthState(Base):
    __tablename__ = "oauth_state"
    __table_args__ = (Index("ix_oauth_state_expires_at", "expires_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


def issue(session: Session, *, now: datetime) -> str:
    """Also forgets the ones that were never used."""
    session.execute(delete(OAuthState).where(OAuthState.expires_at < now))
    state = secrets.token_urlsafe(32)
    session.add(OAuthState(id=_digest(state), expires_at=now + LASTS))
    session.flush()
    return state


def consume(session: Session, state: str, *, now: datetime) -> bool:
    """True for the one caller who brings it in time."""
    used = session.scalar(
        delete(OAuthState)
        .where(OAuthState.id == _digest(state), OAuthState.expires_at >= now)
        .returning(OAuthState.id)
    )
    return used is not None


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
