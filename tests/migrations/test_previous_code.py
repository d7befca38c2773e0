"""While an upgrade is rolled out, processes of the version before go on working, on a schema newer than they are.

So a migration may only add, and what it adds must not be asked of those who do not know it. Each migration is read for
what it takes away; then what the code of an earlier revision writes and reads, by the tables as that revision knew
them, is done on the newest schema.
"""

import importlib
import io
import re

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import NewDatabase
from planting import plain_row
from sqlalchemy.orm import Session

from bot.database import make_engine
from bot.schema import _config, floor, head, upgrade

# From here on an upgrade needs no pause. What came before was never rolled out anywhere.
FROM = "0020"

TAKES_AWAY = {
    r"\bDROP TABLE\b": "drops a table",
    r"\bDROP COLUMN\b": "drops a column",
    r"\bRENAME\b": "renames something",
    r"\bSET NOT NULL\b": "forbids what was allowed",
    r"\bALTER COLUMN \S+ TYPE\b": "changes a type",
    r"\bADD COLUMN\b(?=.*\bNOT NULL\b)(?!.*\bDEFAULT\b)": "asks for a value that older programs do not give",
    r"\bALTER TABLE\b.*\bADD CONSTRAINT\b": "checks what older programs may write",
    r"\bCREATE UNIQUE INDEX\b": "forbids what older programs may write twice",
    r"^CREATE INDEX (?!CONCURRENTLY)": "holds a table that may be large: use migrations.steps.add_index",
}


def later() -> list[str]:
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return sorted(script.revision for script in scripts if script.revision > FROM)


def sql_of(revision: str) -> str:
    """What the migration says to PostgreSQL."""
    script = ScriptDirectory.from_config(_config()).get_revision(revision)
    assert script is not None
    said = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql",
        opts={"as_sql": True, "output_buffer": said, "transaction_per_migration": True},
    )
    with Operations.context(context):
        script.module.upgrade()
    return said.getvalue()


def made_here(sql: str) -> set[str]:
    return set(re.findall(r"CREATE TABLE (\w+)", sql))


def taken_away(sql: str) -> list[str]:
    """Of tables that are new nobody knows anything yet."""
    new, found = made_here(sql), []
    for statement in re.split(r";\s*\n", sql):
        line = " ".join(statement.split())
        about = re.search(r"(?:TABLE|\bON) (\w+)", line)
        if about and about[1] in new:
            continue
        found += [f"{what}: {line[:90]}" for sign, what in TAKES_AWAY.items() if re.search(sign, line)]
    return found


@pytest.mark.parametrize("revision", later())
def test_a_migration_only_adds(revision: str) -> None:
    sql = sql_of(revision)
    if re.search(r"UPDATE schema_floor\b", sql):
        return  # it says that older programs have to go first
    assert taken_away(sql) == [], "expand now, contract in a later release: see CONTRIBUTING.md"


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE ticket DROP COLUMN level",
        "ALTER TABLE ticket ADD COLUMN mood VARCHAR(16) NOT NULL",
        "ALTER TABLE ticket ALTER COLUMN level TYPE SMALLINT",
        "ALTER TABLE ticket RENAME TO question",
        "CREATE INDEX ix_ticket_mood ON ticket (mood)",
    ],
)
def test_what_takes_away_is_noticed(sql: str) -> None:
    assert taken_away(sql)


def test_what_adds_is_let_through() -> None:
    for sql in (
        "ALTER TABLE ticket ADD COLUMN mood VARCHAR(16)",
        "ALTER TABLE ticket ADD COLUMN calm BOOLEAN DEFAULT false NOT NULL",
        "CREATE TABLE mood (id INTEGER NOT NULL);\nCREATE INDEX ix_mood ON mood (id)",
        "CREATE INDEX CONCURRENTLY ix_ticket_mood ON ticket (mood)",
    ):
        assert taken_away(sql) == []


@pytest.fixture
def earlier(new_database: NewDatabase) -> sa.MetaData:
    """The tables as the code at the floor knows them."""
    url = new_database("earlier")
    engine = make_engine(url)
    upgrade(engine, url, revision=FROM)
    known = sa.MetaData()
    known.reflect(engine, only=lambda name, _: name in _ours())
    engine.dispose()
    return known


def _ours() -> set[str]:
    return set(importlib.import_module("bot.tables").metadata.tables)


def test_code_of_an_earlier_revision_writes_and_reads_on_the_newest_schema(
    earlier: sa.MetaData, new_database: NewDatabase
) -> None:
    url = new_database("newest")
    engine = make_engine(url)
    upgrade(engine, url)
    assert floor(engine) == FROM
    assert head() > FROM
    keys: dict[str, object] = {}
    with Session(engine) as session, session.begin():
        for table in earlier.sorted_tables:
            row = plain_row(table, keys)
            session.execute(sa.insert(table).values(row))
            for column in table.columns:
                keys.setdefault(f"{table.name}.{column.name}", row.get(column.name))
            here = [column == row[column.name] for column in table.primary_key.columns]
            stored = session.execute(sa.select(table).where(*here)).mappings().one()
            assert set(stored) == {column.name for column in table.columns}
            session.execute(sa.update(table).where(*here).values(row))
        for table in reversed(earlier.sorted_tables):
            session.execute(sa.delete(table))
    engine.dispose()
