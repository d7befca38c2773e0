"""App Home: my open questions; for agents also what they are on and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack import copy, ids
from bot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    divider,
    escape,
    header,
    moment,
    quote,
    section,
)
from bot.slack.views.promises import in_short
from triage.people.models import Person
from triage.sla.timers import Standing
from triage.tickets.models import Ticket


@dataclass(frozen=True)
class Line:
    """One ticket in a list."""

    ticket: Ticket
    category: str | None
    link: str | None
    promise: Standing | None = None


def home(
    person: Person,
    *,
    mine: Sequence[Line],
    queue: Sequence[Line],
    waiting: Sequence[Line],
    console: bool,
    to_review: int = 0,
    oncall: Sequence[Block] = (),
) -> Block:
    """The whole view; the two agents' lists are left out for requesters."""
    buttons = [button(copy.HOME_ASK, ids.HOME_ASK, "ask", primary=True)]
    if person.answers and console:
        buttons.append(button(copy.HOME_CONSOLE, ids.HOME_CONSOLE, "console"))
    if person.answers and to_review:
        buttons.append(button(copy.BUTTON_REVIEW.format(count=to_review), ids.HOME_REVIEW, "review"))
    blocks = [header(copy.HOME_TITLE), section(copy.HOME_INTRO), actions(*buttons), *oncall]
    if person.answers:
        blocks += _list(
            copy.HOME_QUEUE, copy.HOME_QUEUE_NONE, queue, action=(copy.BUTTON_RESOLVE, ids.RESOLVE)
        )
        blocks += _list(
            copy.HOME_WAITING, copy.HOME_WAITING_NONE, waiting, action=(copy.BUTTON_CLAIM, ids.CLAIM)
        )
    blocks += _list(copy.HOME_MINE, copy.HOME_NONE, mine, action=(copy.BUTTON_SOLVED, ids.SOLVED))
    return {"type": "home", "blocks": blocks}


def _list(title: str, empty: str, lines: Sequence[Line], *, action: tuple[str, str]) -> list[Block]:
    blocks = [divider(), header(title)]
    if not lines:
        return [*blocks, context(empty)]
    label, action_id = action
    for line in lines:
        ticket = line.ticket
        urgency = ticket.urgency
        text = (
            f"{copy.URGENCY_MARK[urgency]} *{copy.URGENCY_NAME[urgency]}* · "
            f"{escape(line.category or copy.NO_CATEGORY)} · {copy.STATUS_NAME[ticket.status]}\n"
            f"“{quote(ticket.question)}”"
        )
        asked = moment(ticket.asked_at) + (
            f" · {copy.THREAD_LINK.format(link=line.link)}" if line.link else ""
        )
        if line.promise:
            asked += f" · {in_short(line.promise)}"
        blocks += [section(text, accessory=button(label, action_id, ticket.id)), context(asked)]
    return blocks
