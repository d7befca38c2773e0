"""A page: one message to one agent that says what, why them, and what happens if they do nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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
from triage.vocabulary import TicketStatus

_HELD = (TicketStatus.CLAIMED, TicketStatus.ON_HOLD)


@dataclass(frozen=True)
class Paged:
    """How things stand for the one who was paged. `sure` and `words` are what the model had to go by."""

    zone: ZoneInfo
    at: datetime
    why: str
    wait: timedelta
    seen_for: timedelta
    sure: float | None = None
    words: tuple[str, ...] = ()
    rest_until: datetime | None = None
    can_put_off: bool = False
    knew: bool = False
    loud: bool = False
    passed: bool = False
    # Another round of asking began, or they were asked a second time: another message counts.
    asked_anew: bool = False
    # Others were asked since, and this one may still claim it.
    moved_on: bool = False
    # They said that it is not urgent, and may think better of it.
    can_take_back: bool = False
    seen: bool = False
    # The Slack id of a colleague who looks at it.
    seen_by: str | None = None

    def local(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%H:%M}"


def page(facts: Facts, paged: Paged) -> tuple[str, list[Block]]:
    """Asks one agent; once nothing is left to do for them, says so in the same message."""
    if facts.status is TicketStatus.DEFERRED or paged.passed or paged.asked_anew:
        return _put_off(facts, paged)
    if facts.status is not TicketStatus.WAITING:
        return page_over(facts)
    line = copy.PAGE.format(
        mark=copy.URGENCY_MARK[facts.urgency],
        urgency=copy.URGENCY_NAME[facts.urgency],
        time=paged.local(paged.at),
        quote=quote(facts.ticket.question, 400),
    )
    if paged.loud:
        line = f"{copy_escalation.PAGE_LOUD} {line}"
    buttons = _buttons(facts, paged)
    return line, [section(line), context(" ".join(_why(facts, paged))), actions(*buttons), _then(paged)]


def _why(facts: Facts, paged: Paged) -> list[str]:
    lines = []
    # Woken for something urgent, one wants to know what says so; that nothing does, nobody needs to read.
    if facts.urgency_known and paged.sure is not None:
        words = ", ".join(f"_{escape(word).replace('_', ' ')}_" for word in paged.words)
        sure = copy_escalation.PAGE_SURE if words else copy_escalation.PAGE_SURE_NO_WORDS
        lines.append(sure.format(sure=f"{paged.sure:.2f}", words=words))
    elif facts.urgency_known and facts.urgency_reasons:
        lines.append(escape(facts.urgency_reasons[0]))
    if paged.rest_until is not None:
        lines.append(copy_escalation.PAGE_REST.format(time=paged.local(paged.rest_until)))
    lines.append(copy.PAGE_WHY_KNOWN if paged.knew else paged.why or copy_escalation.PAGE_WHY_LAST)
    if facts.link:
        lines.append(copy.THREAD_LINK.format(link=facts.link))
    return lines


def _buttons(facts: Facts, paged: Paged) -> list[Block]:
    """Three at the most, and always in this order. By day most claim at once; at night one first says that one is
    awake, and claims then."""
    ticket_id = facts.ticket.id
    looked_at = paged.seen or paged.moved_on or paged.seen_by is not None
    first_awake = paged.can_put_off and not looked_at
    found = []
    if not first_awake or paged.loud:
        found.append(button(copy.BUTTON_CLAIM, ids.CLAIM, ticket_id, primary=not first_awake))
    if not looked_at:
        seen = button(copy_escalation.BUTTON_ACKNOWLEDGE, ids.ACKNOWLEDGE, ticket_id, primary=first_awake)
        found.append(seen)
    if not paged.loud and not paged.moved_on:
        found.append(button(copy_escalation.BUTTON_PASS, ids.PASS_ON, ticket_id))
    if paged.can_put_off:
        found.append(button(copy_escalation.BUTTON_NOT_URGENT, ids.NOT_URGENT, ticket_id))
    return found


def _then(paged: Paged) -> Block:
    if paged.seen:
        return context(copy_escalation.PAGE_SEEN.format(time=span(paged.seen_for)))
    if paged.seen_by is not None:
        return context(copy_escalation.PAGE_SEEN_BY.format(person=mention(paged.seen_by)))
    if paged.loud:
        return context(copy_escalation.PAGE_THEN_LAST.format(time=span(paged.wait)))
    if paged.moved_on:
        return context(copy_escalation.PAGE_MOVED_ON)
    return context(copy_escalation.PAGE_THEN.format(time=span(paged.wait)))


def _put_off(facts: Facts, paged: Paged) -> tuple[str, list[Block]]:
    """Nothing is left to do here; whoever said that it is not urgent may think better of it."""
    line, blocks = _quietly(facts, _passed_or_put_off(facts, paged))
    if paged.can_take_back:
        again = button(copy_escalation.BUTTON_URGENT_AFTER_ALL, ids.URGENT_AFTER_ALL, facts.ticket.id)
        blocks = [*blocks, actions(again)]
    return line, blocks


def _passed_or_put_off(facts: Facts, paged: Paged) -> str:
    if facts.status is TicketStatus.WAITING:
        if paged.asked_anew:
            return copy_escalation.PAGE_CALMED if paged.can_take_back else copy_escalation.PAGE_ASKED_ANEW
        return copy_escalation.PAGE_PASSED
    if facts.status is not TicketStatus.DEFERRED:
        return _over(facts)
    if facts.opens_at is None:
        return copy_escalation.PAGE_PUT_OFF_SOON
    return copy_escalation.PAGE_PUT_OFF.format(opening=day_and_time(facts.opens_at))


def page_over(facts: Facts) -> tuple[str, list[Block]]:
    """What a page becomes when nothing is left to do for the one who was paged."""
    return _quietly(facts, _over(facts))


def _over(facts: Facts) -> str:
    if facts.claimed_by is not None and facts.status in _HELD:
        return copy.PAGE_TAKEN.format(person=mention(facts.claimed_by.slack_id))
    return copy.PAGE_DONE


def _quietly(facts: Facts, over: str) -> tuple[str, list[Block]]:
    line = copy.PAGE_OVER.format(
        mark=copy.URGENCY_MARK[facts.urgency],
        urgency=copy.URGENCY_NAME[facts.urgency],
        quote=quote(facts.ticket.question, 400),
    )
    return f"{line} {over}", [section(line), context(over)]
