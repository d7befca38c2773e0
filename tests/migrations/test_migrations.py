"""Migrations: from empty to the models, one down and up with rows in place, and no start on another revision."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from databases import Jobs, NewDatabase, engine_table
from factories import settle, waiting
from sqlalchemy import func, select

from bot.assembly import assemble, prepare_database
from bot.database import Database, make_engine
from bot.schema import NewSchema, OldSchema, _config, current, downgrade, head, require_current, upgrade
from bot.settings import Settings
from triage.tickets.models import Ticket

_numbers = itertools.count(1)


@pytest.fixture
def settings(new_database: NewDatabase, tmp_path: Path) -> Settings:
    return Settings(database_url=new_database(f"migrations_{next(_numbers)}"), data_folder=tmp_path)


@pytest.fixture
def engine(settings: Settings) -> Iterator[sa.Engine]:
    engine = make_engine(settings.url)
    yield engine
    engine.dispose()


def differences(engine: sa.Engine) -> None:
    """Raises with every difference between the database and the models."""
    with engine.begin() as connection:
        command.check(_config(connection))


def has_engine_tables(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        table = engine_table(engine, "workflow_status")
        return connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0


def test_from_empty_to_head_equals_the_models_beside_the_engine_s_tables(
    engine: sa.Engine, settings: Settings
) -> None:
    assert current(engine) is None
    upgrade(engine, settings.url)

    assert current(engine) == head()
    assert has_engine_tables(engine)
    differences(engine)
    require_current(engine)


def test_upgrading_again_changes_nothing(engine: sa.Engine, settings: Settings) -> None:
    upgrade(engine, settings.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO effect (key, at) VALUES ('kept', '2027-03-02 10:00:00')")
    upgrade(engine, settings.url)
    prepare_database(settings, always=True)

    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT key FROM effect")) == "kept"


def test_one_down_and_up_again_with_rows_in_place(engine: sa.Engine, settings: Settings) -> None:
    upgrade(engine, settings.url)
    database = Database(engine, Jobs())
    settle(database)
    for n in range(3):
        waiting(database, ts=f"1803981600.00010{n}")

    downgrade(engine, "-1")
    below = current(engine)
    assert below != head()
    with pytest.raises(OldSchema):
        require_current(engine)
    assert has_engine_tables(engine), "the engine's tables are not ours to drop"

    upgrade(engine, settings.url)
    differences(engine)
    with database.reading() as session:
        kept = session.scalar(select(func.count()).select_from(Ticket))
    assert kept == (3 if below is not None else 0)


def test_a_database_that_nobody_set_up_says_what_to_do(engine: sa.Engine) -> None:
    with pytest.raises(OldSchema, match=r"is empty.*evenhand db upgrade"):
        require_current(engine)


def set_revision(engine: sa.Engine, found: str, *, floor: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :found"), {"found": found})
        connection.execute(sa.text("UPDATE schema_floor SET revision = :floor"), {"floor": floor})


def test_a_start_on_an_older_revision_says_so_and_stops(engine: sa.Engine, settings: Settings) -> None:
    upgrade(engine, settings.url)
    set_revision(engine, "0003", floor="0001")

    with pytest.raises(OldSchema, match=rf"0003.*{head()}.*evenhand db upgrade") as refused:
        assemble(settings)
    assert (refused.value.found, refused.value.wanted) == ("0003", head())


def test_a_newer_schema_serves_older_programs_until_it_takes_something_away(
    engine: sa.Engine, settings: Settings
) -> None:
    upgrade(engine, settings.url)
    set_revision(engine, "9999", floor=head())
    require_current(engine)

    set_revision(engine, "9999", floor="9998")
    with pytest.raises(NewSchema, match=rf"9999.*{head()}.*Update the program.*9998"):
        assemble(settings)
