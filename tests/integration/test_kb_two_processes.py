"""An edit in one process is found by the others soon, on both databases: nobody has to restart anything."""

import pytest
import sqlalchemy as sa
from another_process import searching
from factories import NOW, TEAM, settle

from bot.database import Database
from kb.articles import Content, Placement, archive, draft, edit, publish

QUESTION = "vpn drops"


@pytest.fixture
def vpn(database: Database) -> int:
    settle(database)
    with database.transaction() as session:
        article = draft(
            session,
            TEAM,
            Content("VPN drops on the train", "", "Turn off power saving."),
            placement=Placement(),
            author="dee",
            now=NOW,
        )
        publish(session, TEAM, article.id, now=NOW)
        return article.id


def test_another_process_finds_an_edit_a_new_article_and_that_one_is_gone(
    database: Database, bare_engine: sa.Engine, vpn: int
) -> None:
    with searching(bare_engine, QUESTION, "titles") as says:
        assert says() == "VPN drops on the train"

        with database.transaction() as session:
            content = Content("VPN drops on a plane", "", "Fasten your seat belt.")
            edit(session, TEAM, vpn, content, based_on=1, author="ben", now=NOW)
        assert says() == "VPN drops on a plane"

        with database.transaction() as session:
            content = Content("The tunnel is wet", "", "When the VPN drops, bring an umbrella.")
            second = draft(session, TEAM, content, placement=Placement(), author="ben", now=NOW)
            publish(session, TEAM, second.id, now=NOW)
        assert sorted(says().split("|")) == ["The tunnel is wet", "VPN drops on a plane"]

        with database.transaction() as session:
            archive(session, TEAM, vpn, now=NOW)
        assert says() == "The tunnel is wet"


def test_what_was_rolled_back_is_never_found(database: Database, bare_engine: sa.Engine, vpn: int) -> None:
    with searching(bare_engine, QUESTION, "titles") as says:
        assert says() == "VPN drops on the train"
        with database.transaction() as session:
            edit(session, TEAM, vpn, Content("Half an edit", "", "x"), based_on=1, author="ben", now=NOW)
            session.rollback()
        with database.transaction() as session:
            edit(session, TEAM, vpn, Content("VPN drops", "", "x"), based_on=1, author="ben", now=NOW)
        assert says() == "VPN drops"
