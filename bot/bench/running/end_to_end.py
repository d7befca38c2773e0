"""From the question to its answer in Slack: the whole desk in its processes, the local Slack in one of its own."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exists, select

from bot.bench.running.slack_side import Asked, Order
from bot.bench.running.standing import StandingDesk
from bot.bench.spread import quantile
from triage.outbox import Occasion, Say
from triage.tickets.models import Ticket
from triage.vocabulary import SayState

RATES = (5, 20, 50)
_LOOK_EVERY = 0.5


@dataclass(frozen=True)
class EndToEndPlan:
    """Each rate for `seconds`, once with Slack's limits and once without; first a few questions that do not count."""

    rates: tuple[float, ...] = RATES
    seconds: float = 20.0
    limits: tuple[bool, ...] = (True, False)
    warm_up: float = 2.0
    # So long an answer is waited for before it counts as lost: a desk that fell behind may take minutes.
    patience: float = 180.0
    seed: int = 3

    @property
    def steps(self) -> int:
        return len(self.rates) * len(self.limits)


QUICK = EndToEndPlan(seconds=1.2, limits=(True,), warm_up=0.8, patience=10.0)


def measure_end_to_end(
    desk: StandingDesk, plan: EndToEndPlan = EndToEndPlan(), progress: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """`limits_on` and `limits_off`, each by rate."""
    desk.slack.ask(Order(5, plan.warm_up, False, plan.seed))
    return {
        "limits_on" if limits else "limits_off": dict(_by_rate(desk, plan, limits, progress))
        for limits in plan.limits
    }


def _by_rate(
    desk: StandingDesk, plan: EndToEndPlan, limits: bool, progress: Callable[[], None]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, rate in enumerate(plan.rates):
        order = Order(rate, plan.seconds, limits, plan.seed + number + 100 * limits, plan.patience)
        asked = desk.slack.ask(order)
        yield f"{rate:g}", tally(asked, answers_among(desk.engine, asked))
        _wait_for_quiet(desk.engine, plan.patience)
        progress()


def _wait_for_quiet(engine: sa.Engine, patience: float) -> None:
    """The next pace begins when all is said: cards and notices that Slack's limits held up belong to this one."""
    unsaid = select(exists().where(Say.state.in_((SayState.PENDING, SayState.SENDING))))
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        with engine.execution_options(sqlite_begin="DEFERRED").connect() as connection:
            if not connection.scalar(unsaid):
                return
        time.sleep(_LOOK_EVERY)


def answers_among(engine: sa.Engine, asked: Sequence[Asked]) -> frozenset[int]:
    """Those rows of the outbox that are answers to these questions."""
    first, last = min(one.ts for one in asked), max(one.ts for one in asked)
    query = (
        select(Say.id)
        .join(Ticket, Ticket.id == Say.ticket_id)
        .where(Say.occasion == Occasion.ANSWER, Ticket.thread_ts.between(first, last))
    )
    with engine.execution_options(sqlite_begin="DEFERRED").connect() as connection:
        return frozenset(connection.scalars(query))


def tally(asked: Sequence[Asked], answers: frozenset[int]) -> dict[str, Any]:
    """A question without its answer is lost; a second one under it, or the same one again, is doubled."""
    found = [[posted for posted in one.posted if posted.outbox_id in answers] for one in asked]
    waits = [under[0].after for under in found if under]
    rows = Counter(posted.outbox_id for under in found for posted in under)
    return {
        "p50_s": round(quantile(waits, 0.5), 3) if waits else None,
        "p99_s": round(quantile(waits, 0.99), 3) if waits else None,
        "lost": sum(not under for under in found),
        "doubled": sum(len(under) - 1 for under in found if under)
        + sum(n - 1 for n in rows.values() if n > 1),
        "asked": len(asked),
        # How far the asking itself fell behind: more than a little, and the machine was too small for both.
        "late_s": round(max(one.late for one in asked), 3),
    }
