"""Promoting without an admin: off unless the desk wants it, and only what is better by two witnesses.

The gate has to have passed on enough audited labels, and in shadow the challenger must not be behind on live tickets.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from triage.classifier import registry
from triage.classifier.errors import CategoriesGone, ModelFileCleared
from triage.classifier.models import ModelVersion
from triage.learning import shadow
from triage.learning.news import News, tell_the_desk
from triage.policy import Policy


def hindrances(session: Session, challenger: ModelVersion) -> tuple[str, ...]:
    """What keeps the automatic mode from promoting it, in sentences; empty if nothing does."""
    found = list(registry.objections(challenger))
    if not (challenger.metrics.get("gate") or {}).get("enough"):
        found.append("Too few of the labels that judged it were given by two people.")
    seen = shadow.figures(session, challenger)
    if seen.labelled < shadow.ENOUGH:
        found.append(
            f"{seen.labelled} of {shadow.ENOUGH} live tickets have been confirmed since it was trained."
        )
    elif not seen.agrees:
        found.append("On live tickets it is behind what serves.")
    return tuple(found)


def promote_if_due(session: Session, team_id: str, *, policy: Policy, now: datetime) -> str | None:
    """The version that serves from now on, or None. Raises `PromotedMeanwhile` where somebody was quicker."""
    if not policy.learning.promote_automatically:
        return None
    challenger = shadow.newest_challenger(session, team_id)
    if challenger is None or hindrances(session, challenger):
        return None
    before = registry.champion(session, team_id)
    name = before.name if before else None
    seen = shadow.figures(session, challenger)
    try:
        registry.promote(session, team_id, challenger.name, instead_of=name, by=None, now=now)
    except (CategoriesGone, ModelFileCleared):
        return None
    tell_the_desk(
        session,
        team_id,
        News.PROMOTED,
        policy=policy,
        now=now,
        model=challenger.name,
        before=name or registry.STARTER,
        right=seen.challenger.guessed_right,
        before_right=seen.champion.guessed_right,
        tickets=seen.labelled,
    )
    return challenger.name
