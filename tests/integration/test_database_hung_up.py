"""A database that hung up while nobody asked anything is noticed before the next transaction begins."""

import pytest
import sqlalchemy as sa

from bot import database as rest
from bot.database import Database


def test_connections_that_died_at_rest_are_replaced_unseen(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.engine.dialect.name != "postgresql":
        pytest.skip("a file hangs up on nobody")
    monkeypatch.setattr(rest, "_REST_SECONDS", 0.0)
    with database.transaction() as one, database.transaction() as other:
        pids = [session.scalar(sa.text("SELECT pg_backend_pid()")) for session in (one, other)]
    admin = sa.create_engine(database.engine.url, poolclass=sa.NullPool)
    with admin.connect() as connection:
        for pid in pids:
            connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with database.transaction() as session:
        assert session.scalar(sa.text("SELECT pg_backend_pid()")) not in pids
