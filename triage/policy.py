"""The desk's own rules: how long things may wait, and where they are said. Values in, nothing read from outside."""

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from triage.oncall.rules import CareRules
from triage.people.role_groups import RoleGroups
from triage.sla.opening import OpeningHours


@dataclass(frozen=True)
class LearningPolicy:
    """How the classifier learns, and what watches over it."""

    # Each month by itself, if so many tickets were labelled since the last time.
    monthly: bool = True
    fewest_new: int = 20
    # Without an admin: only what passed the gate on enough audited labels and was not behind in shadow.
    promote_automatically: bool = False
    # A category that is surely right less often than this is only recommended from then on.
    precision_floor: float = 0.8
    guard_fewest: int = 20
    # Somebody is reminded where so many labels wait, or so much is expected of them.
    remind_at: int = 100
    remind_gain: float = 0.01


@dataclass(frozen=True)
class KeepingPolicy:
    """How long what people wrote, and what happened, is kept; None is for ever. Counts and durations always stay."""

    # Of tickets that are closed. What has a label is learned from, and may have an age of its own.
    ticket_text: timedelta | None = timedelta(days=730)
    learned_text: timedelta | None = timedelta(days=730)
    # What went through: events of Slack, messages that were sent, timers that fired, visits, runs.
    events: timedelta | None = timedelta(days=30)
    audit: timedelta | None = timedelta(days=1095)


@dataclass(frozen=True)
class Policy:
    """Times are elapsed time; opening hours are local wall time of the desk."""

    desk_channel: str
    help_channels: frozenset[str] = frozenset()
    opening: OpeningHours = field(default_factory=lambda: OpeningHours(ZoneInfo("UTC")))
    # Messages by one author within this time are one question.
    burst: timedelta = timedelta(seconds=60)
    # No button pressed under the articles, or under "no article fits": a person is asked anyway.
    handover_after: timedelta = timedelta(minutes=30)
    handover_after_nothing: timedelta = timedelta(minutes=5)
    # Nobody claimed: the next agent is paged.
    page_next_after: timedelta = timedelta(minutes=5)
    # Everybody was paged and nobody claimed: the round starts again.
    page_again_after: timedelta = timedelta(minutes=30)
    reopen_window: timedelta = timedelta(days=7)
    # Said to a requester who waits, until there are enough claims to know better.
    usual_wait: timedelta = timedelta(minutes=20)
    learning: LearningPolicy = field(default_factory=LearningPolicy)
    # Services outside Slack that are set up and can wake people, by name.
    pagers: tuple[str, ...] = ()
    care: CareRules = field(default_factory=CareRules)
    # Slack user groups whose members have a role here.
    role_groups: RoleGroups = field(default_factory=RoleGroups)
    keeping: KeepingPolicy = field(default_factory=KeepingPolicy)
