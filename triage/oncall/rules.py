"""The figures that protect agents and share the load. Settings change them; these are the ones to start with."""

from dataclasses import dataclass, field
from datetime import time, timedelta


@dataclass(frozen=True)
class CareRules:
    """Numbers alone; what follows from them is computed in `protection`, `router` and `burden`."""

    # Nobody hears of anything but a critical ticket in these hours of their own zone, unless they chose others.
    quiet_from: time = time(22)
    quiet_until: time = time(7)
    # Work in these hours, where the person lives or in their quiet hours, is work at night.
    night_from: time = time(22)
    night_until: time = time(6)
    # Acknowledged at night: so long nobody asks this person, and no swap ends sooner.
    rest: timedelta = timedelta(hours=11)
    # Between two shifts of one person; less is a quick return.
    between_shifts: timedelta = timedelta(hours=11)
    nights_running: int = 4
    # Planned hours on duty and hours at work in seven days.
    week: timedelta = timedelta(hours=48)
    # Open claims at once, unless the agent chose another figure.
    work_cap: int = 5
    hostile_running: int = 2
    hostile_most: int = 3
    hostile_within: timedelta = timedelta(hours=4)
    break_after: timedelta = timedelta(minutes=90)
    break_after_tickets: int = 6
    break_lasts: timedelta = timedelta(minutes=15)
    longest_focus: timedelta = timedelta(hours=2)
    burden_over: timedelta = timedelta(days=28)
    # Everything about one person is forgotten after this.
    kept: timedelta = timedelta(days=35)
    # A person asked at night counts so much more than one asked by day; so does a hostile ticket.
    after_hours_weight: float = 2.0
    hostile_weight: float = 1.5
    urgency_weight: dict[str, float] = field(
        default_factory=lambda: {"low": 0.8, "medium": 1.0, "high": 1.3, "critical": 1.8}
    )
    # Each ticket costs a little by itself, and no ticket counts for more than so many minutes at a stretch.
    least_minutes: float = 5.0
    most_minutes: float = 120.0
    # A ticket in hand weighs as if it took so long, until it is put down.
    usual_minutes: float = 20.0
    # A turn longer than this is standby: only what was handled in it counts as hours at work.
    longest_shift: timedelta = timedelta(hours=12)
    # A night's work is worth at least so many minutes to make up for.
    least_credit: timedelta = timedelta(minutes=30)
    # Being asked costs so many minutes by itself, and standing in for somebody this share of the time.
    page_minutes: float = 1.0
    cover_weight: float = 0.15
    # Burdens this close count as equal: then it matters who knows the topic, and who was asked longest ago.
    near_tie_minutes: float = 15.0
    near_tie_share: float = 0.02
    # An untaken swap is told to its owner so long before; gaps ahead are told so long before.
    swap_told_before: timedelta = timedelta(hours=24)
    gap_told_before: timedelta = timedelta(days=14)
    look_ahead: timedelta = timedelta(days=90)
    # After a handoff: what nobody took over goes back to the queue.
    handoff_waits: timedelta = timedelta(minutes=30)
