"""The buttons under the answer, and the one question after it."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack import copy, ids
from bot.slack.desk import Desk
from bot.slack.listening import Press, Unreadable, listener, number
from triage.outbox import Occasion, say
from triage.tickets import choosing, closing, handover, impact
from triage.tickets.impact import Tap
from triage.tickets.transition import find
from triage.vocabulary import Impact


@listener("action", ids.SOLVED)
def that_solved_it(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    closing.solved(session, press.ticket_id, by=press.person, policy=press.policy, now=now)


@listener("action", ids.NOT_QUITE)
def not_quite(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    shown, _, _ticket_id = press.value.partition(":")
    handover.not_quite(
        session, press.ticket_id, by=press.person, policy=press.policy, now=now, round=number(shown)
    )


@listener("action", ids.ASK_PERSON)
def talk_to_a_person(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    handover.ask_person(session, press.ticket_id, by=press.person, policy=press.policy, now=now)


@listener("action", ids.CANNOT_WAIT)
def cannot_wait(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    handover.ask_person(
        session, press.ticket_id, by=press.person, policy=press.policy, now=now, cannot_wait=True
    )


@listener("action", ids.WHICH_HELPED)
def which_helped(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    ticket_id, _, article_id = press.value.partition(":")
    closing.credit(session, number(ticket_id), number(article_id), by=press.person, now=now)


@listener("action", ids.WHICH_OF_TWO)
def which_of_two(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    first, _, key = press.value.partition(":")
    judge = desk.judge(session, press.person.team_id, now)
    choosing.choose(session, number(first), key, by=press.person, judge=judge, policy=press.policy, now=now)


@listener("action", ids.WHO_IS_AFFECTED)
def who_is_affected(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    first, _, said = press.value.partition(":")
    if said not in list(Impact):
        raise Unreadable("that is nobody")
    _tell(session, press, desk, now, number(first), Tap(impact=Impact(said)))


@listener("action", ids.CAN_YOU_WORK)
def can_you_work(session: Session, press: Press, desk: Desk, now: datetime) -> None:
    first, _, said = press.value.partition(":")
    if said not in ("stuck", "can_work"):
        raise Unreadable("that is no answer")
    _tell(session, press, desk, now, number(first), Tap(stuck=said == "stuck"))


def _tell(session: Session, press: Press, desk: Desk, now: datetime, ticket_id: int, tap: Tap) -> None:
    impact.tell(session, ticket_id, tap, by=press.person, policy=press.policy, now=now)


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
