"""Makes what came from elsewhere fit our columns, or says why it cannot."""

import re
from collections.abc import Iterable
from dataclasses import replace

from kb.articles import MAX_BODY, MAX_TITLE, Content, Placement

MAX_CATEGORY, MAX_OWNER, MAX_LANGUAGE, MAX_SLUG = 64, 120, 16, 100
_MAX_SUMMARY = 2_000
_MAX_LISTED = 100
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
# No database or screen wants these; PostgreSQL refuses NUL, and no UTF-8 can hold half a surrogate pair.
_BANNED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def tidy(text: str) -> str:
    """The text with one kind of line end and without control characters."""
    return _BANNED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    return " ".join(tidy(text).split())


def folded(content: Content) -> Content:
    """The same words without accidents of spacing: two articles that differ by those alone say the same."""
    return Content(
        title=one_line(content.title),
        summary=one_line(content.summary),
        body=tidy(content.body),
        aliases=each_once(content.aliases),
        symptoms=each_once(content.symptoms),
        codes=each_once(content.codes),
    )


def tidy_content(content: Content) -> Content:
    """For what strangers wrote: also cut to what makes sense."""
    kept = folded(content)
    return replace(
        kept,
        summary=kept.summary[:_MAX_SUMMARY].strip(),
        aliases=kept.aliases[:_MAX_LISTED],
        symptoms=kept.symptoms[:_MAX_LISTED],
        codes=kept.codes[:_MAX_LISTED],
    )


def tidy_placement(placement: Placement) -> Placement:
    return replace(
        placement,
        category=one_line(placement.category)[:MAX_CATEGORY].strip(),
        owner=one_line(placement.owner)[:MAX_OWNER].strip(),
        language=placement.language if language_of(placement.language) else "en",
    )


def each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := one_line(text))))


def language_of(locale: str) -> str | None:
    """“en-us”, “EN_GB”, “en” → en; None if that is no language."""
    if len(locale) > MAX_LANGUAGE or not _LANGUAGE.fullmatch(locale):
        return None
    return re.split("[-_]", locale)[0].lower()


def unfit(content: Content) -> str | None:
    """Why this cannot be an article, in words for the report; None if it can."""
    if not content.title:
        return "it has no title"
    if len(content.title) > MAX_TITLE:
        return f"its title is over {MAX_TITLE} characters"
    if not content.body:
        return "it has no text"
    if len(content.body) > MAX_BODY:
        return f"its text is over {MAX_BODY:,} characters: split it into several articles"
    return None
