"""The models a team has trained: which one serves, which wait, and how one takes over from another.

A promotion moves a pointer. Two admins at once: the one whose page no longer shows what serves is told so, and nothing
happens. Old files are cleared away (see `clear_old_files`); their figures and the story of who served when stay.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from triage.audit import record
from triage.classifier.errors import (
    AlreadyServes,
    CategoriesGone,
    ModelFileCleared,
    ModelNotFound,
    NothingToRollBack,
    NotPassed,
    PromotedMeanwhile,
)
from triage.classifier.models import ModelVersion, Promotion
from triage.classifier.modes import lift_guards
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.tickets.models import Category
from triage.vocabulary import ModelState

# What learns takes seconds to load, and who promotes need not wait for it.
if TYPE_CHECKING:
    from triage.classifier.pipeline import TrainedModel

# Files kept: of those that wait, the newest; of those that served, the last.
KEPT_CHALLENGERS = 5
KEPT_CHAMPIONS = 3
STARTER = "starter"


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


def versions(session: Session, team_id: str) -> list[ModelVersion]:
    """All of them, newest first."""
    return list(
        session.scalars(
            select(ModelVersion).where(ModelVersion.team_id == team_id).order_by(ModelVersion.id.desc())
        )
    )


def promotions(session: Session, team_id: str) -> list[Promotion]:
    """Who served when, and who said so; newest first."""
    return list(
        session.scalars(select(Promotion).where(Promotion.team_id == team_id).order_by(Promotion.id.desc()))
    )


def add(
    session: Session,
    team_id: str,
    model: "TrainedModel",
    *,
    name: str,
    metrics: Mapping[str, Any],
    now: datetime,
    packed: tuple[bytes, dict[str, Any]] | None = None,
) -> ModelVersion:
    """Keeps a trained model as a challenger; it serves nobody until it is promoted.

    `packed` is the file, where it was made before: that takes a second in which nobody else could write.
    """
    from triage.classifier import artifacts

    weights, description = packed or artifacts.to_bytes(model)
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
    clear_old_files(session, team_id, now=now)
    return version


def objections(version: ModelVersion) -> tuple[str, ...]:
    """What speaks against letting a version serve, in sentences; empty if its gate passed.

    To have served before is no pass: what was let in for a reason and taken back needs another reason.
    """
    gate = version.metrics.get("gate")
    if gate is None:
        return ("It was never compared with what serves.",)
    failed = [
        str(check["sentence"]) for check in gate.get("checks", ()) if check["hard"] and not check["passed"]
    ]
    if not gate.get("passed") and not failed:
        failed = ["It did not pass the gate."]
    trouble = version.metrics.get("trouble")
    return (*failed, *([str(trouble["sentence"])] if trouble else []))


def promote(
    session: Session,
    team_id: str,
    name: str,
    *,
    instead_of: str | None,
    by: Person | None = None,
    now: datetime,
    despite: str = "",
) -> ModelVersion:
    """Makes `name` the champion in place of the one the admin saw (None: the starter model).

    If the champion changed meanwhile, nothing happens. `despite` is why a version may serve although its gate failed.
    Raises `AlreadyServes`, `PromotedMeanwhile`, `NotPassed`, `CategoriesGone`, `ModelFileCleared`, `ModelNotFound`,
    `NotAllowed`.
    """
    _require(by)
    version = find(session, team_id, name)
    if instead_of == name:
        raise AlreadyServes(name)
    against = objections(version)
    if against and not despite.strip():
        raise NotPassed(name, against)
    _check_usable(session, version)
    try:
        with session.begin_nested():
            _step_down(session, team_id, name, instead_of=instead_of)
            _step_up(session, version.id, name, now=now)
    except IntegrityError as error:
        raise PromotedMeanwhile(name) from error
    session.refresh(version)
    session.add(
        Promotion(
            team_id=team_id,
            model_id=version.id,
            at=now,
            by_id=by.id if by else None,
            despite=despite.strip() if against else "",
        )
    )
    why = {"despite": despite.strip(), "objections": list(against)} if against else {}
    _changed(session, "model.promoted", team_id, by=by, now=now, model=name, instead_of=instead_of, **why)
    return version


def roll_back(
    session: Session,
    team_id: str,
    *,
    instead_of: str,
    by: Person | None = None,
    now: datetime,
    to_starter: bool = False,
) -> ModelVersion | None:
    """Back to the champion before the one the admin saw; None means that the starter model serves again.

    One that cannot serve any more (its file was cleared, its categories are gone) is passed over.
    Raises `NothingToRollBack` where the starter serves, `PromotedMeanwhile` where another version does.
    """
    _require(by)
    serving = champion(session, team_id)
    if serving is None:
        raise NothingToRollBack
    back = None if to_starter else _before(session, serving)
    version = session.get_one(ModelVersion, back.model_id) if back else None
    name = version.name if version else STARTER
    try:
        with session.begin_nested():
            _step_down(session, team_id, name, instead_of=instead_of)
            if version is not None:
                _step_up(session, version.id, name, now=now)
    except IntegrityError as error:
        raise PromotedMeanwhile(name) from error
    session.execute(
        update(Promotion)
        .where(
            Promotion.team_id == team_id,
            Promotion.rolled_back_at.is_(None),
            Promotion.id > (back.id if back else 0),
        )
        .values(rolled_back_at=now, rolled_back_by_id=by.id if by else None)
    )
    if version is not None:
        session.refresh(version)
    _changed(session, "model.rolled_back", team_id, by=by, now=now, model=instead_of, back_to=name)
    return version


def clear_old_files(session: Session, team_id: str, *, now: datetime) -> int:
    """Empties the files of old models; says how many.

    Never that of the champion nor of those a roll-back leads to, as far as the last few: a file is at most some
    megabytes, but a desk that trains each month would carry hundreds of them along in every backup.
    """
    served = [one.model_id for one in promotions(session, team_id)]
    pile = [one.model_id for one in _pile(session, team_id)]
    # What was rolled back a moment ago may be wanted again as well.
    kept = {*pile[: KEPT_CHAMPIONS + 1], *served[:KEPT_CHAMPIONS]}
    waiting = [one.id for one in versions(session, team_id) if one.state == ModelState.CHALLENGER]
    kept |= set(waiting[:KEPT_CHALLENGERS])
    cleared = session.execute(
        update(ModelVersion)
        .where(
            ModelVersion.team_id == team_id,
            ModelVersion.state != ModelState.CHAMPION,
            ModelVersion.cleared_at.is_(None),
            ModelVersion.id.not_in(kept),
        )
        .values(weights=b"", cleared_at=now)
    )
    return cast("CursorResult[Any]", cleared).rowcount


def _require(by: Person | None) -> None:
    if by is not None:
        require(by.role, Permission.CHANGE_MODELS)


def _changed(
    session: Session, what: str, team_id: str, *, by: Person | None, now: datetime, **details: Any
) -> None:
    # What the guard had said of the version before does not hold for this one.
    lift_guards(session, team_id, now=now)
    record(session, what, by=by, team_id=team_id, now=now, **details)
    clear_old_files(session, team_id, now=now)


def _pile(session: Session, team_id: str) -> list[Promotion]:
    """The promotions that stand, newest first."""
    return [one for one in promotions(session, team_id) if one.rolled_back_at is None]


def _before(session: Session, serving: ModelVersion) -> Promotion | None:
    for one in _pile(session, serving.team_id):
        if one.model_id != serving.id and _usable(session, session.get_one(ModelVersion, one.model_id)):
            return one
    return None


def _usable(session: Session, version: ModelVersion) -> bool:
    try:
        _check_usable(session, version)
    except (ModelFileCleared, CategoriesGone):
        return False
    return True


def _check_usable(session: Session, version: ModelVersion) -> None:
    if version.cleared_at is not None:
        raise ModelFileCleared(version.name)
    described = session.scalars(
        select(ModelVersion).where(ModelVersion.id == version.id).options(undefer(ModelVersion.description))
    ).one()
    there = set(session.scalars(select(Category.key).where(Category.team_id == version.team_id)))
    gone = tuple(sorted(set(described.description.get("labels", ())) - there))
    if gone:
        raise CategoriesGone(version.name, gone)


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
