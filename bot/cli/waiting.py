"""A bar for what takes a while: on standard error, only where somebody watches, and gone when done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress

from bot.cli.program import err


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Yields what to call after each of `total` steps."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bars:
        bar = bars.add_task(what, total=total)
        yield lambda: bars.advance(bar)


@contextmanager
def stepping() -> Iterator[Callable[[str, int, int], None]]:
    """Yields what to call with the present step, how much of it is done, and of how much."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bars:
        bar = bars.add_task("Beginning", total=None)
        yield lambda step, done, total: bars.update(bar, description=step, completed=done, total=total)
