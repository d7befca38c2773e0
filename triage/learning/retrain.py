"""Making a challenger: learn from what people confirmed, judge it beside the champion, look at the labels themselves.

All of it is calculation and takes its time without a database. The same labels and seed give the same challenger.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from triage.classifier import artifacts, registry, starter
from triage.classifier.errors import CannotTrain
from triage.classifier.examples import Category, Example
from triage.classifier.models import ModelVersion
from triage.classifier.outlook import Outlook
from triage.classifier.pipeline import TrainedModel
from triage.classifier.predict import Classifier
from triage.classifier.reader import ForgetfulReader, Reader, RememberingReader
from triage.classifier.training import Settings, train
from triage.learning.curve import SHARES, learning_curve
from triage.learning.dataset import Dataset, LabelledMessage
from triage.learning.gate import GateReport, compare
from triage.learning.label_check import FEWEST, Doubt, Trouble, batch_trouble, doubts, usual
from triage.learning.report import CurvePoint, ModelReport, report

# A category with so many labels of the desk's own needs no messages from the starter set any more.
OWN_ENOUGH = 30
# Above this, of own messages and stand-ins together, a curve of five trainings would take too long.
_MANY = 1_500
_FEWER_SHARES = (0.25, 0.50, 1.00)
_TIMED = 60
_DOUBTS_KEPT = 100

Progress = Callable[[str, int, int], None]


class NothingToJudgeBy(CannotTrain):
    """A model that nobody can compare may not serve, so it is not made."""

    def __init__(self) -> None:
        super().__init__(
            "there are no later labels to judge a new model by; go on resolving tickets for a while"
        )


@dataclass(frozen=True)
class Retrained:
    """`doubts` are about `batch`: the labels that came since the champion was trained."""

    model: TrainedModel
    packed: tuple[bytes, dict[str, Any]]
    report: ModelReport
    champion: ModelReport
    gate: GateReport
    batch: tuple[LabelledMessage, ...]
    doubts: tuple[Doubt, ...]
    trouble: Trouble | None
    milliseconds: float
    seed: int

    @property
    def megabytes(self) -> float:
        return len(self.packed[0]) / 1e6

    def as_json(self) -> dict[str, Any]:
        """What is kept beside the model. Of doubtful labels only where they are: never a text, never by whom."""
        return {
            "report": self.report.as_json(),
            "champion_report": self.champion.as_json(),
            "gate": self.gate.as_json(),
            "trouble": self.trouble.as_json() if self.trouble else None,
            "doubts": len(self.doubts),
            "doubtful": [
                {"ref": self.batch[one.position].ref, "said": one.said, "thought": one.thought}
                for one in self.doubts[:_DOUBTS_KEPT]
            ],
            "megabytes": round(self.megabytes, 3),
            "milliseconds": round(self.milliseconds, 3),
            "seed": self.seed,
        }


def retrain(
    data: Dataset,
    categories: Sequence[Category],
    *,
    champion: Classifier,
    encoder: Reader | None,
    seed: int,
    progress: Progress | None = None,
    since: datetime | None = None,
    zone: tzinfo = UTC,
) -> Retrained:
    """`since` is when the champion was trained: later labels are new to it. `zone` is where the desk's day is read.

    Raises `CannotTrain`.
    """
    course = _Course.over(data, categories, encoder=encoder, seed=seed, tell=progress or _quietly)
    course.tell("Learning", 0, 1)
    model = course.learned_from(course.learn)
    challenger = Classifier(model, "challenger", encoder=course.encoder)
    theirs = course.look(challenger, course.judge, "Judging the new one")
    ours = course.look(champion, course.judge, "Judging what serves")
    packed, slowest = artifacts.to_bytes(model), _slowest(replace(challenger, encoder=encoder), course.judge)
    batch = tuple(one for one in (*course.learn, *course.judge) if since is None or one.at > since)
    view, said = course.look(champion, batch, "Checking the labels"), [one.category for one in batch]
    return Retrained(
        model=model,
        packed=packed,
        report=report(theirs, course.judge, learning_curve=course.curve(theirs), zone=zone),
        champion=report(ours, course.judge, zone=zone),
        gate=course.gate(ours, theirs, data.audited, megabytes=len(packed[0]) / 1e6, milliseconds=slowest),
        batch=batch,
        doubts=doubts(view, said),
        trouble=course.trouble(view, batch),
        milliseconds=slowest,
        seed=seed,
    )


def _quietly(_step: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class _Course:
    """What all steps of one training share."""

    learn: tuple[LabelledMessage, ...]
    judge: tuple[LabelledMessage, ...]
    categories: Sequence[Category]
    encoder: Reader | None
    seed: int
    tell: Progress

    @classmethod
    def over(
        cls,
        data: Dataset,
        categories: Sequence[Category],
        *,
        encoder: Reader | None,
        seed: int,
        tell: Progress,
    ) -> "_Course":
        """Without messages whose category was deleted since."""
        keys = {category.key for category in categories} | {None}
        learn = tuple(one for one in data.learn if one.category in keys)
        judge = tuple(one for one in data.judge if one.category in keys)
        if not judge:
            raise NothingToJudgeBy
        reader = RememberingReader(encoder) if encoder is not None else None
        return cls(learn, judge, categories, reader, seed, tell)

    def learned_from(self, messages: Sequence[LabelledMessage]) -> TrainedModel:
        own = [message.as_example() for message in messages]
        more, phrases = _stand_ins(own, self.categories)
        return train(
            [*own, *more],
            self.categories,
            phrases=phrases,
            settings=Settings(seed=self.seed),
            encoder=self.encoder,
            progress=self.tell,
        )

    def look(self, classifier: Classifier, messages: Sequence[LabelledMessage], step: str) -> Outlook:
        self.tell(step, 0, len(messages))
        texts = [message.text for message in messages]
        return classifier.look(texts, progress=lambda done: self.tell(step, done, len(texts)))

    def gate(
        self, ours: Outlook, theirs: Outlook, audited: int, *, megabytes: float, milliseconds: float
    ) -> GateReport:
        return compare(
            ours,
            theirs,
            [message.category for message in self.judge],
            urgencies=[message.urgency for message in self.judge],
            families=[message.family for message in self.judge],
            audited=audited,
            megabytes=megabytes,
            milliseconds=milliseconds,
            names={category.key: category.name for category in self.categories},
            by_meaning=self.encoder is not None,
            seed=self.seed,
        )

    def trouble(self, view: Outlook, batch: Sequence[LabelledMessage]) -> Trouble | None:
        """Measured by how often the champion differs where two people agree: there it is its own fault."""
        keys = [category.key for category in self.categories]
        audited = [row for row, message in enumerate(batch) if message.standing >= 2]
        agreed = [batch[row].category for row in audited]
        enough = FEWEST <= len(audited) < len(batch)
        return batch_trouble(
            view,
            [message.category for message in batch],
            earlier=usual(view.of(audited), agreed, categories=keys) if enough else None,
            categories=keys,
            names={category.key: category.name for category in self.categories},
        )

    def curve(self, whole: Outlook) -> tuple[CurvePoint, ...]:
        stand_ins = sum(map(len, _stand_ins([one.as_example() for one in self.learn], self.categories)))
        shares: tuple[float, ...] = _FEWER_SHARES if len(self.learn) + stand_ins > _MANY else SHARES
        if stand_ins > len(
            self.learn
        ):  # a part of so few own labels would show the starter messages, five times
            shares = (1.00,)
        texts = [message.text for message in self.judge]
        return learning_curve(
            self.learn,
            self.judge,
            lambda part: Classifier(self.learned_from(part), "part", encoder=self.encoder).look(texts),
            seed=self.seed,
            shares=shares,
            whole=whole,
            progress=lambda done: self.tell("What more labels bring", done, len(shares)),
        )


def keep(
    session: Session, team_id: str, retrained: Retrained, *, name: str, dataset_hash: str, now: datetime
) -> ModelVersion:
    """As a challenger: it judges in shadow until somebody promotes it."""
    return registry.add(
        session,
        team_id,
        retrained.model,
        packed=retrained.packed,
        name=name,
        metrics=retrained.as_json() | {"dataset": dataset_hash},
        now=now,
    )


def _stand_ins(own: Sequence[Example], categories: Sequence[Category]) -> tuple[list[Example], list[Example]]:
    """The starter set's messages for categories that the desk has taken over from it and has few labels of: a desk's
    first challenger would otherwise forget what the starter model knows."""
    shipped = {category.key: category for category in starter.categories()}
    counts = Counter(example.category for example in own)
    taken_over = {one.key for one in categories if shipped.get(one.key) == one}
    if not taken_over:
        return [], []
    # Strays are always among them: what a desk itself labels as such is of one kind, and small talk of many.
    wanted = {key for key in taken_over if counts[key] < OWN_ENOUGH} | {None}
    messages = [one for one in starter.messages() if one.category in wanted]
    return messages, [one for one in starter.phrases() if one.category in wanted]


def _slowest(classifier: Classifier, messages: Sequence[LabelledMessage]) -> float:
    """What 99 of 100 decisions stay under, in milliseconds of this thread's own work, the reading of meaning included.

    Each message is decided twice and the quicker time counts: what else the machine does is no fault of the model.
    """
    if classifier.encoder is not None:
        classifier = replace(classifier, encoder=ForgetfulReader(classifier.encoder))
    return float(
        np.percentile([min(_took(classifier, one.text) for _ in range(2)) for one in messages[:_TIMED]], 99)
    )


def _took(classifier: Classifier, text: str) -> float:
    began = time.thread_time()
    classifier.decide(text)
    return (time.thread_time() - began) * 1000
