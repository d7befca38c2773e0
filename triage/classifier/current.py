"""The classifier that serves right now: loaded once a process, changed within a second of a promotion.

A champion whose file is damaged, foreign or made by another version is not used: the version before it serves, else the
starter model, else the rules alone. Every verdict says so meanwhile.
"""

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from triage.classifier.errors import ModelFileRefused
from triage.classifier.models import ModelVersion, Promotion
from triage.classifier.reader import Reader
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

    def __init__(self, encoder: Reader | None = None) -> None:
        self.encoder = encoder
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
            classifier = self._starter() if stamp is None else self._champion(session, team_id, stamp[0])
        with self._lock:
            self._held[team_id] = _Held(stamp, classifier, now)
        return classifier

    def trouble(self) -> dict[str, tuple[str, str]]:
        """Of each workspace where something else serves than should: a name for the case, and a sentence."""
        with self._lock:
            held = dict(self._held)
        return {
            team_id: (":".join(map(str, one.stamp or ("starter",)))[:80], one.classifier.note)
            for team_id, one in held.items()
            if one.classifier.note
        }

    def of_version(self, session: Session, version_id: int) -> "Classifier":
        """Any version, serving or not. Raises `ModelFileRefused`."""
        from triage.classifier import artifacts
        from triage.classifier.predict import Classifier

        version = session.get_one(
            ModelVersion,
            version_id,
            options=[undefer(ModelVersion.weights), undefer(ModelVersion.description)],
            populate_existing=True,
        )
        return Classifier(
            artifacts.from_bytes(version.weights, version.description), version.name, encoder=self.encoder
        )

    def _champion(self, session: Session, team_id: str, version_id: int) -> "Classifier":
        try:
            return self.of_version(session, version_id)
        except ModelFileRefused as refusal:
            name = session.get_one(ModelVersion, version_id).name
            instead = self._before(session, team_id, version_id)
            sentence = f"The category model {name} could not be used: {refusal}."
            if instead.model is not None:
                sentence += f" {instead.version} serves in its place."
            return replace(instead, note=" ".join(filter(None, (sentence, instead.note))))

    def _before(self, session: Session, team_id: str, version_id: int) -> "Classifier":
        """What served before a champion that cannot."""
        for earlier in _served_before(session, team_id, version_id):
            try:
                return self.of_version(session, earlier)
            except ModelFileRefused:
                continue
        return self._starter()

    def _starter(self) -> "Classifier":
        from triage.classifier import starter

        return starter.classifier(self.encoder)


def _champion_stamp(session: Session, team_id: str) -> tuple[int, str] | None:
    row = session.execute(
        select(ModelVersion.id, ModelVersion.sha256).where(
            ModelVersion.team_id == team_id, ModelVersion.state == ModelState.CHAMPION
        )
    ).one_or_none()
    return None if row is None else (row.id, row.sha256)


def _served_before(session: Session, team_id: str, version_id: int) -> list[int]:
    """Versions whose file is still there, the latest first."""
    rows = session.scalars(
        select(Promotion.model_id)
        .join(ModelVersion)
        .where(
            Promotion.team_id == team_id,
            Promotion.rolled_back_at.is_(None),
            Promotion.model_id != version_id,
            ModelVersion.cleared_at.is_(None),
        )
        .order_by(Promotion.id.desc())
    )
    return list(dict.fromkeys(rows))
