"""Shows an article's Markdown: as Slack's mrkdwn within its limits, and as HTML that is safe to put on a page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import EnvType, OptionsDict

SECTION_LIMIT = 3_000  # characters of a Slack section block
_MAX_READ = 1_000_000
_LINKED = ("http://", "https://", "mailto:")
_INDENT = "    "
_FENCE = "```"
_SAID_FENCE = "'''"
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_AROUND = {"strong": "*", "em": "_", "s": "~"}
_MARKS = "*_~"


def escape(text: str) -> str:
    """Text from a person, safe inside Slack's mrkdwn: no mention, link or entity can come out of it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_mrkdwn(markdown: str, *, limit: int = SECTION_LIMIT) -> str:
    """Headings in bold, lists, links and code as Slack writes them; cut at the end of a line if over the limit."""
    # What cannot be shown need not be read; marks and link targets make the source longer than the result.
    tree = SyntaxTreeNode(_parser().parse(markdown[: limit * 4]))
    return _cut(_blocks(tree.children, "\n\n"), limit)


def to_html(markdown: str) -> str:
    """HTML with known tags only; raw HTML in the article is shown as text, never run, and pictures are links."""
    return nh3.clean(
        _parser().render(markdown[:_MAX_READ]),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


@dataclass(frozen=True)
class Link:
    """Something that an article points to; `is_picture` where it is meant to be seen in its place."""

    label: str
    target: str
    is_picture: bool = False


def links(markdown: str) -> tuple[Link, ...]:
    """The pages, files and pictures outside that the article points to, each once, in their order."""
    found: dict[str, Link] = {}
    for node in SyntaxTreeNode(_parser().parse(markdown[:_MAX_READ])).walk():
        if node.type not in ("link", "image"):
            continue
        is_picture = node.type == "image"
        target = str(node.attrs.get("src" if is_picture else "href", ""))
        label = node.content if is_picture else _words(node)
        if target.lower().startswith(_LINKED):
            found.setdefault(target, Link(" ".join(label.split()) or target, target, is_picture))
    return tuple(found.values())


def _words(node: SyntaxTreeNode) -> str:
    return "".join(part.content for part in node.walk() if part.type in ("text", "code_inline"))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _picture)
    return parser


def _picture(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """A link to it: a page that showed it would tell another site who reads what."""
    picture = tokens[at]
    label = renderer.renderInlineAsText(picture.children, options, env) or "image"
    return f'<a href="{escapeHtml(str(picture.attrs.get("src", "")))}">{escapeHtml(label)}</a>'


def _blocks(nodes: Sequence[SyntaxTreeNode], between: str) -> str:
    return between.join(written for node in nodes if (written := _block(node)))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "heading":
            text = _inline(node.children, within=_MARKS).strip()
            return f"*{text}*" if text else ""
        case "bullet_list" | "ordered_list":
            return _list(node)
        case "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children, "\n").split("\n"))
        case "fence" | "code_block":
            return _fenced(node.content)
        case "table":
            rows = [row for part in node.children for row in part.children]
            return "\n".join(" | ".join(_inline(cell.children) for cell in row.children) for row in rows)
        case "hr":
            return "———"
        case _:
            return _inline(node.children)


def _list(node: SyntaxTreeNode) -> str:
    number = int(node.attrs.get("start", 1))
    items: list[str] = []
    for at, item in enumerate(node.children):
        marker = f"{number + at}. " if node.type == "ordered_list" else "• "
        first, *rest = _blocks(item.children, "\n").split("\n")
        items.append("\n".join([marker + first, *(_INDENT + line if line else line for line in rest)]))
    return "\n".join(items)


def _fenced(code: str) -> str:
    # Slack has no way to write three backticks inside a block of code.
    written = escape(code.rstrip()).replace(_FENCE, _SAID_FENCE)
    return f"{_FENCE}\n{written}\n{_FENCE}"


def _inline(nodes: Sequence[SyntaxTreeNode], *, within: str = "") -> str:
    return "".join(_span(node, within) for node in nodes)


def _span(node: SyntaxTreeNode, within: str) -> str:
    """`within` are the marks around it already: Slack would end bold at a second star."""
    match node.type:
        case "text":
            return escape(node.content)
        case "code_inline":
            return f"`{escape(node.content.replace('`', _SAID_FENCE[0]))}`"
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            return _link(str(node.attrs.get("href", "")), _inline(node.children, within=_MARKS))
        case "image":
            return _link(str(node.attrs.get("src", "")), escape(node.content) or "image")
        case kind:
            around = _AROUND.get(kind, "")
            around = "" if around in within else around
            inside = _inline(node.children, within=within + around)
            return f"{around}{inside}{around}" if inside.strip() else inside


def _link(target: str, label: str) -> str:
    if not target.lower().startswith(_LINKED):
        return label
    address = escape(re.sub(r"[|<>\s]", lambda found: f"%{ord(found.group()):02X}", target))
    return f"<{address}|{label.replace('|', '/')}>" if label else f"<{address}>"


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    room = limit - len(_FENCE) - 3
    cut = text[: max(0, room)]
    at = cut.rfind("\n")
    if at < room // 2:
        at = max(cut.rfind(" "), room // 2)
    cut = cut[:at]
    # Never leave half a link or half an entity at the end.
    if cut.rfind("<") > cut.rfind(">"):
        cut = cut[: cut.rfind("<")]
    cut = re.sub(r"&[a-z]{0,3}$", "", cut).rstrip()
    if cut.count(_FENCE) % 2:
        return f"{cut}\n{_FENCE}\n…"
    return f"{cut}\n…" if "\n" in cut else f"{cut} …"
