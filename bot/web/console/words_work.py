"""The words of the Work screen."""

from typing import Final

from bot.worker.work_list import Item, Kind, Standing
from triage.work_notes import Happened

RETRIED: Final = "It is on its way again."
BURIED: Final = "Put away. It stands under “Buried”, and can be dug up again."
DUG_UP: Final = "It is back in the list."

KINDS: Final = {
    Kind.EVENT: "Event from Slack",
    Kind.MESSAGE: "Message",
    Kind.TIMER: "Timer",
    Kind.PAGER: "Pager call",
    Kind.TRAINING: "Training",
    Kind.LOOKUP: "Look-up of a person",
    Kind.FETCH: "Look-up of a message",
}
STANDINGS: Final = {
    Standing.FAILED: "Failed",
    Standing.HANGS: "Hangs",
    Standing.BURIED: "Buried",
}
HAPPENED: Final = {
    Happened.WAITED: "had to wait",
    Happened.FAULT: "failed, and was tried again",
    Happened.REFUSED: "was refused",
    Happened.CRASHED: "brought its process down, or went down with it",
    Happened.GIVEN_UP: "was given up",
    Happened.RETRIED: "was started anew",
    Happened.BURIED: "was put away",
    Happened.DUG_UP: "was dug up",
}


def about(item: Item) -> str:
    """What it was to do, in a few words: kinds and ids."""
    words = [value.replace("_", " ") for key, value in item.about.items() if key not in ("to", "state")]
    if to := item.about.get("to"):
        words.append(f"to {to}")
    return " · ".join(words)
