"""Turns Confluence's storage format into plain HTML: its macros, links and pictures become what they show."""

import re
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from kb.importers.html import closed, too_deep, without_sections

_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_NOTICES = {"info": "Note", "note": "Note", "tip": "Tip", "warning": "Warning", "panel": ""}
_CODE = {"code", "noformat"}
_KEPT_WHOLE = {"expand", "excerpt", "section", "column", "details", "ui-expand", "ui-tab", "ui-tabs"}
_LANGUAGE = re.compile(r"[\w+#-]{1,20}")


def to_html(storage: str, *, page_address: Callable[[str, str], str], attachments: str) -> str:
    """`page_address` finds a page by space and title; `attachments` is where this page's files are."""
    # What stands in CDATA is text; parsers of HTML disagree about where it ends, so it is escaped first.
    escaped = closed(without_sections(_CDATA.sub(lambda found: escape(found[1]), storage)))
    if too_deep(escaped):
        return escaped  # only its words will be kept
    soup = BeautifulSoup(f"<div>{escaped}</div>", "html.parser")
    # From the inside out: a macro's content is done before the macro around it.
    for tag in reversed(soup.find_all(_is_ours)):
        if tag.parent is None:
            continue
        match tag.name:
            case "ac:structured-macro" | "ac:macro":
                _macro(soup, tag)
            case "ac:link":
                _link(soup, tag, page_address, attachments)
            case "ac:image":
                _image(soup, tag, attachments)
            case "ac:task":
                _task(soup, tag)
            case "time":
                tag.replace_with(str(tag.get("datetime") or tag.get_text()))
    for tag in soup.find_all(
        ["ac:placeholder", "ac:emoticon", "ac:parameter", "ac:task-id", "ac:task-status"]
    ):
        tag.decompose()
    return str(soup)


def _is_ours(tag: Tag) -> bool:
    return tag.name.startswith("ac:") or tag.name == "time"


def _macro(soup: BeautifulSoup, macro: Tag) -> None:
    name = str(macro.get("ac:name") or "")
    body = macro.find("ac:rich-text-body", recursive=False)
    if name in _CODE:
        macro.replace_with(_code(soup, macro))
    elif not isinstance(body, Tag):
        # Tables of contents, charts, lists of child pages: made by Confluence, and nothing to read here.
        macro.decompose()
    elif name in _NOTICES:
        macro.replace_with(_notice(soup, macro, body, _NOTICES[name]))
    else:
        if name in _KEPT_WHOLE and (title := _parameter(macro, "title")):
            macro.insert_before(_bold(soup, title))
        body.extract()
        macro.replace_with(body)
        body.unwrap()


def _code(soup: BeautifulSoup, macro: Tag) -> Tag:
    pre, code = soup.new_tag("pre"), soup.new_tag("code")
    language = _parameter(macro, "language")
    if _LANGUAGE.fullmatch(language):
        code["class"] = f"language-{language}"
    text = macro.find("ac:plain-text-body", recursive=False)
    code.append(NavigableString(text.get_text() if text is not None else ""))
    pre.append(code)
    return pre


def _notice(soup: BeautifulSoup, macro: Tag, body: Tag, usual: str) -> Tag:
    quote_tag = soup.new_tag("blockquote")
    if title := _parameter(macro, "title") or usual:
        quote_tag.append(_bold(soup, title))
    body.extract()
    quote_tag.append(body)
    body.unwrap()
    return quote_tag


def _bold(soup: BeautifulSoup, text: str) -> Tag:
    paragraph, strong = soup.new_tag("p"), soup.new_tag("strong")
    strong.string = text
    paragraph.append(strong)
    return paragraph


def _parameter(macro: Tag, name: str) -> str:
    found = macro.find("ac:parameter", attrs={"ac:name": name}, recursive=False)
    return " ".join(found.get_text().split()) if found is not None else ""


def _link(soup: BeautifulSoup, link: Tag, page_address: Callable[[str, str], str], attachments: str) -> None:
    page, file = link.find("ri:page"), link.find("ri:attachment")
    said = link.find(["ac:plain-text-link-body", "ac:link-body"])
    text = " ".join(said.get_text().split()) if said is not None else ""
    address = ""
    if isinstance(page, Tag):
        title = str(page.get("ri:content-title") or "")
        text, address = text or title, page_address(str(page.get("ri:space-key") or ""), title)
    elif isinstance(file, Tag):
        name = str(file.get("ri:filename") or "")
        text, address = text or name, f"{attachments}/{quote(name)}"
    if not address:
        link.replace_with(text)  # a person, or a place on the same page
        return
    anchor = soup.new_tag("a", href=address)
    anchor.string = text or address
    link.replace_with(anchor)


def _image(soup: BeautifulSoup, image: Tag, attachments: str) -> None:
    file, url = image.find("ri:attachment"), image.find("ri:url")
    name = str(image.get("ac:alt") or "")
    if isinstance(file, Tag):
        filename = str(file.get("ri:filename") or "")
        address, name = f"{attachments}/{quote(filename)}", name or filename
    else:
        address = str(url.get("ri:value") or "") if isinstance(url, Tag) else ""
    image.replace_with(soup.new_tag("img", src=address, alt=name))


def _task(soup: BeautifulSoup, task: Tag) -> None:
    body = task.find("ac:task-body", recursive=False)
    item = soup.new_tag("li")
    item.string = body.get_text(" ", strip=True) if body is not None else ""
    task.replace_with(item)
    if item.parent is not None and item.parent.name == "ac:task-list":
        item.parent.name = "ul"


def display_address(base: str, space: str, title: str) -> str:
    """The address by title, which every Confluence still answers."""
    return f"{base}/display/{quote(space)}/{quote_plus(title)}"
