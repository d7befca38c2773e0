"""Every fault there is, by name."""

from .faults import clocks, events, killing, mixed, models, poison, slack, storage
from .faults.base import Fault

KILLS: tuple[type[Fault], ...] = (
    killing.KillUp,
    killing.KillWeb,
    killing.KillWorker,
    killing.KillSocket,
    killing.KillAll,
    killing.Freeze,
)
ALL: tuple[type[Fault], ...] = (
    *KILLS,
    *slack.ALL,
    *storage.ALL,
    *events.ALL,
    *clocks.ALL,
    *poison.ALL,
    *models.ALL,
    mixed.Mixed,
)
BY_NAME = {fault.name: fault for fault in ALL}
