"""Settings from the environment, checked all at once, with what to do about each problem."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AliasChoices,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import SettingsConfigDict

from bot.settings_care import CareSettings
from bot.settings_console import ConsoleSettings
from bot.settings_files import environment_name, read_secret_files
from bot.settings_keeping import KeepingSettings
from bot.settings_outside import Listed, OutsideSettings, split_list, web_address
from bot.settings_running import RunningSettings
from bot.settings_work import WorkSettings
from bot.settings_workspaces import WorkspaceSettings
from triage.people.role_groups import RoleGroups
from triage.policy import LearningPolicy, Policy
from triage.sla.closed_days import ClosedDays, parse_days, parse_regions
from triage.sla.opening import OpeningHours, parse_hours

SLACK = "https://slack.com/api/"


class SettingsRefused(Exception):
    """One line per problem: which setting, what is wrong, what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _names(*names: str) -> Any:
    return AliasChoices(*names)


Minutes = Annotated[float, Field(gt=0, le=525_600)]
Days = Annotated[float, Field(gt=0, le=365)]


class Settings(
    CareSettings,
    ConsoleSettings,
    KeepingSettings,
    OutsideSettings,
    RunningSettings,
    WorkSettings,
    WorkspaceSettings,
):
    """Slack's and the platform's usual names are kept; everything of our own begins with EVENHAND_."""

    model_config = SettingsConfigDict(
        env_prefix="EVENHAND_",
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
        str_strip_whitespace=True,
    )

    data_folder: Path = Field(
        Path("data"), description="Where the SQLite file and the playground's state live."
    )
    _open_files: tuple[str, ...] = PrivateAttr(())
    database_url: str = Field(
        "",
        validation_alias=_names("DATABASE_URL", "database_url"),
        description="SQLAlchemy or Heroku URL. Default: a SQLite file in the data folder.",
    )
    slack_bot_token: SecretStr | None = Field(
        None,
        validation_alias=_names("SLACK_BOT_TOKEN", "slack_bot_token"),
        description="xoxb-…, from OAuth & Permissions.",
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        validation_alias=_names("SLACK_SIGNING_SECRET", "slack_signing_secret"),
        description="From Basic Information; needed for HTTP.",
    )
    slack_app_token: SecretStr | None = Field(
        None,
        validation_alias=_names("SLACK_APP_TOKEN", "slack_app_token"),
        description="xapp-… with connections:write; switches on Socket Mode.",
    )
    slack_api_url: str = Field(
        SLACK,
        validation_alias=_names("SLACK_API_URL", "slack_api_url"),
        description="Slack's Web API; tests point it elsewhere.",
    )
    port: int = Field(
        8000,
        ge=1,
        le=65535,
        validation_alias=_names("PORT", "port"),
        description="Where the web process listens.",
    )
    host: str = Field("0.0.0.0", description="Address the web process binds to.")
    public_url: str = Field("", description="Where people reach the console, e.g. https://desk.example.com.")
    desk_channel: str = Field("", description="Id of the agents' channel, where cards are posted (C…).")
    help_channels: Listed = Field(
        (), description="Ids of channels in which every message is a question (C…,C…)."
    )
    agents: Listed = Field((), description="Slack ids of agents (U…,U…).")
    admins: Listed = Field((), description="Slack ids of admins (U…,U…).")
    on_call: Listed = Field(
        (),
        description="Slack ids of who is paged; their order decides between equals. Default: the agents.",
    )
    time_zone: str = Field("UTC", description="The desk's IANA zone, for opening hours.")
    opening_hours: str = Field("", description="e.g. “Mon-Fri 09:00-17:00”; empty: always open.")
    holidays: str = Field(
        "", description="Whose public holidays the desk keeps: a country or a part of one, e.g. “DE-BE”."
    )
    closed_days: str = Field(
        "", description="More days on which it stays closed, e.g. “2027-12-24, 2027-12-27..2027-12-31”."
    )
    handover_minutes: Minutes = Field(
        30, description="No button pressed under the articles: a person is asked."
    )
    nothing_minutes: Minutes = Field(5, description="The same where no article fitted.")
    page_minutes: Minutes = Field(5, description="Nobody claimed: the next agent is paged.")
    page_again_minutes: Minutes = Field(30, description="Everybody was paged: the round starts again.")
    usual_wait_minutes: Minutes = Field(
        20, description="The wait that is promised until there are claims to measure."
    )
    reopen_days: Days = Field(7, description="How long a resolved ticket can be reopened by writing again.")
    train_monthly: bool = Field(
        True, description="Train a new model each month by itself, where there are new labels."
    )
    promote_automatically: bool = Field(
        False, description="Promote a model that passed every check and live tickets, without an admin."
    )
    precision_floor: float = Field(
        0.8, gt=0, lt=1, description="A category that is surely right less often is only recommended."
    )
    embedding_model: Path | None = Field(
        None,
        description="Folder with model.onnx and tokenizer.json of a sentence model. "
        "Default: the one that the extra semantic brings.",
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs console sessions. Default: one made once and kept in the data folder."
    )
    threads: int = Field(16, ge=2, le=256, description="Threads of the web process.")
    poll_seconds: float = Field(0.1, gt=0, le=5, description="How often the worker looks for work.")

    @field_validator("help_channels", "agents", "admins", "on_call", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return split_list(value)

    @field_validator("help_channels")
    @classmethod
    def _channel_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for channel in value:
            if not channel.startswith(("C", "G")):
                raise ValueError(_NO_CHANNEL_ID.format(channel))
        return value

    @field_validator("desk_channel")
    @classmethod
    def _channel_id(cls, value: str) -> str:
        if value and not value.startswith(("C", "G")):
            raise ValueError(_NO_CHANNEL_ID.format(value))
        return value

    @field_validator("agents", "admins", "on_call")
    @classmethod
    def _people_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for person in value:
            if not person.startswith(("U", "W")):
                raise ValueError(
                    f"“{person}” is no member id: open the person's profile in Slack, ⋮, “Copy member ID”"
                )
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            # A folder of zones (“Europe”) and a name that no file can have are errors of the file system.
            shown = value if len(value) <= 40 else value[:40] + "…"
            raise ValueError(f"“{shown}” is no time zone: use an IANA name like Europe/Berlin") from unknown
        return value

    @field_validator("opening_hours")
    @classmethod
    def _readable_hours(cls, value: str) -> str:
        parse_hours(value, ZoneInfo("UTC"))
        return value

    @field_validator("holidays")
    @classmethod
    def _known_regions(cls, value: str) -> str:
        return ", ".join(parse_regions(value))

    @field_validator("closed_days")
    @classmethod
    def _readable_days(cls, value: str) -> str:
        parse_days(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _supported_database(cls, value: str) -> str:
        # The value is not repeated: it may hold a password.
        if value and not value.startswith(_DATABASES):
            raise ValueError("this database is not supported: write postgresql://… or sqlite:///…")
        return value

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _right_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        wanted = "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if value is not None and not value.get_secret_value().startswith(wanted):
            raise ValueError(f"this is another kind of token: the one that is wanted begins with {wanted}")
        return value

    @field_validator("public_url", "slack_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @property
    def open_files(self) -> tuple[str, ...]:
        """Settings whose file everybody on this machine may read."""
        return self._open_files

    @property
    def url(self) -> str:
        """The database URL in the form SQLAlchemy wants, with the driver that is installed."""
        if not self.database_url:
            return f"sqlite:///{self.data_folder.resolve() / 'evenhand.sqlite'}"
        for short in ("postgres://", "postgresql://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def several_workspaces(self) -> bool:
        """A bot token is one workspace's; with the app's own id and secret alone, each workspace installs it."""
        return bool(self.slack_client_id and self.slack_client_secret and not self.slack_bot_token)

    def opening(self) -> OpeningHours:
        closed = ClosedDays(parse_regions(self.holidays), parse_days(self.closed_days))
        return parse_hours(self.opening_hours, ZoneInfo(self.time_zone), closed)

    def policy(self) -> Policy:
        return Policy(
            desk_channel=self.desk_channel,
            help_channels=frozenset(self.help_channels),
            opening=self.opening(),
            handover_after=timedelta(minutes=self.handover_minutes),
            handover_after_nothing=timedelta(minutes=self.nothing_minutes),
            page_next_after=timedelta(minutes=self.page_minutes),
            page_again_after=timedelta(minutes=self.page_again_minutes),
            reopen_window=timedelta(days=self.reopen_days),
            usual_wait=timedelta(minutes=self.usual_wait_minutes),
            pagers=self.pagers,
            care=self.care_rules(),
            # With several workspaces an id means a group in one of them at most: each names its own.
            role_groups=RoleGroups() if self.several_workspaces else self.role_groups,
            keeping=self.keeping(),
            learning=LearningPolicy(
                monthly=self.train_monthly,
                promote_automatically=self.promote_automatically,
                precision_floor=self.precision_floor,
            ),
        )


_DATABASES = ("postgres://", "postgresql://", "postgresql+psycopg://", "sqlite:")
_NO_CHANNEL_ID = (
    "“{}” is no channel id: open the channel's details in Slack; the id (C…) stands at the bottom"
)


def load(**overrides: Any) -> Settings:
    """Reads the environment, and files for secrets. Raises `SettingsRefused` with every problem at once."""
    files = read_secret_files(Settings.model_fields, os.environ)
    problems = list(files.problems)
    try:
        settings = Settings(**{**files.values, **overrides})
    except ValidationError as invalid:
        for error in invalid.errors(include_input=False, include_url=False):
            name = _shown_name(error["loc"], files.values)
            problems.append(f"{name}: {error['msg'].removeprefix('Value error, ')}")
    else:
        settings._open_files = tuple(files.open_to_all)
    if problems:
        raise SettingsRefused(problems)
    return settings


def _shown_name(location: tuple[int | str, ...], from_files: Mapping[str, str]) -> str:
    """As it stands in the environment; pydantic tells the field's name or that alias."""
    said = str(location[0]) if location else "settings"
    for name, about in Settings.model_fields.items():
        if said in (name, shown := environment_name(name, about)):
            return f"{shown}_FILE" if name in from_files else shown
    return said
