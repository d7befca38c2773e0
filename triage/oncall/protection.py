"""When a person is left alone: quiet hours, rest after work at night, and what waits until somebody is there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from triage.oncall.rules import CareRules
from triage.vocabulary import Urgency


@dataclass(frozen=True)
class Ask:
    """What somebody would be asked to do. Nothing in it says who wants it, so nobody can be served first by name."""

    urgency: Urgency
    category: str | None = None
    hostile: bool = False
    after_hours: bool = False
    # The requester pressed "This can't wait": whatever the model thinks, it is treated like a critical one.
    cannot_wait: bool = False

    @property
    def pressing(self) -> bool:
        """May disturb people who are otherwise left alone."""
        return self.cannot_wait or self.urgency is Urgency.CRITICAL


@dataclass(frozen=True)
class Standing:
    """What decides whether one person may be asked, as it is now. Each `…_until` is None or lies ahead."""

    person_id: int
    on_shift: bool = True
    knows: frozenset[str] = frozenset()
    # Tickets that they have claimed or were asked to claim, and how many are enough.
    open_claims: int = 0
    cap: int = 5
    # Over the last four weeks, in weighted minutes.
    burden: float = 0.0
    absent_until: datetime | None = None
    resting_until: datetime | None = None
    quiet_until: datetime | None = None
    focus_until: datetime | None = None
    break_until: datetime | None = None
    # When they took hostile tickets lately, and how many of their last ones in a row were hostile.
    hostile_taken: tuple[datetime, ...] = ()
    hostile_running: int = 0
    hours_this_week: float = 0.0
    last_asked: datetime | None = None
    # Within the hours that they work; True where they never said which these are.
    working: bool = True
    # Where they are not at work: when they are again.
    off_until: datetime | None = None


class Rule(StrEnum):
    """Why somebody is passed over. The first four forbid; the others only send it to somebody else who can."""

    ABSENT = "absent"
    RESTING = "resting"
    QUIET = "quiet_hours"
    OFF_DUTY = "off_duty"  # neither on shift nor at work
    HOSTILE = "hostility_budget"
    WEEK = "weekly_hours"
    OFF_SHIFT = "off_shift"  # at work, while it is somebody else's shift
    BREAK = "break"
    FOCUS = "focus"
    CAP = "cap"


@dataclass(frozen=True)
class Hindrance:
    """A rule that speaks against asking somebody, and until when (None: nobody can say)."""

    rule: Rule
    until: datetime | None = None


@dataclass(frozen=True)
class QuietHours:
    """Local wall time in the person's own zone, `[start, end)`; it may span midnight. Equal ends mean none."""

    zone: ZoneInfo
    start: time
    end: time


def in_quiet_hours(hours: QuietHours, at: datetime) -> bool:
    local = at.astimezone(hours.zone).time()
    if hours.start <= hours.end:
        return hours.start <= local < hours.end
    return local >= hours.start or local < hours.end


def quiet_until(hours: QuietHours, at: datetime) -> datetime | None:
    """The moment the quiet hours end, in UTC; None outside of them."""
    if not in_quiet_hours(hours, at):
        return None
    day = at.astimezone(hours.zone).date()
    ends = (
        datetime.combine(day + timedelta(days=n), hours.end, hours.zone).replace(fold=fold).astimezone(UTC)
        for n in (0, 1, 2)
        for fold in (0, 1)
    )
    # Where the clock goes back over the end, they end when that time is past for good; where it is skipped, then.
    return min(end for end in ends if end > at and not in_quiet_hours(hours, end))


def at_night(at: datetime, zone: ZoneInfo, rules: CareRules, *, quiet: QuietHours | None = None) -> bool:
    """Night where the person lives, or the hours in which they sleep, whichever these are."""
    night = QuietHours(zone, rules.night_from, rules.night_until)
    return in_quiet_hours(night, at) or (quiet is not None and in_quiet_hours(quiet, at))


def rest_after(
    acknowledged_at: datetime, zone: ZoneInfo, rules: CareRules, *, quiet: QuietHours | None = None
) -> tuple[datetime, datetime] | None:
    """The rest that work at this moment opens, in UTC; None by day."""
    if not at_night(acknowledged_at, zone, rules, quiet=quiet):
        return None
    start = acknowledged_at.astimezone(UTC)
    return start, start + rules.rest


def hostile_enough(standing: Standing, *, rules: CareRules, now: datetime) -> bool:
    """Had their share of hostile tickets: some in a row, or more of them within a few hours."""
    lately = sum(1 for at in standing.hostile_taken if now - rules.hostile_within < at <= now)
    return standing.hostile_running >= rules.hostile_running or lately >= rules.hostile_most


def forbidden(ask: Ask, standing: Standing, *, now: datetime, last_resort: bool = False) -> Hindrance | None:
    """The rule by which this person may not be asked at all now, if there is one."""
    if _ahead(standing.absent_until, now):
        return Hindrance(Rule.ABSENT, standing.absent_until)
    if _ahead(standing.resting_until, now) and not (last_resort and ask.pressing):
        return Hindrance(Rule.RESTING, standing.resting_until)
    if ask.pressing:
        return None
    if _ahead(standing.quiet_until, now):
        return Hindrance(Rule.QUIET, standing.quiet_until)
    if _off_duty(standing) and not last_resort:
        return Hindrance(Rule.OFF_DUTY, standing.off_until)
    return None


def hindrances(ask: Ask, standing: Standing, *, rules: CareRules, now: datetime) -> tuple[Hindrance, ...]:
    """What speaks for asking somebody else if anybody can be asked, the weightiest first."""
    hostile = ask.hostile and hostile_enough(standing, rules=rules, now=now)
    week = timedelta(hours=standing.hours_this_week) >= rules.week
    checks = (
        (_ahead(standing.resting_until, now), Hindrance(Rule.RESTING, standing.resting_until)),
        (_off_duty(standing), Hindrance(Rule.OFF_DUTY, standing.off_until)),
        (hostile, Hindrance(Rule.HOSTILE)),
        (week, Hindrance(Rule.WEEK)),
        (not standing.on_shift, Hindrance(Rule.OFF_SHIFT)),
        (_ahead(standing.break_until, now), Hindrance(Rule.BREAK, standing.break_until)),
        (_ahead(standing.focus_until, now), Hindrance(Rule.FOCUS, standing.focus_until)),
        (standing.open_claims >= standing.cap, Hindrance(Rule.CAP)),
    )
    return tuple(hindrance for applies, hindrance in checks if applies)


@dataclass(frozen=True)
class Gate:
    """Whether people are asked now. With `until` None it waits for the desk to open."""

    ask_now: bool
    until: datetime | None
    reason: str


def gate(ask: Ask, *, desk_open: bool, standings: Sequence[Standing], now: datetime) -> Gate:
    """After hours only what cannot wait reaches anybody, and so it is where all are off, asleep or resting."""
    if ask.pressing:
        return Gate(True, None, "this cannot wait until somebody is at work again")
    if not desk_open:
        return Gate(False, None, "the desk is closed, and this can wait until it opens")
    blocks = [forbidden(ask, standing, now=now) for standing in standings]
    if not blocks or None in blocks:
        return Gate(True, None, "somebody is at work")
    ends = [block.until for block in blocks if block is not None and block.until is not None]
    if not ends:
        # Nobody can say when somebody will be there: better that the escalation says so than that it waits for ever.
        return Gate(True, None, "nobody is at work, and nobody can say when somebody will be")
    return Gate(False, min(ends), "nobody is at work now, and this can wait until somebody is")


def _ahead(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def _off_duty(standing: Standing) -> bool:
    return not standing.on_shift and not standing.working
