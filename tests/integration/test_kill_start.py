"""A desk that was killed is back soon: it takes events before it has loaded what it thinks with."""

import subprocess
import sys

HEAVY = ("sklearn", "scipy", "skops")


def test_the_commands_load_without_what_learns_and_predicts() -> None:
    program = f"import sys, bot.cli.main; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]"
