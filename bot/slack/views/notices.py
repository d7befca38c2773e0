"""Short lines: in the thread, under the card, to one person. One idea each."""

from typing import Any
from zoneinfo import ZoneInfo

from bot.slack import copy, ids
from bot.slack.facts import Facts
from bot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    escape,
    mention,
    quote,
    section,
    span,
    time_of_day,
)
from triage.vocabulary import TicketStatus, Urgency


def thread_notice(name: str, facts: Facts, params: dict[str, Any]) -> str:
    """What happened, said to the person who asked."""
    person = mention(params["who"]) if params.get("who") else ""
    match name:
        case "handed_over":
            if facts.urgency is Urgency.CRITICAL:
                return copy.HANDED_OVER_CRITICAL
            words = copy.HANDED_OVER if facts.tried else copy.HANDED_OVER_NOTHING_TRIED
            return words.format(time=span(facts.wait))
        case "deferred":
            opening = f"at {time_of_day(facts.opens_at)}" if facts.opens_at else "soon"
            return copy.DESK_IS_CLOSED.format(opening=opening)
        case "claimed":
            return copy.CLAIMED.format(person=person)
        case "released":
            return copy.RELEASED
        case "transferred":
            return copy.TRANSFERRED.format(person=person)
        case "on_hold":
            reason = escape(str(params.get("reason", "")))
            return copy.ON_HOLD.format(reason=reason) if reason else copy.ON_HOLD_PLAIN
        case "resumed":
            return copy.RESUMED.format(person=person)
        case "resolved":
            resolver = mention((facts.resolved_by or facts.requester).slack_id)
            return copy.RESOLVED.format(how=escape(facts.ticket.resolution or ""), person=resolver)
        case "solved":
            return copy.SOLVED
        case "reopened":
            return copy.REOPENED_FOR.format(person=person) if person else copy.REOPENED
    raise ValueError(f"no notice {name}")


def opening(facts: Facts) -> str:
    return copy.OPENING.format(quote=quote(facts.ticket.question, 600))


def desk_notice(name: str, params: dict[str, Any]) -> str:
    if name == "nobody_on_call":
        return copy.NOBODY_ON_CALL
    return copy.EXHAUSTED.format(people=", ".join(mention(person) for person in params["people"]))


def page(facts: Facts, *, to_zone: str, at: Any, level: int, known: bool) -> tuple[str, list[Block]]:
    """Asks one agent, says why them, and what happens if they do nothing."""
    urgency = facts.urgency
    line = copy.PAGE.format(
        mark=copy.URGENCY_MARK[urgency],
        urgency=copy.URGENCY_NAME[urgency],
        time=f"{at.astimezone(ZoneInfo(to_zone)):%H:%M}",
        quote=quote(facts.ticket.question, 400),
    )
    if facts.status not in (TicketStatus.WAITING, TicketStatus.DEFERRED):
        return page_over(facts)
    # Woken for something urgent, one wants to know what says so; that nothing does, nobody needs to read.
    reasons = escape(" ".join(facts.urgency_reasons[:2])) if facts.urgency_known else ""
    why = copy.PAGE_WHY_KNOWN if known else copy.PAGE_WHY.format(level=level + 1, reasons=reasons).strip()
    buttons = [button(copy.BUTTON_CLAIM, ids.CLAIM, facts.ticket.id, primary=True)]
    if facts.link:
        buttons.append(button(copy.BUTTON_THREAD, ids.OPEN_THREAD, facts.ticket.id, url=facts.link))
    then = copy.PAGE_NEXT.format(time=span(facts.page_next_after))
    return line, [section(line), context(why), actions(*buttons), context(then)]


def page_over(facts: Facts) -> tuple[str, list[Block]]:
    """What a page becomes when nothing is left to do for the one who was paged."""
    line = copy.PAGE_OVER.format(
        mark=copy.URGENCY_MARK[facts.urgency],
        urgency=copy.URGENCY_NAME[facts.urgency],
        quote=quote(facts.ticket.question, 400),
    )
    if facts.claimed_by is not None and facts.status in (TicketStatus.CLAIMED, TicketStatus.ON_HOLD):
        over = copy.PAGE_TAKEN.format(person=mention(facts.claimed_by.slack_id))
    else:
        over = copy.PAGE_DONE
    return f"{line} {over}", [section(line), context(over)]


def passed_to_you(facts: Facts, params: dict[str, Any]) -> tuple[str, list[Block]]:
    line = copy.PASSED_TO_YOU.format(
        person=mention(params["by"]), id=facts.ticket.id, quote=quote(facts.ticket.question, 400)
    )
    blocks = [section(line)]
    if params.get("reason"):
        blocks.append(context(copy.PASSED_REASON.format(reason=escape(params["reason"]))))
    buttons = [button(copy.BUTTON_RESOLVE, ids.RESOLVE, facts.ticket.id, primary=True)]
    if facts.link:
        buttons.append(button(copy.BUTTON_THREAD, ids.OPEN_THREAD, facts.ticket.id, url=facts.link))
    return line, [*blocks, actions(*buttons)]


def rating(ticket_id: int, chosen: str | None) -> tuple[str, list[Block]]:
    if chosen is not None:
        text = copy.RATED.format(rating=copy.RATINGS.get(chosen, chosen))
        return text, [context(text)]
    buttons = (button(name, f"{ids.RATE}.{key}", f"{ticket_id}:{key}") for key, name in copy.RATINGS.items())
    return copy.RATING, [section(copy.RATING), actions(*buttons)]
