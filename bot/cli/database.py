"""`evenhand db`: bring the database to this version, or see where it stands."""

from typing import Annotated

import typer

from bot import schema
from bot.assembly import open_database
from bot.cli.program import app, command, out
from bot.settings import load

group = typer.Typer(help="The database: bring it up to date, see where it stands.", no_args_is_help=True)
app.add_typer(group, name="db")


@command(group, "upgrade")
def upgrade() -> None:
    """Create the tables, or bring them to this version. Safe to repeat."""
    settings = load()
    engine = open_database(settings)
    before = schema.current(engine)
    schema.upgrade(engine, settings.url)
    now = schema.current(engine)
    out.print(f"Already at revision {now}." if before == now else f"Now at revision {now}.")
    engine.dispose()


@command(group, "downgrade", takes_dashes=True)
def downgrade(
    revision: Annotated[str, typer.Argument(help="The revision to go back to, or -1 for one step.")],
) -> None:
    """Go back to an earlier revision. Columns that it does not know are lost."""
    engine = open_database(load())
    schema.downgrade(engine, revision)
    out.print(f"Now at revision {schema.current(engine) or 'none'}.")
    engine.dispose()


@command(group, "current")
def current() -> None:
    """Say at which revision the database is, and which one this version needs."""
    engine = open_database(load())
    out.print(f"database {schema.current(engine) or 'empty'}, program {schema.head()}")
    engine.dispose()
