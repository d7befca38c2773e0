"""Writes articles out as Markdown with front matter or as JSONL, so that importing them again changes nothing."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from sqlalchemy.orm import Session

from kb.models import ArticleStatus, Audience
from kb.queries import ArticleView, all_articles

# The importer takes these for notes about the folder; an article of that name gets another file name.
_NOT_ARTICLES = frozenset({"readme", "contributing", "license", "changelog"})


def articles_to_export(session: Session, team_id: str, *, archived: bool) -> list[ArticleView]:
    wanted = [ArticleStatus.PUBLISHED, ArticleStatus.DRAFT]
    found = [
        article
        for status in (*wanted, ArticleStatus.ARCHIVED)
        if archived or status in wanted
        for article in all_articles(session, team_id, status=status)
    ]
    return sorted(found, key=lambda article: article.slug)


def file_name(article: ArticleView) -> str:
    return f"{article.slug}{'-article' if article.slug in _NOT_ARTICLES else ''}.md"


def to_markdown_file(article: ArticleView) -> str:
    lines = ["---"]
    for key, value in _values(article):
        if isinstance(value, tuple):
            lines += [f"{key}:", *(f"  - {_quoted(item)}" for item in value)]
        else:
            lines.append(f"{key}: {_quoted(value)}")
    return "\n".join([*lines, "---", "", article.body, ""])


def to_json_line(article: ArticleView) -> str:
    values: dict[str, Any] = dict(_values(article))
    return json.dumps(values | {"body": article.body}, ensure_ascii=False)


def json_lines(articles: Iterable[ArticleView]) -> Iterator[str]:
    for article in articles:
        yield to_json_line(article) + "\n"


def _values(article: ArticleView) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Everything but the body; what is empty or usual is left out."""
    yield "title", article.title
    yield "slug", article.slug
    yield "status", article.status.value
    yield "language", article.language
    if article.audience is not Audience.EVERYONE:
        yield "audience", article.audience.value
    for key, value in (
        ("summary", article.summary),
        ("category", article.category),
        ("owner", article.owner),
        ("review", article.review_on.isoformat() if article.review_on else ""),
        ("aliases", article.aliases),
        ("symptoms", article.symptoms),
        ("codes", article.codes),
    ):
        if value:
            yield key, value


def _quoted(text: str) -> str:
    """Always in double quotes and on one line: 0x80070005, “no” and a: b stay what they are."""
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return written.rstrip("\n")
