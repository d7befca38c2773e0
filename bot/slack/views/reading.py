"""One article in Slack, whole, in a window, with the question whether it helped."""

from bot.slack import copy, ids
from bot.slack.views.blocks import Block, actions, button, context, header, in_parts, plain, section
from kb.render import to_mrkdwn

# A window holds a hundred blocks; nobody reads an article of that length in one.
LONGEST = 20_000


def window(title: str, body: str, *, article_id: int, voted: bool | None = None) -> Block:
    """`voted` is what this reader said about it; None where they said nothing yet."""
    parts = [section(part) for part in in_parts(to_mrkdwn(body, limit=LONGEST))]
    votes = actions(
        button(copy.BUTTON_HELPFUL, ids.HELPFUL, article_id),
        button(copy.BUTTON_NOT_HELPFUL, ids.NOT_HELPFUL, article_id),
    )
    return _window([header(title), *parts, context(_asked(voted)), votes])


def gone() -> Block:
    return _window([header(copy.ARTICLE_GONE)])


def _asked(voted: bool | None) -> str:
    if voted is None:
        return copy.DID_IT_HELP
    return copy.VOTED_HELPFUL if voted else copy.VOTED_NOT_HELPFUL


def _window(blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "title": plain(copy.ARTICLE_TITLE),
        "close": plain(copy.CLOSE),
        "blocks": blocks,
    }
