"""My on-call: one agent's own shifts, swaps, time off, rest and load. Nothing here is about anybody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, request

from bot.slack.copy_care import CREDIT_NAME
from bot.slack.copy_oncall import ABSENCE_NAME
from bot.web.console import words_oncall
from bot.web.console.my_load import load_picture
from bot.web.console.rota_rows import ROLE, SOMEBODY, Names, from_to, sentence
from bot.web.console.rota_shown import agents, everybody
from bot.web.console.shell import Console, Visit
from triage.care import focus, load, profile, rest
from triage.oncall import swaps
from triage.oncall.absences import absences_of
from triage.oncall.calendar.subscriptions import subscriptions
from triage.oncall.plan import AbsenceKind, DutyRole, Shift, with_names
from triage.oncall.plans import schedules, shifts_of
from triage.oncall.swap_tables import Swap
from triage.people.access import Permission
from triage.tickets import queries
from triage.vocabulary import SwapState

_AHEAD = timedelta(weeks=8)
# A shift that is under way is shown from its beginning.
_BACK = timedelta(days=32)
# One cannot take rest by hand: it follows from work at night.
_KINDS = [AbsenceKind.TIME_OFF, AbsenceKind.SICK, AbsenceKind.LEARNING, AbsenceKind.PROTECTED]


@dataclass(frozen=True)
class ShiftShown:
    """`key` finds it again when a button is pressed."""

    key: str
    when: str
    where: str
    why: str
    now: bool
    # For the fields of a partial offer.
    start: str
    end: str


@dataclass(frozen=True)
class SwapShown:
    id: int
    words: str
    # Cover in an emergency can be undone; a swap was agreed.
    can_be_undone: bool


@dataclass(frozen=True)
class OffShown:
    id: int
    when: str
    kind: str
    by_hand: bool


def add_to(console: Console) -> None:
    @console.screen("/my-oncall", title="My on-call", permission=Permission.SEE_ROTA, order=14)
    def my_oncall(visit: Visit) -> str:
        return my_page(console, visit)


def my_page(console: Console, visit: Visit, *, said: str = "", tried: str = "", address: str = "") -> str:
    """`said` is what was refused, `tried` the form that it was in, `address` a new calendar's, shown this once."""
    session, me, rules = visit.session, visit.person, visit.policy.care
    mine = load.my_load(session, me, by=me, rules=rules, now=visit.now)
    return render_template(
        "console/my_oncall.html",
        shifts=_shifts(visit),
        colleagues=[person for person in agents(session, me.team_id) if person.id != me.id],
        off=_off(visit),
        kinds={kind: ABSENCE_NAME[kind] for kind in _KINDS},
        nights=rest.my_nights(session, me, by=me, rules=rules, now=visit.now),
        pause=focus.current_pause(session, me, by=me, now=visit.now),
        load=mine,
        picture=load_picture(mine.days, since=mine.since, now=visit.now),
        profile=profile.profile_of(session, me, rules=rules),
        rules=rules,
        choices=CREDIT_NAME,
        categories=queries.categories(session, me.team_id),
        feeds=subscriptions(session, me),
        titles=_titles(visit),
        next_hour=words_oncall.field_of(words_oncall.next_hour(visit.now), visit.zone),
        zone=visit.zone.key,
        said=said,
        tried=tried,
        entered=request.form if tried else {},
        address=address,
        **_swaps(visit),
    )


def key_of(shift: Shift) -> str:
    return f"{shift.schedule_id}|{shift.role}|{shift.start.isoformat()}"


def own_shifts(visit: Visit) -> list[Shift]:
    """The reader's own, whole ones, that are under way or to come."""
    found = shifts_of(visit.session, visit.person, start=visit.now - _BACK, end=visit.now + _AHEAD)
    return [shift for shift in found if shift.end > visit.now]


def _titles(visit: Visit) -> dict[int, str]:
    return {one.id: one.name for one in schedules(visit.session, visit.person.team_id)}


def _where(schedule_id: int, role: str, titles: Mapping[int, str]) -> str:
    return f"{titles.get(schedule_id, words_oncall.PUT_AWAY)}, {ROLE[DutyRole(role)].lower()}"


def _shifts(visit: Visit) -> list[ShiftShown]:
    names, titles, zone = everybody(visit.session, visit.person.team_id), _titles(visit), visit.zone
    return [
        ShiftShown(
            key_of(shift),
            from_to(shift.start, shift.end, zone),
            _where(shift.schedule_id, shift.role, titles),
            sentence(with_names(shift.reason, names)),
            shift.holds(visit.now),
            words_oncall.field_of(_offered_from(shift, visit.now), zone),
            words_oncall.field_of(shift.end, zone),
        )
        for shift in own_shifts(visit)
    ]


def _offered_from(shift: Shift, now: datetime) -> datetime:
    """Of a shift that is under way, what is left from the next full hour on can be offered."""
    return shift.start if shift.start > now else words_oncall.next_hour(now)


def _swaps(visit: Visit) -> dict[str, list[SwapShown]]:
    session, me, now = visit.session, visit.person, visit.now
    return {
        "asked": [_swap(visit, one) for one in swaps.asked_of(session, me, now=now)],
        "offered": [_swap(visit, one) for one in swaps.offered_by(session, me, now=now)],
        "settled": [_swap(visit, one) for one in swaps.swaps_of(session, [me.id], since=now)],
    }


def _swap(visit: Visit, swap: Swap) -> SwapShown:
    names, titles = everybody(visit.session, visit.person.team_id), _titles(visit)
    given = f"{from_to(swap.start, swap.end, visit.zone)} ({_where(swap.schedule_id, swap.role, titles)})"
    owner, taker = _you_or(swap.owner_id, visit, names), _you_or(swap.taker_id, visit, names)
    in_return = ""
    if swap.counter_start and swap.counter_end:
        in_return = f" In return: {from_to(swap.counter_start, swap.counter_end, visit.zone)}."
    if swap.state is SwapState.ACCEPTED:
        how = words_oncall.COVERS if swap.emergency else words_oncall.TAKES
        verb = _do("stand" if swap.emergency else "take", taker)
        words = how.format(taker=taker, verb=verb, owner=owner, shift=given)
    else:
        words = words_oncall.OFFERS.format(owner=owner, verb=_do("ask", owner), shift=given)
    return SwapShown(swap.id, words[:1].upper() + words[1:] + in_return, swap.emergency)


def _you_or(person_id: int | None, visit: Visit, names: Names) -> str:
    return "you" if person_id == visit.person.id else names.get(person_id or 0, SOMEBODY)


def _do(verb: str, who: str) -> str:
    return verb if who == "you" else f"{verb}s"


def _off(visit: Visit) -> list[OffShown]:
    ahead = visit.now + timedelta(days=400)
    found = absences_of(visit.session, [visit.person.id], start=visit.now, end=ahead)
    return [
        OffShown(one.id, from_to(one.start, one.end, visit.zone), ABSENCE_NAME[one.kind], one.kind in _KINDS)
        for one in found
    ]
