"""What a swap, cover or time off refuses, in kind words."""

from bot.slack import copy_calendar, copy_care
from bot.slack import copy_oncall as words
from bot.slack.views.care import in_minutes
from triage import errors
from triage.care.handoff import HandoffNotFound
from triage.care.rest import NotEnoughCredit
from triage.oncall import swap_errors
from triage.oncall.absences import AbsenceRefused
from triage.oncall.calendar.subscriptions import NoSuchFeed, TooManyFeeds
from triage.oncall.checking import ScheduleRefused
from triage.oncall.exchange.document import FileRefused
from triage.oncall.overrides import OverrideRefused
from triage.oncall.plans import NoSuchSchedule

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
        case AbsenceRefused(sentence=sentence) | OverrideRefused(sentence=sentence):
            return sentence
        case NotEnoughCredit(left=left) if left:
            return copy_care.CREDIT_TOO_MUCH.format(time=in_minutes(left))
        case NotEnoughCredit():
            return copy_care.CREDIT_NONE
        case HandoffNotFound():
            return words.HANDOFF_GONE
        case NoSuchSchedule():
            return words.SCHEDULE_GONE
        case FileRefused(wrong=several) | ScheduleRefused(problems=several):
            return "\n".join(str(one) for one in several[:_MOST_LINES])
        case NoSuchFeed():
            return copy_calendar.GONE
        case TooManyFeeds():
            return copy_calendar.TOO_MANY
    return None
