"""Forms and buttons by which shifts change hands: offer, take, turn down, withdraw, exchange, cover, undo."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bot.slack import copy_oncall as words
from bot.slack import ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, Unreadable, listener, number
from bot.slack.oncall_facts import schedule_names, swap_facts
from bot.slack.views import oncall as views
from triage.oncall import cover, swaps
from triage.oncall.plan import Shift
from triage.oncall.swap_errors import NotYourShift
from triage.oncall.swap_lookup import shifts_to_cover, shifts_to_offer, the_shift
from triage.oncall.swap_moves import find, must_be_open
from triage.people.access import Permission, may, require
from triage.people.models import Person
from triage.people.roster import colleagues, meet
from triage.vocabulary import DutyRole


def offer_form(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    require(press.person.role, Permission.SWAP_SHIFTS)
    mine = shifts_to_offer(session, press.person, now=now)
    if not mine:
        return Reply(text=words.SWAP_NO_SHIFTS)
    names = schedule_names(session, press.person.team_id)
    return Reply(open_view=views.offer_form(mine, names, press.person, colleagues(session, press.person)))


@listener("action", ids.HOME_SWAP)
def offer_from_home(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    return offer_form(session, press, desk, now)


@listener("view", ids.SWAP_FORM)
def offer(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    to = [meet(session, press.person.team_id, slack_id, now=now) for slack_id in press.ticked("to", "people")]
    swaps.offer(
        session,
        _chosen(session, press),
        owner=press.person,
        to=to,
        start=press.moment("since", "since"),
        end=press.moment("until", "until"),
        by=press.person,
        now=now,
        rules=press.policy.care,
    )


def _chosen(session: Session, press: Press) -> Shift:
    """The shift that was picked, as it stands in the rota now."""
    parts = press.entered("shift", "shift").split("|")
    if len(parts) != 4 or parts[1] not in set(DutyRole):
        raise Unreadable("no shift was chosen")
    start = datetime.fromtimestamp(number(parts[3]), UTC)
    return the_shift(session, press.person.team_id, number(parts[0]), DutyRole(parts[1]), parts[2], start)


def _number(press: Press) -> int:
    return number(press.value)


@listener("action", ids.SWAP_TAKE)
def take(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    swaps.accept(session, _number(press), taker=press.person, policy=press.policy, now=now)


@listener("action", ids.SWAP_DECLINE)
def decline(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    swaps.decline(session, _number(press), person=press.person, now=now)


@listener("action", ids.SWAP_WITHDRAW)
def withdraw(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    swaps.withdraw(session, _number(press), by=press.person, now=now)


@listener("action", ids.SWAP_IN_RETURN)
def return_form(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    """“I take yours, you take mine”: which of mine?"""
    require(press.person.role, Permission.SWAP_SHIFTS)
    swap = find(session, _number(press), team_id=press.person.team_id)
    must_be_open(swap)
    mine = [shift for shift in shifts_to_offer(session, press.person, now=now) if shift.start > now]
    if not mine:
        raise NotYourShift("nothing to give in return")
    facts = swap_facts(session, swap.id, press.person, now=now)
    names = schedule_names(session, press.person.team_id)
    asked = (facts.shift, facts.owner)
    return Reply(open_view=views.return_form(swap.id, asked, mine, names, press.person))


@listener("view", ids.RETURN_FORM)
def offer_in_return(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    """An exchange, offered the other way round: whoever asked first has the last word."""
    swap = find(session, press.form_ticket_id, team_id=press.person.team_id)
    must_be_open(swap)
    theirs = replace(
        the_shift(session, swap.team_id, swap.schedule_id, swap.role, swap.occurrence, swap.start),
        start=swap.start,
        end=swap.end,
    )
    swaps.offer(
        session,
        _chosen(session, press),
        owner=press.person,
        to=[session.get_one(Person, swap.owner_id)],
        counter=theirs,
        by=press.person,
        now=now,
        rules=press.policy.care,
    )


def cover_form(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    require(press.person.role, Permission.SWAP_SHIFTS)
    for_others = may(press.person.role, Permission.ARRANGE_COVER)
    shifts = shifts_to_cover(session, press.person, now=now, for_others=for_others)
    if not shifts:
        return Reply(text=words.COVER_NOTHING)
    called = {shift.person_id: session.get_one(Person, shift.person_id).called for shift in shifts}
    names = schedule_names(session, press.person.team_id)
    return Reply(open_view=views.cover_form(shifts, names, called, press.person, for_others=for_others))


@listener("view", ids.COVER_FORM)
def cover_now(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    who = press.entered("who", "person")
    taker = meet(session, press.person.team_id, who, now=now) if who else press.person
    cover.cover_now(
        session, _chosen(session, press), taker=taker, by=press.person, now=now, rules=press.policy.care
    )


@listener("action", ids.COVER_UNDO)
def undo(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    cover.undo_cover(session, _number(press), by=press.person, now=now)
