"""What all tests share: databases of both kinds, the desk on its stage, and the cast."""

from collections.abc import Iterator

import hypothesis
import pytest
import sqlalchemy as sa
from cast import Actor, Clock, Desk
from checks import check_the_desk
from databases import KINDS, Jobs, NewDatabase, empty, postgresql_databases, prepared_engine, sqlite_databases
from stage import Stage

from bot.database import Database

# How long an example takes says how busy this machine is, and nothing about the desk.
hypothesis.settings.register_profile(
    "evenhand", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("evenhand")


@pytest.fixture(scope="session", params=KINDS)
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewDatabase]:
    """Makes empty databases of one kind. All tests on SQLite run first, then all on PostgreSQL."""
    if request.param == "sqlite":
        with sqlite_databases(tmp_path_factory.mktemp("sqlite")) as new:
            yield new
    else:
        with postgresql_databases() as new:
            yield new


@pytest.fixture(scope="session")
def database_url(new_database: NewDatabase) -> str:
    return new_database("stage")


# The desk with everything, for journeys


@pytest.fixture(scope="session")
def stage(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(database_url, tmp_path_factory.mktemp("data")).running() as stage:
        yield stage


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    stage.sweep()
    desk = Desk(stage)
    yield desk
    check_the_desk(desk)


@pytest.fixture
def clock(desk: Desk) -> Clock:
    return Clock(desk.stage)


@pytest.fixture
def ada(desk: Desk) -> Actor:
    return Actor(desk, "ada")


@pytest.fixture
def eli(desk: Desk) -> Actor:
    return Actor(desk, "eli")


@pytest.fixture
def ben(desk: Desk) -> Actor:
    return Actor(desk, "ben")


@pytest.fixture
def cleo(desk: Desk) -> Actor:
    return Actor(desk, "cleo")


@pytest.fixture
def dee(desk: Desk) -> Actor:
    return Actor(desk, "dee")


# A database alone, for the domain: jobs are written down and not done


@pytest.fixture(scope="session")
def bare_engine(new_database: NewDatabase) -> Iterator[sa.Engine]:
    with prepared_engine(new_database("bare")) as engine:
        yield engine


@pytest.fixture
def database(bare_engine: sa.Engine) -> Database:
    empty(bare_engine)
    return Database(bare_engine, Jobs())
