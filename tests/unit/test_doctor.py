"""The doctor: each thing that would stop a user is found, and comes with what to do about it."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import doctor
from bot.assembly import open_database, prepare_database
from bot.clock import system_clock
from bot.database import Database
from bot.doctor import Finding, Result, examine
from bot.settings import load
from bot.slack.gateway import SlackProblem, SlackRefused, SlackUnavailable
from bot.slack.manifest import SCOPES
from bot.worker.pulse import ALIVE_WITHIN, beat
from triage.classifier.models import ModelVersion
from triage.people.models import Team
from triage.vocabulary import ModelState


class Answer(dict[str, Any]):
    """What auth.test says, with the headers that tell the scopes."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(user="evenhand", team="Acme")
        self.headers = headers


class SlackByHand:
    """Stands where the gateway stands."""

    def __init__(self) -> None:
        self.problem: SlackProblem | None = None
        self.groups: dict[str, list[str]] = {}
        self.group_error = "no_such_subteam"
        self.headers = {"x-oauth-scopes": ",".join(SCOPES)}
        self.seen = [
            {"id": "CDESK", "name": "desk", "is_member": True},
            {"id": "CHELP", "name": "help", "is_member": True},
        ]

    def __call__(self, _client: object) -> "SlackByHand":
        return self

    def who_am_i(self) -> Answer:
        if self.problem:
            raise self.problem
        return Answer(self.headers)

    def channels(self) -> list[dict[str, Any]]:
        return self.seen

    def group_members(self, group: str) -> list[str]:
        if group in self.groups:
            return self.groups[group]
        raise SlackRefused("usergroups.users.list", self.group_error)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> SlackByHand:
    by_hand = SlackByHand()
    monkeypatch.setattr(doctor, "Gateway", by_hand)
    return by_hand


@pytest.fixture(autouse=True)
def well_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A desk whose settings are complete."""
    for name in [name for name in os.environ if name.startswith(("EVENHAND_", "SLACK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("PORT", raising=False)
    for name, value in {
        "EVENHAND_DATA_FOLDER": str(tmp_path),
        "EVENHAND_DESK_CHANNEL": "CDESK",
        "EVENHAND_HELP_CHANNELS": "CHELP",
        "EVENHAND_ADMINS": "UDEE",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def database() -> Iterator[Database]:
    settings = load()
    prepare_database(settings, always=True)
    engine = open_database(settings)
    yield Database(engine)
    engine.dispose()


def found() -> dict[str, Finding]:
    return {finding.what: finding for finding in examine()}


def alive(database: Database, ago: timedelta = timedelta(0)) -> None:
    with database.transaction() as session:
        beat(session, "local", now=system_clock() - ago)


def test_where_all_is_well_nothing_is_bad(database: Database, slack: SlackByHand) -> None:
    alive(database)
    findings = found()
    assert [f for f in findings.values() if f.result is Result.BAD] == []
    assert findings["Slack"].says == "evenhand in Acme"
    assert findings["#desk"].says == findings["#help"].says == "joined"
    assert findings["worker"].says == "alive"
    assert findings["scopes"].result is Result.GOOD


@pytest.mark.usefixtures("database")
def test_what_is_bad_or_worth_a_look_always_has_a_remedy(slack: SlackByHand) -> None:
    slack.seen = []
    slack.headers = {"x-oauth-scopes": "chat:write"}
    findings = found()
    assert [f for f in findings.values() if f.result is not Result.GOOD and not f.remedy] == []
    assert [f for f in findings.values() if f.result is Result.GOOD and f.remedy] == []


def test_an_empty_database_is_not_ready(slack: SlackByHand) -> None:
    assert found()["database"].remedy == "Run: evenhand db upgrade"


def test_a_file_that_is_no_database(slack: SlackByHand, tmp_path: Path) -> None:
    (tmp_path / "evenhand.sqlite").write_text("this is a letter to my aunt " * 100)
    assert found()["database"].result is Result.BAD


def test_a_folder_where_nothing_can_be_written(
    slack: SlackByHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EVENHAND_DATA_FOLDER", str(tmp_path / "file" / "data"))
    assert found()["database"].result is Result.BAD


def test_a_model_whose_file_cannot_be_used(database: Database, slack: SlackByHand) -> None:
    now = system_clock()
    with database.transaction() as session:
        session.add(Team(id="T1", created_at=now))
        session.flush()
        cut = {"state": ModelState.CHAMPION, "weights": b"cut", "description": {}, "sha256": "0"}
        session.add(ModelVersion(team_id="T1", name="2027-03", metrics={}, created_at=now, **cut))
    model = found()["model"]
    assert model.result is Result.WARNING
    assert model.says.startswith("starter-")
    assert "2027-03 could not be used" in model.says


def test_a_worker_that_fell_silent(database: Database, slack: SlackByHand) -> None:
    alive(database, ALIVE_WITHIN + timedelta(seconds=60))
    assert found()["worker"].result is Result.BAD
    assert found()["worker"].says.startswith("silent for")


@pytest.mark.parametrize("header", ["x-oauth-scopes", "X-OAuth-Scopes"])
@pytest.mark.usefixtures("database")
def test_a_missing_scope_is_named_however_the_header_is_written(slack: SlackByHand, header: str) -> None:
    slack.headers = {header: ", ".join(sorted(set(SCOPES) - {"chat:write"}))}
    assert found()["scopes"].says == "missing: chat:write"


@pytest.mark.usefixtures("database")
def test_a_slack_that_does_not_tell_its_scopes_is_no_fault(slack: SlackByHand) -> None:
    slack.headers = {}
    assert found()["scopes"].result is Result.GOOD


@pytest.mark.usefixtures("database")
def test_a_channel_that_the_bot_was_not_invited_to(slack: SlackByHand) -> None:
    slack.seen = [{"id": "CDESK", "name": "desk", "is_member": False}]
    findings = found()
    assert findings["#desk"].remedy == "Write there: /invite @Evenhand"
    assert findings["CHELP"].result is Result.BAD


@pytest.mark.parametrize(
    ("problem", "remedy"),
    [
        (SlackRefused("auth.test", "invalid_auth"), "Copy the bot token again"),
        (SlackUnavailable("auth.test: URLError"), "reachable"),
    ],
)
@pytest.mark.usefixtures("database")
def test_without_slack_the_rest_is_left_out(slack: SlackByHand, problem: SlackProblem, remedy: str) -> None:
    slack.problem = problem
    findings = found()
    assert remedy in findings["Slack"].remedy
    assert "scopes" not in findings


@pytest.mark.usefixtures("slack")
def test_a_desk_without_articles_is_worth_a_look(database: Database) -> None:
    with database.transaction() as session:
        session.add(Team(id="T1", created_at=system_clock()))
    assert found()["knowledge base"].result is Result.WARNING


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("unset", "what", "result"),
    [
        ("EVENHAND_HELP_CHANNELS", "help channels", Result.WARNING),
        ("EVENHAND_ADMINS", "people", Result.WARNING),
        ("EVENHAND_DESK_CHANNEL", "EVENHAND_DESK_CHANNEL", Result.BAD),
        ("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN", Result.BAD),
    ],
)
def test_a_setting_that_is_missing(
    slack: SlackByHand, monkeypatch: pytest.MonkeyPatch, unset: str, what: str, result: Result
) -> None:
    monkeypatch.delenv(unset)
    assert found()[what].result is result


def test_secrets_are_not_told(
    database: Database, slack: SlackByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-s3cret")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "s3cret")
    assert "s3cret" not in str(found())


@pytest.mark.usefixtures("database")
def test_a_user_group_that_gives_a_role_and_cannot_be_read(
    slack: SlackByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENHAND_ADMIN_GROUP", "S0ADMINS")
    monkeypatch.setenv("EVENHAND_AGENT_GROUP", "S0AGENTS")
    slack.groups = {"S0AGENTS": []}
    assert "no such group" in found()["admins' user group"].says
    assert found()["agents' user group"].result is Result.WARNING

    slack.group_error = "missing_scope"
    assert found()["admins' user group"].result is Result.BAD
    assert "usergroups:read" in found()["admins' user group"].says
    slack.groups["S0ADMINS"] = ["UDEE"]
    assert found()["admins' user group"].says == "S0ADMINS has 1 member"


@pytest.mark.usefixtures("database")
def test_the_scope_for_user_groups_is_missed_only_where_they_are_used(
    slack: SlackByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.headers = {"x-oauth-scopes": ",".join(set(SCOPES) - {"usergroups:read"})}
    assert found()["scopes"].result is Result.GOOD
    monkeypatch.setenv("EVENHAND_ADMIN_GROUP", "S0ADMINS")
    assert found()["scopes"].says == "missing: usergroups:read"
