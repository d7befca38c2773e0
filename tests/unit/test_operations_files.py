"""The files for those who run a desk say only what is true of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import REGISTRY
from typer.testing import CliRunner

from bot import metrics  # noqa: F401  (importing it declares them)
from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.operations import names, text_of
from bot.web import figures

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
ALERTS: list[dict[str, Any]] = yaml.safe_load(text_of("prometheus-alerts.yml"))["groups"][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads(text_of("grafana-dashboard.json"))
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
# Prometheus' own client tells these of every process.
OF_THE_CLIENT = {"process_resident_memory_bytes", "process_cpu_seconds_total"}


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in ALERTS)
    yield from (target["expr"] for panel in PANELS for target in panel["targets"])


def declared() -> set[str]:
    """Every metric by the names of its samples."""
    found = {"evenhand_build_info", "evenhand_model_info"}
    for family in REGISTRY.collect():
        if family.type == "counter":
            found.add(f"{family.name}_total")
        elif family.type == "histogram":
            found |= {f"{family.name}_bucket", f"{family.name}_count", f"{family.name}_sum"}
        else:
            found.add(family.name)
    source = Path(figures.__file__).read_text("utf-8")
    return found | {f"evenhand_{name}" for name in re.findall(r'_gauge\(\s*"(\w+)"', source)}


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_prometheus_understands_it_and_every_metric_exists(expression: str) -> None:
    promql_parser.parse(expression)
    named = set(re.findall(r"\b(?:evenhand|process)_[a-z_]+\b(?=[\[{ )]|$)", expression))
    assert named
    assert named - declared() - OF_THE_CLIENT == set()


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_every_alert_says_what_is_wrong_and_the_readme_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    (line,) = [line for line in README.splitlines() if line.startswith(f"| `{rule['alert']}` |")]
    assert len(line.split("|")[2].split()) > 5


def test_every_figure_of_the_database_stands_on_the_dashboard() -> None:
    source = Path(figures.__file__).read_text("utf-8")
    told = {f"evenhand_{name}" for name in re.findall(r'_gauge\(\s*"(\w+)"', source)}
    shown = " ".join(target["expr"] for panel in PANELS for target in panel["targets"])
    assert {name for name in told if name not in shown} == set()


def test_panels_overlap_nowhere_and_take_the_reader_s_own_prometheus() -> None:
    places = set()
    for panel in DASHBOARD["panels"]:
        grid = panel["gridPos"]
        cells = {(grid["x"] + x, grid["y"] + y) for x in range(grid["w"]) for y in range(grid["h"])}
        assert not cells & places, panel["title"]
        assert max(x for x, _ in cells) < 24
        places |= cells
    assert {panel["datasource"]["uid"] for panel in PANELS} == {"${datasource}"}


def test_the_files_are_copied_and_nothing_changed_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    first = CliRunner().invoke(app, ["operations", "files", str(folder)])
    assert first.exit_code == 0
    assert sorted(file.name for file in folder.iterdir()) == names()

    (folder / "prometheus-alerts.yml").write_text("mine", "utf-8")
    again = CliRunner().invoke(app, ["operations", "files", str(folder)])
    assert again.exit_code == 1
    assert (folder / "prometheus-alerts.yml").read_text("utf-8") == "mine"
    forced = CliRunner().invoke(app, ["operations", "files", str(folder), "--force"])
    assert forced.exit_code == 0
    assert (folder / "prometheus-alerts.yml").read_text("utf-8") == text_of("prometheus-alerts.yml")


def test_the_unit_gives_the_desk_time_to_stop() -> None:
    unit = text_of("evenhand@.service")
    assert "DynamicUser=yes" in unit
    assert "ProtectSystem=strict" in unit
    assert re.search(r"^TimeoutStopSec=(\d+)", unit, re.MULTILINE)
