"""The messages of our own on which the reading of tone is measured: half to write its rules by, half held out.

Nobody looked at the held-out half while the rules were written; the figures in `evenhand bench tone` are of it.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "tone_samples.jsonl"
BUILD, HELD_OUT = "build", "held_out"


@dataclass(frozen=True)
class Sample:
    """`frustrated` is None where nobody can say: who insults is mostly cross too."""

    text: str
    kind: str
    hostile: bool
    frustrated: bool | None
    part: str


@cache
def samples() -> tuple[Sample, ...]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return tuple(Sample(**json.loads(line)) for line in lines)


def samples_of(part: str) -> tuple[Sample, ...]:
    return tuple(sample for sample in samples() if sample.part == part)
