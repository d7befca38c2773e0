"""What all commands share: the program they belong to, and how an error reads: what is wrong, and what to do."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from bot.lock import AlreadyRunning
from bot.playground.errors import NotLoopback, RealTokenRefused
from bot.schema import OldSchema
from bot.settings import SettingsRefused

app = typer.Typer(
    name="evenhand",
    help="A help desk that lives in Slack and is fair to both sides of the thread.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


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
            err.print(f"  {problem}", markup=False)
        raise typer.Exit(2) from None
    except OldSchema as old:
        _say(*str(old).split(". ", 1))
        raise typer.Exit(1) from None
    except (AlreadyRunning, RealTokenRefused, NotLoopback) as refused:
        _say(str(refused), "")
        raise typer.Exit(1) from None


def _say(what: str, remedy: str) -> None:
    err.print(f"evenhand: {what}", markup=False)
    if remedy:
        err.print(f"  {remedy}", markup=False)


def command(group: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a command whose errors are told in words."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @group.command(name)
        @functools.wraps(function)
        def run(*args: object, **kwargs: object) -> None:
            with errors_in_words():
                function(*args, **kwargs)

        return function

    return register
