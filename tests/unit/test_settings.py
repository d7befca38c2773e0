"""Settings: all problems at once, each with the name to set and what to do; secrets never shown."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.settings import Settings, SettingsRefused, load
from triage.people.role_groups import RoleGroups


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine has set must not decide a test."""
    for field in Settings.model_fields:
        monkeypatch.delenv(f"EVENHAND_{field.upper()}", raising=False)
    for name in (
        "DATABASE_URL",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_APP_TOKEN",
        "SLACK_API_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("PORT", raising=False)


def problems(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsRefused) as refused:
        load()
    return refused.value.problems


def loaded(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load()


# --- Without anything set ---------------------------------------------------------------------------


def test_nothing_has_to_be_set_to_begin() -> None:
    settings = load()
    assert settings.is_sqlite
    assert settings.port == 8000
    assert settings.slack_bot_token is None


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, PORT="", EVENHAND_DESK_CHANNEL="", DATABASE_URL="", EVENHAND_THREADS="")
    assert settings.port == 8000
    assert settings.is_sqlite


def test_other_peoples_variables_are_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(monkeypatch, EVENHAND_SOMETHING_NEWER="x", HOME="/nowhere")


# --- Which database ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h:5432/d", "postgresql+psycopg://u:p@h:5432/d"),
        ("postgresql://u:p@h/d?sslmode=require", "postgresql+psycopg://u:p@h/d?sslmode=require"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("sqlite:////tmp/desk.sqlite", "sqlite:////tmp/desk.sqlite"),
        (" postgres://u:p@h/d ", "postgresql+psycopg://u:p@h/d"),
    ],
)
def test_the_usual_addresses_lead_to_the_driver_that_is_installed(
    monkeypatch: pytest.MonkeyPatch, given: str, used: str
) -> None:
    assert loaded(monkeypatch, DATABASE_URL=given).url == used


def test_the_default_file_stands_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = loaded(monkeypatch, EVENHAND_DATA_FOLDER=str(tmp_path))
    assert settings.url == f"sqlite:///{tmp_path.resolve()}/evenhand.sqlite"


@pytest.mark.parametrize(
    "url", ["mysql://u:p@h/d", "postgresql+psycopg2://u:p@h/d", "nonsense", "sqlite3:/x"]
)
def test_other_databases_are_refused_with_what_to_write(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    (problem,) = problems(monkeypatch, DATABASE_URL=url)
    assert problem.startswith("DATABASE_URL: ")
    assert "postgresql://" in problem
    assert "p@h" not in problem


# --- All problems at once ---------------------------------------------------------------------------


def test_all_problems_are_told_at_once_each_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    told = problems(
        monkeypatch,
        PORT="eighty",
        EVENHAND_TIME_ZONE="Berlin",
        EVENHAND_OPENING_HOURS="nine to five",
        EVENHAND_HELP_CHANNELS="C1,#help",
        EVENHAND_AGENTS="ben",
        EVENHAND_THREADS="1",
        EVENHAND_LOG_LEVEL="LOUD",
    )
    assert sorted(line.partition(":")[0] for line in told) == [
        "EVENHAND_AGENTS",
        "EVENHAND_HELP_CHANNELS",
        "EVENHAND_LOG_LEVEL",
        "EVENHAND_OPENING_HOURS",
        "EVENHAND_THREADS",
        "EVENHAND_TIME_ZONE",
        "PORT",
    ]


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("EVENHAND_TIME_ZONE", "Berlin", "Europe/Berlin"),
        ("EVENHAND_TIME_ZONE", "Europe", "Europe/Berlin"),
        ("EVENHAND_TIME_ZONE", "../etc/passwd", "Europe/Berlin"),
        ("EVENHAND_TIME_ZONE", "x" * 400, "Europe/Berlin"),
        ("EVENHAND_OPENING_HOURS", "9 to 5", "Mon-Fri 09:00-17:00"),
        ("EVENHAND_HELP_CHANNELS", "#help", "channel's details"),
        ("EVENHAND_DESK_CHANNEL", "#desk", "channel's details"),
        ("EVENHAND_AGENTS", "U1,@ben", "Copy member ID"),
        ("EVENHAND_ADMINS", "dee", "Copy member ID"),
        ("EVENHAND_ON_CALL", "C1", "Copy member ID"),
        ("EVENHAND_PUBLIC_URL", "desk.example.com", "https://"),
        ("SLACK_API_URL", "slack.com/api", "https://"),
        ("EVENHAND_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("SLACK_BOT_TOKEN", "xapp-1-A-2-b", "xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1-2-b", "xapp-"),
        ("PORT", "70000", "65535"),
        ("EVENHAND_PAGE_MINUTES", "0", "greater than 0"),
        ("EVENHAND_PAGE_MINUTES", "inf", "525600"),
        ("EVENHAND_REOPEN_DAYS", "1e12", "365"),
    ],
)
def test_each_problem_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    (problem,) = problems(monkeypatch, **{name: value})
    assert problem.startswith(f"{name}: ")
    assert remedy in problem


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_wrong_token_is_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert "s3cret" not in str(problems(monkeypatch, **{name: "s3cret-value"}))


# --- What they become -------------------------------------------------------------------------------


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, EVENHAND_AGENTS=" UBEN , UCLEO,,", EVENHAND_HELP_CHANNELS="C1,G2")
    assert settings.agents == ("UBEN", "UCLEO")
    assert settings.help_channels == ("C1", "G2")


def test_slacks_address_ends_with_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded(monkeypatch, SLACK_API_URL="http://127.0.0.1:1/api").slack_api_url.endswith("/api/")


@pytest.mark.parametrize("level", ["debug", "INFO", "Warning", "error"])
def test_a_log_level_may_be_written_in_any_case(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    assert loaded(monkeypatch, EVENHAND_LOG_LEVEL=level).log_level == level.upper()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(
        monkeypatch,
        SLACK_BOT_TOKEN="xoxb-s3cret",
        SLACK_SIGNING_SECRET="s3cret",
        SLACK_APP_TOKEN="xapp-s3cret",
        EVENHAND_SECRET_KEY="s3cret",
    )
    assert "s3cret" not in repr(settings)


def test_the_policy_is_made_from_them(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = loaded(
        monkeypatch,
        EVENHAND_DESK_CHANNEL="CDESK",
        EVENHAND_HELP_CHANNELS="C1",
        EVENHAND_TIME_ZONE="Europe/Berlin",
        EVENHAND_OPENING_HOURS="Mon 09:00-10:00",
        EVENHAND_HANDOVER_MINUTES="1.5",
        EVENHAND_NOTHING_MINUTES="2",
        EVENHAND_PAGE_MINUTES="3",
        EVENHAND_PAGE_AGAIN_MINUTES="4",
        EVENHAND_USUAL_WAIT_MINUTES="5",
        EVENHAND_REOPEN_DAYS="6",
    ).policy()
    assert policy.desk_channel == "CDESK"
    assert policy.help_channels == {"C1"}
    assert policy.opening.zone == ZoneInfo("Europe/Berlin")
    assert len(policy.opening.spans) == 1
    assert [
        policy.handover_after,
        policy.handover_after_nothing,
        policy.page_next_after,
        policy.page_again_after,
        policy.usual_wait,
        policy.reopen_window,
    ] == [timedelta(minutes=m) for m in (1.5, 2, 3, 4, 5)] + [timedelta(days=6)]


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_line_break_pasted_behind_a_token_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    token = loaded(monkeypatch, SLACK_BOT_TOKEN="xoxb-1 \n").slack_bot_token
    assert token is not None
    assert token.get_secret_value() == "xoxb-1"


def test_groups_in_the_settings_give_roles_where_there_is_one_workspace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An id means a group in one workspace at most: of several, each names its own."""
    settings = loaded(
        monkeypatch, EVENHAND_ADMIN_GROUP="S0ADMINS", SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="s"
    )
    assert settings.several_workspaces
    assert settings.policy().role_groups == RoleGroups()
    one = loaded(monkeypatch, SLACK_BOT_TOKEN="xoxb-1")
    assert one.policy().role_groups == RoleGroups(admins="S0ADMINS")
