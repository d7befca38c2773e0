"""The look-ahead as admins read it in Slack: what is wrong on the rota, one line each."""

from typing import Any

from bot.slack import copy_schedules as copy
from bot.slack.views.blocks import Block, context, escape, section


def look_ahead(params: dict[str, Any], *, link: str) -> tuple[str, list[Block]]:
    """`lines` are sentences without their last stop; `more` is how many others there are."""
    lines, more = params["lines"], params.get("more", 0)
    head = copy.LOOK_AHEAD if len(lines) + more > 1 else copy.LOOK_AHEAD_ONE
    told = [f"• {copy.LOOK_AHEAD_LINE.format(sentence=escape(sentence))}" for sentence in lines]
    if more:
        told.append(copy.LOOK_AHEAD_MORE.format(count=more))
    remedy = copy.LOOK_AHEAD_REMEDY
    if link:
        remedy = f"{remedy} {copy.LOOK_AHEAD_SEE.format(link=link)}"
    text = "\n".join([head, *told])
    return text, [section(text), context(remedy)]
