"""The command line: what scripts read stays in shape, and errors say what is wrong and what to do."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import bot
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.schema import head
from bot.settings import Settings

TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-test",
    "SLACK_SIGNING_SECRET": "secret",
    "EVENHAND_DESK_CHANNEL": "CDESK",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("EVENHAND_", "SLACK_"))]:
        monkeypatch.delenv(name)
    for name in ("DATABASE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path / "data"))


def run(*arguments: str, given: str | None = None, **environment: str) -> Result:
    return CliRunner().invoke(app, arguments, input=given, env=environment)


def refused(result: Result, code: int, *, remedy: bool = True) -> str:
    """What was told on standard error: one line saying what, one saying what to do, and no traceback."""
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = result.stderr.splitlines()
    assert lines[0].startswith("evenhand: ")
    assert len(lines) == 1 + remedy, result.stderr
    return result.stderr


# --- ask --------------------------------------------------------------------------------------------


def decision(line: str) -> dict[str, Any]:
    """A decision in the shape that scripts read."""
    said: dict[str, Any] = json.loads(line)
    assert list(said) == [
        "category",
        "urgency",
        "confidence",
        "abstained",
        "reasons",
        "suggestions",
        "milliseconds",
        "words",
        "nearest",
        "either",
        "needs_person",
    ]
    assert said["category"] is None or isinstance(said["category"], str)
    assert said["urgency"] in ("low", "medium", "high", "critical")
    assert said["confidence"].keys() == said["abstained"].keys() == {"category", "urgency"}
    assert all(0 <= chance <= 1 for chance in said["confidence"].values())
    assert all(isinstance(abstained, bool) for abstained in said["abstained"].values())
    assert all(isinstance(reason, str) for reason in said["reasons"])
    assert isinstance(said["milliseconds"], float)
    for suggestion in said["suggestions"]:
        assert list(suggestion) == ["article", "title", "chance", "reasons"]
        assert 0 <= suggestion["chance"] <= 1
    return said


def test_a_decision_as_json_is_one_object_a_line() -> None:
    result = run("ask", "--json", "my vpn drops every few minutes on the train")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert decision(line)["suggestions"][0]["article"] == "vpn-drops-on-mobile-networks"


def test_standard_input_is_one_question() -> None:
    result = run("ask", "-", "--json", given="my vpn\ndrops on the train\n")
    assert len(result.stdout.splitlines()) == 1
    decision(result.stdout)


def test_with_lines_each_line_is_a_question_and_empty_ones_are_none() -> None:
    result = run("ask", "-", "--lines", "--json", given="my vpn drops\n\n  \nder Drucker “klemmt” 🚆\n")
    assert [bool(decision(line)) for line in result.stdout.splitlines()] == [True, True]


def test_what_abstains_says_so() -> None:
    said = decision(run("ask", "--json", "hm").stdout)
    assert said["category"] is None
    assert said["abstained"]["category"] is True
    assert said["suggestions"] == []


@pytest.mark.parametrize("text", ["my vpn drops [bold]now[/bold]", "<@U1> :tada:", "\\", "x" * 5_000, "[/]"])
def test_any_text_is_shown_as_it_is(text: str) -> None:
    result = run("ask", text)
    assert result.exit_code == 0
    assert text.split()[0][:20] in result.stdout


@pytest.mark.parametrize("arguments", [("-",), ("-", "--lines"), ("-", "--json"), ("",), ("   ",)])
def test_without_a_question_it_says_how_to_ask(arguments: tuple[str, ...]) -> None:
    assert "evenhand ask" in refused(run("ask", *arguments, given=" \n"), 2)


def test_asking_writes_nothing(tmp_path: Path) -> None:
    run("ask", "my vpn drops")
    assert not (tmp_path / "data").exists()


# --- manifest ---------------------------------------------------------------------------------------


def test_the_manifest_for_http_is_json() -> None:
    result = run("manifest", "--url", "https://desk.example.com/")
    made = json.loads(result.stdout)
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://desk.example.com/slack/events"


def test_the_manifest_for_socket_mode_is_json() -> None:
    assert json.loads(run("manifest", "--socket").stdout)["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize(
    "arguments", [(), ("--socket", "--url", "https://desk.example.com"), ("--url", "http://desk.example.com")]
)
def test_a_manifest_needs_one_of_both(arguments: tuple[str, ...]) -> None:
    assert "--socket" in refused(run("manifest", *arguments), 2)


# --- db ---------------------------------------------------------------------------------------------


def test_a_database_goes_up_stays_and_goes_down(tmp_path: Path) -> None:
    assert run("db", "current").stdout == f"database empty, program {head()}\n"
    assert run("db", "upgrade").stdout == f"Now at revision {head()}.\n"
    assert run("db", "upgrade").stdout == f"Already at revision {head()}.\n"
    assert run("db", "current").stdout == f"database {head()}, program {head()}\n"
    assert (tmp_path / "data" / "evenhand.sqlite").exists()
    down = run("db", "downgrade", "-1")
    assert down.exit_code == 0, down.output
    assert down.stdout.startswith("Now at revision ")
    assert head() not in down.stdout
    assert run("db", "downgrade", "base").stdout == "Now at revision none.\n"
    assert run("db", "upgrade").exit_code == 0


def test_a_revision_that_does_not_exist() -> None:
    run("db", "upgrade")
    assert "evenhand db current" in refused(run("db", "downgrade", "nowhere"), 2)


def test_a_database_that_does_not_answer_is_told_in_words() -> None:
    away = {"DATABASE_URL": "postgresql://desk:s3cret@127.0.0.1:9/desk?connect_timeout=1"}
    for arguments in (("db", "current"), ("db", "upgrade"), ("ask", "my vpn drops")):
        told = refused(run(*arguments, **away), 1)
        assert "DATABASE_URL" in told
        assert "s3cret" not in told


# --- check ------------------------------------------------------------------------------------------


def findings(result: Result) -> dict[str, dict[str, str]]:
    return {finding["what"]: finding for finding in map(json.loads, result.stdout.splitlines())}


def test_the_doctor_names_everything_that_is_missing_with_what_to_do() -> None:
    result = run("check", "--json")
    assert result.exit_code == 1
    found = findings(result)
    for name in (
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN",
        "EVENHAND_DESK_CHANNEL",
        "database",
    ):
        assert found[name]["result"] == "bad"
    assert found["database"]["remedy"] == "Run: evenhand db upgrade"
    assert [f["what"] for f in found.values() if f["result"] != "good" and not f["remedy"]] == []


def test_the_doctor_tells_all_wrong_settings_at_once() -> None:
    result = run("check", "--json", PORT="eighty", EVENHAND_TIME_ZONE="Berlin")
    assert result.exit_code == 1
    told = [json.loads(line)["says"] for line in result.stdout.splitlines()]
    assert [line.partition(":")[0] for line in sorted(told)] == ["EVENHAND_TIME_ZONE", "PORT"]


def test_the_doctor_says_that_slack_and_the_worker_are_away() -> None:
    run("db", "upgrade")
    result = run("check", "--json", **TOKENS)
    assert result.exit_code == 1
    found = findings(result)
    assert found["database"]["result"] == "good"
    assert found["worker"]["says"] == "never seen"
    assert found["Slack"]["result"] == "bad"
    assert found["workspace"]["result"] == "warning"


def test_the_doctor_for_people_has_a_line_a_finding() -> None:
    result = run("check")
    assert result.exit_code == 1
    assert "SLACK_BOT_TOKEN: missing" in result.stdout
    assert "Run: evenhand db upgrade" in result.stdout
    assert "Traceback" not in result.output


# --- up, web, worker, socket ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["up", "web", "worker", "socket"])
def test_without_settings_all_that_is_missing_is_named(name: str) -> None:
    told = refused(run(name), 2)
    for setting in ("SLACK_BOT_TOKEN", "EVENHAND_DESK_CHANNEL", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"):
        assert setting in told
    assert "evenhand demo" in told


@pytest.mark.parametrize("name", ["web", "worker", "socket"])
def test_a_sqlite_file_is_served_by_one_process(name: str) -> None:
    told = refused(run(name, **TOKENS), 2)
    assert "evenhand up" in told
    assert "DATABASE_URL" in told


def test_socket_mode_needs_its_token() -> None:
    postgres = {"DATABASE_URL": "postgresql://h/d"}
    assert "SLACK_APP_TOKEN" in refused(run("socket", **TOKENS, **postgres), 2)


def test_wrong_settings_are_told_one_a_line() -> None:
    result = run("up", PORT="eighty", EVENHAND_LOG_LEVEL="LOUD", EVENHAND_PAGE_MINUTES="0")
    assert result.exit_code == 2
    told = result.stderr.splitlines()
    assert told[0] == "evenhand: These settings cannot be used:"
    assert sorted(line.strip().partition(":")[0] for line in told[1:]) == [
        "EVENHAND_LOG_LEVEL",
        "EVENHAND_PAGE_MINUTES",
        "PORT",
    ]


def test_the_demo_does_not_run_beside_real_tokens() -> None:
    assert (
        "token" in refused(run("demo", "--no-browser", SLACK_BOT_TOKEN="xoxb-real"), 1, remedy=False).lower()
    )


@pytest.mark.parametrize("port", ["0x1", "-1", "70000"])
def test_a_port_that_is_none(port: str) -> None:
    result = run("demo", "--no-browser", "--port", port)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


# --- All of them ------------------------------------------------------------------------------------


def test_every_command_says_what_it_does() -> None:
    told = run("--help").stdout
    for name in ("ask", "check", "db", "demo", "manifest", "socket", "up", "web", "worker"):
        assert f" {name} " in told
        assert len(run(name, "--help").stdout) > 100


def test_it_runs_as_a_module_too(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "bot.cli", "manifest", "--socket"],
        cwd=Path(bot.__file__).parent.parent,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(result.stdout)["display_information"]["name"] == "Evenhand"
    assert result.stderr == b""


def test_every_setting_can_be_given_by_its_name() -> None:
    """The names in the messages are the names that work."""
    assert {name.upper() for name in Settings.model_fields} >= {"PORT", "DATABASE_URL", "SLACK_BOT_TOKEN"}
