"""Which article was drafted for which gap."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, UtcDateTime


class GapArticle(Base):
    """One question of a gap, and the article that was drafted for it. A question belongs to one at the most."""

    __tablename__ = "gap_article"
    __table_args__ = (Index("ix_gap_article_article_id", "article_id"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
