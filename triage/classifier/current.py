"""The classifier that serves right now: loaded once a process, changed within a second of a promotion."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from triage.classifier.errors import ModelFileRefused
from triage.classifier.models import ModelVersion
from triage.vocabulary import ModelState

# What learns and predicts takes seconds to load: a process that starts takes Slack's events before that.
if TYPE_CHECKING:
    from triage.classifier.predict import Classifier

LOOK_AGAIN_AFTER = timedelta(seconds=1)


@dataclass(frozen=True)
class _Held:
    stamp: tuple[int, str] | None  # id and hash of the champion; None stands for the starter model
    classifier: "Classifier"
    looked_at: datetime


class CurrentClassifier:
    """Thread-safe. The lock is never held while the database is asked, so that no two waits can cross."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def for_team(self, session: Session, team_id: str, now: datetime) -> "Classifier":
        with self._lock:
            held = self._held.get(team_id)
        # A clock that was set back must not keep an old model serving.
        if held is not None and abs(now - held.looked_at) < LOOK_AGAIN_AFTER:
            return held.classifier
        stamp = _champion_stamp(session, team_id)
        if held is not None and held.stamp == stamp:
            classifier = held.classifier
        else:
            classifier = _starter() if stamp is None else _load(session, stamp[0])
        with self._lock:
            self._held[team_id] = _Held(stamp, classifier, now)
        return classifier


def _champion_stamp(session: Session, team_id: str) -> tuple[int, str] | None:
    row = session.execute(
        select(ModelVersion.id, ModelVersion.sha256).where(
            ModelVersion.team_id == team_id, ModelVersion.state == ModelState.CHAMPION
        )
    ).one_or_none()
    return None if row is None else (row.id, row.sha256)


def _starter() -> "Classifier":
    from triage.classifier import starter

    return starter.classifier()


def _load(session: Session, version_id: int) -> "Classifier":
    from triage.classifier import artifacts
    from triage.classifier.predict import Classifier, rules_only

    version = session.get_one(
        ModelVersion, version_id, options=[undefer(ModelVersion.weights), undefer(ModelVersion.description)]
    )
    try:
        return Classifier(artifacts.from_bytes(version.weights, version.description), version.name)
    except ModelFileRefused as refusal:
        return rules_only(f"The category model {version.name} could not be used: {refusal}.")
