"""After a promotion: a category whose decisions people correct too often is only recommended from then on.

It is held back when it is *surely* below its floor: when even the upper end of what its confirmed decisions allow for
lies under it. It comes back by an admin's word, or when another version serves; from then on only newer labels count.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage.classifier import registry
from triage.classifier.models import Promotion
from triage.classifier.modes import modes, modes_of, set_mode
from triage.learning.news import News, tell_the_desk
from triage.policy import Policy
from triage.tickets.labels import Said, standing
from triage.tickets.models import Category, Label, Prediction, Ticket
from triage.vocabulary import LabelField, Mode

# One-sided 95 %: of twenty categories that are as good as their floor, one is held back by bad luck.
_Z = 1.645
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Record:
    """A category's decisions that people confirmed or corrected: how many were right, and what that allows for."""

    category: str
    judged: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.judged if self.judged else 0.0

    @property
    def low(self) -> float:
        return bounds(self.right, self.judged)[0]

    @property
    def high(self) -> float:
        return bounds(self.right, self.judged)[1]


def bounds(right: int, judged: int, *, z: float = _Z) -> tuple[float, float]:
    """Wilson's interval: also with few cases, and with none or all of them right."""
    if not judged:
        return 0.0, 1.0
    share, square = right / judged, z * z / judged
    middle = (share + square / 2) / (1 + square)
    half = z * sqrt(share * (1 - share) / judged + square / (4 * judged)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def records(session: Session, team_id: str, *, version: str) -> tuple[Record, ...]:
    """Of each category that this version decided, what people said since it serves and since somebody let it decide."""
    since = _since(session, team_id, version)
    again = {
        row.category: row.at
        for row in modes(session, team_id)
        if row.field is LabelField.CATEGORY and row.mode is Mode.DECIDE
    }
    found: dict[str, list[bool]] = defaultdict(list)
    for decided, words in _decided(session, team_id, version):
        first = max(since, again.get(decided, since))
        said = standing(one for one in words if one.at >= first)
        if said is not None:
            found[decided].append(said.value == decided)
    return tuple(Record(key, len(right), sum(right)) for key, right in sorted(found.items()))


def watch(session: Session, team_id: str, *, version: str, policy: Policy, now: datetime) -> list[str]:
    """Holds back what surely falls below its floor, and says so. Says which; a second call finds them held back."""
    rules, current = policy.learning, modes_of(session, team_id)
    dropped = []
    for record in records(session, team_id, version=version):
        if record.judged < rules.guard_fewest or record.high >= rules.precision_floor:
            continue
        if current.of(LabelField.CATEGORY, record.category) is not Mode.DECIDE:
            continue
        why = (
            f"{record.right} of {record.judged} decisions that people looked at were right; "
            f"its floor is {rules.precision_floor:.0%}."
        )
        changed = set_mode(
            session,
            team_id,
            LabelField.CATEGORY,
            Mode.RECOMMEND,
            by=None,
            now=now,
            category=record.category,
            why=why,
            guarded=True,
        )
        if changed:
            dropped.append(record.category)
            _say(session, team_id, record, policy=policy, now=now)
    return dropped


def _say(session: Session, team_id: str, record: Record, *, policy: Policy, now: datetime) -> None:
    category = session.get(Category, (team_id, record.category))
    tell_the_desk(
        session,
        team_id,
        News.HELD_BACK,
        policy=policy,
        now=now,
        category=category.name if category else record.category,
        right=record.right,
        judged=record.judged,
        floor=policy.learning.precision_floor,
    )


def _since(session: Session, team_id: str, version: str) -> datetime:
    """When it last began to serve; the starter always did, or serves again since the last roll-back to it."""
    champion = registry.champion(session, team_id)
    if champion is None:
        rolled_back = select(func.max(Promotion.rolled_back_at)).where(Promotion.team_id == team_id)
        return session.scalar(rolled_back) or _EVER
    if champion.name != version:
        return _EVER
    return champion.promoted_at or _EVER


def _decided(session: Session, team_id: str, version: str) -> list[tuple[str, list[Said]]]:
    """Each ticket that this version decided last, with all that people said it was about."""
    newest = select(func.max(Prediction.id)).group_by(Prediction.ticket_id)
    rows = session.execute(
        select(Ticket.id, Prediction.category, Label.id, Label.value, Label.by_id, Label.at)
        .join(Ticket, Ticket.id == Label.ticket_id)
        .join(Prediction, Prediction.ticket_id == Ticket.id)
        .where(
            Ticket.team_id == team_id,
            Prediction.id.in_(newest),
            Prediction.model_version == version,
            Prediction.category.is_not(None),
            Label.field == LabelField.CATEGORY,
        )
    )
    said: dict[int, list[Said]] = defaultdict(list)
    decided: dict[int, str] = {}
    for ticket_id, category, number, value, by, at in rows:
        said[ticket_id].append(Said(value, by, at, number))
        decided[ticket_id] = category or ""
    return [(decided[ticket_id], words) for ticket_id, words in sorted(said.items())]
