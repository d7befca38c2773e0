"""What the on-call screens say, and how they read and write moments. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.web.console import words_promises
from triage.care.profile import ProfileRefused
from triage.errors import TriageError
from triage.oncall.absences import AbsenceRefused
from triage.oncall.calendar.subscriptions import NoSuchFeed, TooManyFeeds
from triage.oncall.look_ahead import ConcernKind
from triage.oncall.overrides import OverrideRefused
from triage.oncall.plans import NoSuchSchedule
from triage.people.access import Permission
from triage.sla.targets import PromisesRefused
from triage.sla.versions import PromisesChanged

FORBIDDEN: Final = {
    Permission.SET_ONCALL: "Only admins can change who is on call.",
    Permission.SEE_ONCALL_POLICIES: "Only the desk can see who is asked when.",
    Permission.CHANGE_ONCALL_POLICIES: "Only admins can change who is asked when.",
}
PUT_ON: Final = "The rota is changed."
TAKEN_OFF: Final = "Removed. The rota is as its turns say again."
SCHEDULE_SAVED: Final = "“{name}” is saved. It holds from now on; what was before stays as it was."
SCHEDULE_GONE: Final = "“{name}” is put away. Its past stays."
SCHEDULE_CHANGED: Final = (
    "Somebody else saved this schedule while you were writing. Nothing is lost: your text is below, "
    "and theirs beside it. Put them together and save again."
)
TURNS_CHANGED: Final = "Somebody else saved this schedule while you were at it"
TURNS_LOOK: Final = "What is saved by now is below; put your change into it"
TURNS_OF: Final = "{name}: {role}, layer {layer}"
ONE_SCHEDULE: Final = (
    "This page is about one schedule",
    "Keep exactly one under “schedules:”, and no “group:”",
)
NO_OVERRIDES_HERE: Final = ("Overrides are not set here", "Use the form below the rota")
NAME_TAKEN: Final = ("There is a schedule with this name already", "Change that one, or choose another name")
NOBODY_CHOSEN: Final = ("Nobody takes turns yet", "Choose at least one person")
NO_MOMENT: Final = "Say from when until when, with day and time."
NO_SCHEDULE: Final = "There is no such schedule any more."


PUT_AWAY: Final = "a schedule that was put away"
OFFERS: Final = "{owner} {verb}: who takes {shift}?"
YOURS_OFFERED: Final = "Offered. You stay on until somebody accepts."
TAKES: Final = "{taker} {verb} {shift} from {owner}."
COVERS: Final = "{taker} {verb} in for {owner}: {shift}."
YOU_TAKE_IT: Final = "It is yours. Thank you; they know."
YOU_DECLINED: Final = "You said no. That is fine, and nobody is told."
WITHDRAWN: Final = "The offer is withdrawn. You are on."
UNDONE: Final = "Undone. Whoever was on by the rota is on again."
OFF_SAVED: Final = "Noted. Nobody asks you then."
OFF_SHIFTS: Final = "You have shifts in that time, and nobody is on for you yet: offer them above."
CREDIT_TAKEN: Final = "It is yours. Nobody asks you then."
OFF_GONE: Final = "Removed. You are back in the rota."
WISHES_SAVED: Final = "Saved. It holds from the next question on."
FEED_REVOKED: Final = "Revoked. That address shows nothing from now on."
SHIFT_MOVED: Final = "That shift has moved since. Look again, please."
NO_DAY: Final = "Say the first and the last day."
NO_TIME: Final = "Write times like 22:00."
AGAIN: Final = " So it is {count} more times this week."
CONCERN: Final = {
    ConcernKind.GAP: ("Nobody is on", "Put somebody on, or ask who could take it."),
    ConcernKind.UNREACHABLE: ("Out of reach", "Talk to them, or put somebody else on."),
    ConcernKind.AWAY: ("Stands in, and is away", "Find somebody else for it."),
    ConcernKind.NIGHTS: ("Many nights running", "Give one of these nights to somebody else."),
    ConcernKind.QUICK_RETURN: ("Little rest between", "Let the next shift begin later, or swap it."),
    ConcernKind.HOURS: ("Many hours in a week", "Give a part of it to somebody else."),
    ConcernKind.HOLIDAY: ("On a holiday", "Nothing is wrong. Ask whether it suits them."),
}
OF_TURNS: Final = "It comes again with every turn. Shorter turns would mend it for good."
NO_FEED: Final = "There is no such calendar address any more."
TOO_MANY_FEEDS: Final = "You have many calendar addresses already. Revoke one that you no longer use."


class ShiftMoved(TriageError):
    """The shift that a button was about is no longer there."""


class NoMoment(TriageError):
    """A form holds no day and time where it needs one."""

    def __init__(self, text: str) -> None:
        super().__init__(NO_MOMENT)
        self.text = text


def moment_typed(text: str | None, zone: ZoneInfo) -> datetime:
    """What a field for day and time holds, as the reader's wall time. Raises `NoMoment`."""
    try:
        local = datetime.fromisoformat(text or "")
    except ValueError:
        raise NoMoment(text or "") from None
    if local.tzinfo is not None or not 2000 <= local.year < 3000:
        raise NoMoment(text or "")
    return local.replace(tzinfo=zone).astimezone(UTC)


class NoDay(TriageError):
    """A form holds no day where it needs one."""


def day_typed(text: str | None) -> date:
    """Raises `NoDay`."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        raise NoDay(text or "") from None
    if not 2000 <= day.year < 3000:
        raise NoDay(text or "")
    return day


class NoTime(TriageError):
    """A form holds no time of day where it needs one."""


def time_typed(text: str | None) -> time | None:
    """None where the field is empty. Raises `NoTime`."""
    if not (text or "").strip():
        return None
    try:
        return time.fromisoformat(text or "").replace(tzinfo=None)
    except ValueError:
        raise NoTime(text or "") from None


def field_of(at: datetime, zone: ZoneInfo) -> str:
    """How a field for day and time wants to be filled."""
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"


def next_hour(now: datetime) -> datetime:
    return (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)


def soon(now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """From the next full hour on, for eight hours: a beginning that is never in the past."""
    start = next_hour(now)
    return field_of(start, zone), field_of(start + timedelta(hours=8), zone)


def days_shown(first: date, last: date) -> str:
    """“1 to 14 March 2027”: month and year once where they are the same."""
    if first.year != last.year:
        return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {last.day} {last:%B %Y}"
    return f"{first.day} to {last.day} {last:%B %Y}"


def refused(error: Exception) -> str | None:
    """What the on-call part of the desk refuses, in words; None for everything else."""
    match error:
        case OverrideRefused(sentence=said) | AbsenceRefused(sentence=said):
            return said
        case ProfileRefused(problem=problem):
            return f"{problem[:1].upper()}{problem[1:].rstrip('.')}."
        case NoMoment():
            return NO_MOMENT
        case NoDay():
            return NO_DAY
        case NoTime():
            return NO_TIME
        case ShiftMoved():
            return SHIFT_MOVED
        case NoSuchSchedule():
            return NO_SCHEDULE
        case NoSuchFeed():
            return NO_FEED
        case TooManyFeeds():
            return TOO_MANY_FEEDS
        case PromisesRefused() | PromisesChanged():
            return words_promises.refused(error)
    return None
