"""Messages about swaps and cover, and the buttons under them. Each says how things stand when it is read."""

from collections.abc import Callable

from bot.slack import copy_oncall as words
from bot.slack import ids
from bot.slack.oncall_facts import SwapFacts
from bot.slack.views.blocks import Block, actions, button, context, section
from triage.vocabulary import SwapState

Said = tuple[str, list[Block]]


def swap_notice(name: str, facts: SwapFacts) -> Said:
    return _NOTICES[name](facts)


def _plainly(text: str) -> Said:
    return text, [section(text)]


def _offered(facts: SwapFacts) -> Said:
    """To the owner: what they asked for, and the way to take it back while nobody took it."""
    line = words.OFFERED.format(shift=facts.shift)
    if facts.state is not SwapState.OFFERED:
        line = facts.shift
        return line, [section(line), context(_state(facts))]
    if not facts.asked:
        asked = words.OFFERED_TO_NOBODY
    elif facts.named:
        asked = words.OFFERED_TO.format(people=", ".join(facts.named))
    else:
        asked = words.OFFERED_TO_ALL
    return line, [
        section(line),
        context(asked),
        actions(button(words.BUTTON_WITHDRAW, ids.SWAP_WITHDRAW, facts.id)),
    ]


def _asked(facts: SwapFacts) -> Said:
    ask = words.ASKED_EXCHANGE if facts.is_exchange else words.ASKED
    line = ask.format(person=facts.owner, shift=facts.shift, other=facts.other)
    if facts.state is not SwapState.OFFERED:
        return line, [section(line), context(_state_for_the_asked(facts))]
    if facts.reader_declined:
        return line, [section(line), context(words.YOU_DECLINED)]
    buttons = [button(words.BUTTON_TAKE, ids.SWAP_TAKE, facts.id, primary=True)]
    if not facts.is_exchange:
        buttons.append(button(words.BUTTON_IN_RETURN, ids.SWAP_IN_RETURN, facts.id))
    buttons.append(button(words.BUTTON_DECLINE, ids.SWAP_DECLINE, facts.id))
    return line, [section(line), context(words.ASKED_WHY), actions(*buttons)]


def _state(facts: SwapFacts) -> str:
    return words.STATE_LINE[facts.state].format(person=facts.taker)


def _state_for_the_asked(facts: SwapFacts) -> str:
    if facts.state is SwapState.ACCEPTED and not facts.reader_takes:
        return words.SOMEBODY_TOOK_IT
    return _state(facts)


def _taken(facts: SwapFacts) -> Said:
    said = words.TAKEN_EXCHANGE if facts.is_exchange else words.TAKEN
    return _plainly(said.format(person=facts.taker, shift=facts.shift, other=facts.other))


def _yours(facts: SwapFacts) -> Said:
    said = words.YOURS_EXCHANGE if facts.is_exchange else words.YOURS
    return _plainly(said.format(person=facts.owner, shift=facts.shift, other=facts.other))


def _ask_again(facts: SwapFacts) -> Said:
    said = words.ASK_AGAIN_OWNER if facts.reader_owns else words.ASK_AGAIN_TAKER
    return _plainly(said.format(shift=facts.shift, person=facts.owner))


def _untaken(facts: SwapFacts) -> Said:
    line = words.UNTAKEN.format(shift=facts.shift)
    if facts.state is not SwapState.OFFERED:
        return line, [section(line), context(_state(facts))]
    return line, [section(line), actions(button(words.BUTTON_WITHDRAW, ids.SWAP_WITHDRAW, facts.id))]


def _cover(facts: SwapFacts) -> Said:
    """To both, and to the admins: who stands in for whom, and the way to undo it until it ends."""
    if facts.reader_owns:
        said = words.COVER_YOU_ARE_COVERED
    elif facts.reader_takes:
        said = words.COVER_YOU_COVER
    else:
        said = words.COVER_TOLD
    line = said.format(person=facts.taker, owner=facts.owner, shift=facts.shift)
    if facts.state is not SwapState.ACCEPTED:
        return line, [section(line), context(_state(facts))]
    if facts.over:
        return line, [section(line)]
    return line, [section(line), actions(button(words.BUTTON_UNDO, ids.COVER_UNDO, facts.id))]


_NOTICES: dict[str, Callable[[SwapFacts], Said]] = {
    "swap_offered": _offered,
    "swap_asked": _asked,
    "swap_taken": _taken,
    "swap_yours": _yours,
    "swap_declined": lambda facts: _plainly(words.ALL_DECLINED.format(shift=facts.shift)),
    "swap_untaken": _untaken,
    "swap_lapsed": lambda facts: _plainly(words.LAPSED.format(shift=facts.shift)),
    "swap_ask_again": _ask_again,
    "cover_arranged": _cover,
    "cover_undone": lambda facts: _plainly(words.COVER_UNDONE.format(shift=facts.shift, owner=facts.owner)),
}
SWAP_NOTICES = frozenset(_NOTICES)
