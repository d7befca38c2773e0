"""What a swap refuses, with the facts; the edge finds the words."""

from triage.errors import TriageError
from triage.oncall.swap_checks import Hindrance
from triage.vocabulary import SwapState


class SwapNotFound(TriageError):
    def __init__(self, swap_id: int) -> None:
        super().__init__(f"no swap {swap_id}")
        self.swap_id = swap_id


class SwapTaken(TriageError):
    """Somebody else accepted it first."""

    def __init__(self, swap_id: int) -> None:
        super().__init__(f"swap {swap_id} is taken")
        self.swap_id = swap_id


class SwapOver(TriageError):
    """It was withdrawn, lapsed or is to be asked again; nothing is left to accept."""

    def __init__(self, swap_id: int, state: SwapState) -> None:
        super().__init__(f"swap {swap_id} is {state}")
        self.swap_id, self.state = swap_id, state


class SwapNotPossible(TriageError):
    """An invariant stands in the way. `yours` is False where it is the other's: then nobody says which it is."""

    def __init__(self, reason: Hindrance, *, yours: bool = True) -> None:
        super().__init__(f"this swap is not possible: {reason}")
        self.reason, self.yours = reason, yours


class NotYourShift(TriageError):
    """Only whoever is on may offer a shift."""


class OutsideTheShift(TriageError):
    """The part that was offered does not lie within the shift, or has begun."""

    field = "since"
