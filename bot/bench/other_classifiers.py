"""Other ways to sort the same messages, each as its users commonly set it up. What is not installed is left out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from tempfile import NamedTemporaryFile
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import Pipeline, make_pipeline

from bot.bench.classifiers import Measured, Task, spent
from triage.classifier.figures import figures
from triage.classifier.outlook import Outlook, silence
from triage.classifier.pipeline import readable

# From here on fastText's own documentation lets it look at pairs of words for so many rounds.
_ROUNDS, _PAIRS = 50, 2

Chances = Callable[[Sequence[str]], NDArray[np.float64]]


@dataclass(frozen=True)
class Other:
    """`learn` returns the classes, their chances for texts, and the size in megabytes, 0 where it is not known."""

    name: str
    learn: Callable[[Task], tuple[tuple[str, ...], Chances, float]]
    package: str = ""
    brought_by: str = ""

    @property
    def is_installed(self) -> bool:
        return not self.package or find_spec(self.package) is not None


def measure_other(other: Other, task: Task) -> Measured:
    """Strays are one more class for these: none of them knows how to be silent."""
    began = perf_counter()
    classes, chances, megabytes = other.learn(task)
    seconds = perf_counter() - began
    texts = [readable(row.text) for row in task.judge]
    said = chances(texts)
    inside = [column for column, label in enumerate(classes) if label != task.strays]
    sure, rules = said[:, inside].max(axis=1), silence([]).urgencies
    outlook = Outlook(
        tuple(classes[i] for i in inside), said[:, inside], sure, said.argmax(axis=1) < len(classes), rules
    )
    return Measured(
        figures(outlook, task.truth), spent(lambda text: chances([text]), texts), megabytes, seconds
    )


def _plain(task: Task) -> tuple[tuple[str, ...], Chances, float]:
    return _fitted(make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000)), task)


def _bayes(task: Task) -> tuple[tuple[str, ...], Chances, float]:
    return _fitted(make_pipeline(TfidfVectorizer(), ComplementNB()), task)


def _fitted(pipeline: Pipeline, task: Task) -> tuple[tuple[str, ...], Chances, float]:
    pipeline.fit([readable(row.text) for row in task.learn], [row.label for row in task.learn])
    classes = tuple(str(label) for label in pipeline.classes_)
    weights = getattr(pipeline[-1], "coef_", None)
    size = pipeline[-1].feature_log_prob_.nbytes if weights is None else weights.nbytes
    return classes, lambda texts: np.asarray(pipeline.predict_proba(texts)), size / 1e6


def _fasttext(task: Task) -> tuple[tuple[str, ...], Chances, float]:
    import fasttext

    with NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as lines:
        for row in task.learn:
            lines.write(f"__label__{row.label.replace(' ', '_')} {_line(row.text)}\n")
        lines.flush()
        model = fasttext.train_supervised(lines.name, epoch=_ROUNDS, wordNgrams=_PAIRS, thread=1, verbose=0)
    spelled = {f"__label__{row.label.replace(' ', '_')}": row.label for row in task.learn}
    classes = tuple(sorted(set(spelled.values())))
    column = {label: position for position, label in enumerate(classes)}

    def chances(texts: Sequence[str]) -> NDArray[np.float64]:
        said = np.zeros((len(texts), len(classes)))
        for row, text in enumerate(texts):
            # The package's own `predict` breaks with NumPy 2; what it wraps does not.
            for chance, label in model.f.predict(f"{_line(text)}\n", len(classes), 0.0, "strict"):
                said[row, column[spelled[label]]] = chance
        return said

    return classes, chances, 0.0


def _line(text: str) -> str:
    return " ".join(text.lower().split())


OTHERS = (
    Other("TF-IDF, logistic regression", _plain),
    Other("TF-IDF, complement naive Bayes", _bayes),
    Other("fastText", _fasttext, "fasttext", "fasttext-numpy2-wheel"),
)
