"""`evenhand kb`: the knowledge base from the terminal. The commands stand in files of their own."""

import typer

from bot.cli.program import app

group = typer.Typer(
    help="The knowledge base: bring articles in, search them, see what is missing.", no_args_is_help=True
)
app.add_typer(group, name="kb")
