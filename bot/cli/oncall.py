"""`evenhand oncall`: schedules, swaps and care from the terminal. The commands stand in files of their own."""

import typer

from bot.cli.program import app

group = typer.Typer(
    help="On call: who is on and why, the rota, time off, swaps, escalation, and how fair it is.",
    no_args_is_help=True,
)
app.add_typer(group, name="oncall")
