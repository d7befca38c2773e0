"""What a swap, cover or time off refuses, in kind words."""

from bot.slack import copy_calendar
from bot.slack import copy_oncall as words
from triage import errors
from triage.oncall import swap_errors
from triage.oncall.absences import AbsenceRefused
from triage.oncall.calendar.subscriptions import NoSuchFeed, TooManyFeeds
from triage.oncall.exchange.document import FileRefused

# Of a file in which more is wrong, the first lines say enough.
_MOST_LINES = 20


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
        case FileRefused(wrong=wrong):
            return "\n".join(str(one) for one in wrong[:_MOST_LINES])
        case NoSuchFeed():
            return copy_calendar.GONE
        case TooManyFeeds():
            return copy_calendar.TOO_MANY
    return None
