"""Reads Markdown as people keep it elsewhere: front matter if there is some, else the first heading as the title."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urljoin

import yaml

from kb.articles import Content, Placement
from kb.bounded_yaml import TextLoader
from kb.importers.fences import around_code
from kb.importers.tidy import one_line, tidy_content, tidy_placement
from kb.models import ArticleStatus, Audience

ENDINGS = (".md", ".markdown")
# They tell of the repository, not of anybody's trouble.
NOT_ARTICLES = frozenset(
    {
        "readme",
        "contributing",
        "license",
        "changelog",
        "code_of_conduct",
        "security",
        "summary",
        "_sidebar",
        "_footer",
    }
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LONGEST_HEAD = 100_000
_OPENS, _CLOSES = re.compile(r"[ ]{0,3}(?:```|~~~)"), re.compile(r"[ ]{0,3}(?:```|~~~)[ ]*")
# Lengths are bounded: a line of a million brackets is no link.
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\]\(([^)\s\[]{1,2000}+)(?:\s+\"[^\"\n]{0,500}\")?\)")
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]{0,500})\]\(([^)\s\[]{1,2000}+)(\s+\"[^\"\n]{0,500}\")?\)")
_ABSOLUTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//|#)", re.IGNORECASE)


@dataclass(frozen=True)
class Loose:
    content: Content
    placement: Placement
    status: ArticleStatus | None


def read_loose(path: str, text: str, *, pages: str, files: str, language: str) -> Loose:
    """`pages` and `files` are the addresses of the top folder, for links and for pictures; they end with a slash."""
    head, body = _front_matter(text.replace("\r\n", "\n"))
    body = _COMMENT.sub("", body)
    title = _text(head.get("title"))
    heading, below = _heading(body)
    if heading and (not title or heading == title):
        title, body = title or heading, below
    content = Content(
        title=title or title_of(path),
        summary=_text(head.get("summary") or head.get("description")),
        body=_addressed(body, path, pages, files),
        aliases=_texts(head.get("aliases")) + _texts(head.get("keywords")),
        symptoms=_texts(head.get("symptoms")),
        codes=_texts(head.get("codes")),
    )
    folder = PurePosixPath(path).parent.name
    placement = Placement(
        category=_text(head.get("category")) or folder.replace("-", " ").replace("_", " "),
        language=_text(head.get("language") or head.get("lang")) or language,
        audience=_one_of(Audience, head.get("audience")) or Audience.EVERYONE,
        owner=_text(head.get("owner")),
    )
    is_draft = _text(head.get("draft")).lower() == "true"
    status = ArticleStatus.DRAFT if is_draft else _one_of(ArticleStatus, head.get("status"))
    return Loose(tidy_content(content), tidy_placement(placement), status)


def _heading(body: str) -> tuple[str, str]:
    """The heading with which the text begins, and what comes below it; empty where it begins otherwise."""
    line, _, below = body.lstrip().partition("\n")
    if line.startswith(("# ", "#\t")):
        return one_line(line[1:].strip().rstrip("#")), below
    underline, _, rest = below.partition("\n")
    if line and underline.strip(" \t") and not underline.rstrip(" \t").strip("="):
        return one_line(line), rest
    return "", body


def title_of(path: str) -> str:
    """“docs/VPN-drops_often.md” → VPN drops often."""
    return " ".join(re.split(r"[-_\s]+", PurePosixPath(path).stem)).strip()


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """What cannot be read as front matter is left in the text: here nobody can be asked to mend it."""
    text = text.removeprefix("\ufeff")
    found = re.match(r"\A---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|\Z)", text, re.DOTALL)
    if not found:
        return {}, text
    if len(found[1] or "") > _LONGEST_HEAD:
        return {}, text
    try:
        head = yaml.load(
            found[1] or "", Loader=TextLoader
        )  # a loader that builds nothing but texts and lists
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}, text
    return (head, text[found.end() :]) if isinstance(head, dict) else ({}, text)


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _one_of(kind: Any, value: Any) -> Any:
    try:
        return kind(_text(value).lower())
    except ValueError:
        return None


def _addressed(body: str, path: str, pages: str, files: str) -> str:
    """Links that lead somewhere from here too; pictures become links, code stays as it is."""

    def picture(found: re.Match[str]) -> str:
        return f"[{found[1] or 'picture'}]({_from(files, path, found[2])})"

    def link(found: re.Match[str]) -> str:
        return f"[{found[1]}]({_from(pages, path, found[2])}{found[3] or ''})"

    parts = around_code(body, _OPENS, _CLOSES)
    for at in range(0, len(parts), 2):
        parts[at] = _LINK.sub(link, _IMAGE.sub(picture, parts[at]))
    return "".join(parts)


def _from(top: str, path: str, address: str) -> str:
    address = address.strip("<>")
    if _ABSOLUTE.match(address) or not top:
        return address
    safe = quote(address, safe="/%?=&#.,;:+@~!$'*")
    return urljoin(top, safe[1:]) if safe.startswith("/") else urljoin(urljoin(top, quote(path)), safe)
