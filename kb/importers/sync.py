"""Brings a source's articles in, page by page, each in one transaction together with how far it got.

Whatever stops an import leaves whole pages behind: the database and the index that is built from it agree, and
the next run goes on at the cursor. Articles that did not change are skipped; those that were edited here are kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.importers import runs
from kb.importers.doubles import Doubles
from kb.importers.gone import archive_gone
from kb.importers.models import ArticleSource, ImportRun
from kb.importers.report import Report
from kb.importers.source import Page, Remote, Source, Start, storable, storable_key
from kb.importers.wish import Wish
from kb.importers.writing import Writer, met
from kb.models import Article
from kb.review import FlagReason, raise_flag

_AT_ONCE = 50  # articles in a transaction: others want to write too


class Store(Protocol):
    """Opens transactions: the desk's database, seen from here."""

    def transaction(self) -> AbstractContextManager[Session]: ...

    def reading(self) -> AbstractContextManager[Session]: ...


Told = Callable[[Report, int | None], None]


def bring_in(
    store: Store,
    source: Source,
    team_id: str,
    wish: Wish,
    *,
    clock: Callable[[], datetime],
    told: Told = lambda _report, _total: None,
    breathe: Callable[[], None] = lambda: None,
) -> Report:
    """Runs one import to its end. Raises `SourceTrouble` where the source gives out; the next run continues.

    `breathe` is called between transactions that wrote articles, to let others have their turn.
    """
    importing = _Importing(store, source, team_id, wish, clock, breathe)
    page = Page()
    for page in source.pages(importing.start()):
        importing.take(page)
        told(importing.report, page.total)
    importing.finish(page)
    return importing.report


@dataclass
class _Importing:
    store: Store
    source: Source
    team_id: str
    wish: Wish
    clock: Callable[[], datetime]
    breathe: Callable[[], None]
    report: Report = field(default_factory=Report)
    run_id: int = 0  # 0: a dry run has none
    steps: int = 0
    known_before: int = 0
    cursor: str | None = None
    seen: set[str] = field(default_factory=set)  # of a dry run; others write it down
    known: Mapping[str, str] = field(default_factory=dict)
    doubles: Doubles | None = None

    def start(self) -> Start:
        now, key = self.clock(), self.source.key
        with self._opened() as session:
            if self.wish.dry_run:
                self.report.dry_run = True
                self.known_before = runs.count_known(session, self.team_id, key)
            else:
                self._begin(runs.begin(session, self.team_id, key, restart=self.wish.restart, now=now))
            if self.wish.full:
                return Start(cursor=self.cursor)
            if self.wish.overwrite:
                # What was edited here did not change there, so a look at changes alone would pass it by.
                self.known = self._known(session)
                return Start(cursor=self.cursor, known=self.known)
            since = runs.last_since(session, self.team_id, key, now=now)
            self.known = self._known(session)
            return Start(self.cursor, since, self.known)

    def _begin(self, run: ImportRun) -> None:
        self.run_id, self.steps, self.cursor = run.id, run.steps, run.cursor
        self.known_before = run.known
        self.report = Report.of(run.report)
        self.report.resumed = run.steps > 0

    def _known(self, session: Session) -> dict[str, str]:
        """What need not be read again while its stamp stays the same."""
        rows = select(ArticleSource.external_id, ArticleSource.stamp).where(
            ArticleSource.team_id == self.team_id,
            ArticleSource.source == self.source.key,
            ArticleSource.gone.is_(False),
        )
        if self.wish.overwrite:
            rows = rows.join(Article, Article.id == ArticleSource.article_id).where(
                Article.revision == ArticleSource.revision
            )
        return {external_id: stamp for external_id, stamp in session.execute(rows)}

    def take(self, page: Page) -> None:
        articles = [storable(article) for article in page.articles]
        self._prepare(articles)
        parts = list(_parts(articles)) or [()]
        for part in parts:
            before = self.report.written
            with self._opened() as session:
                now = self.clock()
                self._weigh(session, part, now)
                if part is parts[-1]:
                    self._note(session, page)
                    self.cursor = page.cursor
                if not self.wish.dry_run:
                    runs.advance(
                        session, self.run_id, self.steps, cursor=self.cursor, report=self.report, now=now
                    )
            self.steps += 1
            if self.report.written > before and not self.wish.dry_run:
                self.breathe()

    def _prepare(self, articles: Sequence[Remote]) -> None:
        """Reads what is here, to notice doubles, once something new comes; not while others wait to write."""
        new = any(self.known.get(article.external_id) != article.stamp for article in articles)
        if new and self.doubles is None:
            with self.store.reading() as session:
                self.doubles = Doubles(session, self.team_id)

    def _weigh(self, session: Session, articles: Sequence[Remote], now: datetime) -> None:
        writer = Writer(session, self.team_id, self.source.key, self.wish, self.run_id, self.report, now)
        writer.take(articles)
        self.seen.update(article.external_id for article in articles if self.wish.dry_run)
        if writer.arrived and self.doubles is not None:
            for key, other, likeness in self.doubles.meet(writer.arrived):
                title = self.doubles.title(key)
                how = "has the same title as" if likeness == 1 else f"is {likeness:.0%} like"
                why = f"{how} “{self.doubles.title(other)}”"
                self.report.duplicates.add(writer.names[key], title, why)
                if not self.wish.dry_run:
                    raise_flag(
                        session,
                        self.team_id,
                        key,
                        reason=FlagReason.NEAR_DUPLICATE,
                        detail=why[0].upper() + why[1:],
                        about=f"article {other}",
                        now=now,
                    )

    def _note(self, session: Session, page: Page) -> None:
        """What is there and was not read, or cannot become an article, is not gone."""
        for skipped in page.skipped:
            self.report.skipped.add(skipped.external_id, skipped.title, skipped.why)
        self.report.unchanged += len(page.unchanged)
        named = (*page.unchanged, *(skipped.external_id for skipped in page.skipped))
        present = [storable_key(external_id) for external_id in named]
        if self.wish.dry_run:
            self.seen.update(present)
        else:
            met(session, self.team_id, self.source.key, present, run_id=self.run_id)

    def finish(self, last: Page) -> None:
        self.report.whole = last.whole
        with self._opened() as session:
            now = self.clock()
            if last.whole and not self.wish.keep_missing:
                archive_gone(
                    session,
                    self.team_id,
                    self.source.key,
                    seen_in=self.run_id,
                    seen=self.seen,
                    known_before=self.known_before,
                    wish_all=self.wish.allow_deletions,
                    dry_run=self.wish.dry_run,
                    report=self.report,
                    now=now,
                )
            if not self.wish.dry_run:
                runs.finish(
                    session,
                    self.run_id,
                    self.steps,
                    since=last.since,
                    whole=last.whole,
                    report=self.report,
                    now=now,
                )

    def _opened(self) -> AbstractContextManager[Session]:
        return self.store.reading() if self.wish.dry_run else self.store.transaction()


def _parts(articles: Sequence[Remote]) -> Iterator[tuple[Remote, ...]]:
    rest = iter(articles)
    while part := tuple(islice(rest, _AT_ONCE)):
        yield part
