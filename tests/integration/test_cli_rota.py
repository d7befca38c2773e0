"""`evenhand oncall` who, rota, look-ahead, off, override and cover: the same rota as on the screens."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from factories import TEAM
from typer.testing import CliRunner, Result

from bot.assembly import open_database, prepare_database
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.clock import system_clock
from bot.database import Database
from bot.settings import Settings
from bot.worker.engine import migrate_engine
from triage.oncall.plan import DutyRole, Member, Rotation, Schedule, Turn
from triage.oncall.schedules import save_schedule
from triage.people.models import Person, Team
from triage.vocabulary import Role

UTC_ZONE = ZoneInfo("UTC")
PEOPLE = {"UBEN": "Ben Lindqvist", "UCLEO": "Cleo Martins", "UBEA": "Bea Lund"}


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    """A desk with Ben, Cleo and Bea, and no schedule yet."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "160")
    settings = Settings(data_folder=tmp_path / "data")
    prepare_database(settings)
    database = Database(open_database(settings))
    with database.transaction() as session:
        now = system_clock()
        session.add(Team(id=TEAM, created_at=now))
        session.flush()
        for slack_id, name in PEOPLE.items():
            session.add(
                Person(
                    team_id=TEAM,
                    slack_id=slack_id,
                    name=name,
                    time_zone="UTC",
                    role=Role.AGENT,
                    created_at=now,
                )
            )
    return database


@pytest.fixture
def planned(database: Database) -> Database:
    """Ben and Cleo by the day, from last midnight on."""
    with database.transaction() as session:
        ids = {person.slack_id: person.id for person in session.query(Person)}
        midnight = datetime.combine(system_clock().date(), time())
        members = (Member(ids["UBEN"]), Member(ids["UCLEO"]))
        days = Rotation(0, "Days", DutyRole.PRIMARY, 1, Turn.DAY, 1, midnight, members)
        schedule = Schedule(0, TEAM, "Desk hours", UTC_ZONE, (days,))
        save_schedule(session, TEAM, schedule, by=None, now=midnight.replace(tzinfo=UTC))
    return database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["oncall", *arguments])


def read(*arguments: str) -> dict[str, object]:
    result = run(*arguments, "--json")
    found: dict[str, object] = json.loads(result.stdout)
    return found


def day(n: int) -> str:
    return (system_clock() + timedelta(days=n)).date().isoformat()


@pytest.mark.usefixtures("database")
def test_without_a_schedule_each_says_what_to_do() -> None:
    assert "Nobody is on call" in run("who").stdout
    assert "No schedule yet" in run("rota").stdout
    assert run("look-ahead").exit_code == 0
    refused = run("override", "add", day(1), day(2), "--on", "Ben")
    assert refused.exit_code == 1
    assert "There is no schedule yet." in refused.stderr


@pytest.mark.usefixtures("planned")
def test_who_is_on_now_and_at_another_moment() -> None:
    assert "Ben Lindqvist" in run("who").stdout
    assert "It is Ben Lindqvist's turn in “Days”" in run("who").stdout
    (on,) = read("who", "--at", f"{day(1)} 12:00")["on"]  # type: ignore[misc]
    assert (on["who"], on["slack_id"], on["role"], on["why"]) == ("Cleo Martins", "UCLEO", "primary", "turn")
    assert run("who", "--at", "noon").exit_code == 2


@pytest.mark.usefixtures("planned")
def test_the_rota_lists_every_shift_and_every_gap() -> None:
    assert run("off", "add", "Cleo", day(3), day(3)).exit_code == 0
    (schedule,) = read("rota", "--weeks", "1")["schedules"]  # type: ignore[misc]
    assert [gap["start"][:10] for gap in schedule["gaps"]] == [day(3)]
    assert {shift["who"] for shift in schedule["shifts"]} == {"Ben Lindqvist", "Cleo Martins"}
    told = run("rota", "--weeks", "1").stdout
    assert "nobody" in told
    assert "Desk hours (UTC)" in told


@pytest.mark.usefixtures("planned")
def test_in_a_pipe_no_line_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    first, head, line, *_ = run("rota", "--weeks", "1").stdout.splitlines()
    assert [first, head.split()] == ["Desk hours (UTC)", ["from", "until", "role", "who", "why"]]
    assert line.endswith("Ben Lindqvist  It is Ben Lindqvist's turn in “Days”")
    assert "It is Ben Lindqvist's turn in “Days”" in run("who").stdout


def test_whoever_tried_the_demo_is_told_where_its_desk_lies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path))
    assert "Start the desk once" in run("who").stderr
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "evenhand.sqlite").touch()
    assert f"EVENHAND_DATA_FOLDER={tmp_path / 'demo'}" in run("who").stderr


@pytest.mark.usefixtures("planned")
def test_a_gap_ahead_is_an_exit_code() -> None:
    run("off", "add", "cleo", day(3), day(3), "--kind", "sick")
    ahead = run("look-ahead", "--days", "5", "--json")
    assert ahead.exit_code == 1
    told = json.loads(ahead.stdout)
    assert told["gaps"] == 1
    assert any(one["kind"] == "gap" and one["start"].startswith(day(3)) for one in told["concerns"])
    assert "nobody is on" in run("look-ahead", "--days", "5").stdout


@pytest.mark.usefixtures("planned")
def test_time_off_is_listed_without_its_kind_and_removed() -> None:
    run("off", "add", "UCLEO", day(3), day(4), "--kind", "sick")
    listed = run("off", "list", "--json").stdout
    assert "sick" not in listed + run("off", "list").stdout
    (row,) = json.loads(listed)["off"]
    assert (row["who"], row["start"][:10], row["end"][:10]) == ("Cleo Martins", day(3), day(5))
    assert run("off", "remove", "99").exit_code == 2
    assert "Removed." in run("off", "remove", str(row["number"])).stdout
    assert "Nobody is away." in run("off", "list").stdout


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("off", "add", "Zoe", "2030-01-01", "2030-01-02"), "Nobody on the desk is called “Zoe”."),
        (("off", "add", "Be", "2030-01-01", "2030-01-02"), "could be Bea Lund (UBEA), Ben Lindqvist (UBEN)"),
        (("off", "add", "Ben", "2030-01-03", "2030-01-01"), "That ends before it begins."),
        (("off", "add", "Ben", "2030-01-01", "2030-01-02", "--kind", "rest"), "There is no kind “rest”."),
        (("override", "add", "2020-01-01", "2020-01-02", "--on", "Ben"), "That begins in the past."),
        (("override", "add", "2030-01-01", "2030-01-02", "--on", "Ben", "--role", "boss"), "no role “boss”"),
        (
            ("override", "add", "2030-01-01", "2030-01-02", "--on", "Ben", "--schedule", "X"),
            "no schedule “X”",
        ),
        (("override", "remove", "7"), "There is no override 7 that still holds."),
    ],
)
def test_what_cannot_be_is_one_line_and_a_remedy(arguments: tuple[str, ...], said: str) -> None:
    refused = run(*arguments)
    assert refused.exit_code in (1, 2)
    assert said in refused.stderr
    assert "Traceback" not in refused.output


@pytest.mark.usefixtures("planned")
def test_somebody_stands_in_and_that_is_taken_back() -> None:
    made = run(
        "override", "add", f"{day(1)} 09:00", f"{day(1)} 17:00", "--on", "Bea", "--instead-of", "Cleo Martins"
    )
    number = made.stdout.rsplit("Number ", 1)[1].rstrip(".\n")
    (on,) = read("who", "--at", f"{day(1)} 12:00")["on"]  # type: ignore[misc]
    assert on["who"] == "Bea Lund"
    assert run("override", "remove", number).exit_code == 0
    (on,) = read("who", "--at", f"{day(1)} 12:00")["on"]  # type: ignore[misc]
    assert on["who"] == "Cleo Martins"


def test_cover_stands_in_for_whoever_is_on_now(planned: Database) -> None:
    migrate_engine(str(planned.engine.url))
    told = run("cover", "Bea")
    assert told.exit_code == 0, told.output
    assert "Bea Lund stands in for Ben Lindqvist until" in told.stdout
    (on,) = read("who")["on"]  # type: ignore[misc]
    assert (on["who"], on["why"]) == ("Bea Lund", "cover")
    refused = run("cover", "Bea")
    assert refused.exit_code == 1
    assert "It is your own shift" in refused.stderr
