"""Vectors in the database: one row an article and model, so that no process computes what another one has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb.meaning.models import ArticleMeaning, MeaningVersion
from kb.meaning.vectors import Coded
from kb.models import Article, ArticleStatus
from kb.paging import in_pages

_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class Coverage:
    """How many published articles there are, and how many of them have vectors of their present revision."""

    articles: int
    read: int


def save(session: Session, team_id: str, model: str, read: Sequence[tuple[Coded, int]]) -> None:
    """Keeps the vectors of some articles, each with the revision that was read, and tells readers of them."""
    if not read:
        return
    version = _count_write(session, team_id)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for coded, revision in read:
        values = {
            "revision": revision,
            "kinds": coded.kinds.tobytes(),
            "codes": coded.codes.tobytes(),
            "changed_in": version,
        }
        session.execute(
            insert(ArticleMeaning)
            .values(team_id=team_id, article_id=coded.article_id, model=model, **values)
            .on_conflict_do_update(index_elements=["article_id", "model"], set_=values)
        )


def load(session: Session, team_id: str, model: str, *, since: int = -1) -> Iterator[Coded]:
    """What was written after that version; from the start, everything. Archived articles are among it."""
    query = select(ArticleMeaning.article_id, ArticleMeaning.kinds, ArticleMeaning.codes).where(
        ArticleMeaning.team_id == team_id,
        ArticleMeaning.model == model,
        ArticleMeaning.changed_in > since,
    )
    for article_id, kinds, codes in in_pages(session, query, ArticleMeaning.article_id, rows=_ROWS_AT_ONCE):
        of_parts = np.frombuffer(kinds, dtype=np.uint8)
        yield Coded(article_id, of_parts, np.frombuffer(codes, dtype=np.int8).reshape(len(of_parts), -1))


def missing(session: Session, team_id: str, model: str, *, limit: int) -> list[int]:
    """Published articles without vectors of their present revision, lately edited ones first."""
    return list(
        session.scalars(
            select(Article.id)
            .where(_published(team_id), ~_is_read(model))
            .order_by(Article.changed_in.desc(), Article.id)
            .limit(limit)
        )
    )


def coverage(session: Session, team_id: str, model: str) -> Coverage:
    articles = session.scalar(select(func.count()).select_from(Article).where(_published(team_id))) or 0
    read = session.scalar(
        select(func.count()).select_from(Article).where(_published(team_id), _is_read(model))
    )
    return Coverage(articles, read or 0)


def count_vectors(session: Session, team_id: str, model: str) -> int:
    """Of all articles together, archived ones among them."""
    parts = session.scalar(
        select(func.sum(func.length(ArticleMeaning.kinds))).where(
            ArticleMeaning.team_id == team_id, ArticleMeaning.model == model
        )
    )
    return int(parts or 0)


def meaning_version(session: Session, team_id: str) -> int:
    """How often this workspace's vectors were written to; 0 if never."""
    return session.scalar(select(MeaningVersion.version).where(MeaningVersion.team_id == team_id)) or 0


def _published(team_id: str) -> ColumnElement[bool]:
    return and_(Article.team_id == team_id, Article.status == ArticleStatus.PUBLISHED)


def _is_read(model: str) -> ColumnElement[bool]:
    return exists().where(
        ArticleMeaning.article_id == Article.id,
        ArticleMeaning.model == model,
        ArticleMeaning.revision == Article.revision,
    )


def _count_write(session: Session, team_id: str) -> int:
    # The row's lock makes the order of versions the order of commits, as with the articles' own.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return session.execute(
        insert(MeaningVersion)
        .values(team_id=team_id, version=1)
        .on_conflict_do_update(
            index_elements=[MeaningVersion.team_id], set_={"version": MeaningVersion.version + 1}
        )
        .returning(MeaningVersion.version)
    ).scalar_one()
