"""What can be set, typed, granted and queued stands in the README or its own help; the README promises no more."""

import re
from pathlib import Path
from typing import get_args

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app
from bot.settings import Settings
from bot.settings_files import environment_name, may_be_a_file
from bot.slack.manifest import COMMANDS, SCOPES, SHORTCUTS
from bot.worker import engine
from triage import work
from triage.oncall.exchange.reading import from_yaml
from triage.timers import TimerKind

ROOT = Path(__file__).parents[2]
README_FILE = ROOT / "README.md"
README = README_FILE.read_text("utf-8") if README_FILE.exists() else ""

needs_readme = pytest.mark.skipif(not README, reason="there is no README yet")

# Heroku's and Slack's own names; everything else of ours begins with EVENHAND_.
USUAL_NAMES = {
    "database_url",
    "slack_bot_token",
    "slack_signing_secret",
    "slack_app_token",
    "slack_api_url",
    "slack_client_id",
    "slack_client_secret",
    "port",
    "otel_exporter_otlp_endpoint",
}


def settings() -> list[str]:
    return [n.upper() if n in USUAL_NAMES else f"EVENHAND_{n.upper()}" for n in Settings.model_fields]


def commands() -> dict[str, str]:
    """Every command as one types it, with its help."""
    found: dict[str, str] = {}

    def gather(group: typer.core.TyperGroup, words: tuple[str, ...]) -> None:
        for name, command in group.commands.items():
            if isinstance(command, typer.core.TyperGroup):
                gather(command, (*words, name))
            else:
                found[" ".join((*words, name))] = command.help or ""

    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    gather(group, ())
    return found


def in_code(text: str) -> str:
    """Only what stands in `backticks` or in a block of code, where names belong."""
    return "\n".join(re.findall(r"```[\s\S]*?```|`[^`\n]+`", text))


@needs_readme
@pytest.mark.parametrize("name", settings())
def test_every_setting_stands_in_the_readme(name: str) -> None:
    assert re.search(rf"`{name}[`=]", README)


@needs_readme
def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"\bEVENHAND_[A-Z_]+\b", README))
    files = {f"{environment_name(*one)}_FILE" for one in Settings.model_fields.items() if may_be_a_file(*one)}
    assert named - set(settings()) - files == set()


@needs_readme
def test_the_defaults_in_the_readme_are_the_real_ones() -> None:
    wrong = {}
    for line in README.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) != 3 or not (match := re.fullmatch(r"`(?:EVENHAND_)?([A-Z_]+)`", cells[0].strip("| "))):
            continue
        default = Settings.model_fields[match[1].lower()].default
        shown = cells[2].strip("`| ")
        if isinstance(default, int | float) and not isinstance(default, bool) and float(shown) != default:
            wrong[match[1]] = shown
    assert wrong == {}


@needs_readme
@pytest.mark.parametrize("name", commands())
def test_every_command_stands_in_the_readme(name: str) -> None:
    *group, last = name.split()
    # A group may be told in one line: `evenhand db upgrade`, `downgrade`, `current`.
    assert f"evenhand {name}" in README or (
        group and f"evenhand {group[0]}" in README and f"`{last}`" in README
    )


@needs_readme
def test_the_readme_names_no_command_that_does_not_exist() -> None:
    known = {name.split()[0] for name in commands()}
    named = set(re.findall(r"(?:^|`|/)evenhand ([a-z]+)\b", in_code(README), re.MULTILINE))
    assert named - known == set()


@pytest.mark.parametrize(("name", "told"), commands().items())
def test_every_command_has_help_of_its_own(name: str, told: str) -> None:
    assert told.strip().endswith(".")
    assert CliRunner().invoke(app, [*name.split(), "--help"]).exit_code == 0


@needs_readme
@pytest.mark.parametrize("option", ["--fresh", "--port", "--tour", "--json", "--lines", "--socket", "--url"])
def test_every_option_that_is_worth_knowing_stands_in_the_readme(option: str) -> None:
    assert option in README


@needs_readme
@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_stands_in_the_readme_with_its_reason(scope: str) -> None:
    line = next((line for line in README.splitlines() if line.startswith("|") and f"`{scope}`" in line), "")
    assert len(line.split("|")[2].split()) >= 3 if line else False


@needs_readme
def test_the_readme_asks_for_no_scope_that_the_manifest_does_not() -> None:
    told = set(re.findall(r"`([a-z_]+:[a-z_]+|commands)`", README))
    assert told - SCOPES.keys() - {"connections:write"} == set()


@needs_readme
@pytest.mark.parametrize("command", [command["command"] for command in COMMANDS])
def test_every_slash_command_stands_in_the_readme(command: object) -> None:
    assert str(command) in README


@needs_readme
@pytest.mark.parametrize("shortcut", [str(shortcut["name"]) for shortcut in SHORTCUTS])
def test_every_shortcut_stands_in_the_readme(shortcut: str) -> None:
    assert shortcut in README


@needs_readme
@pytest.mark.parametrize("path", ["/slack/events", "/healthz", "/readyz", "/metrics"])
def test_every_address_stands_in_the_readme(path: str) -> None:
    assert path in README


@needs_readme
def test_files_that_the_readme_shows_are_there() -> None:
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", README)
    assert [path for path in linked if not (ROOT / path).exists()] == []


# --- Durable work tells for itself ------------------------------------------------------------------

KINDS = get_args(work.Work)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.workflow)
def test_every_kind_of_work_says_what_it_does(kind: type) -> None:
    assert (kind.__doc__ or "").rstrip().endswith(".")


def test_every_kind_of_work_has_a_handler_that_tells_when_it_may_run_again() -> None:
    assert {kind.workflow for kind in KINDS} == engine._HANDLERS.keys()
    assert [name for name, handler in engine._HANDLERS.items() if not handler.__doc__] == []


def test_every_timer_says_what_is_due() -> None:
    source = Path(work.__file__).with_name("timers.py").read_text("utf-8")
    for kind in TimerKind:
        assert re.search(rf'{kind.name} = "{kind.value}"  # \w+', source), kind


def test_the_procfile_runs_commands_that_exist() -> None:
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    run = {line.partition("evenhand ")[2] for line in lines if "evenhand" in line}
    assert run <= commands().keys()


@needs_readme
def test_the_schedule_in_the_readme_can_be_read() -> None:
    (sample,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    people = {slack_id: n for n, slack_id in enumerate(re.findall(r"\bU0[A-Z]+\b", sample), 1)}
    (written,) = from_yaml(sample, people).schedules
    assert len(written.schedule.rotations) == 1
