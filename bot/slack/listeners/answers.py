"""The buttons under the answer, and the one question after it."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import copy, ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Unreadable, listener, number
from triage.outbox import Occasion, say
from triage.tickets import closing, handover
from triage.tickets.transition import find


@listener("action", ids.SOLVED)
def that_solved_it(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    closing.solved(session, press.ticket_id, by=press.person, policy=desk.policy, now=now)


@listener("action", ids.NOT_QUITE)
def not_quite(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    shown, _, _ticket_id = press.value.partition(":")
    handover.not_quite(
        session, press.ticket_id, by=press.person, policy=desk.policy, now=now, round=number(shown)
    )


@listener("action", ids.ASK_PERSON)
def talk_to_a_person(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    handover.ask_person(session, press.ticket_id, by=press.person, policy=desk.policy, now=now)


@listener("action", ids.CANNOT_WAIT)
def cannot_wait(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    handover.ask_person(
        session, press.ticket_id, by=press.person, policy=desk.policy, now=now, cannot_wait=True
    )


@listener("action", ids.WHICH_HELPED)
def which_helped(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    ticket_id, _, article_id = press.value.partition(":")
    closing.credit(session, number(ticket_id), number(article_id), by=press.person, now=now)


@listener("action", ids.RATE)
def rate(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    first, _, rating = press.value.partition(":")
    ticket_id = number(first)
    if rating not in copy.RATINGS:
        raise Unreadable(f"{rating[:20]!r} is no rating")
    if closing.rate(session, ticket_id, rating, by=press.person, now=now) and press.channel:
        say(
            session,
            Occasion.RATING_REFRESH,
            team_id=press.person.team_id,
            address=press.channel,
            ticket=find(session, ticket_id, team_id=press.person.team_id),
            now=now,
        )
