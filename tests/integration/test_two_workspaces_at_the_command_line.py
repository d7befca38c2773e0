"""Commands about a workspace ask which one, and show nothing of the other."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from console_desk import TEAM
from databases import prepared_engine
from twin import CANARY, THEIRS
from two_desks import OTHER, TwoDesks
from typer.testing import CliRunner, Result

from bot.cli import everything  # noqa: F401  (importing it registers every command)
from bot.cli.program import app

READING = (
    *("kb list", "kb search vpn", "kb gaps", "model list", "model show one", "model modes"),
    *(
        "oncall who",
        "oncall rota",
        "oncall look-ahead",
        "oncall export",
        "oncall off list",
        "oncall feed list --person UBEN",
    ),
    *(
        "oncall policy list",
        "oncall policy show",
        "oncall policy test",
        "oncall sla show",
        "oncall sla report",
    ),
    *("work list", "model history list"),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    with prepared_engine(f"sqlite:///{tmp_path_factory.mktemp('cli') / 'two.sqlite'}") as engine:
        yield engine


@pytest.fixture(scope="module")
def desks(engine: sa.Engine) -> TwoDesks:
    desks = TwoDesks(engine)
    desks.plant_the_twin()
    return desks


@pytest.fixture
def run(desks: TwoDesks, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    return Run()


class Run:
    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))


def known(run: Run) -> list[list[str]]:
    """The commands of the list that this version has."""
    words = [line.split() for line in READING]
    return [line for line in words if run(*line, "--help").exit_code == 0]


def test_with_several_workspaces_nobody_guesses(run: Run) -> None:
    for line in known(run):
        told = run(*line)
        assert told.exit_code == 2, line
        assert "Say which one: --team" in told.output, line
        assert CANARY not in told.output, line


def test_a_command_shows_its_own_workspace_only(run: Run) -> None:
    lines = known(run)
    assert len(lines) > 12
    shown = 0
    for line in lines:
        told = run(*line, "--team", TEAM)
        assert told.exit_code in (0, 1, 2), (line, told.output)
        assert CANARY not in told.output, line
        assert THEIRS not in told.output, line
        shown += told.exit_code == 0
    assert shown > 8


def test_a_workspace_that_is_not_there_is_told(run: Run) -> None:
    told = run("oncall", "who", "--team", "TNOWHERE")
    assert told.exit_code == 2
    assert "There is no workspace TNOWHERE" in told.output


def test_a_workspace_is_set_up_and_shown(run: Run) -> None:
    assert run("workspace", "set", TEAM, "--desk-channel", "C42", "--admins", "UELI").exit_code == 0
    shown = run("workspace", "show", TEAM, "--json").output
    assert '"desk_channel": "C42"' in shown
    assert '"UELI"' in shown
    assert "C42" not in run("workspace", "show", OTHER, "--json").output
    refused = run("workspace", "set", TEAM, "--desk-channel", "#desk")
    assert refused.exit_code == 2
    assert "no channel id" in refused.output
    assert run("workspace", "set", TEAM, "--agent-group", "S0AGENTS").exit_code == 0
    assert '"agent_group": "S0AGENTS"' in run("workspace", "show", TEAM, "--json").output
    refused = run("workspace", "set", TEAM, "--admin-group", "agents")
    assert (refused.exit_code, "no user group id" in refused.output) == (2, True)
    listed = run("workspace", "list").output
    assert TEAM in listed
    assert OTHER in listed
