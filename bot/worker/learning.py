"""Training as durable work."""

from bot.slack.desk import Desk
from bot.worker.training import Trainer


def retrain(run_id: int, desk: Desk) -> None:
    """Called twice, the second call finds the run ended; after a crash it begins anew and comes to the same."""
    Trainer(desk.database, desk.classifiers, desk.clock).train(run_id)
