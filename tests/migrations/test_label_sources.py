"""Labels from before they knew their source were all given in the form that resolves a ticket."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from databases import Jobs, NewDatabase
from factories import NOW, TEAM, person, settle, waiting

from bot.database import Database, make_engine
from bot.schema import downgrade, upgrade
from bot.settings import Settings
from triage.tickets.labels import add_label
from triage.tickets.models import Label, PastTicket
from triage.vocabulary import LabelField, LabelSource

_OLD = (
    "INSERT INTO label (ticket_id, field, value, predicted, by_id, at) "
    "VALUES (:ticket, 'category', 'printing', NULL, :by, :at)"
)


@pytest.fixture
def settings(new_database: NewDatabase, tmp_path: Path) -> Settings:
    return Settings(database_url=new_database("label_sources"), data_folder=tmp_path)


def test_old_labels_are_from_resolving_and_those_of_past_tickets_go_with_a_downgrade(
    settings: Settings,
) -> None:
    engine = make_engine(settings.url)
    upgrade(engine, settings.url)
    database = Database(engine, Jobs())
    settle(database)
    ticket = waiting(database)
    with database.transaction() as session:
        ben = person(session, "ben")
        past = PastTicket(team_id=TEAM, key="1", text="no paper", imported_at=NOW)
        session.add(past)
        session.flush()
        add_label(
            session,
            past_id=past.id,
            field=LabelField.CATEGORY,
            value="printing",
            predicted=None,
            by=ben,
            source=LabelSource.REVIEWED,
            now=NOW,
        )

    downgrade(engine, "0009")
    with engine.begin() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM label")) == 0
        connection.execute(sa.text(_OLD), {"ticket": ticket, "by": ben.id, "at": NOW.replace(tzinfo=None)})

    upgrade(engine, settings.url)
    with database.reading() as session:
        label = session.scalars(sa.select(Label)).one()
    engine.dispose()
    assert (label.ticket_id, label.past_id, label.source) == (ticket, None, LabelSource.RESOLVED)
