"""How long the decision alone takes: classify and search, on one core, among so many articles."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from bot.bench.beside import TYPOS
from bot.bench.cores import one_core
from bot.bench.spread import p50_p99
from bot.bench.synthetic import synthetic, with_made_up_meaning
from kb.evaluation import asked
from kb.index import Index, build_index
from kb.meaning.encoder import Encoder
from triage.classifier import starter
from triage.judge import Judge

SIZES = (1_000, 10_000, 100_000)
_WARM_UP = 20


@dataclass(frozen=True)
class DecisionPlan:
    """Each of `questions` is asked once, misspelt as people misspell: every tenth letter or so."""

    sizes: tuple[int, ...] = SIZES
    questions: int = 1_000
    with_meaning: bool = True

    @property
    def steps(self) -> int:
        return len(self.sizes)


QUICK = DecisionPlan(sizes=SIZES[:2], questions=150, with_meaning=False)


def measure_decision(
    plan: DecisionPlan = DecisionPlan(),
    encoder: Encoder | None = None,
    progress: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """By number of articles: by words, and under `with_meaning` by words and meaning where there is an encoder."""
    found: dict[str, Any] = {}
    with one_core():
        for size in plan.sizes:
            made = synthetic(size, questions=plan.questions)
            questions = [asked(question, TYPOS) for question in made.questions]
            index = build_index(made.entries)
            found[str(size)] = _times(index, None, questions)
            if encoder is not None and plan.with_meaning:
                found[str(size)]["with_meaning"] = _times(
                    with_made_up_meaning(index, encoder), encoder, questions
                )
            progress()
    return found


def _times(index: Index, encoder: Encoder | None, questions: Sequence[str]) -> dict[str, Any]:
    judge = Judge(starter.classifier(encoder), index)
    for question in questions[:_WARM_UP]:
        judge.judge(question)
    gc.collect()
    times = []
    for question in questions:
        began = perf_counter()
        judge.judge(question)
        times.append((perf_counter() - began) * 1000)
    return p50_p99(times)
