"""Settings of the work behind the answers: how eagerly it is looked for, how fast Slack is called, what is kept."""

from pydantic import Field
from pydantic_settings import BaseSettings


class WorkSettings(BaseSettings):
    slack_limits: bool = Field(
        True,
        description="Keep to Slack's limits before it has to refuse; off only for a stand-in that has none.",
    )
    keep_work_days: float = Field(
        14,
        ge=3,
        le=365,
        description="Finished work is forgotten after so many days; failed work is shown for 90 at least.",
    )
