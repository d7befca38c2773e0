"""A source of articles for tests: says what it is told to say, page by page, and breaks off where it should."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.database import Database
from kb.articles import Content, Placement
from kb.importers.report import Report
from kb.importers.source import Page, Remote, Skipped, SourceTrouble, Start
from kb.importers.sync import bring_in
from kb.importers.wish import Wish
from kb.models import ArticleStatus
from kb.queries import ArticleView, get_article

TEAM = "T1"
NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)


def remote(number: int, body: str = "Do this.", **other: Any) -> Remote:
    """Article n of the source; `other` replaces any part."""
    content = Content(f"{_NAMES[number % len(_NAMES)]} {number}", "", f"{body} {number}")
    made = Remote(str(number), f"{body}{number}", content, Placement("things"), f"https://a.example/{number}")
    return replace(made, **other)


_NAMES = (
    "Printer jams",
    "VPN drops",
    "Badge lost",
    "Phone silent",
    "Screen flickers",
    "Mail bounces",
    "Disk full",
)


@dataclass
class Shelf:
    """Holds articles; a page is `size` of them. Breaks off before the page of that number."""

    articles: list[Remote]
    key: str = "shelf:one"
    size: int = 2
    breaks_before: int | None = None
    skipped: tuple[Skipped, ...] = ()
    whole: bool = True
    since: str | None = None
    starts: list[Start] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def pages(self, start: Start) -> Iterator[Page]:
        self.starts.append(start)
        at = int(start.cursor or 0)
        while True:
            number = at // self.size
            if number == self.breaks_before:
                raise SourceTrouble("The shelf fell over")
            self.asked.append(number)
            end = at + self.size
            if end >= len(self.articles):
                yield Page(tuple(self.articles[at:end]), self.skipped, since=self.since, whole=self.whole)
                return
            yield Page(tuple(self.articles[at:end]), cursor=str(end))
            at = end


def bring(database: Database, shelf: Shelf, *, now: datetime = NOW, **wishes: Any) -> Report:
    return bring_in(database, shelf, TEAM, Wish("Import from shelf", **wishes), clock=lambda: now)


def article(database: Database, slug: str) -> ArticleView:
    with database.reading() as session:
        return get_article(session, TEAM, slug)


def status(database: Database, slug: str) -> ArticleStatus:
    return article(database, slug).status
