"""A model that may raise the urgency and never lowers it.

Urgency is hardly in the text where desks disagree about it; that a hall stands still or patients wait is. So
there is no model of urgency, only two alarms ("critical", "at least high"), each with a floor at which it was
right often enough about messages it had not seen, and silent for desks that labelled too few such messages.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from triage.classifier.fit_linear import fit_alarm
from triage.classifier.linear import Floats, Linear
from triage.classifier.pipeline import Raiser
from triage.vocabulary import Urgency

LEVELS = (Urgency.CRITICAL, Urgency.HIGH)
# A missed alarm costs a hall its shift, a false one somebody's night: three of four should be true. The rules
# find seven of ten emergencies in words they were not written beside, so the alarm need not find all alone.
PROMISED = {Urgency.CRITICAL: 0.75, Urgency.HIGH: 0.8}
FEWEST_URGENT = 30
# Beside messages that people called less urgent; those of which nobody said anything show no difference.
FEWEST_CALM = 30


def levels_to_learn(urgencies: Sequence[Urgency | None]) -> tuple[Urgency, ...]:
    told = [urgency for urgency in urgencies if urgency is not None]
    urgent = {level: sum(one.rank >= level.rank for one in told) for level in LEVELS}
    return tuple(
        level
        for level in LEVELS
        if urgent[level] >= FEWEST_URGENT and len(told) - urgent[level] >= FEWEST_CALM
    )


def fit_raiser(
    known: csr_matrix, urgencies: Sequence[Urgency | None], level: Urgency, *, seed: int
) -> Linear:
    """Learns from the messages whose urgency somebody gave."""
    told = np.array([urgency is not None for urgency in urgencies])
    return fit_alarm(known[told], _at_least(urgencies, level)[told], seed=seed)


def with_floor(
    linear: Linear, unseen: Floats, urgencies: Sequence[Urgency | None], level: Urgency
) -> Raiser | None:
    """With the lowest floor at which the alarm keeps its promise on unseen messages; None if there is no such."""
    told = np.array([urgency is not None for urgency in urgencies])
    values, urgent = unseen[told], _at_least(urgencies, level)[told]
    order = np.argsort(-values, kind="stable")
    precision = np.cumsum(urgent[order]) / np.arange(1, len(order) + 1)
    kept = np.flatnonzero(precision >= PROMISED[level])
    if len(kept) == 0:
        return None
    return Raiser(level, linear, float(values[order][kept[-1]]), float(precision[kept[-1]]))


def _at_least(urgencies: Sequence[Urgency | None], level: Urgency) -> NDArray[np.bool_]:
    return np.array([urgency is not None and urgency.rank >= level.rank for urgency in urgencies])
