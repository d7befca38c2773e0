"""What a run consists of: the plan, and everything that a fault may lay hands on."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.database import Database, make_engine
from bot.playground.slack import LocalSlack
from bot.settings import load
from bot.worker.engine import make_client

from .databases import Place
from .inside import Levers
from .people import Asked
from .processes import DeskProcess
from .slack_front import Front

_RESTART_AFTER = 0.5


@dataclass
class Plan:
    database: str
    fault: str
    questions: int = 60
    seed: int = 1
    pace: float = 2.0
    # How often the fault comes and goes while people ask.
    times: int = 3
    workers: int = 2
    # A card is claimed after so many seconds at most. Whoever is paged has two thirds of it, then comes the next.
    hesitate: float = 12.0
    patience: float = 240.0


@dataclass
class Scene:
    plan: Plan
    place: Place
    local: LocalSlack
    front: Front
    processes: list[DeskProcess]
    levers: Levers
    rng: random.Random
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def sqlite(self) -> bool:
        return self.plan.database == "sqlite"

    def wait(self, seconds: float) -> None:
        self.over.wait(seconds)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The desk's database, with a client for its jobs, as a process beside the desk's would open it."""
        engine = make_engine(load(database_url=self.place.url).url)
        jobs = make_client(load(database_url=self.place.url).url)
        try:
            yield Database(engine, jobs)
        finally:
            jobs.destroy()
            engine.dispose()


class Supervisor(threading.Thread):
    """Starts again whatever ended by itself, as systemd does; what a fault keeps down stays down."""

    def __init__(self, processes: list[DeskProcess]) -> None:
        super().__init__(daemon=True, name="supervisor")
        self._processes = processes
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(_RESTART_AFTER):
            for process in self._processes:
                if not process.kept_down:
                    process.revive()

    def stop(self) -> None:
        self._over.set()
        self.join()


@contextmanager
def supervised(processes: list[DeskProcess]) -> Iterator[None]:
    supervisor = Supervisor(processes)
    supervisor.start()
    try:
        yield
    finally:
        supervisor.stop()


Say = Callable[[str], None]


def folder_of(base: Path, plan: Plan) -> Path:
    folder = base / f"{plan.fault}-{plan.database}-{plan.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
