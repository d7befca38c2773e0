"""The product's classifier, trained on any labelled messages, beside others trained on the same."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time

import numpy as np
from threadpoolctl import threadpool_limits

from bot.bench.bad_batches import Row
from kb.judged import with_typos
from triage.classifier import artifacts
from triage.classifier.examples import Category, Example
from triage.classifier.figures import Figures, figures
from triage.classifier.predict import Classifier
from triage.classifier.reader import Reader
from triage.classifier.training import Settings, train

TIMED = 200
_FIRST_SLOW_ONES = 5
# Many labels are written by programmers: "card_arrival" is read as its words.
_JOINTS = str.maketrans("_/.", "   ")

Progress = Callable[[str, int, int], None]


class BadTask(Exception):
    """The messages cannot be judged fairly, and why."""


@dataclass(frozen=True)
class Task:
    """`strays` is the label of messages that belong to no category; None where there are none."""

    learn: tuple[Row, ...]
    judge: tuple[Row, ...]
    strays: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted({row.label for row in self.learn} - {self.strays}))

    @property
    def truth(self) -> tuple[str | None, ...]:
        return tuple(None if row.label == self.strays else row.label for row in self.judge)

    @property
    def learned_by_heart(self) -> int:
        """How many messages to be judged are also learned from, word for word."""
        known = {row.text for row in self.learn}
        return sum(row.text in known for row in self.judge)

    @property
    def unknown_labels(self) -> tuple[str, ...]:
        return tuple(sorted({row.label for row in self.judge} - set(self.labels) - {self.strays}))


@dataclass(frozen=True)
class Measured:
    figures: Figures
    milliseconds: tuple[float, float]  # the middle one and the slowest of a hundred, processor time
    megabytes: float
    fit_seconds: float


def checked(task: Task) -> Task:
    """Raises `BadTask` where figures would mean nothing."""
    if not task.judge:
        raise BadTask("there are no messages to judge by")
    if all(label is None for label in task.truth):
        raise BadTask("no message to judge by has a category")
    if task.learned_by_heart > len(task.judge) / 2:
        raise BadTask(
            f"{task.learned_by_heart:,} of the {len(task.judge):,} messages to judge by are also learned from, "
            "so the figures would only show what was learned by heart"
        )
    return task


def few_of_each(task: Task, count: int, *, seed: int) -> Task:
    """With so many labelled messages a category; strays are not labelled by hand, so none are kept."""
    by_label: dict[str, list[Row]] = defaultdict(list)
    for row in task.learn:
        if row.label != task.strays:
            by_label[row.label].append(row)
    chosen = random.Random(seed)
    kept = [
        row
        for label in sorted(by_label)
        for row in chosen.sample(by_label[label], min(count, len(by_label[label])))
    ]
    return Task(tuple(kept), task.judge, task.strays)


def mistyped(task: Task, rate: float, *, seed: int) -> Task:
    """With typing errors in the messages that are judged, and only there."""
    typist = random.Random(seed)
    judge = tuple(Row(with_typos(row.text, rate, typist), row.label) for row in task.judge)
    return Task(task.learn, judge, task.strays)


def learned(
    task: Task, reader: Reader | None, *, seed: int = 7, progress: Progress | None = None
) -> tuple[Classifier, float]:
    """The product's own pipeline, and the seconds of wall time that it took. Raises `CannotTrain`."""
    categories = [Category(label, label.translate(_JOINTS), "") for label in task.labels]
    examples = [Example(row.text, None if row.label == task.strays else row.label) for row in task.learn]
    began = perf_counter()
    model = train(examples, categories, settings=Settings(seed=seed), encoder=reader, progress=progress)
    return Classifier(model, "measured", encoder=reader), perf_counter() - began


def measure(
    task: Task,
    reader: Reader | None,
    *,
    seed: int = 7,
    noise: float = 0.0,
    progress: Progress | None = None,
) -> Measured:
    classifier, seconds = learned(task, reader, seed=seed, progress=progress)
    judged = mistyped(task, noise, seed=seed) if noise else task
    tell = progress or (lambda _step, _done, _total: None)
    texts = [row.text for row in judged.judge]
    outlook = classifier.look(texts, progress=lambda done: tell("Judging", done, len(texts)))
    assert classifier.model is not None
    weights, _ = artifacts.to_bytes(classifier.model)
    return Measured(
        figures(outlook, judged.truth),
        spent(classifier.decide, texts),
        len(weights) / 1e6,
        seconds,
    )


def spent(decide: Callable[[str], object], texts: Sequence[str]) -> tuple[float, float]:
    """Processor milliseconds a decision, p50 and p99, one at a time as in life."""
    some = texts[:: max(1, len(texts) // TIMED)][:TIMED]
    took = []
    with threadpool_limits(1):  # threads that wait for each other would be counted as work
        for text in [*some[:_FIRST_SLOW_ONES], *some]:
            began = process_time()
            decide(text)
            took.append((process_time() - began) * 1000)
    p50, p99 = np.percentile(took[_FIRST_SLOW_ONES:] or took, [50, 99])
    return float(p50), float(p99)
