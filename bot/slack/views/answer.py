"""The one answer in the thread: what was understood, articles or honestly none, and the way to a person."""

from bot.slack import copy, copy_escalation, copy_tone, ids
from bot.slack.copy_languages import only_articles_in
from bot.slack.facts import Facts
from bot.slack.views.asking import how_bad, which_of_two
from bot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    day_and_time,
    escape,
    mention,
    quote,
    section,
    span,
)
from triage.care.tone import read_tone
from triage.suggestions.models import Suggestion
from triage.vocabulary import TicketStatus, Urgency

_OPEN_TO_ANSWERS = (TicketStatus.NEW, TicketStatus.SUGGESTED)
_WITH_DESK = (TicketStatus.WAITING, TicketStatus.DEFERRED, TicketStatus.CLAIMED, TicketStatus.ON_HOLD)


def answer(facts: Facts) -> tuple[str, list[Block]]:
    """Fallback text and blocks, for whatever status the ticket has by now."""
    if facts.status is TicketStatus.CLOSED:
        text = copy.WITHDRAWN if facts.ticket.resolved_at is None and not facts.tried else copy.CLOSED
        return text, [section(text)]
    if facts.needs_person:
        return _for_a_person(facts)
    understood = _acknowledged(facts) + _understood(facts)
    blocks = [section(understood)]
    if facts.shown:
        blocks += [section(_introduction(facts)), *(article_block(row) for row in facts.shown)]
    elif facts.no_articles_in:
        blocks.append(section(only_articles_in(facts.articles_in, asked_in=facts.no_articles_in)))
    elif facts.status in _OPEN_TO_ANSWERS:
        blocks += which_of_two(facts)
        wait = copy.USUAL_WAIT.format(time=span(facts.wait))
        blocks.append(section(copy.NOTHING_FITS.format(wait=wait)))
    blocks += _what_now(facts)
    return f"{understood} {_in_short(facts)}", blocks


def _for_a_person(facts: Facts) -> tuple[str, list[Block]]:
    """Calm and short. Their words are not held up to them in the channel, no machine says how much it matters, and
    nobody is asked to press that harassment or grief is solved."""
    blocks: list[Block] = []
    if facts.status in _OPEN_TO_ANSWERS:
        said = copy.HUMAN_FIRST
        blocks.append(actions(button(copy.BUTTON_PERSON, ids.ASK_PERSON, facts.ticket.id, primary=True)))
    elif facts.status in _WITH_DESK:
        said = f"{copy.HUMAN_FIRST} {_desk_says(facts)}"
        if facts.status is TicketStatus.DEFERRED:
            blocks.append(actions(button(copy.BUTTON_CANNOT_WAIT, ids.CANNOT_WAIT, facts.ticket.id)))
    else:
        said = f"{copy.HUMAN_FIRST} {_closed_by(facts)}"
    return said, [section(said), *blocks]


def _closed_by(facts: Facts) -> str:
    said = _resolved_by(facts)
    return copy.CLOSED if said == copy.SOLVED_THANKS else said


def _in_short(facts: Facts) -> str:
    """What a notification says after what was understood."""
    if facts.shown:
        return ", ".join(f"“{escape(row.title)}”" for row in facts.shown)
    if facts.status in _OPEN_TO_ANSWERS:
        return copy.NOTHING_FITS_NO_GUESS
    return _desk_says(facts) if facts.status in _WITH_DESK else copy.SOLVED_THANKS


def _understood(facts: Facts) -> str:
    said = quote(facts.ticket.question, 90)
    urgency = copy.URGENCY_IN_WORDS[facts.urgency] if facts.urgency_known else copy.URGENCY_UNKNOWN
    if facts.category is not None:
        return copy.UNDERSTOOD.format(category=escape(facts.category), urgency=urgency, quote=said)
    if facts.urgency is Urgency.MEDIUM:
        return copy.NOT_SURE_WHAT.format(quote=said)
    return copy.UNDERSTOOD_URGENCY_ONLY.format(urgency=urgency, quote=said)


def _acknowledged(facts: Facts) -> str:
    """A line for a feeling, while the matter is open and only where it is surely there; nothing else."""
    feeling = read_tone(facts.ticket.question).feeling
    if feeling is None or facts.status not in (*_OPEN_TO_ANSWERS, *_WITH_DESK):
        return ""
    return f"{copy_tone.ACKNOWLEDGED[feeling]}\n"


def _introduction(facts: Facts) -> str:
    if facts.shown[0].shown_in_round == 2:
        return copy.NEXT_ARTICLE
    if len(facts.shown) > 1:
        return copy.SEVERAL_ARTICLES
    count = facts.solved_before.get(facts.shown[0].article_id, 0)
    if count == 0 or facts.helped is not None:
        return copy.ONE_ARTICLE
    return copy.FIXED_IT_FOR_ONE if count == 1 else copy.FIXED_IT_FOR.format(count=count)


def article_block(row: Suggestion) -> Block:
    """One article as it is suggested."""
    # The way to the whole article stands beside it, apart from the three answers below.
    read = button(copy.BUTTON_READ, f"{ids.READ}.{row.rank}", row.article_id)
    return section(_article(row), accessory=read)


def _article(row: Suggestion) -> str:
    lines = [f"*{escape(row.title)}*", escape(row.passage)]
    if row.reasons:
        lines.append(f"_{copy.WHY.format(reason=escape(row.reasons[0]).replace('_', ' '))}_")
    return "\n".join(line for line in lines if line)


def _what_now(facts: Facts) -> list[Block]:
    ticket_id = facts.ticket.id
    if facts.status in _OPEN_TO_ANSWERS:
        after = facts.handover_after if facts.shown else facts.handover_after_nothing
        buttons = [button(copy.BUTTON_PERSON, ids.ASK_PERSON, ticket_id, primary=not facts.shown)]
        if facts.shown:
            buttons = [
                button(copy.BUTTON_SOLVED, ids.SOLVED, ticket_id, primary=True),
                button(copy.BUTTON_NOT_QUITE, ids.NOT_QUITE, f"{facts.shown[0].shown_in_round}:{ticket_id}"),
                *buttons,
            ]
        return [actions(*buttons), context(copy.IF_YOU_DO_NOT_ANSWER.format(time=span(after)))]
    if facts.status in _WITH_DESK:
        # While somebody is only being called, nothing can have solved it.
        tried = facts.shown or facts.tried or facts.claimed_by or facts.urgency is not Urgency.CRITICAL
        solved = copy.BUTTON_SOLVED if tried else copy.BUTTON_OVER
        buttons = [button(solved, ids.SOLVED, ticket_id)]
        if facts.status is TicketStatus.DEFERRED:
            buttons.append(button(copy.BUTTON_CANNOT_WAIT, ids.CANNOT_WAIT, ticket_id))
        asked = which_of_two(facts) or how_bad(facts) if facts.claimed_by is None else []
        return [section(_desk_says(facts)), *asked, actions(*buttons)]
    return _after_resolution(facts)


def _desk_says(facts: Facts) -> str:
    if facts.claimed_by is not None:
        return copy.PERSON_IS_ON_IT.format(person=mention(facts.claimed_by.slack_id))
    if facts.status is TicketStatus.DEFERRED and facts.opens_at is not None:
        waits = copy.FIRST_IN_LINE if facts.opens_then else copy_escalation.LOOKED_AT
        return waits.format(opening=day_and_time(facts.opens_at))
    # Handed over at once, nothing else in the thread says so; otherwise a line below does.
    if facts.urgency is Urgency.CRITICAL:
        return copy.ASKED_DESK_CRITICAL
    at_once = facts.needs_person or facts.no_articles_in
    return copy.ASKED_DESK.format(time=span(facts.wait)) if at_once else copy.WAITS_FOR_PERSON


def _after_resolution(facts: Facts) -> list[Block]:
    if facts.helped is not None:
        return [context(copy.HELPED_BY.format(title=escape(facts.helped.title)))]
    if facts.claimed_by is None and len(facts.shown) > 1:
        buttons = (
            button(row.title, ids.WHICH_HELPED + f".{row.rank}", f"{facts.ticket.id}:{row.article_id}")
            for row in facts.shown
        )
        return [section(copy.WHICH_HELPED), actions(*buttons)]
    return [context(_resolved_by(facts))]


def _resolved_by(facts: Facts) -> str:
    if facts.resolved_by is not None and facts.resolved_by.id != facts.requester.id:
        return copy.RESOLVED_BY.format(person=mention(facts.resolved_by.slack_id))
    return copy.RESOLVED_BY_DESK if facts.claimed_by else copy.SOLVED_THANKS
