"""What an agent answers to a page: seen, please somebody else, not urgent, urgent after all. Claiming is the card's."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, listener
from triage.tickets import paged


@listener("action", ids.ACKNOWLEDGE)
def acknowledge(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    paged.acknowledge(session, press.ticket_id, by=press.person, policy=press.policy, now=now)


@listener("action", ids.PASS_ON)
def pass_on(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    paged.pass_on(session, press.ticket_id, by=press.person, policy=press.policy, now=now)


@listener("action", ids.NOT_URGENT)
def not_urgent(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    paged.not_urgent(session, press.ticket_id, by=press.person, policy=press.policy, now=now)


@listener("action", ids.URGENT_AFTER_ALL)
def urgent_after_all(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    paged.urgent_after_all(session, press.ticket_id, by=press.person, policy=press.policy, now=now)
