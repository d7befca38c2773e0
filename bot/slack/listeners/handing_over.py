"""Handing over: `/oncall handoff`, notes for the next one, taking over in one tap, and a thank-you."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import copy_oncall as words
from bot.slack import ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Reply, listener, number
from bot.slack.views import handoff as views
from triage.care import handoff
from triage.errors import NotAllowed
from triage.people.access import Permission, require
from triage.people.roster import meet
from triage.tickets import queries
from triage.tickets.models import Ticket
from triage.vocabulary import TicketStatus


def handoff_form(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    require(press.person.role, Permission.TRANSFER)
    tickets = _claimed(session, press)
    if not tickets:
        return Reply(text=words.HANDOFF_NOTHING)
    return Reply(open_view=views.handoff_form(tickets, press.policy))


def _claimed(session: Session, press: Press) -> list[Ticket]:
    held = queries.claimed_by(session, press.person, limit=50)
    return [ticket for ticket in held if ticket.status is TicketStatus.CLAIMED]


@listener("view", ids.HANDOFF_FORM)
def hand_over(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    slack_id = press.entered("to", "person")
    to = meet(session, press.person.team_id, slack_id, now=now) if slack_id else None
    handoff.by_hand(
        session,
        press.person,
        to=to,
        notes=_notes(press),
        watch=press.entered("watch", "watch"),
        policy=press.policy,
        now=now,
    )


def _notes(press: Press) -> dict[int, str]:
    """What was written, by the tickets' numbers."""
    blocks = [block["block_id"] for block in press.body["view"]["blocks"] if block["type"] == "input"]
    return {
        number(block_id.partition(":")[2]): press.entered(block_id, block_id)
        for block_id in blocks
        if block_id.startswith("ticket:")
    }


@listener("action", ids.HANDOFF_NOTES)
def notes_form(session: Session, press: Press, desk: Desk, now: datetime) -> Reply:
    found = handoff.find_handoff(session, number(press.value), team_id=press.person.team_id)
    if found.leaver_id != press.person.id:
        raise NotAllowed(Permission.TRANSFER)
    tickets = handoff.left_over(session, found)
    said = handoff.notes_of(session, found)
    return Reply(open_view=views.notes_form(found.id, tickets, said, found.watch))


@listener("view", ids.HANDOFF_NOTES_FORM)
def save_notes(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    handoff.write_notes(
        session,
        press.form_ticket_id,
        _notes(press),
        watch=press.entered("watch", "watch"),
        by=press.person,
        now=now,
    )


@listener("action", ids.HANDOFF_TAKE_OVER)
def take_over(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    handoff.take_over(session, number(press.value), taker=press.person, policy=press.policy, now=now)


@listener("action", ids.HANDOFF_THANKS)
def thank(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    handoff.thank(session, number(press.value), by=press.person, now=now)
