"""What one simulated person carries, kept by the live desk's rules: burden, rest, harsh tickets, what is in hand."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from triage.oncall.burden import Work, burden_of, burden_of_page
from triage.oncall.protection import QuietHours, Standing, at_night, quiet_until, rest_after
from triage.oncall.rules import CareRules
from triage.oncall.simulation.arrivals import Arrival
from triage.oncall.simulation.people import Agent
from triage.oncall.simulation.setting import ZONE
from triage.vocabulary import Urgency


@dataclass
class Entry:
    """One line of somebody's burden. A ticket in hand weighs what one usually does, until it is done."""

    at: datetime
    weight: float


@dataclass
class InHand:
    arrival: Arrival
    since: datetime
    after_hours: bool
    entry: Entry


@dataclass
class Carrying:
    """One person during the run."""

    agent: Agent
    rules: CareRules
    open: int = 0
    last_asked: datetime | None = None
    break_until: datetime | None = None
    rest: tuple[datetime, datetime] | None = None
    _lately: deque[Entry] = field(default_factory=deque)
    _burden: float = 0.0
    # Harsh tickets of the last hours, those since the last calm one that they took, and those that still wait.
    _harsh: dict[int, datetime] = field(default_factory=dict)
    _running: set[int] = field(default_factory=set)
    _waiting: set[int] = field(default_factory=set)

    @property
    def person_id(self) -> int:
        return self.agent.person_id

    # --- What happens to them ---------------------------------------------------------------------------

    def asked(self, arrival: Arrival, *, after_hours: bool, now: datetime) -> None:
        self.open += 1
        self.last_asked = now
        work = Work(self.rules.page_minutes, arrival.urgency, after_hours, arrival.hostile)
        self._carry(Entry(now, burden_of_page(work, self.rules)))
        self._heard(arrival, now)
        if arrival.hostile:
            self._waiting.add(arrival.number)

    def passed(self) -> None:
        """They did not see it in time, and somebody else is asked."""
        self.open -= 1

    def took(self, arrival: Arrival, *, after_hours: bool, now: datetime) -> InHand:
        work = Work(self.rules.usual_minutes, arrival.urgency, after_hours, arrival.hostile)
        entry = Entry(now, burden_of(work, self.rules))
        self._carry(entry)
        if not arrival.hostile:
            self._running.clear()
        self.gone(arrival)
        self._heard(arrival, now)
        self._worked_at_night(now)
        return InHand(arrival, now, after_hours, entry)

    def gone(self, arrival: Arrival) -> None:
        """Somebody took it: it can't come to them any more after what they took since they were asked."""
        self._waiting.discard(arrival.number)

    def _heard(self, arrival: Arrival, now: datetime) -> None:
        if arrival.hostile:
            self._harsh[arrival.number] = now
            self._running.add(arrival.number)

    def done(self, held: InHand, *, now: datetime) -> None:
        self.open -= 1
        minutes = (now - held.since).total_seconds() / 60
        arrival = held.arrival
        weight = burden_of(Work(minutes, arrival.urgency, held.after_hours, arrival.hostile), self.rules)
        if self._lately and held.entry.at >= self._lately[0].at:
            self._burden += weight - held.entry.weight
        held.entry.weight = weight
        if at_night(held.since, ZONE, self.rules):
            self._worked_at_night(now)

    def _worked_at_night(self, now: datetime) -> None:
        """The rest goes on until eleven hours after the last thing done at night."""
        if opened := rest_after(now, ZONE, self.rules):
            going_on = self.rest if self.rest and self.rest[1] > now else None
            self.rest = (going_on[0] if going_on else opened[0], opened[1])

    def _carry(self, entry: Entry) -> None:
        self._lately.append(entry)
        self._burden += entry.weight

    # --- How they stand ---------------------------------------------------------------------------------

    def resting(self, now: datetime) -> bool:
        return self.rest is not None and self.rest[0] <= now < self.rest[1]

    def at_work(self, now: datetime) -> bool:
        return self.agent.shifts.until(now) is not None or self.agent.at_work.until(now) is not None

    def burden(self, now: datetime) -> float:
        """Over the last four weeks, in weighted minutes."""
        since = now - self.rules.burden_over
        while self._lately and self._lately[0].at <= since:
            self._burden -= self._lately.popleft().weight
        return max(0.0, self._burden)

    def standing(
        self, now: datetime, *, at_once: int, sleeps_until: datetime | None, missed: float = 0.0
    ) -> Standing:
        """What the router may know, and nothing else."""
        agent, rules = self.agent, self.rules
        if self._harsh:
            self._harsh = {n: at for n, at in self._harsh.items() if at > now - rules.hostile_within}
        on_shift = agent.shifts.until(now) is not None
        working = on_shift or agent.at_work.until(now) is not None
        return Standing(
            person_id=agent.person_id,
            on_shift=on_shift,
            knows=agent.knows,
            open_claims=self.open,
            cap=at_once,
            burden=self.burden(now) + missed,
            absent_until=agent.away.until(now),
            resting_until=self.rest[1] if self.rest and self.resting(now) else None,
            quiet_until=sleeps_until,
            focus_until=agent.focus.until(now),
            break_until=self.break_until,
            hostile_taken=tuple(self._harsh.values()),
            hostile_running=len(self._running | self._waiting),
            hours_this_week=agent.hours_this_week(now),
            last_asked=self.last_asked,
            working=working,
            off_until=None,
        )


def sleeping_until(now: datetime, rules: CareRules) -> datetime | None:
    """The quiet hours, which are the same for everybody here; None by day."""
    return quiet_until(QuietHours(ZONE, rules.quiet_from, rules.quiet_until), now)


def urgency_first(arrival: Arrival) -> int:
    return -list(Urgency).index(arrival.urgency)
