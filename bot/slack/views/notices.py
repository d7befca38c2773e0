"""Short lines: in the thread, under the card, to one person. One idea each."""

from typing import Any

from bot.slack import copy, copy_escalation, ids
from bot.slack.facts import Facts
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
from triage.vocabulary import Urgency


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
            opening = day_and_time(facts.opens_at) if facts.opens_at else "soon"
            closed = facts.opens_then or facts.opens_at is None
            words = copy.DESK_IS_CLOSED if closed else copy_escalation.WAITS_FOR_SOMEBODY
            return words.format(opening=opening)
        case "put_off":
            if facts.opens_at is None:
                return copy_escalation.PUT_OFF_SOON
            return copy_escalation.PUT_OFF.format(opening=day_and_time(facts.opens_at))
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
    match name:
        case "nobody_on_call":
            return copy.NOBODY_ON_CALL
        case "nobody_free":
            return copy_escalation.NOBODY_FREE
        case "pager_failed":
            return copy_escalation.PAGER_FAILED.format(pager=params["pager"], reason=escape(params["why"]))
    return copy.EXHAUSTED.format(people=", ".join(mention(person) for person in params["people"]))


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
