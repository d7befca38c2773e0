"""How well harsh words and frustration are heard: our rules beside a linear model trained on the same messages."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from time import process_time

from triage.care.tone import read_tone
from triage.care.tone_samples import BUILD, HELD_OUT, Sample, samples_of

_NINETY_FIVE = 1.96

Interval = tuple[float, float]
Hears = Callable[[str], bool]


@dataclass(frozen=True)
class Heard:
    """One way to hear one thing, on messages that were held out."""

    method: str
    what: str
    samples: int
    right: int  # said, and so
    wrong: int  # said, and not so
    missed: int
    ms: float

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def precision_between(self) -> Interval:
        return wilson(self.right, self.right + self.wrong)

    @property
    def recall_between(self) -> Interval:
        return wilson(self.right, self.right + self.missed)


def wilson(hits: int, of: int) -> Interval:
    """Where a share surely lies (95 %), also where it is near 1 and the samples are few."""
    if of == 0:
        return 0.0, 1.0
    share, z = hits / of, _NINETY_FIVE
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def measure() -> Iterator[Heard]:
    """The shipped rules, and what a linear model of words and letters makes of the half that the rules grew from."""
    hostile = [(sample.text, sample.hostile) for sample in samples_of(HELD_OUT)]
    frustrated = _told(samples_of(HELD_OUT))
    yield _heard("rules", "hostile", lambda text: read_tone.__wrapped__(text).hostile, hostile)
    yield _heard("rules", "frustrated", lambda text: read_tone.__wrapped__(text).frustrated, frustrated)
    learned = _linear([(sample.text, sample.hostile) for sample in samples_of(BUILD)])
    yield _heard("linear model", "hostile", learned, hostile)
    yield _heard("linear model", "frustrated", _linear(_told(samples_of(BUILD))), frustrated)


def _told(samples: Sequence[Sample]) -> list[tuple[str, bool]]:
    return [(sample.text, sample.frustrated) for sample in samples if sample.frustrated is not None]


def _heard(method: str, what: str, hears: Hears, rows: Sequence[tuple[str, bool]]) -> Heard:
    started = process_time()
    said = [hears(text) for text, _ in rows]
    spent = (process_time() - started) * 1_000 / len(rows)
    pairs = list(zip(said, (so for _, so in rows), strict=True))
    right, wrong, missed = (pairs.count(pair) for pair in ((True, True), (True, False), (False, True)))
    return Heard(method, what, len(rows), right, wrong, missed, spent)


def _linear(rows: Sequence[tuple[str, bool]]) -> Hears:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    model = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        ),
        LogisticRegression(C=30, class_weight="balanced", max_iter=2_000),
    )
    model.fit([text for text, _ in rows], [so for _, so in rows])
    return lambda text: bool(model.predict([text])[0])
