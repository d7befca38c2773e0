"""Turns HTML from elsewhere into plain Markdown: what would run or track is gone, pictures become links."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

import nh3
from bs4 import BeautifulSoup
from bs4.element import Tag
from markdownify import ATX, MarkdownConverter

from kb.importers.fences import around_code

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "dl", "dt", "em", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
# These end a paragraph where they stand, although they are not kept themselves.
_BLOCKS = re.compile(
    r"</?(?:div|section|article|aside|header|footer|main|figure|figcaption|details|summary)\b[^>]*>", re.I
)
_WITH_THEIR_CONTENT = {"script", "style", "noscript", "template", "object", "svg", "math", "title", "head"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "code": {"class"}, "pre": {"class"}}
_EMPHASES = (["b", "strong"], ["i", "em"], ["s", "del"])
_LINKED = ("http", "https", "mailto")
_HTML = re.compile(r"</(?:p|div|ul|ol|h[1-6]|table|span|strong)>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SECTION = re.compile(r"<!\[[^<>]{0,200}>")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9:-]{0,40})[^<>]*>?", re.IGNORECASE)
# Over which the converter's patterns stumble; nobody indents that far.
_MANY_BLANKS = re.compile(r"(?<![ \t\r\f])[ \t\r\f]{100,}")
_UNCLOSED = re.compile(r"<(?![^<>]*>)")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_OPENS, _CLOSES = re.compile(r"[ >]*```"), re.compile(r"[ >]*```[ ]*")
_LOST_BREAK = re.compile(r"\\(?=\n[ >]*(?:\n|\Z)|\Z)")
_DEEPEST = 80
_LONGEST = 5_000_000  # what is left of more is too long for an article anyway
_INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "s", "span", "strong", "sub", "sup"}
_CLOSED_BY_THEMSELVES = {
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "source", "td", "th", "tr", "track", "wbr",
}  # fmt: skip


class _Converter(MarkdownConverter):
    """Markdownify with our wishes: no picture is loaded when an article is read, and a code block keeps its name."""

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        address = str(el.get("src") or "")
        name = " ".join(str(el.get("alt") or "").split()) or address.rsplit("/", 1)[-1].partition("?")[0]
        name = re.sub(r"[\[\]]", "", name) or "picture"
        inside_link = "a" in parent_tags
        return name if inside_link or not address else f"[{name}]({_quoted(address)})"


def to_markdown(html: str, *, base: str = "") -> str:
    """`base` is the page's own address, to complete links that are relative to it."""
    html = without_sections(html[:_LONGEST])
    reading = _read(html)
    if reading.deepest > _DEEPEST:
        # Nobody writes that many lists inside each other, and the cleaner takes minutes: keep the words.
        return _squeezed("".join(reading.words))
    safe = nh3.clean(
        _BLOCKS.sub("<p>", html),
        tags=_TAGS,
        clean_content_tags=_WITH_THEIR_CONTENT,
        attributes=_ATTRIBUTES,
        url_schemes=set(_LINKED),
        link_rel=None,
        strip_comments=True,
    )
    safe = _MANY_BLANKS.sub(" " * 100, safe)
    # Within a tag, because a page that is one address alone makes Beautiful Soup warn.
    soup = BeautifulSoup(f"<div>{safe}</div>", "html.parser")
    for tag in soup.find_all(["a", "img"]):
        _complete(tag, base)
    for family in _EMPHASES:
        for tag in soup.find_all(family):
            if tag.find_parent(family) is not None:
                tag.unwrap()  # bold within bold would be four stars
    for words in soup.find_all(string=lambda text: "|" in (text or "")):
        if words.find_parent(["td", "th"]) is not None:
            words.replace_with(words.replace("|", "\\|"))  # it would end the cell
    converter = _Converter(
        heading_style=ATX,
        bullets="-",
        strong_em_symbol="*",
        code_language_callback=_language,
        table_infer_header=True,
        escape_misc=False,
        escape_underscores=False,
        newline_style="BACKSLASH",
    )
    return _squeezed(str(converter.convert_soup(soup)))


def without_sections(html: str) -> str:
    """Without comments and <![if …]> and its like, over which Python's parser stumbles."""
    return _SECTION.sub("", _COMMENT.sub("", html)).replace("<![", "&lt;![")


def closed(html: str) -> str:
    """What begins like a tag and never ends is text: Python's parser would look for its end again and again."""
    return _UNCLOSED.sub("&lt;", html[:_LONGEST])


def too_deep(html: str) -> bool:
    return _read(html).deepest > _DEEPEST


def looks_like_html(text: str) -> bool:
    return text.startswith("<") and bool(_HTML.search(text))


def _complete(tag: Tag, base: str) -> None:
    name = "href" if tag.name == "a" else "src"
    address = _absolute(str(tag.get(name) or "").strip(), base)
    if not address and tag.name == "a":
        tag.unwrap()  # an anchor within the page, or nowhere
    else:
        tag[name] = _quoted(address)


def _absolute(address: str, base: str) -> str:
    """Empty for what leads nowhere from here."""
    if not address or address.startswith("#"):
        return ""
    try:
        whole = urljoin(base, address)
        return whole if urlsplit(whole).scheme in _LINKED else ""
    except ValueError:
        return ""  # such as http://[


def _quoted(address: str) -> str:
    return (
        address.replace(" ", "%20")
        .replace("(", "%28")
        .replace(")", "%29")
        .replace("<", "%3C")
        .replace(">", "%3E")
    )


def _language(element: Tag) -> str | None:
    for tag in (element, element.code):
        for name in (tag.get("class") or []) if tag is not None else []:
            if re.fullmatch(r"language-[\w+#-]{1,20}", name):
                return str(name).removeprefix("language-")
    return None


def _squeezed(markdown: str) -> str:
    """At most one blank line in a row, and none of the blanks at the ends of lines; code stays as it is."""
    parts = around_code(markdown, _OPENS, _CLOSES)
    for at in range(0, len(parts), 2):
        lines = "\n".join(line.rstrip() for line in parts[at].split("\n"))
        parts[at] = _BLANK_LINES.sub("\n\n", _LOST_BREAK.sub("", lines))
    return "".join(parts).strip()


@dataclass(frozen=True)
class _Reading:
    """How deep the tags are nested, and the bare words for the worst case."""

    deepest: int
    words: list[str]


def _read(html: str) -> _Reading:
    """One pass over whatever begins like a tag, closed or not: Python's parser looks from each to the end of the text,
    which takes hours where none is closed. What is no tag after all only makes it look deeper.
    """
    words: list[str] = []
    open_tags: list[str] = []
    deepest = silent = at = 0
    for found in _TAG.finditer(html):
        if not silent:
            words.append(unescape(html[at : found.start()]))
        at = found.end()
        closing, tag = bool(found[1]), found[2].lower()
        words.append("" if tag in _INLINE else "\n")
        if tag in _WITH_THEIR_CONTENT:
            silent = max(0, silent - 1) if closing else silent + 1
        if closing and tag in open_tags:
            # With it end the tags inside that nobody closed.
            del open_tags[len(open_tags) - 1 - open_tags[::-1].index(tag) :]
        elif not closing and tag not in _CLOSED_BY_THEMSELVES and deepest <= _DEEPEST:
            open_tags.append(tag)
            deepest = max(deepest, len(open_tags))
    if not silent:
        words.append(unescape(html[at:]))
    return _Reading(deepest, words)
