"""The settings of the console's door: who may come in, for how long, and whom the desk believes about addresses."""

from datetime import timedelta
from ipaddress import ip_network
from typing import Annotated, Any

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from triage.people.role_groups import RoleGroups, parse_group
from triage.people.visits import VisitLimits


class ConsoleSettings(BaseSettings):
    slack_client_id: str = Field(
        "",
        validation_alias=AliasChoices("SLACK_CLIENT_ID", "slack_client_id"),
        description="From Basic Information; for Sign in with Slack and for the install link.",
    )
    slack_client_secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_CLIENT_SECRET", "slack_client_secret"),
        description="The secret beside the client id.",
    )
    admin_group: str = Field("", description="Id of the Slack user group whose members are admins (S…).")
    agent_group: str = Field("", description="Id of the Slack user group whose members are agents (S…).")
    visit_hours: float = Field(
        12, ge=0.25, le=168, description="A visit to the console ends so long after signing in."
    )
    visit_idle_minutes: float = Field(
        120, ge=5, le=10_080, description="It also ends so long after the last page."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses or networks of your proxies (10.0.0.0/8,…): only they are believed about "
        "who asks (X-Forwarded-For).",
    )
    metrics_token: SecretStr | None = Field(
        None, description="If set, /metrics is only for those who send it as a bearer token."
    )

    @field_validator("admin_group", "agent_group")
    @classmethod
    def _group_id(cls, value: str) -> str:
        return parse_group(value) if value else value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for part in value:
            try:
                ip_network(part)
            except ValueError:
                raise ValueError(f"“{part}” is no address or network: write 10.0.0.7 or 10.0.0.0/8") from None
        return value

    @field_validator("metrics_token")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("too short: use 16 characters or more")
        return value

    @property
    def role_groups(self) -> RoleGroups:
        return RoleGroups(admins=self.admin_group, agents=self.agent_group)

    @property
    def visit_limits(self) -> VisitLimits:
        return VisitLimits(timedelta(hours=self.visit_hours), timedelta(minutes=self.visit_idle_minutes))
