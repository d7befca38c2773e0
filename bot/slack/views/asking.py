"""What the answer may ask back, in the message that is there anyway: which of two, who is affected, can they work."""

from bot.slack import copy, ids
from bot.slack.facts import Facts
from bot.slack.views.blocks import Block, actions, button, escape, option, section, select
from triage.tickets.choosing import SOMETHING_ELSE
from triage.tickets.impact import ToldImpact
from triage.vocabulary import Impact


def which_of_two(facts: Facts) -> list[Block]:
    """Two categories are close; nothing where there is nothing to ask."""
    if not facts.either:
        return []
    (first, first_name), (second, second_name) = facts.either
    ticket_id = facts.ticket.id
    asked = copy.WHICH_OF_TWO.format(first=escape(first_name), second=escape(second_name))
    offered = ((first_name, first), (second_name, second), (copy.BUTTON_SOMETHING_ELSE, SOMETHING_ELSE))
    buttons = (
        button(name, f"{ids.WHICH_OF_TWO}.{place}", f"{ticket_id}:{key}")
        for place, (name, key) in enumerate(offered, start=1)
    )
    return [section(asked), actions(*buttons)]


def how_bad(facts: Facts) -> list[Block]:
    """Two menus and no form: either may be left alone. What was chosen stays visible and can be changed."""
    if not facts.asks_impact:
        return []
    ticket_id, told = facts.ticket.id, facts.told
    who = [option(copy.IMPACT_NAME[impact], f"{ticket_id}:{impact}") for impact in Impact]
    can = [
        option(name, f"{ticket_id}:{'stuck' if stuck else 'can_work'}")
        for stuck, name in copy.STUCK_NAME.items()
    ]
    chosen_who = f"{ticket_id}:{told.impact}" if told and told.impact else None
    chosen_can = None
    if told and told.stuck is not None:
        chosen_can = f"{ticket_id}:{'stuck' if told.stuck else 'can_work'}"
    words = copy.HOW_BAD_TOLD.format(told=told_in_words(told)) if told else copy.HOW_BAD
    return [
        section(words),
        actions(
            select(ids.WHO_IS_AFFECTED, who, chosen=chosen_who, placeholder=copy.WHO_IS_AFFECTED),
            select(ids.CAN_YOU_WORK, can, chosen=chosen_can, placeholder=copy.CAN_YOU_WORK),
        ),
    ]


def told_in_words(told: ToldImpact) -> str:
    words = [copy.IMPACT_NAME[told.impact]] if told.impact else []
    words += [copy.STUCK_NAME[told.stuck]] if told.stuck is not None else []
    return ", ".join(words)
