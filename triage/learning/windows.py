"""Which of the messages a model learns from, and which it is judged by: the newest, that two people agree on. Pure.

The judging side is the newest window of time. Where enough of it was labelled by two people, these alone judge: a
careless hand must not judge itself. The window's other messages are still learned from (`learn_unaudited`), because
the newest labels are the ones that a retraining is for; only their near-twins of judged messages are set aside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from triage.learning.families import NEAR
from triage.learning.labelled import MOST, LabelledMessage


@dataclass(frozen=True)
class DatasetSettings:
    # A ticket that may yet come back teaches nothing, nor does its label.
    settled_after: timedelta = timedelta(hours=72)
    # The newest part that judges, and how far back it may reach to find enough that two people agree on.
    judged: float = 0.2
    widest: float = 0.5
    fewest_audited: int = 100
    most_judged: int = 2_000
    most: int = MOST
    learn_unaudited: bool = True
    # How like each other texts of one family are, and tickets that were linked when they came in.
    near: float = NEAR
    linked: float = 0.7


@dataclass(frozen=True)
class Sides:
    learn: tuple[LabelledMessage, ...]
    judge: tuple[LabelledMessage, ...]
    twins: int  # near-twins of judged messages, which neither side has


def split(messages: Sequence[LabelledMessage], settings: DatasetSettings) -> Sides:
    """`messages` are oldest first. A family is on one side: one that began before the window is learned from."""
    began: dict[int, int] = {}
    for position, message in enumerate(messages):
        began.setdefault(message.family, position)
    start = _start(messages, began, settings)
    window = [message for message in messages if began[message.family] >= start]
    audited = [message for message in window if message.standing >= 2]
    enough = len(audited) >= settings.fewest_audited
    judge = (audited if enough else window)[-settings.most_judged :]
    judged, judging = {message.ref for message in judge}, {message.family for message in judge}
    rest = [message for message in messages if message.ref not in judged]
    learn = [message for message in rest if message.family not in judging]
    twins = len(rest) - len(learn)
    if enough and not settings.learn_unaudited:
        in_window = {message.ref for message in window}
        learn = [message for message in learn if message.ref not in in_window]
    return Sides(tuple(learn), tuple(judge), twins)


def _start(messages: Sequence[LabelledMessage], began: dict[int, int], settings: DatasetSettings) -> int:
    """Where the window begins: as usual, or earlier where only that finds enough audited messages."""
    count = len(messages)
    usual, earliest = count - int(count * settings.judged), count - int(count * settings.widest)
    audited = sorted(began[message.family] for message in messages if message.standing >= 2)
    if len(audited) < settings.fewest_audited:
        return usual
    enough = audited[-settings.fewest_audited]
    return min(usual, enough) if enough >= earliest else usual
