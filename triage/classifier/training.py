"""Making a model from labelled messages: the same messages and seed give the same model."""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from scipy.sparse import csr_matrix

from triage.classifier.calibration import calibrate
from triage.classifier.course import Course, Progress, Row, by_words_unseen, fit_meaning, joined
from triage.classifier.errors import OneCategoryOnly, TooFewExamples, UnknownLabels
from triage.classifier.examples import OUT, Category, Example, digest
from triage.classifier.features import ngrams_of, postings_of, word_part
from triage.classifier.fit_linear import fit_words
from triage.classifier.linear import Floats
from triage.classifier.pipeline import Kept, Raiser, TrainedModel, readable
from triage.classifier.raising import fit_raiser, with_floor
from triage.classifier.reader import Reader
from triage.vocabulary import Urgency

FEWEST_EXAMPLES = 10
# Fewer strays than this teach the model nothing about what is out of scope.
FEWEST_OUTSIDE = 10
# Enough to recognise what is like something seen; more would only make the file large.
MOST_KEPT_EXAMPLES = 3_000
# Raised whenever the same messages would give another model, so that shipped models are rebuilt.
RECIPE = 5


@dataclass(frozen=True)
class Settings:
    """`precision` is what is promised when the model decides; it abstains where it cannot keep that."""

    seed: int = 7
    precision: float = 0.9


DEFAULT = Settings()


def train(
    examples: Sequence[Example],
    categories: Sequence[Category],
    *,
    phrases: Sequence[Example] = (),
    settings: Settings = DEFAULT,
    encoder: Reader | None = None,
    progress: Progress | None = None,
) -> TrainedModel:
    """`phrases` are short typical wordings: learned from like messages, but never judged as if they were some.

    With an encoder the model reads meaning as well; it goes by words where that encoder is missing later.
    """
    tell, rows = progress or _quietly, usable_rows(examples, categories)
    course = Course.over(rows, hints(categories, phrases), encoder=encoder, seed=settings.seed, tell=tell)
    unseen, alarms = by_words_unseen(course)
    features, known = course.features_of(course.everything)
    linear = fit_words(known, course.labels, seed=settings.seed)
    tell("Learning words", 1, 1)
    meaning, together = None, None
    if encoder is not None:
        meaning, of_meaning = fit_meaning(course, known, encoder)
        together = calibrate(joined(course, unseen, of_meaning), precision=settings.precision)
    return TrainedModel(
        ngrams=ngrams_of(features),
        linear=linear,
        raisers=_raisers(course, known, alarms),
        kept=_kept(course, word_part(features, known)),
        categories=tuple(categories),
        calibration=calibrate(unseen, precision=settings.precision),
        trained_on=len(rows),
        training_hash=training_hash(examples, categories, phrases=phrases, settings=settings),
        meaning=meaning,
        together=together,
    )


def _quietly(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def training_hash(
    examples: Sequence[Example],
    categories: Sequence[Category],
    *,
    phrases: Sequence[Example] = (),
    settings: Settings = DEFAULT,
) -> str:
    """Changes with messages, categories and settings, and when the cleaning reads a message differently."""
    recipe = {"recipe": RECIPE, **asdict(settings)}
    read = [replace(example, text=readable(example.text)) for example in examples]
    return digest(read, categories, phrases=phrases, recipe=recipe)


def usable_rows(examples: Sequence[Example], categories: Sequence[Category]) -> list[Row]:
    """Cleaned texts with labels; messages without text are left out, wrong labels refused."""
    _refuse_unknown_labels(examples, categories)
    rows = [
        Row(readable(e.text), OUT if e.category is None else e.category, e.urgency, e.ref) for e in examples
    ]
    inside = [row for row in rows if row.text and row.label != OUT]
    outside = [row for row in rows if row.text and row.label == OUT]
    found = sorted({row.label for row in inside})
    if len(inside) < FEWEST_EXAMPLES:
        raise TooFewExamples(len(inside), FEWEST_EXAMPLES)
    if len(found) < 2:
        raise OneCategoryOnly(tuple(found))
    return inside + (outside if len(outside) >= FEWEST_OUTSIDE else [])


def hints(categories: Sequence[Category], phrases: Sequence[Example]) -> list[Row]:
    _refuse_unknown_labels(phrases, categories)
    said = [Row(readable(part), category.key) for category in categories for part in category.as_phrases()]
    said += [Row(readable(p.text), OUT if p.category is None else p.category) for p in phrases]
    return [row for row in said if row.text]


def _refuse_unknown_labels(examples: Sequence[Example], categories: Sequence[Category]) -> None:
    used = {example.category for example in examples if example.category is not None}
    unknown = used - {category.key for category in categories}
    if unknown:
        raise UnknownLabels(tuple(sorted(unknown)))


def _raisers(course: Course, known: csr_matrix, unseen: dict[Urgency, Floats]) -> tuple[Raiser, ...]:
    urgencies = [row.urgency for row in course.rows]
    found = [
        with_floor(
            fit_raiser(known[: len(urgencies)], urgencies, level, seed=course.seed), values, urgencies, level
        )
        for level, values in unseen.items()
    ]
    return tuple(raiser for raiser in found if raiser is not None)


def _kept(course: Course, words: csr_matrix) -> Kept:
    inside = [position for position, row in enumerate(course.everything) if row.label != OUT]
    if len(inside) > MOST_KEPT_EXAMPLES:
        inside = sorted(random.Random(course.seed).sample(inside, MOST_KEPT_EXAMPLES))
    rows = [course.everything[position] for position in inside]
    return Kept(postings_of(words[inside]), tuple(row.label for row in rows), tuple(row.ref for row in rows))
