"""A desk as a user starts it, for measuring: its environment, its database, its processes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.assembly import prepare_database
from bot.bench.databases import SQLITE, kind_of
from bot.bench.processes import EVENHAND, Started, free_port, started
from bot.bench.running.questions import CHANNELS, DESK_CHANNEL, PEOPLE
from bot.clock import system_clock
from bot.database import Database, make_engine
from bot.playground import cast
from bot.settings import load
from triage.desk import ensure_desk
from triage.people.models import Person
from triage.vocabulary import Role

# An address where nobody answers.
NO_SLACK = "http://127.0.0.1:9/api/"
_AGENTS = ("UBEN", "UCLEO")


class NoJobs:
    """Stands in for the engine's client where nothing is enqueued that anybody should do."""

    def enqueue_in_transaction(self, *_given: object) -> None:
        return


@dataclass(frozen=True)
class RunningDesk:
    url: str
    port: int
    processes: tuple[Started, ...]

    @property
    def events(self) -> str:
        return f"http://127.0.0.1:{self.port}/slack/events"


def desk_settings(url: str, port: int, slack_api: str = NO_SLACK, **more: str) -> dict[str, str]:
    """The environment of a measured desk."""
    return {
        "DATABASE_URL": url,
        "PORT": str(port),
        "EVENHAND_HOST": "127.0.0.1",
        "EVENHAND_SECRET_KEY": "measured-and-thrown-away",
        "SLACK_API_URL": slack_api,
        "SLACK_BOT_TOKEN": cast.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": cast.SIGNING_SECRET,
        "EVENHAND_HELP_CHANNELS": ",".join(CHANNELS),
        "EVENHAND_DESK_CHANNEL": DESK_CHANNEL,
        "EVENHAND_AGENTS": ",".join(_AGENTS),
        **more,
    }


def prepare(url: str) -> None:
    """The tables and the starter content, and everybody who will ask: a desk knows its people after a week."""
    settings = load(database_url=url)
    prepare_database(settings, always=True)
    engine = make_engine(settings.url)
    now = system_clock()
    with Database(engine, NoJobs()).transaction() as session:
        ensure_desk(session, cast.TEAM["id"], now=now)
        session.add_all(_people(now))
    engine.dispose()


def _people(now: datetime) -> Iterator[Person]:
    for slack_id in (*PEOPLE, *_AGENTS):
        role = Role.AGENT if slack_id in _AGENTS else Role.REQUESTER
        yield Person(
            team_id=cast.TEAM["id"],
            slack_id=slack_id,
            name=f"Person {slack_id}",
            time_zone="UTC",
            role=role,
            created_at=now,
        )


@contextmanager
def running_desk(url: str, slack_api: str, *, workers: int = 1) -> Iterator[RunningDesk]:
    """`evenhand up` on a SQLite file; `evenhand web` and so many `evenhand worker` on PostgreSQL."""
    commands = ("up",) if kind_of(url) == SQLITE else ("web", *["worker"] * workers)
    port = free_port()
    settings = desk_settings(url, port, slack_api)
    with ExitStack() as stack:
        processes = tuple(
            stack.enter_context(started(f"evenhand {name}", (*EVENHAND, name), settings)) for name in commands
        )
        processes[0].answers(port)
        yield RunningDesk(url, port, processes)
