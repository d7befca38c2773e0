"""The settings that protect people: read plainly, and refused with what would do."""

import json
from datetime import time, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.settings import SettingsRefused, load
from triage.oncall.rules import CareRules


def test_the_defaults_are_the_rules_that_the_domain_starts_with() -> None:
    assert load().policy().care == CareRules()


def test_every_setting_reaches_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "REST_HOURS": "12",
        "BETWEEN_SHIFTS_HOURS": "10",
        "QUIET_HOURS": "21:30-06:45",
        "WORK_CAP": "3",
        "WEEK_HOURS": "40",
        "NIGHTS_RUNNING": "2",
        "HOSTILE_RUNNING": "1",
        "HOSTILE_MOST": "2",
        "HOSTILE_HOURS": "6",
        "BREAK_AFTER_MINUTES": "60",
        "BREAK_AFTER_TICKETS": "4",
        "BREAK_MINUTES": "20",
        "FOCUS_MINUTES": "45",
        "KEPT_DAYS": "30",
    }.items():
        monkeypatch.setenv(f"EVENHAND_{name}", value)
    assert load().policy().care == CareRules(
        quiet_from=time(21, 30),
        quiet_until=time(6, 45),
        rest=timedelta(hours=12),
        between_shifts=timedelta(hours=10),
        nights_running=2,
        week=timedelta(hours=40),
        work_cap=3,
        hostile_running=1,
        hostile_most=2,
        hostile_within=timedelta(hours=6),
        break_after=timedelta(minutes=60),
        break_after_tickets=4,
        break_lasts=timedelta(minutes=20),
        longest_focus=timedelta(minutes=45),
        kept=timedelta(days=30),
    )


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("QUIET_HOURS", "ten to six", "cannot read “ten to six”: write it like “22:00-07:00”"),
        ("QUIET_HOURS", "22:00-25:00", "write it like “22:00-07:00”"),
        ("REST_HOURS", "2", "greater than or equal to 8"),
        ("WORK_CAP", "0", "greater than or equal to 1"),
        ("WEEK_HOURS", "200", "less than or equal to 168"),
        ("KEPT_DAYS", "400", "less than or equal to 90"),
    ],
)
def test_what_cannot_be_is_refused_by_name_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"EVENHAND_{setting}", value)
    with pytest.raises(SettingsRefused) as refused:
        load()
    (problem,) = refused.value.problems
    assert problem.startswith(f"EVENHAND_{setting}: ")
    assert told in problem


def test_the_rules_in_force_can_be_read_and_name_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_REST_HOURS", "12")
    shown = CliRunner().invoke(app, ["oncall", "rules", "--json"])
    assert shown.exit_code == 0
    told: dict[str, Any] = json.loads(shown.output)
    values = {row["setting"]: row["value"] for row in told["rules"]}
    assert values["EVENHAND_REST_HOURS"] == 12
    assert values["EVENHAND_QUIET_HOURS"] == "22:00-07:00"
    assert {row["setting"] for row in told["rules"] if row["each_agent"]} == {
        "EVENHAND_QUIET_HOURS",
        "EVENHAND_WORK_CAP",
    }
    assert {row["name"] for row in told["weights"]} >= {"after_hours_weight", "hostile_weight"}
    plain = CliRunner().invoke(app, ["oncall", "rules"])
    assert "EVENHAND_REST_HOURS" in plain.output
