"""How the statements that a desk runs most bear it when its tickets grow from a thousand to a million."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.assembly import assemble
from bot.bench.running.desk import NO_SLACK, NoJobs
from bot.bench.running.grown.history import OPEN, grow, now_at
from bot.bench.running.grown.round import ACTS, a_round
from bot.bench.running.grown.statements import NOBODY, Catcher, explained, timed, worked
from bot.bench.running.grown.verdict import Measured, report
from bot.bench.running.questions import CHANNELS, DESK_CHANNEL
from bot.playground import cast
from bot.settings import load
from bot.slack.desk import Desk
from bot.worker.upkeep import keep_up

SIZES = (1_000, 10_000, 100_000, 1_000_000)
# The promises of what is open are reckoned a hundred at a time.
_CATCHING_UP = 1 + OPEN // 100


@dataclass(frozen=True)
class GrowthPlan:
    """Each statement is timed so many `times` at each size."""

    sizes: tuple[int, ...] = SIZES
    times: int = 40

    @property
    def steps(self) -> int:
        return len(self.sizes) * (2 + len(ACTS))


QUICK = GrowthPlan(sizes=(1_000, 10_000), times=10)


def measure_growth(
    url: str, plan: GrowthPlan = GrowthPlan(), progress: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """On the prepared database at `url`: the hottest statements at each size, and under `plans` how the database goes
    about them at the last.
    """
    sizes: dict[int, list[Measured]] = {}
    before = 0
    for size in plan.sizes:
        grow(url, before=before, tickets=size)
        progress()
        with _desk(url, now_at(size)) as desk:
            sizes[size] = _measured(desk, now_at(size), plan, progress)
        before = size
    return report(sizes)


def _measured(desk: Desk, now: datetime, plan: GrowthPlan, progress: Callable[[], None]) -> list[Measured]:
    # What is loaded once, such as the index, and what is done once a day, is no statement of every hour.
    for _ in range(_CATCHING_UP):
        keep_up(desk)
    for _ in a_round(desk, now):
        pass
    catcher = Catcher()
    with catcher.catching(desk.database.engine):
        for _ in a_round(desk, now):
            progress()
    found = []
    with desk.database.engine.connect() as connection:
        connection.begin()
        for statement in catcher.statements:
            if statement.explicable and statement.asked_by != NOBODY:
                # What writes is explained alone: a second time it would find its work done.
                times = timed(connection, statement, times=plan.times) if statement.reads else ()
                work = worked(connection, statement) if statement.reads else None
                found.append(Measured(statement, times, explained(connection, statement), work))
        connection.rollback()
    progress()
    return found


@contextmanager
def _desk(url: str, now: datetime) -> Iterator[Desk]:
    """A desk in this process that talks to nobody, on the evening of its last ticket."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evenhand-bench-")))
        settings = load(
            database_url=url,
            data_folder=folder,
            slack_bot_token=SecretStr(cast.BOT_TOKEN),
            slack_api_url=NO_SLACK,
            help_channels=CHANNELS,
            desk_channel=DESK_CHANNEL,
            agents=("UBEN", "UCLEO"),
        )
        assembly = assemble(settings, clock=lambda: now)
        stack.callback(assembly.close)
        assembly.desk.database.jobs = NoJobs()
        yield assembly.desk
