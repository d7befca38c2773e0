"""Begins, advances and ends imports, so that one that was cut off goes on where it was."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from kb.importers.models import ArticleSource, ImportRun
from kb.importers.report import Report
from kb.importers.source import SourceTrouble
from kb.models import Article, ArticleStatus

# A cursor of yesterday may point into a list that has moved on.
_STALE = timedelta(days=1)
# Only a look at everything finds what was deleted, so now and then there is one.
_WHOLE_EVERY = timedelta(days=7)
_KEPT = timedelta(days=90)  # reports of older runs


def unfinished(session: Session, team_id: str, source: str, *, now: datetime) -> ImportRun | None:
    """The run that was cut off, if going on with it makes sense."""
    run = session.scalars(
        _runs(team_id, source).where(ImportRun.finished_at.is_(None)).order_by(ImportRun.id.desc()).limit(1)
    ).first()
    return run if run is not None and now - run.touched_at < _STALE else None


def begin(session: Session, team_id: str, source: str, *, restart: bool, now: datetime) -> ImportRun:
    """The run that was cut off, or a new one."""
    if not restart and (run := unfinished(session, team_id, source, now=now)) is not None:
        return run
    session.execute(
        update(ImportRun)
        .where(ImportRun.team_id == team_id, ImportRun.source == source, ImportRun.finished_at.is_(None))
        .values(finished_at=now, cursor=None)
    )
    session.execute(
        delete(ImportRun).where(
            ImportRun.team_id == team_id, ImportRun.source == source, ImportRun.finished_at < now - _KEPT
        )
    )
    run = ImportRun(
        team_id=team_id,
        source=source,
        started_at=now,
        touched_at=now,
        finished_at=None,
        steps=0,
        known=count_known(session, team_id, source),
        cursor=None,
        since=None,
        whole=False,
        report=Report().as_object(),
    )
    session.add(run)
    session.flush()
    return run


def last_since(session: Session, team_id: str, source: str, *, now: datetime) -> str | None:
    """What the last finished run left for the next one; None when it is time to look at everything."""
    finished = _runs(team_id, source).where(ImportRun.finished_at.is_not(None)).order_by(ImportRun.id.desc())
    whole = session.scalars(finished.where(ImportRun.whole).limit(1)).first()
    if whole is None or whole.finished_at is None or now - whole.finished_at > _WHOLE_EVERY:
        return None
    last = session.scalars(finished.where(ImportRun.since.is_not(None)).limit(1)).first()
    return last.since if last is not None else None


def advance(
    session: Session, run_id: int, steps: int, *, cursor: str | None, report: Report, now: datetime
) -> None:
    """Writes down how far the run got, in the transaction that wrote its articles."""
    _swap(session, run_id, steps, cursor=cursor, touched_at=now, report=report.as_object())


def finish(
    session: Session,
    run_id: int,
    steps: int,
    *,
    since: str | None,
    whole: bool,
    report: Report,
    now: datetime,
) -> None:
    _swap(
        session,
        run_id,
        steps,
        cursor=None,
        touched_at=now,
        finished_at=now,
        since=since,
        whole=whole,
        report=report.as_object(),
    )


def count_known(session: Session, team_id: str, source: str) -> int:
    """How many articles of the source are in use here."""
    in_use = (
        select(func.count())
        .select_from(ArticleSource)
        .join(Article, Article.id == ArticleSource.article_id)
        .where(
            ArticleSource.team_id == team_id,
            ArticleSource.source == source,
            Article.status != ArticleStatus.ARCHIVED,
        )
    )
    return session.scalar(in_use) or 0


def _runs(team_id: str, source: str) -> Select[ImportRun]:
    return select(ImportRun).where(ImportRun.team_id == team_id, ImportRun.source == source)


def _swap(session: Session, run_id: int, steps: int, **values: object) -> None:
    moved = session.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id, ImportRun.steps == steps, ImportRun.finished_at.is_(None))
        .values(steps=steps + 1, **values)
        .returning(ImportRun.id)
    ).first()
    if moved is None:
        raise SourceTrouble(
            "Another import from the same place has gone on meanwhile; this one stopped",
            "Let the other one finish, then start again if it is needed",
        )
