"""One article in Slack, whole, in a window."""

from bot.slack import copy
from bot.slack.views.blocks import Block, header, in_parts, plain, section
from kb.render import to_mrkdwn

# A window holds a hundred blocks; nobody reads an article of that length in one.
LONGEST = 20_000


def window(title: str, body: str) -> Block:
    return _window([header(title), *(section(part) for part in in_parts(to_mrkdwn(body, limit=LONGEST)))])


def gone() -> Block:
    return _window([header(copy.ARTICLE_GONE)])


def _window(blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "title": plain(copy.ARTICLE_TITLE),
        "close": plain(copy.CLOSE),
        "blocks": blocks,
    }
