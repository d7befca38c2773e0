"""News of the models, in the desk's channel."""

from typing import Any

from bot.slack import copy_models as copy
from bot.slack.views.blocks import escape
from triage.learning.news import News

_WORDS = {
    News.HELD_BACK: copy.HELD_BACK,
    News.PROMOTED: copy.PROMOTED,
    News.DAMAGED: copy.DAMAGED,
    News.REMINDER: copy.REMINDER,
}


def desk_news(params: dict[str, Any], *, link: str = "") -> str:
    told = {name: escape(str(value)) for name, value in params.items()}
    text = _WORDS[News(params["notice"])].format(**told)
    return f"{text} {copy.SEE_MODELS.format(link=link)}" if link else text
