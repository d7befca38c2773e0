"""From a row of the outbox to what Slack is asked to do: the words are found now, from how things stand now."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from functools import partial
from typing import Any

from itsdangerous import URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack import copy
from bot.slack.desk import Desk
from bot.slack.facts import Facts, facts, for_the_desk, thread_link
from bot.slack.gateway import Posted
from bot.slack.my_oncall import home_oncall
from bot.slack.oncall_notices import ONCALL_NOTICES, oncall_notice
from bot.slack.paged import paged
from bot.slack.views import care, home, news, notices, pages, promises
from bot.slack.views.answer import answer
from bot.slack.views.blocks import Block
from bot.slack.views.card import card
from bot.slack.views.look_ahead import look_ahead
from bot.slack.views.welcoming import installed
from triage.learning.review import to_review
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.sla.timers import Standing, standing, standings, timers_of
from triage.tickets import queries
from triage.tickets.models import Satisfaction, Ticket
from triage.vocabulary import PromiseState, SayState, TicketStatus


class How(Enum):
    POST = auto()
    UPDATE = auto()
    WHISPER = auto()
    HOME = auto()


@dataclass(frozen=True)
class Outgoing:
    """One call of Slack. `direct` is set where the address is a person whose channel has to be opened first."""

    how: How
    text: str = ""
    blocks: list[Block] | None = None
    view: Block | None = None
    thread_ts: str | None = None
    target: Posted | None = None
    direct: bool = False
    more: str = ""


class NotYet(Exception):
    """What this message needs is still on its way; try again in a moment."""


class Overtaken(Exception):
    """A later message says the same and more, or there is nothing left to say it about."""


def compose(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    """Raises `NotYet` or `Overtaken`."""
    return _COMPOSERS[row.occasion](session, row, desk, now)


def _facts(session: Session, row: Say, desk: Desk, now: datetime) -> Facts:
    assert row.ticket_id is not None, f"message {row.id} is about no ticket"
    return facts(
        session,
        row.ticket_id,
        policy_by=partial(desk.policy_by, session, row.team_id),
        team_url=desk.team_url(row.team_id),
        now=now,
    )


def _opening(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    text = notices.opening(_facts(session, row, desk, now))
    return Outgoing(How.POST, text, direct=True)


def _answer(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    known = _facts(session, row, desk, now)
    if known.status is TicketStatus.CLOSED:
        # Deleted before it was answered: an answer without its question would land in the channel.
        raise Overtaken("the question is gone")
    text, blocks = answer(known)
    return Outgoing(How.POST, text, blocks, thread_ts=_thread(known), more=_rest(known))


def _answer_refresh(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    _give_way(session, row)
    target = _to_change(_newest(session, row, Occasion.ANSWER))
    known = _facts(session, row, desk, now)
    text, blocks = answer(known)
    return Outgoing(How.UPDATE, text, blocks, target=target, more=_rest(known))


def _notice(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    known = _facts(session, row, desk, now)
    text = notices.thread_notice(row.params["notice"], known, row.params)
    return Outgoing(How.POST, text, thread_ts=_thread(known))


def _card(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    known = _for_the_desk(session, _linked(session, row, desk, now), desk, now)
    text, blocks = card(known)
    return Outgoing(How.POST, text, blocks, more=_rest(known))


def _card_refresh(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    _give_way(session, row)
    target = _to_change(_newest(session, row, Occasion.CARD))
    known = _for_the_desk(session, _facts(session, row, desk, now), desk, now)
    text, blocks = card(known)
    return Outgoing(How.UPDATE, text, blocks, target=target, more=_rest(known))


def _for_the_desk(session: Session, known: Facts, desk: Desk, now: datetime) -> Facts:
    team_id = known.ticket.team_id
    asked = desk.asked.for_team(session, team_id)
    link = desk.ticket_link(known.ticket.id)
    return for_the_desk(
        session,
        known,
        asked,
        policy=desk.policy_for(session, team_id),
        team_url=desk.team_url(team_id),
        now=now,
        console_link=link,
    )


def _desk_notice(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    card_row = _newest(session, row, Occasion.CARD)
    if card_row is not None and card_row.id > row.id:
        # It stands behind this one in the same lane: to wait for it would keep the desk's channel silent for ever.
        raise Overtaken("the card that follows tells how things stand")
    target = _sent(card_row)
    if row.params["notice"] == "promise_due":
        text = promises.desk_promise_due(_facts(session, row, desk, now), _promise(session, row, now))
    else:
        text = notices.desk_notice(row.params["notice"], row.params)
    return Outgoing(How.POST, text, thread_ts=target.ts)


def _desk_news(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    link = f"{desk.public_url.rstrip('/')}/console/models" if desk.public_url else ""
    text = news.desk_news(row.params, link=link)
    return Outgoing(How.POST, text)


def _page(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    known = _linked(session, row, desk, now)
    text, blocks = pages.page(known, paged(session, row, known.ticket, desk, now))
    return Outgoing(How.POST, text, blocks, direct=True)


def _page_refresh(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    _give_way(session, row)
    page = session.get_one(Say, row.params["page_id"])
    target = _to_change(page)
    known = _facts(session, row, desk, now)
    passed = bool(row.params.get("passed"))
    text, blocks = pages.page(known, paged(session, page, known.ticket, desk, now, passed=passed))
    return Outgoing(How.UPDATE, text, blocks, target=target)


def _private(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    said = {"greeted": copy.GREETED, "closed": copy.CLOSED}
    text = said.get(row.params["notice"]) or str(row.params["text"])
    return Outgoing(How.WHISPER, text, thread_ts=row.params.get("thread_ts"))


def _direct(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    match row.params["notice"]:
        case "passed_to_you":
            text, blocks = notices.passed_to_you(_facts(session, row, desk, now), row.params)
            return Outgoing(How.POST, text, blocks, direct=True)
        case "console_link":
            signed = link_signer(desk.secret_key).dumps(row.params["link_id"])
            link = f"{desk.public_url.rstrip('/')}/console/enter/{signed}"
            return Outgoing(How.POST, copy.CONSOLE_LINK.format(link=link), direct=True)
        case "promise_due":
            text, blocks = promises.promise_due(_facts(session, row, desk, now), _promise(session, row, now))
            return Outgoing(How.POST, text, blocks, direct=True)
        case "look_ahead":
            link = f"{desk.public_url.rstrip('/')}/console/look-ahead" if desk.public_url else ""
            text, blocks = look_ahead(row.params, link=link)
            return Outgoing(How.POST, text, blocks, direct=True)
        case "installed":
            text, blocks = installed(again=bool(row.params.get("again")), console=bool(desk.public_url))
            return Outgoing(How.POST, text, blocks, direct=True)
        case notice if notice in care.NOTICES:
            text, blocks = care.care_notice(notice, row.params)
            return Outgoing(How.POST, text, blocks, direct=True)
        case notice if notice in ONCALL_NOTICES:
            if (said := oncall_notice(session, row, desk, now)) is None:
                raise Overtaken("there is nothing left to say about it")
            return Outgoing(How.POST, *said, direct=True)
    return Outgoing(How.POST, str(row.params["text"]), direct=True)


def _promise(session: Session, row: Say, now: datetime) -> Standing:
    """How the promise stands by now; kept or put off meanwhile, nothing is left to say of it."""
    for timer in timers_of(session, row.ticket_id or 0):
        how = standing(timer, now)
        if timer.promise == row.params["promise"] and timer.open and how.state is not PromiseState.FINE:
            return how
    raise Overtaken("the promise was kept, or has more time")


def _direct_refresh(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    _give_way(session, row)
    said = session.get(Say, row.params["message_id"])
    target = _to_change(said)
    assert said is not None
    again = _direct(session, said, desk, now)
    return Outgoing(How.UPDATE, again.text, again.blocks, target=target)


def link_signer(secret_key: str) -> URLSafeSerializer:
    """Signs console links: without the key, a link's number is worth nothing."""
    return URLSafeSerializer(secret_key, salt="console-link")


def _home(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    _give_way(session, row)
    person = session.get_one(Person, row.person_id)
    names = {c.key: c.name for c in queries.categories(session, person.team_id)}
    url = desk.team_url(person.team_id)

    def lines(tickets: list[Ticket]) -> list[home.Line]:
        return [home.Line(t, names.get(t.category or ""), thread_link(url, t)) for t in tickets]

    def timed(tickets: list[Ticket]) -> list[home.Line]:
        """With how their promises stand, which only agents see."""
        due = standings(session, [ticket.id for ticket in tickets], now=now)
        return [replace(line, promise=due.get(line.ticket.id)) for line in lines(tickets)]

    view = home.home(
        person,
        mine=lines(queries.open_of(session, person)),
        queue=timed(queries.claimed_by(session, person)) if person.answers else [],
        waiting=timed(queries.waiting(session, person.team_id)) if person.answers else [],
        console=bool(desk.public_url),
        to_review=to_review(session, person, now=now) if person.answers else 0,
        oncall=home_oncall(session, person, policy=desk.policy_for(session, person.team_id), now=now),
    )
    return Outgoing(How.HOME, view=view)


def _rating(session: Session, row: Say, desk: Desk, now: datetime) -> Outgoing:
    ticket = session.get_one(Ticket, row.ticket_id)
    given = session.get(Satisfaction, ticket.id)
    text, blocks = notices.rating(ticket.id, given.rating if given else None)
    if row.occasion is Occasion.RATING_REFRESH:
        _give_way(session, row)
        return Outgoing(How.UPDATE, text, blocks, target=_to_change(_newest(session, row, Occasion.RATING)))
    return Outgoing(How.POST, text, blocks, thread_ts=ticket.thread_ts)


def _rest(known: Facts) -> str:
    """Where a text that is cut goes on."""
    return copy.REST_IN_THREAD.format(link=known.link) if known.link else ""


# After so many tries a card or a page goes out without the link to its thread.
_TRIES_FOR_A_LINK = 5


def _linked(session: Session, row: Say, desk: Desk, now: datetime) -> Facts:
    """For the desk, which wants to get to the thread. Asked in a form, there is none for a moment: worth a short
    wait, and no longer, for somebody may be waiting."""
    known = _facts(session, row, desk, now)
    if known.ticket.thread_ts is None and row.attempts <= _TRIES_FOR_A_LINK:
        raise NotYet("the thread's first message is still on its way")
    return known


def _thread(known: Facts) -> str:
    if known.ticket.thread_ts is None:
        raise NotYet("the thread's first message is still on its way")
    return known.ticket.thread_ts


def _newest(session: Session, row: Say, occasion: Occasion) -> Say | None:
    """The newest message of that kind about the same ticket."""
    of_kind = select(Say).where(Say.ticket_id == row.ticket_id, Say.occasion == occasion)
    return session.scalars(of_kind.order_by(Say.id.desc()).limit(1)).first()


def _sent(message: Say | None) -> Posted:
    """Where it stands."""
    if message is not None and message.state in (SayState.PENDING, SayState.SENDING):
        raise NotYet("the message is still on its way")
    if message is None or message.sent_channel is None or message.sent_ts is None:
        raise Overtaken("there is no such message")  # refused, or overtaken itself
    return Posted(message.sent_channel, message.sent_ts)


def _to_change(message: Say | None) -> Posted:
    """Where it stands; one that was not begun yet finds its words when it is, and they will be the newest."""
    if message is not None and message.state == SayState.PENDING:
        raise Overtaken(f"message {message.id} will say it itself")
    return _sent(message)


def _give_way(session: Session, row: Say) -> None:
    """Of several updates of one message that wait, the last is enough."""
    same = (Say.ticket_id == row.ticket_id) if row.ticket_id else (Say.person_id == row.person_id)
    later = session.execute(
        select(Say.id, Say.params).where(
            same, Say.occasion == row.occasion, Say.id > row.id, Say.state == SayState.PENDING
        )
    )
    for say_id, params in later:
        if _target(params) == _target(row.params):
            raise Overtaken(f"message {say_id} says it")


def _target(params: dict[str, Any]) -> object:
    """Which message is changed, where it is not the only one of its ticket."""
    return params.get("page_id") or params.get("message_id")


_COMPOSERS: dict[Occasion, Callable[[Session, Say, Desk, datetime], Outgoing]] = {
    Occasion.OPENING: _opening,
    Occasion.ANSWER: _answer,
    Occasion.ANSWER_REFRESH: _answer_refresh,
    Occasion.NOTICE: _notice,
    Occasion.CARD: _card,
    Occasion.CARD_REFRESH: _card_refresh,
    Occasion.DESK_NOTICE: _desk_notice,
    Occasion.DESK_NEWS: _desk_news,
    Occasion.PAGE: _page,
    Occasion.PAGE_REFRESH: _page_refresh,
    Occasion.PRIVATE: _private,
    Occasion.DIRECT: _direct,
    Occasion.DIRECT_REFRESH: _direct_refresh,
    Occasion.HOME: _home,
    Occasion.RATING: _rating,
    Occasion.RATING_REFRESH: _rating,
}
