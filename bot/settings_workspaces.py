"""The settings about several workspaces: what seals their tokens."""

from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from bot.sealing import BadKey, Sealer

_NO_KEY = (
    "key {} is none: make one with “evenhand workspace key”; several are separated by commas, newest first"
)


class WorkspaceSettings(BaseSettings):
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Seal the tokens of workspaces, newest first. "
        "Default: one made once and kept in the data folder.",
    )

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part for part in value.replace(",", " ").split() if part)
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _usable_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for place, key in enumerate(value, 1):
            try:
                Sealer([key.get_secret_value()])
            except BadKey:
                raise ValueError(_NO_KEY.format(place)) from None
        return value
