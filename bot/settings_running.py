"""Settings of the running processes: what they log, where they show what they measure, and how they stop."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings

Seconds = Annotated[float, Field(ge=0, le=600)]


class LogFormat(StrEnum):
    AUTO = "auto"  # readable in a terminal, JSON otherwise
    JSON = "json"
    CONSOLE = "console"


class RunningSettings(BaseSettings):
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: LogFormat = Field(
        LogFormat.AUTO, description="json, console, or auto: readable in a terminal, JSON otherwise."
    )
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Where `worker` and `socket` serve /healthz, /readyz and /metrics. Default: nowhere.",
    )
    drain_seconds: Seconds = Field(
        1, description="Asked to stop, `web` answers this long while /readyz says 503 already."
    )
    stop_seconds: Seconds = Field(
        3, description="How long a process that stops lets what is running come to its end."
    )
    otel_exporter_otlp_endpoint: str = Field(
        "",
        validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_ENDPOINT", "otel_exporter_otlp_endpoint"),
        description="An OpenTelemetry collector (OTLP over HTTP) for traces; needs the extra otel.",
    )

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError(f"“{value}” is no level: use DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("log_format", mode="before")
    @classmethod
    def _known_format(cls, value: Any) -> Any:
        if isinstance(value, str) and value.lower() not in list(LogFormat):
            raise ValueError(f"“{value}” is no format: use auto, json or console")
        return value.lower() if isinstance(value, str) else value

    @field_validator("otel_exporter_otlp_endpoint")
    @classmethod
    def _collector_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError(f"“{value}” is no web address: write it with https://")
        return value
