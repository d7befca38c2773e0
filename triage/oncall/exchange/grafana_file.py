"""The files in which Grafana OnCall's schedules come: answers of its API, `terraform show -json`, a Terraform state."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import Field, field_validator

from triage.oncall.exchange.foreign import ForeignPerson, Local, Theirs, shaped

_KINDS = {
    "grafana_oncall_schedule": "schedules",
    "grafana_oncall_on_call_shift": "on_call_shifts",
    "grafana_oncall_user": "users",
}
_INSIDE = ("child_modules", "resources", "root_module", "values")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Shift(Theirs):
    id: str = ""
    name: str
    type: str
    start: Local
    duration: int = Field(gt=0, le=366 * 86_400)
    level: int | None = None
    time_zone: str | None = None
    frequency: str | None = None
    interval: int | None = Field(None, ge=1, le=1000)
    until: Local | date | None = None
    week_start: str | None = None
    by_day: list[str] | None = None
    by_month: list[int] | None = None
    by_monthday: list[int] | None = None
    users: list[str] | None = None
    rolling_users: list[list[str]] | None = None
    start_rotation_from_user_index: int | None = None

    @field_validator("by_day", mode="after")
    @classmethod
    def _known_days(cls, days: list[str] | None) -> list[str] | None:
        if days and not set(days) <= set(_DAYS):
            raise ValueError(f"days are {', '.join(_DAYS)}")
        return days

    @property
    def weekdays(self) -> list[int]:
        return sorted({_DAYS.index(day) for day in self.by_day or []})

    @property
    def first_weekday(self) -> int:
        return _DAYS.index(self.week_start) if self.week_start in _DAYS else 0


class TheirSchedule(Theirs):
    id: str = ""
    name: str
    type: str | None = None
    time_zone: str | None = None
    shifts: list[str] | None = None
    ical_url_primary: str | None = None
    ical_url_overrides: str | None = None


class File(Theirs):
    schedules: tuple[TheirSchedule, ...] = Field(min_length=1)
    on_call_shifts: tuple[Shift, ...] = ()
    users: tuple[ForeignPerson, ...] = ()


def read_file(data: Any) -> File:
    """Raises `FileRefused`."""
    if isinstance(data, dict) and ("values" in data or "resources" in data):
        found: dict[str, list[Any]] = {kind: [] for kind in _KINDS.values()}
        for kind, values in _resources(data):
            found[_KINDS[kind]].append(values)
        return shaped(File, found, "the Terraform state")
    if isinstance(data, dict):
        data = {key: _results(value) for key, value in data.items()}
        data.setdefault("on_call_shifts", data.get("shifts") or [])
    return shaped(File, data, "the file")


def _results(value: Any) -> Any:
    """A page of the API, or the list itself."""
    return value["results"] if isinstance(value, dict) and "results" in value else value


def _resources(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Of a state file and of `terraform show -json`, with all modules beneath: what is ours to read."""
    waiting: list[Any] = [data]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += reversed(found)
        if not isinstance(found, dict):
            continue
        kind = str(found.get("type"))
        if kind not in _KINDS:
            waiting += [found[key] for key in _INSIDE if key in found]
        elif "values" in found:
            yield kind, found["values"]
        else:
            instances = found.get("instances")
            for one in instances if isinstance(instances, list) else []:
                yield kind, one.get("attributes") if isinstance(one, dict) else one
