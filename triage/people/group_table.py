"""What the desk last learned of the Slack user groups that give roles."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kb.base import Base, UtcDateTime, one_of
from triage.vocabulary import Role


class RoleGroup(Base):
    """The user group whose members have this role in a workspace. A fault changes nobody's role."""

    __tablename__ = "role_group"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(one_of(Role), primary_key=True)
    group_id: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str | None] = mapped_column(String(200))
    # Since when it is so.
    fault_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
