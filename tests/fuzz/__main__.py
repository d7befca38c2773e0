"""`python -m tests.fuzz`: every reader of outside input, with many more examples than the tests take.

python -m tests.fuzz [--examples 5000] [--only csv,calendar]     hypothesis; shrinks what it finds
python -m tests.fuzz --atheris [--runs 100000] --only calendar   coverage-guided, one reader at a time;
                                                                 needs `pip install atheris`
"""

import argparse
import importlib
import sys
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings

from .scraps import READERS, samples, scraps

# A reader that takes longer for a few kilobytes than this, on a busy machine, looks at some of it again and again.
_LONGEST_SECONDS = 20.0


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("--examples", type=int, default=5_000)
    asked.add_argument("--only", default=",".join(READERS))
    asked.add_argument("--atheris", action="store_true")
    asked.add_argument("--runs", type=int, default=100_000)
    given_ = asked.parse_args()
    names = given_.only.split(",")
    if unknown := set(names) - set(READERS):
        asked.error(f"no such reader: {', '.join(sorted(unknown))}; there are {', '.join(READERS)}")
    if given_.atheris:
        return by_coverage(names, given_.runs)
    broken = [name for name in names if not by_property(name, given_.examples)]
    return 1 if broken else 0


def by_property(name: str, examples: int) -> bool:
    slowest = 0.0
    target = _targets()[name]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(scraps(name))
    def holds(text: str) -> None:
        nonlocal slowest
        began = time.perf_counter()
        target(text)
        took = time.perf_counter() - began
        slowest = max(slowest, took)
        assert took < _LONGEST_SECONDS, f"{took:.1f} s for {len(text)} characters"

    began = time.perf_counter()
    try:
        holds()
    except Exception as found:  # noqa: BLE001  (whatever it is, it is what was looked for)
        say(f"{name}: {type(found).__name__}: {str(found)[:500]}")
        for note in getattr(found, "__notes__", ()):
            say(f"  {note[:2_000]}")
        return False
    say(f"{name}: {examples} examples in {time.perf_counter() - began:.0f} s, the slowest {slowest:.2f} s")
    return True


def by_coverage(names: list[str], runs: int) -> int:
    if len(names) != 1:
        say("atheris takes one reader at a time: name it with --only")
        return 2
    try:
        atheris = importlib.import_module("atheris")
    except ModuleNotFoundError:
        say("atheris is not installed: pip install atheris")
        return 2
    # What is ours and the parsers beneath; all that is installed would take minutes to prepare.
    with atheris.instrument_imports(
        include=["kb", "triage.oncall", "triage.escalation", "icalendar", "yaml"]
    ):
        target = _targets()[names[0]]
    atheris.Setup(
        [sys.argv[0], f"-runs={runs}", "-max_len=4096"], _of_bytes(target, atheris, samples(names[0]))
    )
    atheris.Fuzz()
    return 0


def _targets() -> dict[str, Callable[[str], None]]:
    """Imported when it is known how."""
    found: dict[str, Callable[[str], None]] = importlib.import_module("tests.fuzz.targets").TARGETS
    return found


def _of_bytes(target: Callable[[str], None], atheris: object, words: list[str]) -> Callable[[bytes], None]:
    """Each byte chooses a piece of the format or stands for itself, so that the fuzzer speaks it from the start."""

    def one(data: bytes) -> None:
        target("".join(words[byte] if byte < len(words) else chr(byte) for byte in data))

    return one


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
