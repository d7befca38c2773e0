"""Why somebody should look at an article: flags that anybody may raise, and when one has stopped helping."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from kb.errors import NoSuchArticle
from kb.models import Article

_LONGEST_DETAIL = 1_000
_OPEN = text("settled_at IS NULL")

# Fewest and most of the newest outcomes that are looked at.
_LEAST, _MOST = 8, 30
_SURE = 2.33  # one-sided 99 %: the rule is asked after every outcome, so it has to be strict
_CLEARLY = 0.7


class FlagReason(StrEnum):
    REVIEW_DUE = "review_due"  # computed from the review date, never stored
    STOPPED_HELPING = (
        "stopped_helping"  # those who were shown it say more and more often that it did not solve it
    )
    NEAR_DUPLICATE = "near_duplicate"  # another article says much the same
    FROM_TICKET = "from_ticket"  # drafted from a resolved ticket
    SOURCE_GONE = "source_gone"  # where it was imported from, it is no longer there
    CONFLICT = "conflict"  # changed here and at its source


class ArticleFlag(Base):
    """One reason to look at one article, until somebody settles it."""

    __tablename__ = "article_flag"
    __table_args__ = (
        Index(
            "ux_article_flag_open",
            "article_id",
            "reason",
            "about",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_article_flag_article_id", "article_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    reason: Mapped[FlagReason] = mapped_column(one_of(FlagReason, 24))
    # What else it concerns, such as the other article of a pair: two pairs are two flags.
    about: Mapped[str] = mapped_column(String(120), default="")
    detail: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(120))


@dataclass(frozen=True)
class Flag:
    """An open flag as people may see it."""

    id: int
    article_id: int
    reason: FlagReason
    detail: str
    raised_at: datetime


def raise_flag(
    session: Session,
    team_id: str,
    article_id: int,
    *,
    reason: FlagReason,
    detail: str,
    now: datetime,
    about: str = "",
) -> bool:
    """Asks for a look. The same flag, while it is open, changes nothing; then the answer is False."""
    if reason is FlagReason.REVIEW_DUE:
        raise ValueError("a due review is computed from the review date, not raised")
    if session.scalar(select(Article.id).where(Article.team_id == team_id, Article.id == article_id)) is None:
        raise NoSuchArticle(team_id, article_id)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    raised = session.execute(
        insert(ArticleFlag)
        .values(
            article_id=article_id,
            reason=reason,
            about=about[:120],
            detail=detail[:_LONGEST_DETAIL],
            raised_at=now,
        )
        .on_conflict_do_nothing(index_elements=["article_id", "reason", "about"], index_where=_OPEN)
        .returning(ArticleFlag.id)
    )
    return raised.first() is not None


def settle_flag(session: Session, team_id: str, flag_id: int, *, by: str, now: datetime) -> bool:
    """Somebody looked. False if it was settled already, or is none of this workspace's."""
    ours = select(Article.id).where(Article.team_id == team_id)
    settled = session.execute(
        update(ArticleFlag)
        .where(ArticleFlag.id == flag_id, ArticleFlag.settled_at.is_(None), ArticleFlag.article_id.in_(ours))
        .values(settled_at=now, settled_by=by[:120])
        .returning(ArticleFlag.id)
    )
    return settled.first() is not None


def settle_by_editing(session: Session, team_id: str, article_id: int, *, by: str, now: datetime) -> None:
    """A new revision is given a new chance: how the old one did no longer speaks against it."""
    _settle_reason(session, team_id, article_id, FlagReason.STOPPED_HELPING, by=by, now=now)


def settle_by_publishing(session: Session, team_id: str, article_id: int, *, by: str, now: datetime) -> None:
    """Whoever published a draft from a ticket has read it."""
    _settle_reason(session, team_id, article_id, FlagReason.FROM_TICKET, by=by, now=now)


def _settle_reason(
    session: Session, team_id: str, article_id: int, reason: FlagReason, *, by: str, now: datetime
) -> None:
    for flag in open_flags(session, team_id, [article_id]).get(article_id, []):
        if flag.reason is reason:
            settle_flag(session, team_id, flag.id, by=by, now=now)


def still_right(
    session: Session, team_id: str, article_id: int, *, look_again: date, by: str, now: datetime
) -> None:
    """Somebody read it and it is right: its flags are settled, and the next look is on that day."""
    # No new version: what people read and what search knows stay as they are.
    found = session.execute(
        update(Article)
        .where(Article.team_id == team_id, Article.id == article_id)
        .values(review_on=look_again)
        .returning(Article.id)
    )
    if found.first() is None:
        raise NoSuchArticle(team_id, article_id)
    for flag in open_flags(session, team_id, [article_id]).get(article_id, []):
        settle_flag(session, team_id, flag.id, by=by, now=now)


def open_flags(
    session: Session, team_id: str, article_ids: Iterable[int] | None = None
) -> dict[int, list[Flag]]:
    """By article, oldest first; of the whole workspace where none are named."""
    query = (
        select(ArticleFlag)
        .join(Article, Article.id == ArticleFlag.article_id)
        .where(Article.team_id == team_id, ArticleFlag.settled_at.is_(None))
        .order_by(ArticleFlag.raised_at, ArticleFlag.id)
    )
    if article_ids is not None:
        query = query.where(ArticleFlag.article_id.in_(list(article_ids)))
    found: dict[int, list[Flag]] = {}
    for row in session.scalars(query):
        flag = Flag(row.id, row.article_id, row.reason, row.detail, row.raised_at)
        found.setdefault(row.article_id, []).append(flag)
    return found


def stopped_helping(outcomes: Sequence[bool], *, expected: float = 0.5) -> bool:
    """Whether an article solves clearly less than it should; `outcomes` since its last revision, oldest first.

    Some stretch of the newest 8 to 30 outcomes must speak against it so strongly that even the upper end of its
    Wilson interval (one-sided 99 %) lies below 0.7 of the share expected. Simulated with `expected` 0.5 over 100
    outcomes: an article that solves 6 of 10 is flagged in 0.3 % of the cases, one that solves 5 of 10 in 2 %; one
    that solved 7 of 10 and then solves none, 1 or 2 of 10 is flagged after 11, 16 or 24 more outcomes.
    """
    newest = list(outcomes)[::-1][:_MOST]
    solved = 0
    for count, helped in enumerate(newest, start=1):
        solved += helped
        if count >= _LEAST and wilson_upper(solved, count) < _CLEARLY * expected:
            return True
    return False


def wilson_upper(hits: int, count: int, *, z: float = _SURE) -> float:
    """The highest share that `hits` out of `count` still fit; 1.0 where nothing was counted."""
    if count == 0:
        return 1.0
    share = hits / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle + spread) / (1 + z * z / count)
