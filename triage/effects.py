"""Effect keys: the engine delivers at least once, a key makes the effect happen exactly once."""

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import String
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
    session.flush()
    row = {**_defaults(table), **values}
    return session.connection().execute(_statement(table, tuple(row)), row).first() is not None


@cache
def _statement(table: type[Base], columns: tuple[str, ...]) -> sa.TextClause:
    """Both databases read the same words. Written out, because SQLAlchemy compiles its own `on_conflict_do_nothing`
    anew on each call: a millisecond for which Slack's receipt waits.
    """
    quote = sa.sql.compiler.IdentifierPreparer(sa.engine.default.DefaultDialect()).quote
    names = ", ".join(quote(column) for column in columns)
    wanted = ", ".join(f":{column}" for column in columns)
    key = quote(table.__mapper__.primary_key[0].name)
    return sa.text(
        f"INSERT INTO {quote(table.__tablename__)} ({names}) VALUES ({wanted}) ON CONFLICT DO NOTHING RETURNING {key}"
    ).bindparams(*(sa.bindparam(column, type_=table.__table__.c[column].type) for column in columns))


@cache
def _defaults(table: type[Base]) -> dict[str, Any]:
    """What the columns say by themselves where nobody says anything. Values alone: a function's would be kept too."""
    return {
        column.name: column.default.arg
        for column in table.__table__.columns
        if isinstance(column.default, sa.ColumnDefault) and column.default.is_scalar
    }


def first_time(session: Session, key: str, *, now: datetime) -> bool:
    """True once for each key, in the one transaction that commits it."""
    return insert_once(session, Effect, key=key, at=now)


def seen(session: Session, key: str) -> bool:
    """Whether an effect has happened."""
    return key in seen_among(session, key)


def seen_among(session: Session, *keys: str) -> set[str]:
    """Which of these effects have happened."""
    return set(session.scalars(_AMONG, {"keys": keys}))


_AMONG = sa.select(Effect.key).where(Effect.key.in_(sa.bindparam("keys", expanding=True)))
