"""Weeks of a desk played through in seconds, to see whether the rules that protect people also serve those who ask."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from triage.oncall.simulation.arrivals import arrivals
from triage.oncall.simulation.desk import Run
from triage.oncall.simulation.figures import Figures, figures
from triage.oncall.simulation.people import agents
from triage.oncall.simulation.routers import Evenhand, LeastOpen, RoundRobin, Router
from triage.oncall.simulation.setting import Setting

__all__ = ["Compared", "Figures", "Setting", "simulate"]


@dataclass(frozen=True)
class Compared:
    """The same weeks, shared out in three ways."""

    setting: Setting
    tickets: int
    routers: dict[str, Figures]


def simulate(setting: Setting, *, progress: Callable[[], None] = lambda: None) -> Compared:
    """The same seed gives the same figures. `progress` is called after each router."""
    people_chance, ticket_chance = (
        np.random.Generator(np.random.PCG64(seed)) for seed in np.random.SeedSequence(setting.seed).spawn(2)
    )
    staff = agents(setting, people_chance)
    incoming = arrivals(setting, ticket_chance)
    routers: tuple[Router, ...] = (Evenhand(setting.rules), RoundRobin(), LeastOpen())
    found: dict[str, Figures] = {}
    for router in routers:
        found[router.name] = figures(Run(setting, staff, router).play(incoming), setting)
        progress()
    return Compared(setting, len(incoming), found)
