"""Somebody asks what is stored about them: they get all of it, in a file they can read, and nothing about others."""

import json
import zipfile
from io import BytesIO

from factories import NOW, TEAM, settle
from planting import ID, NAME, WORDS, two_people

from bot.database import Database
from bot.my_data import as_zip
from triage.people.roster import known
from triage.privacy.exporting import everything_about

SECRET = "token_hash"


def test_they_get_all_of_theirs_and_nothing_of_others(database: Database) -> None:
    settle(database)
    two_people(database)
    with database.reading() as session:
        person = known(session, TEAM, ID)
        assert person is not None
        found = everything_about(session, person)
    told = json.dumps(found)
    assert WORDS in told
    assert found["person"][0]["name"] == NAME
    for private in ("burden_entry", "rest_credit", "pause", "absence", "agent_profile", "thanks", "handoff"):
        assert found[private], private
    for other in ("UBYSTAND", "Olive Standing", "DBYSTAND", "bystandwords", "Ben", "UBEN"):
        assert other not in told, other
    assert SECRET not in told
    assert {row["requester_id"] for row in found["ticket"]} == {"you"}


def test_the_file_holds_a_page_to_read_and_what_programs_read(database: Database) -> None:
    settle(database)
    two_people(database)
    with database.transaction() as session:
        person = known(session, TEAM, ID)
        assert person is not None
        person.name = "<script>alert(1)</script>"
        session.flush()
        content = as_zip(everything_about(session, person), now=NOW)
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert package.namelist() == ["README.html", "data.json"]
        page = package.read("README.html").decode()
        assert json.loads(package.read("data.json"))["ticket"]
    assert "What is stored about you" in page
    assert "<script" not in page
    assert "Your load, which nobody else sees" in page
