"""Runs migrations on the connection that the caller opened (`evenhand db`), or on the URL in the settings."""

from alembic import context
from sqlalchemy import Connection, Enum, create_engine, pool

from bot.tables import metadata
from kb.base import UtcDateTime

config = context.config

# The durable-work engine keeps its own tables beside ours on SQLite; they are not ours to compare or drop.
_OURS = frozenset(metadata.tables) | {"alembic_version"}


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    return type_ != "table" or name in _OURS


def render_item(type_: str, obj: object, _autogen: object) -> str | bool:
    """Migrations import no models: our own column types are written as what they are in the database."""
    if type_ == "type" and isinstance(obj, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if type_ == "type" and isinstance(obj, Enum):
        return f"sa.String(length={obj.length})"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=include_name,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        # Each on its own: no table is held until all of them are done. SQLite's one writer is held anyway.
        transaction_per_migration=connection.dialect.name == "postgresql",
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    given = config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    from bot.settings import load

    engine = create_engine(load().url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        run(connection)


main()
