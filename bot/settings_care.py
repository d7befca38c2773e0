"""The settings that protect the people who answer: rest, quiet hours, limits."""

import re
from datetime import time, timedelta
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from triage.oncall.rules import CareRules

_HOURS = re.compile(r"(?P<start>\d\d:\d\d)\s*-\s*(?P<end>\d\d:\d\d)")

Count = Annotated[int, Field(ge=1, le=50)]


class CareSettings(BaseSettings):
    rest_hours: float = Field(
        11, ge=8, le=24, description="Rest after work at night: so long nobody asks that agent."
    )
    between_shifts_hours: float = Field(
        11, ge=8, le=24, description="Between two shifts of one agent; less is told by the look-ahead."
    )
    quiet_hours: str = Field(
        "22:00-07:00",
        description="In each agent's own zone: only critical tickets reach them. They may choose other hours.",
    )
    work_cap: Count = Field(
        5, description="Open tickets of one agent: past it the next goes to somebody else who can."
    )
    week_hours: float = Field(
        48, gt=0, le=168, description="Hours at work in seven days: past it others are asked first."
    )
    nights_running: Count = Field(4, description="Night shifts in a row; more is told by the look-ahead.")
    hostile_running: Count = Field(
        2, description="Hostile tickets in a row: the next goes to somebody else who can."
    )
    hostile_most: Count = Field(
        3, description="The same, however many calm ones lie between, within a few hours."
    )
    hostile_hours: float = Field(4, gt=0, le=24, description="How many hours that is.")
    break_after_minutes: float = Field(
        90, ge=15, le=480, description="Minutes with tickets after which a break is offered."
    )
    break_after_tickets: Count = Field(6, description="Tickets after which a break is offered.")
    break_minutes: float = Field(15, ge=5, le=60, description="How long a break lasts.")
    focus_minutes: float = Field(120, ge=5, le=480, description="The longest focus time.")
    kept_days: float = Field(
        35, ge=28, le=90, description="Load, pauses and rest of an agent are forgotten after so many days."
    )

    @field_validator("quiet_hours")
    @classmethod
    def _readable_quiet_hours(cls, value: str) -> str:
        _quiet(value)
        return value

    def care_rules(self) -> CareRules:
        start, end = _quiet(self.quiet_hours)
        return CareRules(
            quiet_from=start,
            quiet_until=end,
            rest=timedelta(hours=self.rest_hours),
            between_shifts=timedelta(hours=self.between_shifts_hours),
            nights_running=self.nights_running,
            week=timedelta(hours=self.week_hours),
            work_cap=self.work_cap,
            hostile_running=self.hostile_running,
            hostile_most=self.hostile_most,
            hostile_within=timedelta(hours=self.hostile_hours),
            break_after=timedelta(minutes=self.break_after_minutes),
            break_after_tickets=self.break_after_tickets,
            break_lasts=timedelta(minutes=self.break_minutes),
            longest_focus=timedelta(minutes=self.focus_minutes),
            kept=timedelta(days=self.kept_days),
        )


def _quiet(text: str) -> tuple[time, time]:
    match = _HOURS.fullmatch(text)
    try:
        if match is not None:
            return time.fromisoformat(match["start"]), time.fromisoformat(match["end"])
    except ValueError:
        pass  # 25:00 reads like a time and is none: told like anything else that is none
    raise ValueError(f"cannot read “{text[:40]}”: write it like “22:00-07:00”, in hours from 00:00 to 23:59")
