"""The ordered list of agents who are paged."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base


class OncallMember(Base):
    __tablename__ = "oncall_member"
    __table_args__ = (UniqueConstraint("team_id", "person_id"),)

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
