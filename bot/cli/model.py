"""`evenhand model`: the classifier and its life from the terminal. The commands stand in files of their own."""

import typer

from bot.cli.program import app

group = typer.Typer(
    help="The classifier: train it from resolved tickets, judge it, let it serve, take it back.",
    no_args_is_help=True,
)
app.add_typer(group, name="model")
