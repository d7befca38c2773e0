"""One training under way: the messages, their vectors, and what models say of messages that they have not seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.pipeline import FeatureUnion

from triage.classifier.examples import OUT
from triage.classifier.features import make_features, word_part
from triage.classifier.fit_company import fit_company, fit_wording, nearest_elsewhere
from triage.classifier.fit_linear import fit_directions, fit_words, said_by
from triage.classifier.folds import Positions, Unseen, deal
from triage.classifier.linear import Floats, Weights, rounded, widened
from triage.classifier.meaning_head import MeaningHead
from triage.classifier.raising import fit_raiser, levels_to_learn
from triage.classifier.reader import Reader
from triage.vocabulary import Urgency

# Called with what is being done, how much of it is done, and of how much.
Progress = Callable[[str, int, int], None]

# A short message takes some milliseconds to read, a long one fifty; and learning from so many needs a gigabyte.
MOST_READ = 16_000
_AT_ONCE = 256
# What a model says of a category that it has never met: a firm no.
_NEVER_MET = -2.0


@dataclass(frozen=True)
class Row:
    text: str
    label: str
    urgency: Urgency | None = None
    ref: str = ""


@dataclass(frozen=True)
class Course:
    """`rows` are learned from and judged, fold by fold; `hints` are learned from every time and never judged.

    `read` tells which of them, the rows first, have a vector in `vectors`; none where nothing reads meaning.
    """

    rows: tuple[Row, ...]
    hints: tuple[Row, ...]
    folds: tuple[Positions, ...]
    read: Positions
    vectors: Weights
    seed: int
    tell: Progress

    @classmethod
    def over(
        cls, rows: Sequence[Row], hints: Sequence[Row], *, encoder: Reader | None, seed: int, tell: Progress
    ) -> "Course":
        read, vectors = np.arange(0), np.zeros((0, 0), dtype=np.float32)
        if encoder is not None:
            read = _to_read(rows, hints, seed=seed)
            vectors = _read([(*rows, *hints)[i] for i in read], encoder, tell)
        folds = deal([row.label for row in rows], seed=seed)
        return cls(tuple(rows), tuple(hints), tuple(folds), read, vectors, seed, tell)

    @property
    def everything(self) -> tuple[Row, ...]:
        return self.rows + self.hints

    @property
    def labels(self) -> NDArray[np.str_]:
        return np.array([row.label for row in self.everything])

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(sorted({row.label for row in self.everything}))

    def features_of(self, rows: Sequence[Row]) -> tuple[FeatureUnion, csr_matrix]:
        features = make_features(len(rows))
        return features, csr_matrix(features.fit_transform([row.text for row in rows]))

    def without(self, fold: Positions) -> Positions:
        """Where everything else stands, the hints included."""
        return np.setdiff1d(np.arange(len(self.everything)), fold)


def by_words_unseen(course: Course) -> tuple[Unseen, dict[Urgency, Floats]]:
    """What models trained on the other folds say of each message, about category and alarms."""
    rows, labels = course.rows, course.labels
    urgencies = [row.urgency for row in rows]
    levels = levels_to_learn(urgencies)
    values = np.zeros((len(rows), len(course.classes)))
    nearest, others = np.zeros(len(rows)), np.zeros(len(rows))
    alarms: dict[Urgency, Floats] = {level: np.zeros(len(rows)) for level in levels}
    for done, fold in enumerate(course.folds):
        course.tell("Learning words", done, len(course.folds) + 1)
        learn = course.without(fold)
        features, known = course.features_of([course.everything[i] for i in learn])
        unseen = csr_matrix(features.transform([rows[i].text for i in fold]))
        linear = fit_words(known, labels[learn], seed=course.seed)
        values[fold] = widened(linear, course.classes, said_by(linear, unseen), missing=_NEVER_MET)
        nearest[fold], others[fold] = _nearest(
            word_part(features, unseen), labels[fold], word_part(features, known), labels[learn]
        )
        judged = learn[learn < len(rows)]
        for level in levels:
            told = [urgencies[i] for i in judged]
            alarm = fit_raiser(known[: len(judged)], told, level, seed=course.seed)
            alarms[level][fold] = said_by(alarm, unseen)[:, 0]
    truth = tuple(row.label for row in rows)
    return Unseen((values,), (nearest,), (others,), course.classes, truth), alarms


def fit_meaning(course: Course, known: csr_matrix, encoder: Reader) -> tuple[MeaningHead, Unseen]:
    """The second head, and what it says of each message it could read, with that message's fold left out.

    `known` is everything as n-grams.
    """
    vectors, rows = course.vectors, [course.everything[i] for i in course.read]
    labels = np.array([row.label for row in rows])
    judged = int((course.read < len(course.rows)).sum())
    folds = [np.flatnonzero(np.isin(course.read, fold)) for fold in course.folds]
    course.tell("Learning meaning", 0, 3)
    words = csr_matrix(known[course.read])
    say, company = fit_company(vectors, words, labels.tolist(), course.classes, folds)
    course.tell("Learning meaning", 1, 3)
    straight = _directions_unseen(course, vectors, labels, folds)
    course.tell("Learning meaning", 2, 3)
    head = MeaningHead(
        encoder_id=encoder.id,
        landmarks=rounded(vectors),
        labels=tuple(row.label for row in rows),
        refs=tuple(row.ref for row in rows),
        say=rounded(say),
        wording=fit_wording(words, say, course.classes),
        directions=fit_directions(vectors, labels, seed=course.seed),
    )
    nearest = nearest_elsewhere(vectors, labels, folds)
    others = nearest_elsewhere(vectors, labels, folds, other_labels=True)
    course.tell("Learning meaning", 3, 3)
    heads = (company[:judged], straight[:judged])
    truth = tuple(labels[:judged].tolist())
    return head, Unseen(heads, (nearest[:judged],), (others[:judged],), course.classes, truth)


def _directions_unseen(
    course: Course, vectors: Weights, labels: NDArray[np.str_], folds: Sequence[Positions]
) -> Floats:
    values = np.zeros((len(vectors), len(course.classes)))
    for fold in folds:
        learn = np.setdiff1d(np.arange(len(vectors)), fold)
        part = fit_directions(vectors[learn], labels[learn], seed=course.seed)
        said = part.of_vectors(vectors[fold])
        values[fold] = widened(part, course.classes, said, missing=float(said.min()))
    return values


def joined(course: Course, words: Unseen, meaning: Unseen) -> Unseen:
    """Both ways of reading, of the messages that both have read."""
    read = course.read[course.read < len(course.rows)]
    return Unseen(
        tuple(head[read] for head in words.heads) + meaning.heads,
        tuple(one[read] for one in words.nearest) + meaning.nearest,
        tuple(one[read] for one in words.nearest_others) + meaning.nearest_others,
        words.classes,
        meaning.truth,
    )


def _to_read(rows: Sequence[Row], hints: Sequence[Row], *, seed: int) -> Positions:
    """All, or as many as can be read in some minutes."""
    if len(rows) <= MOST_READ:
        return np.arange(len(rows) + len(hints))
    some = np.sort(np.random.default_rng(seed).choice(len(rows), MOST_READ, replace=False))
    return np.concatenate([some, np.arange(len(rows), len(rows) + len(hints))])


def _read(rows: Sequence[Row], encoder: Reader, tell: Progress) -> Weights:
    parts = []
    for start in range(0, len(rows), _AT_ONCE):
        tell("Reading", start, len(rows))
        parts.append(encoder.encode([row.text for row in rows[start : start + _AT_ONCE]]))
    return np.vstack(parts)


def _nearest(
    rows: csr_matrix, labels: NDArray[np.str_], known: csr_matrix, theirs: NDArray[np.str_]
) -> tuple[Floats, Floats]:
    """Cosine to the most alike message that has a category, and to that of another category than one's own."""
    inside = np.flatnonzero(theirs != OUT)
    known, theirs = known[inside].T.tocsc(), theirs[inside]
    nearest, others = np.zeros(rows.shape[0]), np.zeros(rows.shape[0])
    for start in range(0, rows.shape[0], _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        likeness = (rows[part] @ known).toarray()
        nearest[part] = likeness.max(axis=1, initial=0)
        likeness[labels[part][:, None] == theirs[None, :]] = 0
        others[part] = likeness.max(axis=1, initial=0)
    return nearest, others
