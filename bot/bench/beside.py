"""One set of questions after the other, one way to search after the other: the figures side by side."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time

from bot.bench.peers import Find
from kb.entries import Entry
from kb.evaluation import Answer, Figures, Outcome, asked, figures, hold_against
from kb.judged_files import JudgedQuestion

TYPOS = 0.1


@dataclass(frozen=True)
class BenchSet:
    """Questions to be asked of articles. `parts` of one name are judged together."""

    name: str
    parts: tuple[tuple[tuple[Entry, ...], tuple[JudgedQuestion, ...]], ...]

    @property
    def count(self) -> int:
        return sum(len(questions) for _, questions in self.parts)


@dataclass(frozen=True)
class Contender:
    """A way to search: `build` reads the articles and returns how to ask."""

    name: str
    version: str
    build: Callable[[Sequence[Entry]], Callable[[str], Answer]]


@dataclass(frozen=True)
class Row:
    """What one way to search reached on one set, clean and with typos."""

    contender: str
    version: str
    set_name: str
    clean: Figures
    typos: Figures
    build_s: float


def timed(build: Callable[[Sequence[Entry]], Find]) -> Callable[[Sequence[Entry]], Callable[[str], Answer]]:
    """A peer asks nothing of a cut-off, so it never says whether it would show."""

    def prepared(entries: Sequence[Entry]) -> Callable[[str], Answer]:
        find = build(entries)

        def answer(text: str) -> Answer:
            started = perf_counter()
            ranked = find(text)
            return Answer(ranked, False, (perf_counter() - started) * 1000)

        return answer

    return prepared


def compare(
    sets: Sequence[BenchSet], contenders: Sequence[Contender], progress: Callable[[], None] = lambda: None
) -> Iterator[Row]:
    """`progress` is called once for each question asked, clean or misspelt."""
    for judged in sets:
        for contender in contenders:
            clean: list[Outcome] = []
            typos: list[Outcome] = []
            spent = 0.0
            for entries, questions in judged.parts:
                started = process_time()
                answer = contender.build(entries)
                spent += process_time() - started
                answer("a first question pays for what is loaded once")
                for question in questions:
                    for noise, outcomes in ((0.0, clean), (TYPOS, typos)):
                        outcomes.append(hold_against(answer(asked(question, noise)), question))
                        progress()
            yield Row(contender.name, contender.version, judged.name, figures(clean), figures(typos), spent)
