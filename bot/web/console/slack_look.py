"""How something will look in Slack, as HTML: the blocks that the bot would send, after Slack's own limits. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from bot.slack import copy
from bot.slack.limits import BLOCKS_IN_MESSAGE, fit_blocks, fit_view
from bot.slack.views import reading
from bot.slack.views.answer import article_block
from bot.slack.views.blocks import section
from bot.web.console import words
from kb.articles import Content
from kb.passages import best_passage
from kb.text import stem, tokens
from triage.suggestions.models import Suggestion

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_QUOTED = re.compile(r"^&gt; ?")
_SPAN = re.compile(
    r"<(?P<target>[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<!\w)(?P<mark>[*_~])(?=[^\s*_~])(?P<inside>[^\n]*?\S)(?P=mark)(?!\w)"
)
_STYLES = {"*": "strong", "_": "em", "~": "s"}
_ADDRESS = ("http://", "https://", "mailto:")


def as_suggested(content: Content, language: str) -> Markup:
    """Below a question that asks for just this."""
    wanted = {stem(word, language): 1.0 for word in tokens(content.title)}
    row = Suggestion(
        article_id=0,
        rank=1,
        title=content.title or words.NO_TITLE,
        passage=best_passage(content.body, content.summary, wanted, language),
        reasons=[],
    )
    return _blocks(fit_blocks([section(copy.ONE_ARTICLE), article_block(row)], limit=BLOCKS_IN_MESSAGE))


def in_a_window(content: Content) -> Markup:
    """Whole, after “Read it all”."""
    view: dict[str, Any] = fit_view(
        reading.window(content.title or words.NO_TITLE, content.body, article_id=0)
    )
    return _blocks(view["blocks"])


def mrkdwn(text: str) -> Markup:
    """Slack's marks as HTML. Whatever else stands in the text is text."""
    parts: list[Markup] = []
    at = 0
    for fence in _FENCE.finditer(text):
        parts.append(_lines(text[at : fence.start()].removesuffix("\n")))
        parts.append(Markup("<pre><code>{}</code></pre>").format(_plain(fence[1])))
        at = fence.end() + (text[fence.end() : fence.end() + 1] == "\n")
    parts.append(_lines(text[at:]))
    return Markup("").join(parts)


def _lines(text: str) -> Markup:
    """Lines that Slack draws as a quotation stand together in one; the others keep their breaks."""
    out: list[Markup] = []
    quoted: list[str] = []
    plain: list[str] = []

    def close() -> None:
        if quoted:
            out.append(Markup("<blockquote>{}</blockquote>").format(_inline("\n".join(quoted))))
        if any(line.strip() for line in plain):
            out.append(Markup("<p>{}</p>").format(_inline("\n".join(plain))))
        quoted.clear()
        plain.clear()

    for line in text.split("\n"):
        is_quote = line.startswith(("&gt;", "> ")) or line == ">"
        if is_quote != bool(quoted):
            close()
        (quoted if is_quote else plain).append(_QUOTED.sub("", line.removeprefix("> ")) if is_quote else line)
    close()
    return Markup("").join(out)


def _inline(text: str) -> Markup:
    parts: list[Markup] = []
    at = 0
    for found in _SPAN.finditer(text):
        parts += [_plain(text[at : found.start()]), _span(found)]
        at = found.end()
    parts.append(_plain(text[at:]))
    return Markup("").join(parts)


def _span(found: re.Match[str]) -> Markup:
    if found["target"] is not None:
        return _link(found["target"], found["label"] or found["target"])
    if found["code"] is not None:
        return Markup("<code>{}</code>").format(_plain(found["code"]))
    return Markup("<{0}>{1}</{0}>").format(Markup(_STYLES[found["mark"]]), _inline(found["inside"]))


def _link(target: str, label: str) -> Markup:
    if not target.lower().startswith(_ADDRESS):
        return _plain(label)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(
        _decoded(target), _plain(label)
    )


def _plain(text: str) -> Markup:
    return escape(_decoded(text))


def _decoded(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _blocks(blocks: Iterable[Mapping[str, Any]]) -> Markup:
    return Markup("\n").join(_block(block) for block in blocks)


def _block(block: Mapping[str, Any]) -> Markup:
    match block["type"]:
        case "header":
            return Markup('<p class="slack-header">{}</p>').format(block["text"]["text"])
        case "section":
            beside = _button(block["accessory"]) if "accessory" in block else Markup("")
            return Markup('<div class="slack-section"><div>{}</div>{}</div>').format(
                mrkdwn(block["text"]["text"]), beside
            )
        case "context":
            said = Markup(" ").join(mrkdwn(element["text"]) for element in block["elements"])
            return Markup('<div class="slack-context">{}</div>').format(said)
        case _:
            pressed = Markup("").join(_button(element) for element in block["elements"])
            return Markup('<div class="slack-actions">{}</div>').format(pressed)


def _button(element: Mapping[str, Any]) -> Markup:
    """Only its look: there is nothing to press here."""
    return Markup('<span class="slack-button">{}</span>').format(element["text"]["text"])
