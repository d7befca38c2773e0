"""The settings that say how long things are kept."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from triage.policy import KeepingPolicy

# 0 is for ever.
Age = Annotated[float, Field(ge=0, le=36_500)]


class KeepingSettings(BaseSettings):
    keep_ticket_text_days: Age = Field(
        730, description="Closed tickets lose their words after so many days; 0 keeps them."
    )
    keep_learned_text_days: Age | None = Field(
        None, description="The same for what models learn from. Default: as the other tickets."
    )
    # Slack delivers again for hours, and a message is looked for over a day.
    keep_events_days: float = Field(
        30,
        ge=0,
        le=36_500,
        description="Events that were handled and messages that were sent go after so many days; 0 keeps them.",
    )
    keep_audit_days: Age = Field(1_095, description="The audit's lines go after so many days; 0 keeps them.")

    def keeping(self) -> KeepingPolicy:
        learned = self.keep_learned_text_days
        return KeepingPolicy(
            ticket_text=_age(self.keep_ticket_text_days),
            learned_text=_age(self.keep_ticket_text_days if learned is None else learned),
            events=_age(max(self.keep_events_days, _LEAST_EVENTS) if self.keep_events_days else 0),
            audit=_age(self.keep_audit_days),
        )


# Shorter, an event that Slack delivers again would be taken for a new one.
_LEAST_EVENTS = 3.0


def _age(days: float) -> timedelta | None:
    return timedelta(days=days) if days else None
