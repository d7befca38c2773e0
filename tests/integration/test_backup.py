"""A desk is saved while it works and put back while it does not: whole, or not at all."""

import itertools
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import Jobs, NewDatabase
from factories import NOW, TEAM, person, settle, suggested, waiting
from sqlalchemy import select

from bot.assembly import prepare_database
from bot.backup.desk import look_at, put_back, save
from bot.backup.package import BackupRefused
from bot.database import Database, make_engine
from bot.lock import AlreadyRunning, one_process
from bot.settings import Settings
from triage.outbox import Occasion, Say, say
from triage.people.models import Person
from triage.people.signin import SignInLink, issue
from triage.tickets.models import Ticket, TimelineEntry
from triage.vocabulary import SayState

_numbers = itertools.count(1)


@pytest.fixture
def settings(new_database: NewDatabase, tmp_path: Path) -> Settings:
    settings = Settings(database_url=new_database(f"backup_{next(_numbers)}"), data_folder=tmp_path)
    prepare_database(settings, always=True)
    return settings


@pytest.fixture
def desk(settings: Settings) -> Iterator[Database]:
    engine = make_engine(settings.url)
    database = Database(engine, Jobs())
    settle(database)
    waiting(database)
    yield database
    engine.dispose()


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(name for name in session.scalars(select(Person.name)) if name)


def test_what_was_saved_while_it_worked_comes_back(
    desk: Database, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "desk.backup"
    with desk.transaction() as session:
        person(session, "ada").name = "Not committed"
        session.flush()
        manifest = save(settings, file, now=NOW)
    assert manifest.counts["ticket"] == 1
    assert file.stat().st_mode & 0o077 == 0

    with desk.transaction() as session:
        person(session, "ben").name = "Changed afterwards"
    desk.engine.dispose()
    restored = put_back(settings, file, now=NOW)

    assert names(desk) == ["Ada", "Ben", "Cleo", "Dee", "Eli"]
    assert look_at(settings, file) == manifest
    if settings.is_sqlite:
        assert restored.aside is not None
        old = make_engine(f"sqlite:///{restored.aside}")
        assert "Changed afterwards" in names(Database(old))
        old.dispose()


def test_what_waited_is_looked_for_first_and_what_waited_long_is_not_sent(
    desk: Database, settings: Settings, tmp_path: Path
) -> None:
    with desk.transaction() as session:
        session.execute(sa.update(Say).values(state=SayState.SENT))
        old = say(session, Occasion.DESK_NEWS, team_id=TEAM, address="CDESK", now=NOW - timedelta(days=2)).id
        new = say(session, Occasion.DESK_NEWS, team_id=TEAM, address="CDESK", now=NOW - timedelta(hours=1)).id
        issue(session, person(session, "ben"), now=NOW)
        last = session.scalars(select(Ticket.id)).one()
    save(settings, tmp_path / "desk.backup", now=NOW)
    desk.engine.dispose()
    put_back(settings, tmp_path / "desk.backup", now=NOW)

    with desk.reading() as session:
        assert session.get_one(Say, new).state == SayState.SENDING
        stale = session.get_one(Say, old)
        assert (stale.state, str(stale.error)[:8]) == (SayState.FAILED, "not sent")
        assert session.scalars(select(SignInLink)).all() == []
    # Numbers that were given out after the backup stand in messages in Slack.
    with desk.transaction() as session:
        session.execute(sa.update(Ticket).values(thread_ts=None))
    fresh = suggested(desk, ts="1803981600.000900")
    assert fresh > last + 5_000
    with desk.reading() as session:
        assert session.scalars(select(Say.id).order_by(Say.id.desc())).first() is not None
        told = session.scalars(select(TimelineEntry.status).where(TimelineEntry.ticket_id == fresh - 1)).all()
    assert [str(status) for status in told] == (["closed"] if settings.is_sqlite else [])


def test_a_damaged_backup_is_refused_and_nothing_changes(
    desk: Database, settings: Settings, tmp_path: Path
) -> None:
    good, bad = tmp_path / "desk.backup", tmp_path / "bad.backup"
    save(settings, good, now=NOW)
    with zipfile.ZipFile(good) as package:
        manifest, content = json.loads(package.read("manifest.json")), bytearray(package.read("database"))
    content[len(content) // 2] ^= 0xFF
    for name, told, refused in (
        ("changed", manifest, "contents are not"),
        ("newer", manifest | {"revision": "9999"}, "newer version"),
        ("other", manifest | {"kind": "postgresql" if settings.is_sqlite else "sqlite"}, "this desk is on"),
        ("format", manifest | {"format": 99}, "another version"),
        ("short", manifest | {"size": 3}, "damaged"),
    ):
        with zipfile.ZipFile(bad, "w") as package:
            package.writestr("manifest.json", json.dumps(told))
            package.writestr("database", bytes(content))
        desk.engine.dispose()
        with pytest.raises(BackupRefused, match=refused):
            put_back(settings, bad, now=NOW)
        assert len(names(desk)) == 5, name
    bad.write_bytes(good.read_bytes()[:1000])
    with pytest.raises(BackupRefused, match="only a part"):
        put_back(settings, bad, now=NOW)
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_a_desk_at_work_is_not_replaced(desk: Database, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "desk.backup"
    save(settings, file, now=NOW)
    if settings.is_sqlite:
        with one_process(settings), pytest.raises(AlreadyRunning):
            put_back(settings, file, now=NOW)
    else:
        with desk.engine.connect(), pytest.raises(BackupRefused, match="other connections"):
            put_back(settings, file, now=NOW)
    with pytest.raises(BackupRefused, match="there already"):
        save(settings, file, now=NOW)
