"""When a training is worth it: how many labels wait, and what they are expected to bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, log

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from triage.classifier import registry
from triage.effects import first_time
from triage.learning import runs
from triage.learning.news import News, tell_the_desk
from triage.policy import Policy
from triage.tickets.models import Label, Ticket
from triage.vocabulary import LabelField

# A curve needs so many points before it may be drawn on.
_FEWEST_POINTS = 3
# Errors below this are luck; their logarithm would bend the curve.
_LEAST_ERROR = 0.005


@dataclass(frozen=True)
class Reminder:
    """`new` tickets were labelled since the last training, of `total`; `gain` is a share, None where nothing tells."""

    new: int
    total: int
    gain: float | None

    @property
    def sentence(self) -> str:
        labels = "1 new confirmed label" if self.new == 1 else f"{self.new:,} new confirmed labels"
        told = f"{labels} since the last training"
        if self.gain is None:
            return f"{told}."
        points = self.gain * 100
        expected = "less than half a point" if points < 0.5 else f"about {points:.1f} points"
        return f"{told}; expected gain: {expected}."

    def is_due(self, policy: Policy) -> bool:
        rules = policy.learning
        return self.new >= rules.remind_at or (
            self.new >= rules.fewest_new and (self.gain or 0) >= rules.remind_gain
        )


def expected_gain(curve: Sequence[tuple[int, float]], *, now: int, then: int) -> float | None:
    """How much accuracy `then` labels bring over `now`, from points of (labels, accuracy).

    Errors fall as a power of the number of labels, a straight line in logarithms; a curve that rises promises nothing.
    """
    points = [(log(count), log(max(_LEAST_ERROR, 1 - right))) for count, right in curve if count > 0]
    if len(points) < _FEWEST_POINTS or now <= 0 or then < now:
        return None
    middle = sum(x for x, _ in points) / len(points)
    height = sum(y for _, y in points) / len(points)
    spread = sum((x - middle) ** 2 for x, _ in points)
    if not spread:
        return None
    slope = min(0.0, sum((x - middle) * (y - height) for x, y in points) / spread)

    def error(count: int) -> float:
        return min(1.0, exp(height + slope * (log(count) - middle)))

    return error(now) - error(then)


def reminder(session: Session, team_id: str) -> Reminder:
    last = runs.last_learned(session, team_id)
    total = _labelled(session, team_id, since=None)
    new = _labelled(session, team_id, since=last.asked_at if last else None)
    curve = _curve(session, team_id)
    learned = curve[-1][0] if curve else 0
    return Reminder(new, total, expected_gain(curve, now=learned, then=learned + new) if new else 0.0)


def remind_once_a_month(session: Session, team_id: str, *, policy: Policy, now: datetime) -> bool:
    """Says so in the desk's channel, unless a training goes on; says whether it did."""
    found = reminder(session, team_id)
    if not found.is_due(policy) or runs.going_on(session, team_id) is not None:
        return False
    if not first_time(session, f"reminder:{team_id}:{now:%Y-%m}", now=now):
        return False
    tell_the_desk(session, team_id, News.REMINDER, policy=policy, now=now, sentence=found.sentence)
    return True


def _labelled(session: Session, team_id: str, *, since: datetime | None) -> int:
    """Tickets on whose category somebody said something."""
    wanted = [Ticket.team_id == team_id, Label.field == LabelField.CATEGORY]
    if since is not None:
        wanted.append(Label.at > since)
    counted = select(func.count(Label.ticket_id.distinct())).join(Ticket, Ticket.id == Label.ticket_id)
    return session.scalar(counted.where(*wanted)) or 0


def _curve(session: Session, team_id: str) -> list[tuple[int, float]]:
    """The newest version's that has one."""
    for version in registry.versions(session, team_id):
        points = (version.metrics.get("report") or {}).get("learning_curve") or ()
        if points:
            return sorted((int(one["messages"]), float(one["accuracy"])) for one in points)
    return []
