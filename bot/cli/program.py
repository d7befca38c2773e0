"""What all commands share: the program they belong to, and how an error reads: what is wrong, and what to do."""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated

import sqlalchemy as sa
import typer
from alembic.util import CommandError
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import account, request_id
from bot.lock import AlreadyRunning
from bot.playground.errors import NotLoopback, RealTokenRefused
from bot.schema import OldSchema
from bot.settings import SettingsRefused
from bot.tracing import OtelMissing
from kb.meaning.model_files import EmbeddingModelRefused

app = typer.Typer(
    name="evenhand",
    help="A help desk that lives in Slack and is fair to both sides of the thread.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

# Which workspace a command is about, where somebody said so.
chosen_team: ContextVar[str] = ContextVar("chosen_team", default="")
# Who uses one of these acts on one workspace.
_OF_A_WORKSPACE = frozenset({"the_workspace", "speaking_workspace", "which_team"})
_TEAM = inspect.Parameter(
    "team",
    inspect.Parameter.KEYWORD_ONLY,
    default="",
    annotation=Annotated[
        str, typer.Option("--team", metavar="T…", help="The workspace, where the desk serves several.")
    ],
)


def show_table(table: Table) -> None:
    """A table on a screen. In a pipe whole lines: nobody knows how wide the reader's window is, so nothing is cut."""
    if out.is_terminal:
        out.print(table)
        return
    columns = [
        [str(column.header), *(Text.from_markup(str(cell)).plain for cell in column.cells)]
        for column in table.columns
    ]
    widths = [max(map(cell_len, column)) for column in columns]
    if table.title:
        out.print(Text.from_markup(str(table.title)), soft_wrap=True)
    for line in zip(*columns, strict=True):
        padded = (text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True))
        out.print("  ".join(padded).rstrip(), markup=False, soft_wrap=True)


class Stop(Exception):
    """The command cannot go on: what is wrong, and what to do about it."""

    def __init__(self, what: str, remedy: str = "", *, code: int = 1) -> None:
        super().__init__(what)
        self.what, self.remedy, self.code = what, remedy, code


@contextmanager
def errors_in_words() -> Iterator[None]:
    try:
        yield
    except Stop as stop:
        _say(stop.what, stop.remedy)
        raise typer.Exit(stop.code) from None
    except SettingsRefused as refused:
        _say("These settings cannot be used:", "")
        for problem in refused.problems:
            err.print(f"  {problem}", markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    except OldSchema as old:
        _say(*str(old).split(". ", 1))
        raise typer.Exit(1) from None
    except (AlreadyRunning, OtelMissing, RealTokenRefused, NotLoopback) as refused:
        _say(str(refused), "")
        raise typer.Exit(1) from None
    except EmbeddingModelRefused as refused:
        _say(f"The embedding model cannot be used. {refused}.", refused.remedy)
        raise typer.Exit(2) from None
    except CommandError as refused:
        _say(f"{refused}.", "Where the database stands: evenhand db current")
        raise typer.Exit(2) from None
    except sa.exc.OperationalError as away:
        reason = (str(away.orig).splitlines() or [type(away).__name__])[0]
        _say(f"The database does not answer: {reason}", "Is it running, and is DATABASE_URL right?")
        raise typer.Exit(1) from None


def _say(what: str, remedy: str) -> None:
    # One line stays one line, also where it is piped and nobody knows how wide the reader's window is.
    err.print(f"evenhand: {what}", markup=False, soft_wrap=True)
    if remedy:
        err.print(f"  {remedy}", markup=False, soft_wrap=True)


def command(
    group: typer.Typer, name: str, *, takes_dashes: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a command whose errors are told in words. `takes_dashes` for an argument like “-1”.

    One that is about a workspace gets the option `--team`, for a desk that serves several.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function)
        asks = not _OF_A_WORKSPACE.isdisjoint(function.__globals__) and "team" not in signature.parameters

        @functools.wraps(function)
        def run(*args: object, **kwargs: object) -> None:
            before = chosen_team.set(str(kwargs.pop("team")) if asks else "")
            try:
                with errors_in_words(), account.signed(), request_id.bound(request_id.made("cli")):
                    function(*args, **kwargs)
            finally:
                chosen_team.reset(before)

        if asks:
            parameters = [*signature.parameters.values(), _TEAM]
            run.__annotations__ = {**function.__annotations__, "team": _TEAM.annotation}
            vars(run)["__signature__"] = signature.replace(parameters=parameters)
        group.command(name, context_settings={"ignore_unknown_options": takes_dashes})(run)
        return function

    return register
