"""What a simulated desk is like: everything that is assumed stands here, as figures one may doubt and change."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from triage.oncall.rules import CareRules
from triage.sla.opening import OpeningHours, parse_hours
from triage.vocabulary import Urgency

ZONE = ZoneInfo("Europe/Berlin")
# A Monday, four weeks before the clocks go forward.
BEGINNING = datetime(2027, 3, 1, tzinfo=ZONE).astimezone(UTC)
CATEGORIES = ("sign_in", "vpn", "printing", "email", "hardware", "software")


@dataclass(frozen=True)
class Handling:
    """Minutes in hand, lognormal."""

    median: float
    sigma: float


def _usual_handling() -> dict[Urgency, Handling]:
    return {
        Urgency.LOW: Handling(10, 0.6),
        Urgency.MEDIUM: Handling(14, 0.6),
        Urgency.HIGH: Handling(20, 0.6),
        Urgency.CRITICAL: Handling(32, 0.5),
    }


def _usual_mix() -> dict[Urgency, float]:
    return {Urgency.LOW: 0.20, Urgency.MEDIUM: 0.52, Urgency.HIGH: 0.235, Urgency.CRITICAL: 0.045}


@dataclass(frozen=True)
class Setting:
    """One desk in one zone. Rates are for the whole desk."""

    weeks: int = 12
    agents: int = 8
    seed: int = 1
    opening: OpeningHours = field(default_factory=lambda: parse_hours("Mon-Fri 08:00-18:00", ZONE))
    rules: CareRules = field(default_factory=CareRules)
    # --- What comes in: tickets an hour at full rate, for each agent of the desk.
    rate: float = 0.7
    # Local hours 0 to 23, Monday to Sunday: how much of the full rate.
    by_hour: tuple[float, ...] = (
        *(0.05, 0.04, 0.04, 0.04, 0.05, 0.08, 0.15, 0.45),
        *(0.85, 1.0, 1.0, 0.9, 0.6, 0.75, 0.85, 0.75),
        *(0.6, 0.35, 0.2, 0.14, 0.12, 0.1, 0.08, 0.06),
    )
    by_weekday: tuple[float, ...] = (1.15, 1.0, 1.0, 0.95, 0.85, 0.14, 0.12)
    # Outages: so many in a week, so long (minutes, lognormal), so many times the rate; more of it urgent and harsh.
    spikes_a_week: float = 0.8
    spike_minutes: Handling = field(default_factory=lambda: Handling(40, 0.4))
    spike_factor: float = 3.0
    spike_high: float = 0.45
    mix: dict[Urgency, float] = field(default_factory=_usual_mix)
    # Who writes while the desk is closed often has a reason: so much of it cannot wait.
    critical_when_closed: float = 0.12
    handling: dict[Urgency, Handling] = field(default_factory=_usual_handling)
    # Who knows the topic is quicker; a harsh one takes longer.
    skilled: float = 0.8
    harsh: float = 1.2
    # Harsh words come in bursts: a share all the time, and a larger one for some hours now and then.
    hostile: float = 0.04
    hostile_bursts_a_week: float = 1.5
    hostile_in_burst: float = 0.45
    burst_minutes: Handling = field(default_factory=lambda: Handling(150, 0.4))
    # --- Who answers: minutes until somebody asked has seen it, by day and at night, and how often they miss it.
    seen_after: Handling = field(default_factory=lambda: Handling(2.0, 0.7))
    seen_at_night: Handling = field(default_factory=lambda: Handling(5.0, 0.6))
    missed: float = 0.04
    ask_next_after: timedelta = timedelta(minutes=5)
    # Who missed a ticket is not asked for it again before the round begins anew.
    again_after: timedelta = timedelta(minutes=30)
    # Tickets in hand at once, as many as the live desk's cap. Beyond that they wait in the queue of the desk, whoever
    # shares them out; and each one more in hand makes the newest so much slower.
    at_once: int = 5
    slower: float = 0.25
    away_at_once: float = 0.25  # at most this share of the people has time off at one moment
    focus_a_week: float = 2.0
    focus_minutes: int = 45
    # Nobody took it within so much of the desk's time: it counts as unmet.
    unmet_after: timedelta = timedelta(hours=8)

    @property
    def start(self) -> datetime:
        return BEGINNING

    @property
    def end(self) -> datetime:
        return (BEGINNING.astimezone(ZONE) + timedelta(weeks=self.weeks)).astimezone(UTC)


WORKDAY = (time(8), time(18))
