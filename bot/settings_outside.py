"""The settings about other people's servers: where articles come from, and what wakes somebody up."""

from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from bot.reach import Reach

Listed = Annotated[tuple[str, ...], NoDecode]
_SHORTEST_SECRET = 16


def web_address(value: str) -> str:
    if value and not value.startswith(("https://", "http://")):
        raise ValueError(f"“{value}” is no web address: write it with https://")
    return value


def split_list(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


class OutsideSettings(BaseSettings):
    zendesk_email: str = Field("", description="Whose API token EVENHAND_ZENDESK_TOKEN is.")
    zendesk_token: SecretStr | None = Field(None, description="An agent's API token, for kb import.")
    confluence_user: str = Field(
        "", description="E-mail address for Confluence in the cloud; empty for a personal access token."
    )
    confluence_token: SecretStr | None = Field(
        None, description="API token (cloud) or personal access token (server), for kb import."
    )
    github_token: SecretStr | None = Field(
        None, description="May read the repository or wiki, for kb import; also raises GitHub's limits."
    )
    pager_pagerduty_key: SecretStr | None = Field(
        None,
        description="Integration key of a PagerDuty service (Events API v2); makes the pager “pagerduty”.",
    )
    pager_pagerduty_url: str = Field(
        "https://events.pagerduty.com", description="In Europe: https://events.eu.pagerduty.com."
    )
    pager_opsgenie_key: SecretStr | None = Field(
        None, description="API key of an Opsgenie integration; makes the pager “opsgenie”."
    )
    pager_opsgenie_url: str = Field(
        "https://api.opsgenie.com", description="In Europe: https://api.eu.opsgenie.com."
    )
    pager_webhook_url: str = Field(
        "", description="Any other service: told by a signed POST; makes the pager “webhook”."
    )
    pager_webhook_secret: SecretStr | None = Field(
        None, description="Signs what the webhook is sent (HMAC-SHA256); needed with its address."
    )
    pager_with_text: bool = Field(
        False,
        description="Send the question's words to pagers too, and not only urgency, category and a link.",
    )
    allow_private_addresses: Listed = Field(
        (),
        description="Hosts and networks of one's own that imports, calendars and the webhook may ask "
        "(wiki.intern,10.1.0.0/16). Others that are not on the open internet are refused.",
    )

    @field_validator("allow_private_addresses", mode="before")
    @classmethod
    def _split_addresses(cls, value: Any) -> Any:
        return split_list(value)

    @field_validator("allow_private_addresses")
    @classmethod
    def _readable_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        Reach.allowing(value)
        return value

    @property
    def reach(self) -> Reach:
        return Reach.allowing(self.allow_private_addresses)

    @field_validator("pager_pagerduty_url", "pager_opsgenie_url", "pager_webhook_url")
    @classmethod
    def _web_addresses(cls, value: str) -> str:
        return web_address(value)

    @field_validator("pager_webhook_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_SECRET:
            raise ValueError(f"too short to sign with: use {_SHORTEST_SECRET} characters or more")
        return value

    @property
    def pagers(self) -> tuple[str, ...]:
        """The pagers that are set up. A webhook without a secret is none: nobody could trust what it is told."""
        there = {
            "pagerduty": self.pager_pagerduty_key,
            "opsgenie": self.pager_opsgenie_key,
            "webhook": self.pager_webhook_url and self.pager_webhook_secret,
        }
        return tuple(name for name, given in there.items() if given)
