"""What one presses on My on-call: offer and take shifts, time off, wishes, calendars. Always as oneself."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from bot.web.console import typed, words_oncall
from bot.web.console.my_oncall import key_of, my_page, own_shifts
from bot.web.console.rota import chosen
from bot.web.console.shell import Console, Page, Visit
from triage.care import profile, rest
from triage.oncall import cover, swaps
from triage.oncall.absences import absences_of, add_absence, remove_absence
from triage.oncall.calendar.subscriptions import revoke, subscribe
from triage.oncall.calendar.tables import FeedKind
from triage.oncall.plan import AbsenceKind, Shift
from triage.people.access import Permission
from triage.tickets import queries
from triage.vocabulary import CreditChoice

_FAR = timedelta(days=400)
# In minutes: nobody has more to make up for.
_A_YEAR = 60 * 24 * 365


def add_to(console: Console) -> None:
    def press(path: str, form: str) -> Callable[[Page], Page]:
        """A button of the page; what is refused is said on the page itself, with what was typed."""

        def refused(visit: Visit, said: str, **_more: int) -> tuple[str, int]:
            return my_page(console, visit, said=said, tried=form), 409

        return console.action(f"/my-oncall/{path}", permission=Permission.SEE_ROTA, refused=refused)

    @console.page("/my-oncall/<path:_rest>", permission=Permission.SEE_ROTA)
    def my_oncall_again(visit: Visit, _rest: str) -> Response:
        """The address of a form that was refused, loaded again."""
        return _back()

    _add_swaps(console, press)
    _add_off(press)
    _add_rest(console, press)
    _add_settings(console, press)


Press = Callable[[str, str], Callable[[Page], Page]]


def _back(anchor: str | None = None) -> Response:
    return redirect(url_for("console.my_oncall", _anchor=anchor), 303)


# Shifts that change hands


def _add_swaps(console: Console, press: Press) -> None:
    @press("offer", "offer")
    def offer_shift(visit: Visit) -> Response:
        form, shift = request.form, _shift(visit)
        person = chosen(visit, form.get("to"))
        swaps.offer(
            visit.session,
            shift,
            owner=visit.person,
            to=[person] if person else [],
            start=_within(shift, form.get("start"), visit, "start"),
            end=_within(shift, form.get("end"), visit, "end"),
            by=visit.person,
            now=visit.now,
            rules=visit.policy.care,
        )
        visit.say(words_oncall.YOURS_OFFERED)
        return _back("swaps")

    @press("swaps/<int:swap_id>/accept", "swaps")
    def accept_swap(visit: Visit, swap_id: int) -> Response:
        swaps.accept(visit.session, swap_id, taker=visit.person, policy=visit.policy, now=visit.now)
        visit.say(words_oncall.YOU_TAKE_IT)
        return _back("shifts")

    @press("swaps/<int:swap_id>/decline", "swaps")
    def decline_swap(visit: Visit, swap_id: int) -> Response:
        swaps.decline(visit.session, swap_id, person=visit.person, now=visit.now)
        visit.say(words_oncall.YOU_DECLINED)
        return _back("swaps")

    @press("swaps/<int:swap_id>/withdraw", "swaps")
    def withdraw_swap(visit: Visit, swap_id: int) -> Response:
        swaps.withdraw(visit.session, swap_id, by=visit.person, now=visit.now)
        visit.say(words_oncall.WITHDRAWN)
        return _back("swaps")

    @press("swaps/<int:swap_id>/undo", "swaps")
    def undo_my_cover(visit: Visit, swap_id: int) -> Response:
        cover.undo_cover(visit.session, swap_id, by=visit.person, now=visit.now)
        visit.say(words_oncall.UNDONE)
        return _back("swaps")


def _shift(visit: Visit) -> Shift:
    """The one that the form is about. Raises `ShiftMoved`."""
    for shift in own_shifts(visit):
        if key_of(shift) == request.form.get("shift"):
            return shift
    raise words_oncall.ShiftMoved


def _within(shift: Shift, text: str | None, visit: Visit, edge: str) -> datetime | None:
    """A moment that was changed in the form; None for the shift's own, which the field shows to the minute."""
    own = shift.start if edge == "start" else shift.end
    if not text or text == words_oncall.field_of(own, visit.zone):
        return None
    return words_oncall.moment_typed(text, visit.zone)


# Time off


def _add_off(press: Press) -> None:
    @press("off", "off")
    def take_time_off(visit: Visit) -> Response:
        start, end = _days(visit)
        before = own_shifts(visit)
        kind = typed.one_of(AbsenceKind, request.form.get("kind")) or AbsenceKind.TIME_OFF
        add_absence(
            visit.session, visit.person, kind=kind, start=start, end=end, by=visit.person, now=visit.now
        )
        visit.say(words_oncall.OFF_SAVED)
        if any(shift.start < end and start < shift.end for shift in before):
            visit.say(words_oncall.OFF_SHIFTS)
        return _back("off")

    @press("off/<int:absence_id>/remove", "off")
    def remove_time_off(visit: Visit, absence_id: int) -> Response:
        mine = absences_of(visit.session, [visit.person.id], start=visit.now, end=visit.now + _FAR)
        if absence_id in {one.id for one in mine}:
            remove_absence(visit.session, absence_id, by=visit.person, now=visit.now)
            visit.say(words_oncall.OFF_GONE)
        return _back("off")


def _add_rest(console: Console, press: Press) -> None:
    @press("rest", "rest")
    def take_rest(visit: Visit) -> Response:
        """Time worked at night becomes time off."""
        start = words_oncall.moment_typed(request.form.get("start"), visit.zone)
        rest.take_credit(
            visit.session,
            visit.person,
            start=max(start, visit.now),
            length=timedelta(minutes=min(typed.number(request.form.get("minutes")) or 0, _A_YEAR)),
            by=visit.person,
            rules=visit.policy.care,
            now=visit.now,
        )
        visit.say(words_oncall.CREDIT_TAKEN)
        return _back("rest")


def _days(visit: Visit) -> tuple[datetime, datetime]:
    """Whole days, the last one included, unless a time of day is given."""
    form, zone = request.form, visit.zone
    first, last = (words_oncall.day_typed(form.get(name)) for name in ("first", "last"))
    since, until = (words_oncall.time_typed(form.get(name)) for name in ("since", "until"))
    start = datetime.combine(first, since or time(), zone)
    end = datetime.combine(last if until else last + timedelta(days=1), until or time(), zone)
    return start.astimezone(UTC), end.astimezone(UTC)


# How I work, and my calendars


def _add_settings(console: Console, press: Press) -> None:
    @press("wishes", "wishes")
    def save_wishes(visit: Visit) -> Response:
        form, me = request.form, visit.person
        known = [one.key for one in queries.categories(visit.session, me.team_id)]
        profile.save_profile(visit.session, me, _wishes(), by=me, now=visit.now)
        profile.set_skills(visit.session, me, form.getlist("skill"), by=me, known=known, now=visit.now)
        visit.say(words_oncall.WISHES_SAVED)
        return _back("wishes")

    @press("calendars", "calendars")
    def new_calendar(visit: Visit) -> str:
        """Answers with the page itself: the address is in it, this once, and in no cookie."""
        schedule_id = typed.number(request.form.get("schedule"))
        kind = FeedKind.SCHEDULE if schedule_id else FeedKind.MINE
        _, token = subscribe(visit.session, visit.person, kind, schedule_id=schedule_id, now=visit.now)
        root = (console.desk.public_url or request.host_url).rstrip("/")
        return my_page(console, visit, address=f"{root}/calendar/{token}.ics")

    @press("calendars/<int:feed_id>/revoke", "calendars")
    def revoke_calendar(visit: Visit, feed_id: int) -> Response:
        revoke(visit.session, visit.person, feed_id, now=visit.now)
        visit.say(words_oncall.FEED_REVOKED)
        return _back("calendars")


def _wishes() -> profile.Wishes:
    form = request.form
    return profile.Wishes(
        working_hours=form.get("working_hours", ""),
        quiet_from=words_oncall.time_typed(form.get("quiet_from")),
        quiet_until=words_oncall.time_typed(form.get("quiet_until")),
        work_cap=typed.number(form.get("work_cap")),
        credit_choice=typed.one_of(CreditChoice, form.get("credit_choice")) or CreditChoice.REST,
        opted_in_nights=bool(form.get("nights")),
    )
