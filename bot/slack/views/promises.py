"""How a ticket's promises stand, for agents: a word with its mark, and a short line when time runs out."""

from typing import Any

from bot.slack import copy, copy_sla, ids
from bot.slack.facts import Facts
from bot.slack.views.blocks import Block, actions, button, context, quote, section, time_of_day
from triage.sla.timers import Standing
from triage.vocabulary import Promise, PromiseState, TicketStatus

_TO_OWNER = {
    (PromiseState.SOON, Promise.FIRST_RESPONSE): copy_sla.SOON_FIRST_RESPONSE,
    (PromiseState.SOON, Promise.RESOLUTION): copy_sla.SOON_RESOLUTION,
    (PromiseState.LATE, Promise.FIRST_RESPONSE): copy_sla.LATE_FIRST_RESPONSE,
    (PromiseState.LATE, Promise.RESOLUTION): copy_sla.LATE_RESOLUTION,
}
_TO_DESK = {
    (PromiseState.SOON, Promise.FIRST_RESPONSE): copy_sla.DESK_SOON_FIRST_RESPONSE,
    (PromiseState.SOON, Promise.RESOLUTION): copy_sla.DESK_SOON_RESOLUTION,
    (PromiseState.LATE, Promise.FIRST_RESPONSE): copy_sla.DESK_LATE_FIRST_RESPONSE,
    (PromiseState.LATE, Promise.RESOLUTION): copy_sla.DESK_LATE_RESOLUTION,
}


def in_short(standing: Standing) -> str:
    """On a card or in a list."""
    words = copy_sla.CARD_PROMISE_PAUSED if standing.paused else copy_sla.CARD_PROMISE
    return words.format(
        sign=copy_sla.STATE_SIGN[standing.state],
        state=copy_sla.STATE_NAME[standing.state],
        promise=copy_sla.PROMISE_NAME[standing.promise],
    )


def promise_due(facts: Facts, standing: Standing) -> tuple[str, list[Block]]:
    """To who works on it: what is due, and what helps."""
    line = _line(_TO_OWNER, facts, standing)
    buttons = []
    if standing.promise is Promise.RESOLUTION:
        buttons.append(button(copy.BUTTON_RESOLVE, ids.RESOLVE, facts.ticket.id, primary=True))
        if facts.status is TicketStatus.CLAIMED:
            buttons.append(button(copy.BUTTON_HOLD, ids.HOLD, facts.ticket.id))
    if facts.link:
        buttons.append(button(copy.BUTTON_THREAD, ids.OPEN_THREAD, facts.ticket.id, url=facts.link))
    blocks = [section(line), context(f"“{quote(facts.ticket.question, 400)}”")]
    return line, [*blocks, actions(*buttons)] if buttons else blocks


def desk_promise_due(facts: Facts, standing: Standing) -> str:
    return _line(_TO_DESK, facts, standing)


def _line(words: dict[Any, str], facts: Facts, standing: Standing) -> str:
    when = time_of_day(standing.due_at) if standing.due_at else ""
    return words[standing.state, standing.promise].format(id=facts.ticket.id, when=f"at {when}")
