"""`/oncall off`: days or hours in which nobody asks me, by a form with dates."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.slack import copy_oncall as words
from bot.slack import ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, Unreadable, listener
from bot.slack.views import oncall as views
from triage.oncall.absences import add_absence
from triage.outbox import Occasion, say_to
from triage.people.access import Permission, require
from triage.vocabulary import AbsenceKind

_A_DAY = timedelta(days=1)


def off_form(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    require(press.person.role, Permission.SWAP_SHIFTS)
    today = now.astimezone(ZoneInfo(press.person.time_zone)).date()
    return Reply(open_view=views.off_form(today.isoformat()))


@listener("action", ids.HOME_OFF)
def off_from_home(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    return off_form(session, press, desk, now)


@listener("view", ids.OFF_FORM)
def take_off(session: Session, press: Press, desk: Desk, now: datetime) -> Reply | None:
    kind = press.entered("kind", "kind")
    if kind not in set(AbsenceKind):
        raise Unreadable("no kind was chosen")
    stretch = _entered(press)
    if stretch is None:
        return Reply(errors={"until": words.OFF_BACKWARDS})
    start, end = stretch
    if start < now < end:
        start = now
    absence = add_absence(
        session, press.person, kind=AbsenceKind(kind), start=start, end=end, by=press.person, now=now
    )
    say_to(session, Occasion.DIRECT, press.person, now=now, notice="off_saved", absence_id=absence.id)
    return None


def _entered(press: Press) -> tuple[datetime, datetime] | None:
    """Wall time in the person's own zone; whole days where no times are given. None where it ends before it begins."""
    zone = ZoneInfo(press.person.time_zone)
    first, last = _date(press, "since"), _date(press, "until")
    since, until = press.entered("since_time", "since_time"), press.entered("until_time", "until_time")
    start = datetime.combine(first, time.fromisoformat(since) if since else time(0), zone)
    if until:
        end = datetime.combine(last, time.fromisoformat(until), zone)
    else:
        end = datetime.combine(last + _A_DAY, time(0), zone)
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    return (start, end) if start < end else None


def _date(press: Press, block_id: str) -> date:
    try:
        return date.fromisoformat(press.entered(block_id, block_id))
    except ValueError:
        raise Unreadable("no day was chosen") from None
