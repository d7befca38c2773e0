"""A desk that was killed is back soon: it takes events before it has loaded what it thinks with."""

import subprocess
import sys

import pytest

HEAVY = ("sklearn", "scipy", "skops", "matplotlib")


@pytest.mark.parametrize("begun", ["bot.cli.everything", "bot.runtime"])
def test_a_desk_and_its_commands_load_without_what_learns_predicts_and_draws(begun: str) -> None:
    program = f"import sys, {begun}; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]"


def test_a_question_is_decided_without_what_learns() -> None:
    """A hundred megabytes that a desk at rest would hold for nothing."""
    decided = (
        "from triage.classifier import starter; starter.classifier().decide('my vpn drops all the time')"
    )
    program = f"import sys; {decided}; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]"


def test_a_process_that_stays_holds_no_commands_but_its_own() -> None:
    program = (
        "import sys; sys.argv = ['evenhand', 'up', '--help']\n"
        "from bot.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print([name for name in sys.modules if name.startswith(('bot.bench', 'bot.tour'))])"
    )
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip().splitlines()[-1] == "[]"
