"""All parts of `evenhand bench`, one after the other, each on every database that is asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any

from bot.bench.databases import POSTGRESQL, new_database, postgresql_server
from bot.bench.decision import QUICK as QUICK_DECISION
from bot.bench.decision import DecisionPlan, measure_decision
from bot.bench.running.ack import QUICK as QUICK_ACK
from bot.bench.running.ack import AckPlan, measure_ack
from bot.bench.running.desk import prepare
from bot.bench.running.end_to_end import QUICK as QUICK_END_TO_END
from bot.bench.running.end_to_end import EndToEndPlan, measure_end_to_end
from bot.bench.running.growth import QUICK as QUICK_GROWTH
from bot.bench.running.growth import GrowthPlan, measure_growth
from bot.bench.running.idle import QUICK as QUICK_IDLE
from bot.bench.running.idle import IdlePlan, measure_idle
from bot.bench.running.standing import standing_desk
from kb.meaning.encoder import Encoder

# Called with what is being done, how much of it, and of how much.
Step = Callable[[str, int, int], None]


def _no_step(_what: str, _done: int, _total: int) -> None:
    return


@dataclass(frozen=True)
class Plans:
    """How thoroughly each part is measured."""

    decision: DecisionPlan = field(default_factory=DecisionPlan)
    ack: AckPlan = field(default_factory=AckPlan)
    end_to_end: EndToEndPlan = field(default_factory=EndToEndPlan)
    idle: IdlePlan = field(default_factory=IdlePlan)
    growth: GrowthPlan = field(default_factory=GrowthPlan)
    # Rest is measured on the desk that was just asked, instead of starting another one.
    one_desk: bool = False


THOROUGH = Plans()
QUICK = Plans(QUICK_DECISION, QUICK_ACK, QUICK_END_TO_END, QUICK_IDLE, QUICK_GROWTH, one_desk=True)
PARTS = ("decision", "ack", "end_to_end", "idle", "growth")
# A worker does one core's worth of Python: on PostgreSQL, two of them answer on two cores.
_WORKERS = 2
# What measures a part on a database, or on a desk that runs on one; its plan has the part's name.
Measure = Callable[..., dict[str, Any]]
_ON_A_DATABASE: dict[str, Measure] = {"ack": measure_ack, "growth": measure_growth}
_ON_A_DESK: dict[str, Measure] = {"end_to_end": measure_end_to_end, "idle": measure_idle}


@dataclass(frozen=True)
class Bench:
    """`kinds` are the databases, the first of which the plain keys of each part speak of."""

    kinds: Sequence[str]
    plans: Plans = THOROUGH
    encoder: Encoder | None = None
    step: Step = _no_step

    def measure(self, parts: Sequence[str] = PARTS) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if "decision" in parts:
            steps = self._counting("decision", self.plans.decision.steps)
            found["decision"] = measure_decision(self.plans.decision, self.encoder, steps)
        others: dict[str, dict[str, Any]] = {part: {} for part in parts if part != "decision"}
        for kind in self.kinds if others else ():
            with ExitStack() as stack:
                server = stack.enter_context(postgresql_server()) if kind == POSTGRESQL else None
                for part, figures in self._on(_Place(kind, server, stack), list(others)):
                    others[part][kind] = figures
        return found | {part: self._by_database(part, by_kind) for part, by_kind in others.items()}

    def _by_database(self, part: str, found: dict[str, Any]) -> dict[str, Any]:
        first = found[self.kinds[0]]
        # Of what is measured with Slack's limits and without, the plain keys are those with: that is Slack.
        plain = next(iter(first.values())) if part == "end_to_end" else first
        return {**plain, "by_database": found}

    def _on(self, place: "_Place", parts: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for group in self._groups(parts):
            with place.database() as url:
                if group[0] in _ON_A_DATABASE:
                    yield group[0], self._measured(group[0], _ON_A_DATABASE, url, place.kind)
                    continue
                with standing_desk(url, workers=_WORKERS if "end_to_end" in group else 1) as desk:
                    for part in group:
                        yield part, self._measured(part, _ON_A_DESK, desk, place.kind)

    def _groups(self, parts: Sequence[str]) -> list[list[str]]:
        """What is measured on one desk, started once."""
        if not self.plans.one_desk:
            return [[part] for part in parts]
        standing = [part for part in parts if part in _ON_A_DESK]
        return [group for group in (standing, *([part] for part in parts if part not in standing)) if group]

    def _measured(self, part: str, ways: Mapping[str, Measure], on: object, kind: str) -> dict[str, Any]:
        plan = getattr(self.plans, part)
        return ways[part](on, plan, self._counting(f"{part} on {kind}", plan.steps))

    def _counting(self, what: str, total: int) -> Callable[[], None]:
        done = 0
        self.step(what, 0, total)

        def one_more() -> None:
            nonlocal done
            done += 1
            self.step(what, done, total)

        return one_more


@dataclass
class _Place:
    """Where the databases of one kind are; the first one is prepared, the others are its copies."""

    kind: str
    server: str | None
    stack: ExitStack
    _prepared: str | None = None

    def database(self) -> AbstractContextManager[str]:
        if self._prepared is None:
            self._prepared = self.stack.enter_context(new_database(self.kind, self.server))
            prepare(self._prepared)
        return new_database(self.kind, self.server, like=self._prepared)


def parts_named(only: str) -> tuple[str, ...]:
    """`decision,ack` in the order of the bench. Raises `KeyError` with the name that no part has."""
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    for name in wanted:
        if name not in PARTS:
            raise KeyError(name)
    return tuple(part for part in PARTS if part in wanted) or PARTS
