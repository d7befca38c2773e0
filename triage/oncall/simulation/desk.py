"""The simulated desk: events in order of time, from a ticket that comes in to the moment it is done.

A ticket that can wait is asked of nobody before the desk opens. From then on it is in the queue, most urgent first:
the router names somebody; who has their hands full gets it when a hand is free, and until then it waits, whoever
shares the tickets out. Somebody asked sees it after a while and takes it, or misses it, and then the next is asked.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from triage.oncall.burden import missed
from triage.oncall.protection import Ask, Standing, at_night, forbidden, hostile_enough
from triage.oncall.simulation.arrivals import Arrival, drawn
from triage.oncall.simulation.people import Agent, Stretches, open_stretches
from triage.oncall.simulation.routers import Router, has_hands_free, without
from triage.oncall.simulation.setting import ZONE, Setting
from triage.oncall.simulation.state import Carrying, InHand, sleeping_until, urgency_first

_LOOK_AGAIN = timedelta(minutes=1)
_WORKED_OFF = timedelta(days=3)
# A long queue is looked at from its head; behind so many the hands are full anyway.
_LOOKED_AT = 12


@dataclass
class Waiting:
    arrival: Arrival
    since: datetime
    asks: int = 0
    missed: frozenset[int] = frozenset()
    again_at: datetime | None = None

    @property
    def place(self) -> tuple[int, datetime, int]:
        return urgency_first(self.arrival), self.since, self.arrival.number


@dataclass
class Story:
    """What happened in one run, counted in the same way whoever shared the tickets out."""

    waits: list[float] = field(default_factory=list)  # seconds
    # At the end of each week what everybody carried over the last four.
    burdens: list[list[float]] = field(default_factory=list)
    night_pages: int = 0
    rest_breaches: int = 0
    thirds: int = 0
    # Of those: somebody else was there who could have been asked.
    thirds_needless: int = 0
    breaches_needless: int = 0
    untaken: int = 0


class Run:
    def __init__(self, setting: Setting, agents: Sequence[Agent], router: Router) -> None:
        self.setting, self.router = setting, router
        self.people = {agent.person_id: Carrying(agent, setting.rules) for agent in agents}
        self.story = Story()
        self._events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = count()
        self._queue: list[Waiting] = []
        self._open = Stretches(open_stretches(setting.opening, setting))
        self._harsh_lately: dict[int, list[bool]] = {agent.person_id: [] for agent in agents}
        self._next_look: datetime | None = None

    def play(self, arrivals: Iterable[Arrival]) -> Story:
        opening = self.setting.opening
        for arrival in arrivals:
            askable = arrival.at if arrival.pressing else opening.next_opening(arrival.at)
            self._at(askable, self._comes(Waiting(arrival, askable)))
        for week in range(1, self.setting.weeks + 1):
            self._at(self.setting.start + timedelta(weeks=week), self._week_ends)
        last = self.setting.end + _WORKED_OFF
        while self._events and self._events[0][0] <= last:
            now, _, happens = heapq.heappop(self._events)
            happens(now)
        self.story.untaken = len(self._queue)
        return self.story

    def _at(self, moment: datetime, happens: Callable[[datetime], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), happens))

    def _week_ends(self, now: datetime) -> None:
        self.story.burdens.append([person.burden(now) for person in self.people.values()])

    # --- The queue --------------------------------------------------------------------------------------

    def _comes(self, ticket: Waiting) -> Callable[[datetime], None]:
        def happens(now: datetime) -> None:
            self._queue.append(ticket)
            self._queue.sort(key=lambda waiting: waiting.place)
            self._share_out(now)

        return happens

    def _share_out(self, now: datetime) -> None:
        if not self._queue:
            return
        if self._queue[0].arrival.pressing or self._hands_free(now):
            self._share_out_among(now)
        if self._queue:
            opens = self.setting.opening.next_opening(now)
            at_rest = opens > now and not self._queue[0].arrival.pressing
            self._look_again_at(opens if at_rest else now + _LOOK_AGAIN)

    def _hands_free(self, now: datetime) -> bool:
        """Where all who are at work have their hands full, no router can change that."""
        return any(p.open < self.setting.at_once and p.at_work(now) for p in self.people.values())

    def _share_out_among(self, now: datetime) -> None:
        desk_open = self.setting.opening.is_open(now)
        sleeps = sleeping_until(now, self.setting.rules)

        unfelt = self._missed(now)

        def stands(person: Carrying) -> Standing:
            extra = unfelt[person.person_id]
            return person.standing(now, at_once=self.setting.at_once, sleeps_until=sleeps, missed=extra)

        standings = {person.person_id: stands(person) for person in self.people.values()}
        for ticket in self._queue[:_LOOKED_AT]:
            if not ticket.arrival.pressing and not self._hands_free(now):
                return
            if not ticket.arrival.pressing and not desk_open:
                return
            if ticket.again_at is not None and now >= ticket.again_at:
                ticket.missed, ticket.again_at = frozenset(), None
            ask = _ask(ticket.arrival, desk_open=desk_open)
            others = without(list(standings.values()), ticket.missed)
            chosen = self.router.choose(ask, others, desk_open=desk_open, now=now)
            if chosen is None or not (ask.pressing or has_hands_free(chosen, others)):
                continue
            self._queue.remove(ticket)
            self._ask(ticket, ask, self.people[chosen], others, now)
            standings[chosen] = stands(self.people[chosen])

    def _missed(self, now: datetime) -> dict[int, float]:
        """What those who had time off would have carried meanwhile, as the live desk reckons it."""
        rules, people = self.setting.rules, self.people.items()
        carried = {person_id: person.burden(now) for person_id, person in people}
        away = {
            person_id: person.agent.away.within(now - rules.burden_over, now) for person_id, person in people
        }
        return missed(carried, away, rules=rules)

    def _look_again_at(self, moment: datetime) -> None:
        """Somebody's rest, shift or focus may have begun or ended by then."""
        if self._next_look is None or moment < self._next_look:
            self._next_look = moment
            self._at(moment, self._look_again)

    def _look_again(self, now: datetime) -> None:
        self._next_look = None
        self._share_out(now)

    # --- One person -------------------------------------------------------------------------------------

    def _ask(
        self, ticket: Waiting, ask: Ask, person: Carrying, others: Sequence[Standing], now: datetime
    ) -> None:
        needless = self._somebody_else(ask, person, others, now)
        self._count(person, now, needless=needless)
        person.asked(ticket.arrival, after_hours=ask.after_hours, now=now)
        turn = min(ticket.asks, len(ticket.arrival.seen) - 1)
        ticket.asks += 1
        if ticket.arrival.missed[turn]:
            self._at(now + self.setting.ask_next_after, self._misses(ticket, person))
            return
        night = at_night(now, ZONE, self.setting.rules)
        handling = self.setting.seen_at_night if night else self.setting.seen_after
        seen = timedelta(minutes=drawn(handling, ticket.arrival.seen[turn]))
        self._at(now + seen, self._takes(ticket, person, needless=needless))

    def _count(self, person: Carrying, now: datetime, *, needless: bool) -> None:
        if at_night(now, ZONE, self.setting.rules):
            self.story.night_pages += 1
        if person.resting(now):
            self.story.rest_breaches += 1
            self.story.breaches_needless += needless

    def _somebody_else(self, ask: Ask, person: Carrying, others: Sequence[Standing], now: datetime) -> bool:
        """Whether anybody else could have been asked without breaking a rule for them."""
        return any(
            standing.person_id != person.person_id
            and (standing.on_shift or standing.working)
            and forbidden(ask, standing, now=now) is None
            and not (ask.hostile and hostile_enough(standing, rules=self.setting.rules, now=now))
            for standing in others
        )

    def _waited(self, ticket: Waiting, now: datetime) -> timedelta:
        """What cannot wait counts every minute, all else the time in which the desk was open."""
        if ticket.arrival.pressing:
            return now - ticket.since
        return self._open.within(ticket.since, now)

    def _count_harsh(self, person: Carrying, *, harsh: bool, needless: bool) -> None:
        lately = self._harsh_lately[person.person_id]
        if harsh and lately[-2:] == [True, True]:
            self.story.thirds += 1
            self.story.thirds_needless += needless
        lately.append(harsh)

    def _misses(self, ticket: Waiting, person: Carrying) -> Callable[[datetime], None]:
        def happens(now: datetime) -> None:
            person.passed()
            ticket.missed |= {person.person_id}
            ticket.again_at = now + self.setting.again_after
            self._comes(ticket)(now)

        return happens

    def _takes(self, ticket: Waiting, person: Carrying, *, needless: bool) -> Callable[[datetime], None]:
        def happens(now: datetime) -> None:
            self.story.waits.append(self._waited(ticket, now).total_seconds())
            arrival = ticket.arrival
            self._count_harsh(person, harsh=arrival.hostile, needless=needless)
            for colleague in self.people.values():
                colleague.gone(arrival)
            held = person.took(arrival, after_hours=not self.setting.opening.is_open(now), now=now)
            knows = arrival.category in person.agent.knows
            minutes = arrival.minutes * (self.setting.skilled if knows else 1.0)
            minutes *= 1 + self.setting.slower * (person.open - 1)
            self._at(now + timedelta(minutes=minutes), self._is_done(held, person))

        return happens

    def _is_done(self, held: InHand, person: Carrying) -> Callable[[datetime], None]:
        def happens(now: datetime) -> None:
            person.done(held, now=now)
            if held.arrival.hostile and person.open == 0 and self.router.name == "evenhand":
                # Evenhand offers a break after harsh words, and whoever has nothing else in hand takes it.
                person.break_until = now + self.setting.rules.break_lasts
            self._share_out(now)

        return happens


def _ask(arrival: Arrival, *, desk_open: bool) -> Ask:
    return Ask(
        urgency=arrival.urgency,
        category=arrival.category,
        hostile=arrival.hostile,
        after_hours=not desk_open,
    )
