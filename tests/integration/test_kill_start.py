"""A desk that was killed is back soon: it takes events before it has loaded what it thinks with."""

import subprocess
import sys

import pytest

HEAVY = ("sklearn", "scipy", "skops", "matplotlib")


def loaded_by(program: str, *rooms: str) -> str:
    """What of these rooms a fresh process has loaded when it has done this."""
    told = f"print([name for name in sys.modules if name.startswith({rooms})])"
    begun = [sys.executable, "-c", f"import sys\n{program}\n{told}"]
    return subprocess.run(begun, check=True, capture_output=True, text=True).stdout.splitlines()[-1]


@pytest.mark.parametrize("begun", ["bot.cli.everything", "bot.runtime"])
def test_a_desk_and_its_commands_load_without_what_learns_predicts_and_draws(begun: str) -> None:
    assert loaded_by(f"import {begun}", *HEAVY) == "[]"


def test_a_question_is_decided_without_what_learns() -> None:
    """A hundred megabytes that a desk at rest would hold for nothing."""
    decides = "starter.classifier().decide('my vpn drops all the time')"
    assert loaded_by(f"from triage.classifier import starter; {decides}", *HEAVY) == "[]"


def test_a_process_that_stays_holds_no_commands_but_its_own() -> None:
    helps = (
        "sys.argv = ['evenhand', 'up', '--help']\n"
        "from bot.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass"
    )
    assert loaded_by(helps, "bot.bench", "bot.tour") == "[]"
