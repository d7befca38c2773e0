"""Workspaces and their people."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, Id, UtcDateTime, one_of
from triage.vocabulary import Role, RoleFrom


class Team(Base):
    """One Slack workspace that this desk serves."""

    __tablename__ = "team"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The app was taken off: nothing can be said there, so nothing falls due; installed again, all goes on.
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Person(Base):
    """Somebody seen in Slack. Their name and zone are copies, refreshed when Slack says they changed."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("team_id", "slack_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    slack_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str | None] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    role: Mapped[Role] = mapped_column(one_of(Role), default=Role.REQUESTER)
    # None for those who had their role before the desk wrote this down: as if by hand.
    role_from: Mapped[RoleFrom | None] = mapped_column(one_of(RoleFrom))
    # Somebody from another organisation in a shared channel: sees public articles only.
    is_guest: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def answers(self) -> bool:
        return self.role is not Role.REQUESTER

    @property
    def called(self) -> str:
        """A name for plain text; Slack itself shows mentions."""
        return self.name or self.slack_id
