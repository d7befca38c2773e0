"""The models a team has trained: which one serves, which wait, and how one takes over from another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from triage.classifier import artifacts
from triage.classifier.errors import ModelNotFound, PromotedMeanwhile
from triage.classifier.models import ModelVersion
from triage.classifier.pipeline import TrainedModel
from triage.vocabulary import ModelState


def champion(session: Session, team_id: str) -> ModelVersion | None:
    """The serving version; None while the team still uses the starter model."""
    return session.scalar(
        select(ModelVersion).where(ModelVersion.team_id == team_id, ModelVersion.state == ModelState.CHAMPION)
    )


def find(session: Session, team_id: str, name: str) -> ModelVersion:
    version = session.scalar(
        select(ModelVersion).where(ModelVersion.team_id == team_id, ModelVersion.name == name)
    )
    if version is None:
        raise ModelNotFound(name)
    return version


def add(
    session: Session,
    team_id: str,
    model: TrainedModel,
    *,
    name: str,
    metrics: Mapping[str, Any],
    now: datetime,
) -> ModelVersion:
    """Keeps a trained model as a challenger; it serves nobody until it is promoted."""
    weights, description = artifacts.to_bytes(model)
    version = ModelVersion(
        team_id=team_id,
        name=name,
        state=ModelState.CHALLENGER,
        weights=weights,
        description=description,
        sha256=description["sha256"],
        metrics=dict(metrics),
        created_at=now,
    )
    session.add(version)
    session.flush()
    return version


def promote(
    session: Session, team_id: str, name: str, *, instead_of: str | None, now: datetime
) -> ModelVersion:
    """Makes `name` the champion in place of the one the admin saw (None: the starter model).

    Rolling back is the same step with an older name. If the champion changed meanwhile, nothing happens.
    """
    version = find(session, team_id, name)
    try:
        with session.begin_nested():
            _step_down(session, team_id, name, instead_of=instead_of)
            _step_up(session, version.id, name, now=now)
    except IntegrityError as error:
        raise PromotedMeanwhile(name) from error
    session.refresh(version)
    return version


def _step_down(session: Session, team_id: str, name: str, *, instead_of: str | None) -> None:
    if instead_of is None:
        if champion(session, team_id) is not None:
            raise PromotedMeanwhile(name)
        return
    moved = session.execute(
        update(ModelVersion)
        .where(
            ModelVersion.team_id == team_id,
            ModelVersion.name == instead_of,
            ModelVersion.state == ModelState.CHAMPION,
        )
        .values(state=ModelState.RETIRED)
    )
    if cast("CursorResult[Any]", moved).rowcount == 0:
        raise PromotedMeanwhile(name)


def _step_up(session: Session, version_id: int, name: str, *, now: datetime) -> None:
    moved = session.execute(
        update(ModelVersion)
        .where(ModelVersion.id == version_id, ModelVersion.state != ModelState.CHAMPION)
        .values(state=ModelState.CHAMPION, promoted_at=now)
    )
    if cast("CursorResult[Any]", moved).rowcount == 0:
        raise PromotedMeanwhile(name)
