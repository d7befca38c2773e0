"""Effect keys: the engine delivers at least once, a key makes the effect happen exactly once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Insert, String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime


class Effect(Base):
    __tablename__ = "effect"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def insert_once(session: Session, table: type[Base], /, **values: Any) -> bool:
    """Inserts a row unless its key is taken; says whether this call did it.

    Asks for the row back instead of a row count, which PostgreSQL reports as -1 for such inserts.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement: Insert = dialect.insert(table).values(**values).on_conflict_do_nothing()
    key = table.__mapper__.primary_key[0]
    return session.execute(statement.returning(key)).first() is not None


def first_time(session: Session, key: str, *, now: datetime) -> bool:
    """True once for each key, in the one transaction that commits it."""
    return insert_once(session, Effect, key=key, at=now)


def seen(session: Session, key: str) -> bool:
    """Whether an effect has happened."""
    return session.get(Effect, key) is not None
