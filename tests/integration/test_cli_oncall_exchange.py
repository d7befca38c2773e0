"""`evenhand oncall export, import, feed` and `off import`: what they say, what they change, and what they refuse."""

from datetime import timedelta
from pathlib import Path

import pytest
import responses
from factories import TEAM, person, settle
from structlog.testing import capture_logs
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.clock import system_clock
from bot.database import Database
from bot.settings import Settings
from triage.oncall.plans import schedules
from triage.oncall.schedule_tables import AbsenceRow

EXAMPLES = Path(__file__).parents[1] / "data" / "oncall"
ROTA = """\
schedules:
  - name: Desk
    zone: Europe/Berlin
    rotations:
      - {name: Weeks, turn: week, starts: 2027-03-01 09:00, members: [UBEN, UCLEO]}
"""
DAY_OFF = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:a
DTSTART;VALUE=DATE:{day}
SUMMARY:Secret plans
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    for name in ("DATABASE_URL", "EVENHAND_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path / "data"))
    settings = Settings(data_folder=tmp_path / "data")
    prepare_database(settings)
    database = Database(open_database(settings))
    settle(database)
    return database


def run(*arguments: str, given: str | bytes | None = None) -> Result:
    with capture_logs():
        return CliRunner().invoke(app, ["oncall", *arguments], input=given)


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return [one.name for one in schedules(session, TEAM)]


def test_import_export_and_import_again(database: Database, tmp_path: Path) -> None:
    tried = run("import", "-", "--dry-run", given=ROTA)
    assert tried.exit_code == 0, tried.output
    assert "+ Desk: added\n  + Weeks: added\n" in tried.stdout
    assert "Nothing was changed." in tried.stdout
    assert names(database) == []

    assert "Done." in run("import", "-", given=ROTA).stdout
    assert names(database) == ["Desk"]

    file = tmp_path / "desk.yaml"
    assert run("export", "--output", str(file)).exit_code == 0
    assert file.read_text("utf-8") == run("export").stdout
    assert "group:" not in run("export", "--schedule", "desk").stdout

    again = run("import", str(file))
    assert "= Desk: unchanged" in again.stdout
    assert "Nothing changes" in again.stdout

    file.write_text(file.read_text("utf-8").replace("every: 1", "every: 2"), "utf-8")
    assert "~ Weeks: changed (turn: 1 × week → 2 × week)" in run("import", str(file)).stdout


def test_everything_wrong_is_told_and_nothing_is_changed(database: Database) -> None:
    bad = ROTA.replace("Europe/Berlin", "Europe/Berln").replace("UCLEO", "UNOBODY")
    refused = run("import", "-", given=bad)
    assert refused.exit_code == 2
    assert "Line 3: “zone” is “Europe/Berln”" in refused.stderr
    assert "Line 5: Nobody here has the Slack id “UNOBODY”" in refused.stderr
    assert refused.stderr.startswith("evenhand: Nothing was changed: 2 things are wrong in -.")
    assert names(database) == []


def test_what_is_wrong_is_said_in_words_of_people(database: Database) -> None:
    slip = run("import", "-", given=ROTA.replace("UCLEO", "UCLEOO")).stderr
    assert "Line 5: Nobody here has the Slack id “UCLEOO”. Did you mean UCLEO?\n" in slip
    cut = run("import", "-", given="schedules:\n  - name: [Desk\n").stderr
    assert "one thing is wrong in -.\n  Line 2: This is not YAML: what opens here is never closed." in cut


@pytest.mark.parametrize(
    ("arguments", "given", "says"),
    [
        (("import", "nowhere.yaml"), None, "cannot be read"),
        (("import", "-"), b"name: caf\xe9", "Line 1 of - is not UTF-8."),
        (("import", "-"), b"x" * 4_000_001, "longer than 4 MB"),
        (("import", "-", "--person", "Ben=UBEN"), ROTA.encode(), "by Slack id"),
        (("import", "-", "--from", "goalert", "--person", "Ben"), b"{}", "names nobody"),
        (("export", "--schedule", "Night"), None, "no schedule"),
        (("feed", "new", "--person", "ada"), None, "Nobody on the desk is called “ada”"),
        (("feed", "revoke", "5", "--person", "ben"), None, "has no feed 5"),
        (("off", "import", "nowhere.ics", "--person", "ben"), None, "cannot be read"),
        (("off", "import", "http://a.example/b.ics", "--person", "ben"), None, "not protected"),
    ],
)
def test_what_cannot_be_done_is_told(
    database: Database, arguments: tuple[str, ...], given: bytes | None, says: str
) -> None:
    run("import", "-", given=ROTA)
    refused = run(*arguments, given=given)
    assert refused.exit_code in (1, 2)
    assert says in refused.stderr
    assert "Traceback" not in refused.output


def test_another_tool_s_schedule_with_people_from_a_file_and_by_hand(
    database: Database, tmp_path: Path
) -> None:
    people = tmp_path / "people.yaml"
    people.write_text("Ben Ahorn: UBEN\nCleo Sand: UCLEO\n", "utf-8")
    given = ("import", str(EXAMPLES / "pagerduty.json"), "--from", "pagerduty", "--people", str(people))

    refused = run(*given)
    assert refused.exit_code == 2
    assert "“Dee Wald” of the file is not mapped" in refused.stderr
    assert names(database) == []

    done = run(*given, "--person", "Dee Wald=UDEE")
    assert done.exit_code == 0, done.output
    assert "+ Desk of the branch office: added" in done.stdout
    assert "! Layer “Odd turns”" in done.stdout
    assert names(database) == ["Desk of the branch office"]


def test_a_feed_is_made_listed_and_closed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", "-", given=ROTA)
    monkeypatch.setenv("EVENHAND_PUBLIC_URL", "https://desk.example")
    made = run("feed", "new", "--person", "ben")
    assert made.exit_code == 0, made.output
    assert "https://desk.example/calendar/" in made.stdout
    run("feed", "new", "--person", "ben", "--schedule", "Desk")

    listed = run("feed", "list", "--person", "ben").stdout
    assert "own shifts" in listed
    assert "Desk" in listed
    assert "/calendar/" not in listed

    assert run("feed", "revoke", "1", "--person", "cleo").exit_code == 2
    assert "closed" in run("feed", "revoke", "1", "--person", "ben").stdout
    assert "own shifts" not in run("feed", "list", "--person", "ben").stdout


def test_time_off_from_a_file_and_from_an_address(database: Database, tmp_path: Path) -> None:
    day = system_clock() + timedelta(days=30)
    file = tmp_path / "off.ics"
    file.write_text(DAY_OFF.format(day=f"{day:%Y%m%d}"), "utf-8")

    tried = run("off", "import", str(file), "--person", "Ben", "--dry-run")
    assert "Time off of Ben: 1 added, 0 moved, 0 removed, 0 unchanged." in tried.stdout
    run("off", "import", str(file), "--person", "Ben")
    assert (
        "0 added, 0 moved, 0 removed, 1 unchanged"
        in run("off", "import", str(file), "--person", "Ben").stdout
    )

    with responses.RequestsMock() as web:
        web.get("https://calendars.example/ben.ics", body=DAY_OFF.format(day=f"{day:%Y%m%d}"))
        web.get("https://calendars.example/ben.ics", body="<html>Sign in</html>")
        web.get("https://calendars.example/ben.ics", status=404)
        address = "webcal://calendars.example/ben.ics"
        assert "1 added" in run("off", "import", address, "--person", "Ben").stdout
        for says in ("BEGIN:VCALENDAR is missing", "has nothing at"):
            refused = run("off", "import", address, "--person", "Ben")
            assert refused.exit_code in (1, 2)
            assert says in refused.stderr

    with database.reading() as session:
        rows = session.query(AbsenceRow).all()
        assert {row.person_id for row in rows} == {person(session, "ben").id}
        assert len(rows) == 2
        assert all("Secret" not in repr(vars(row)) for row in rows)
