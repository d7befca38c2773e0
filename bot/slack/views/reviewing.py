"""The label review in a window: one message at a time, and one tap to confirm, correct or skip."""

from collections.abc import Mapping

from bot.slack import copy, ids
from bot.slack.limits import BUTTON_TEXT, OPTION_TEXT, OPTIONS, cut
from bot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    escape,
    in_parts,
    option,
    plain,
    section,
)
from triage.learning.review import Asked
from triage.learning.review_table import Why
from triage.tickets.labels import NO_CATEGORY

# A pasted log is not read to the end to say what it is about.
LONGEST = 1_500


def window(asked: Asked | None, names: Mapping[str, str], *, left: int, note: str = "") -> Block:
    """`names` are the desk's categories by key; `left` is how many wait besides this one."""
    if asked is None:
        return _window([*_noted(note), section(copy.REVIEW_DONE)])
    more = copy.REVIEW_LEFT.format(count=left) if left else copy.REVIEW_LAST
    quoted = [
        section("\n".join(f">{line}" for line in part.splitlines())) for part in in_parts(_words(asked))
    ]
    return _window(
        [
            *_noted(note),
            *quoted,
            section(_what_was_said(asked, names)),
            *_choices(asked, names),
            context(more),
        ]
    )


def _words(asked: Asked) -> str:
    text = escape(cut(asked.text, LONGEST, markup=False))
    return text.strip() or "…"


def _what_was_said(asked: Asked, names: Mapping[str, str]) -> str:
    thought = escape(names.get(asked.thought or "", ""))
    if asked.said is None:
        return copy.REVIEW_NOBODY_SAID.format(category=thought) if thought else copy.REVIEW_NO_GUESS
    said = [
        copy.REVIEW_SAID.format(category=escape(names.get(asked.said, asked.said)))
        if asked.said != NO_CATEGORY
        else copy.REVIEW_SAID_NONE
    ]
    if thought and asked.thought != asked.said:
        said.append(copy.REVIEW_THOUGHT.format(category=thought))
    elif asked.why is Why.AUDIT:
        said.append(copy.REVIEW_WHY_AUDIT)
    return " ".join(said)


def _choices(asked: Asked, names: Mapping[str, str]) -> list[Block]:
    """What was said, what I would say, any other, and skip. A button says what pressing it will say."""
    likely = [key for key in dict.fromkeys((asked.said, asked.thought)) if key is not None]
    likely = [key for key in likely if key == NO_CATEGORY or key in names]
    buttons = [
        button(
            _name(key, names, BUTTON_TEXT), f"{ids.REVIEW_SAY}.{place}", _value(asked, key), primary=not place
        )
        for place, key in enumerate(likely)
    ]
    others = [key for key in names if key not in likely][: OPTIONS - 1]
    if NO_CATEGORY not in likely:
        others.append(NO_CATEGORY)
    pick: Block = {
        "type": "static_select",
        "action_id": f"{ids.REVIEW_SAY}.other",
        "placeholder": plain(copy.REVIEW_OTHER),
        "options": [option(_name(key, names, OPTION_TEXT), _value(asked, key)) for key in others],
    }
    picks = [pick] if others else []
    return [actions(*buttons, *picks, button(copy.BUTTON_REVIEW_SKIP, ids.REVIEW_SKIP, asked.id))]


def _name(key: str, names: Mapping[str, str], limit: int) -> str:
    return cut(names[key], limit, markup=False) if key in names else copy.REVIEW_NONE_OF_THEM


def _value(asked: Asked, key: str) -> str:
    return f"{asked.id}:{key}"


def _noted(note: str) -> list[Block]:
    return [context(note)] if note else []


def _window(blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "title": plain(copy.REVIEW_TITLE),
        "close": plain(copy.CLOSE),
        "blocks": blocks,
    }
