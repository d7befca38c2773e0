"""What a swap, cover or time off refuses, in kind words."""

from bot.slack import copy_oncall as words
from triage import errors
from triage.oncall import swap_errors
from triage.oncall.absences import AbsenceRefused


def words_for_oncall(refused: errors.TriageError) -> str | None:
    """None where it is about something else."""
    match refused:
        case swap_errors.SwapTaken():
            return words.SWAP_TAKEN
        case swap_errors.SwapOver():
            return words.SWAP_OVER
        case swap_errors.SwapNotFound():
            return words.SWAP_GONE
        case swap_errors.SwapNotPossible(reason=reason, yours=yours):
            # Why somebody else can't is their own business.
            return words.HINDERED[reason] if yours else words.HINDERED_OTHER
        case swap_errors.NotYourShift():
            return words.NOT_YOUR_SHIFT
        case swap_errors.OutsideTheShift():
            return words.OUTSIDE_THE_SHIFT
        case AbsenceRefused(sentence=sentence):
            return sentence
    return None
