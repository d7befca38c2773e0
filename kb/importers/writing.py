"""Writes a page of remote articles as far as they are new or changed, or, in a dry run, only counts them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.articles import Content, draft, edit
from kb.errors import NoSuchArticle, SlugTaken, StaleRevision
from kb.importers.deciding import Origin, Step, decide, wanted_status
from kb.importers.models import ArticleSource
from kb.importers.placing import place
from kb.importers.report import Report
from kb.importers.source import Remote
from kb.importers.tidy import unfit
from kb.importers.wish import Wish
from kb.models import ArticleStatus
from kb.queries import ArticleView, get_article
from kb.review import FlagReason, raise_flag

_IN_ONE_QUERY = 500


@dataclass
class Writer:
    session: Session
    team_id: str
    source: str
    wish: Wish
    run_id: int
    report: Report
    now: datetime
    arrived: list[tuple[int, Content]] = field(default_factory=list)  # what is new in words, by article id
    names: dict[int, str] = field(default_factory=dict)  # article id → external id
    rows: dict[str, ArticleSource] = field(default_factory=dict)

    def take(self, articles: Sequence[Remote]) -> None:
        self.rows = _rows(
            self.session, self.team_id, self.source, [article.external_id for article in articles]
        )
        for article in articles:
            self._one(article)
        met(
            self.session,
            self.team_id,
            self.source,
            [article.external_id for article in articles],
            run_id=self.run_id,
        )

    def _one(self, remote: Remote) -> None:
        row = self.rows.get(remote.external_id)
        if row is not None and self._seems_unchanged(remote, row):
            self.report.unchanged += 1
            return
        if (why := unfit(remote.content)) is not None:
            self.report.skipped.add(remote.external_id, remote.content.title, why)
            return
        origin = None if row is None else Origin(row.stamp, row.digest, row.revision, row.status, row.gone)
        here = self._here(remote, row)
        try:
            self._act(remote, row, origin, here)
        except SlugTaken:
            self.report.skipped.add(remote.external_id, remote.content.title, "its name was taken meanwhile")
        except StaleRevision as stale:
            self._conflict(remote, stale.article_id)

    def _seems_unchanged(self, remote: Remote, row: ArticleSource) -> bool:
        anew = self.wish.full or self.wish.overwrite or row.gone
        return not anew and row.stamp == remote.stamp and row.status == remote.status

    def _here(self, remote: Remote, row: ArticleSource | None) -> ArticleView | None:
        wanted = row.article_id if row is not None else remote.slug
        if wanted is None:
            return None
        try:
            return get_article(self.session, self.team_id, wanted)
        except NoSuchArticle:
            return None

    def _act(
        self, remote: Remote, row: ArticleSource | None, origin: Origin | None, here: ArticleView | None
    ) -> None:
        step = decide(remote, origin, here, overwrite=self.wish.overwrite)
        if here is None or step is Step.CREATE:
            self._create(remote)
        elif step is Step.CONFLICT:
            self._conflict(remote, here.id)
        else:
            self._bring_in_line(remote, row, origin, here, step)

    def _create(self, remote: Remote) -> None:
        if self.wish.dry_run:
            self.report.created += 1
            self._arrived(-self.report.created, remote)
            return
        article = draft(
            self.session,
            self.team_id,
            remote.content,
            placement=remote.placement,
            author=self.wish.author,
            now=self.now,
            slug=remote.slug,
        )
        wanted = remote.status or self.wish.status
        if not self.wish.draft:
            place(self.session, self.team_id, article.id, article.status, wanted=wanted, now=self.now)
        self._remember(remote, None, article.id, revision=1)
        self.report.created += 1
        self._arrived(article.id, remote)

    def _bring_in_line(
        self,
        remote: Remote,
        row: ArticleSource | None,
        origin: Origin | None,
        here: ArticleView,
        step: Step,
    ) -> None:
        wanted = wanted_status(remote, origin, here.status, usual=self.wish.status)
        moves = wanted != here.status
        if not self.wish.dry_run:
            self._write(remote, row, here, step, wanted)
        if step is Step.UPDATE:
            if origin is None:
                why = f"was here before as “{here.title}”; its earlier words stand in its history"
                self.report.taken_over.add(remote.external_id, remote.content.title, why)
            self._arrived(here.id, remote)
        if origin is not None and origin.gone and moves:
            self.report.returned += 1
        elif step is Step.UPDATE or moves:
            self.report.updated += 1
        else:
            self.report.unchanged += 1

    def _write(
        self,
        remote: Remote,
        row: ArticleSource | None,
        here: ArticleView,
        step: Step,
        wanted: ArticleStatus,
    ) -> None:
        revision = here.revision
        if step is Step.UPDATE:
            revision += 1
            self._edit(remote, here)
        elif step is Step.KEEP and row is not None:
            revision = row.revision  # what was written here since is still not the source's
        place(self.session, self.team_id, here.id, here.status, wanted=wanted, now=self.now)
        self._remember(remote, row, here.id, revision=revision)

    def _edit(self, remote: Remote, here: ArticleView) -> None:
        edit(
            self.session,
            self.team_id,
            here.id,
            remote.content,
            based_on=here.revision,
            author=self.wish.author,
            now=self.now,
            placement=remote.placement,
        )

    def _conflict(self, remote: Remote, article_id: int) -> None:
        why = "was edited here and there; what stands here was kept"
        self.report.conflicts.add(remote.external_id, remote.content.title, why)
        if not self.wish.dry_run:
            detail = f"Edited here, and changed at its source too: {remote.url or self.source}"
            raise_flag(
                self.session,
                self.team_id,
                article_id,
                reason=FlagReason.CONFLICT,
                detail=detail,
                now=self.now,
            )

    def _arrived(self, article_id: int, remote: Remote) -> None:
        self.arrived.append((article_id, remote.content))
        self.names[article_id] = remote.external_id

    def _remember(self, remote: Remote, row: ArticleSource | None, article_id: int, *, revision: int) -> None:
        if row is None:
            row = ArticleSource(
                team_id=self.team_id,
                source=self.source,
                external_id=remote.external_id,
                article_id=article_id,
            )
            self.session.add(row)
            self.rows[remote.external_id] = row
        row.url, row.stamp, row.digest = remote.url, remote.stamp, remote.digest
        row.revision, row.status, row.gone = revision, remote.status, False
        row.seen_in, row.imported_at = self.run_id, self.now
        self.session.flush()


def met(session: Session, team_id: str, source: str, external_ids: Sequence[str], *, run_id: int) -> None:
    """These are still at the source: this run saw them."""
    if not run_id:
        return
    for at in range(0, len(external_ids), _IN_ONE_QUERY):
        session.execute(
            update(ArticleSource)
            .where(
                ArticleSource.team_id == team_id,
                ArticleSource.source == source,
                ArticleSource.external_id.in_(external_ids[at : at + _IN_ONE_QUERY]),
            )
            .values(seen_in=run_id)
        )


def _rows(
    session: Session, team_id: str, source: str, external_ids: Sequence[str]
) -> dict[str, ArticleSource]:
    found = session.scalars(
        select(ArticleSource).where(
            ArticleSource.team_id == team_id,
            ArticleSource.source == source,
            ArticleSource.external_id.in_(external_ids),
        )
    )
    return {row.external_id: row for row in found}
