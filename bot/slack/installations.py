"""Where the app is installed, with its tokens sealed. A row stays when the app is taken off; its tokens go at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.sealing import Sealer
from kb.base import Base, UtcDateTime
from triage.audit import record
from triage.effects import insert_once
from triage.leaving import leave

# Slack's rotating tokens live twelve hours.
REFRESH_BEFORE = timedelta(hours=2)
# Whoever refreshes has so long for it before somebody else may try.
_REFRESHING = timedelta(minutes=1)


class Installation(Base):
    """The app in one workspace."""

    __tablename__ = "installation"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), primary_key=True)
    team_name: Mapped[str] = mapped_column(String(200), default="")
    enterprise_id: Mapped[str | None] = mapped_column(String(32))
    app_id: Mapped[str | None] = mapped_column(String(32))
    # For links into Slack.
    url: Mapped[str] = mapped_column(String(200), default="")
    bot_user_id: Mapped[str] = mapped_column(String(32))
    bot_id: Mapped[str] = mapped_column(String(32), default="")
    sealed_bot_token: Mapped[str | None] = mapped_column(Text)
    # Only where the app has token rotation on.
    sealed_refresh_token: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Somebody exchanges the refresh token until then; it may be used once.
    refreshing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scopes: Mapped[str] = mapped_column(Text, default="")
    installed_by: Mapped[str | None] = mapped_column(String(32))
    installed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, repr=False)
class Tokens:
    """What Slack hands out; never shown."""

    bot: str
    refresh: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Installed:
    """What Slack tells of an installation beside its tokens."""

    team_id: str
    bot_user_id: str
    team_name: str = ""
    bot_id: str = ""
    app_id: str | None = None
    url: str = ""
    enterprise_id: str | None = None
    scopes: str = ""
    installed_by: str | None = None


def write_down(session: Session, told: Installed, tokens: Tokens, *, sealer: Sealer, now: datetime) -> None:
    """A first installation, or the same one again: what was known of the workspace stays, its tokens are new."""
    facts = {
        "team_name": told.team_name[:200],
        "enterprise_id": told.enterprise_id,
        "app_id": told.app_id,
        "url": told.url[:200],
        "bot_user_id": told.bot_user_id,
        "bot_id": told.bot_id,
        "scopes": told.scopes,
        "installed_by": told.installed_by,
        "installed_at": now,
        "removed_at": None,
        "refreshing_until": None,
        **_sealed(tokens, sealer),
    }
    if not insert_once(session, Installation, team_id=told.team_id, **facts):
        session.execute(update(Installation).where(Installation.team_id == told.team_id).values(**facts))
    session.expire_all()


def take_off(session: Session, team_id: str, *, at: datetime, now: datetime) -> bool:
    """The tokens go at once. False where there was nothing to take off, or it was installed again since `at`."""
    gone = session.scalar(
        update(Installation)
        .where(
            Installation.team_id == team_id,
            Installation.removed_at.is_(None),
            Installation.installed_at <= at,
        )
        .values(
            removed_at=now,
            sealed_bot_token=None,
            sealed_refresh_token=None,
            expires_at=None,
            refreshing_until=None,
        )
        .returning(Installation.team_id)
    )
    return gone is not None


def take_off_and_rest(session: Session, team_id: str, *, at: datetime, now: datetime) -> bool:
    """Takes the app off, and lets the workspace's desk rest. A workspace of the settings' own token stays as it is."""
    if not take_off(session, team_id, at=at, now=now):
        return False
    given_up = leave(session, team_id, now=now)
    record(session, "workspace.removed", by=None, team_id=team_id, now=now, messages_given_up=given_up)
    return True


def installation(session: Session, team_id: str) -> Installation | None:
    """As it stands in the database now; None where the app is not installed."""
    row = session.get(Installation, team_id, populate_existing=True)
    return row if row is not None and row.removed_at is None and row.sealed_bot_token else None


def expiring(session: Session, *, now: datetime) -> list[str]:
    """Workspaces whose token ends soon and is exchanged by nobody yet."""
    return list(
        session.scalars(
            select(Installation.team_id).where(
                Installation.removed_at.is_(None),
                Installation.sealed_refresh_token.is_not(None),
                Installation.expires_at < now + REFRESH_BEFORE,
                _nobody_refreshes(now),
            )
        )
    )


def claim_refresh(session: Session, team_id: str, *, seen: str, now: datetime) -> str | None:
    """The sealed refresh token for the one caller who may use it; None where somebody else does, or did.

    `seen` is the sealed bot token that the caller found to be ending.
    """
    return session.scalar(
        update(Installation)
        .where(
            Installation.team_id == team_id,
            Installation.removed_at.is_(None),
            Installation.sealed_bot_token == seen,
            Installation.sealed_refresh_token.is_not(None),
            _nobody_refreshes(now),
        )
        .values(refreshing_until=now + _REFRESHING)
        .returning(Installation.sealed_refresh_token)
    )


def refreshed(session: Session, team_id: str, tokens: Tokens, *, used: str, sealer: Sealer) -> bool:
    """Keeps what the exchange brought. False where the app was taken off or installed anew meanwhile."""
    kept = session.scalar(
        update(Installation)
        .where(
            Installation.team_id == team_id,
            Installation.removed_at.is_(None),
            Installation.sealed_refresh_token == used,
        )
        .values(refreshing_until=None, **_sealed(tokens, sealer))
        .returning(Installation.team_id)
    )
    return kept is not None


def reseal(session: Session, sealer: Sealer) -> int:
    """Seals every token with the newest key; says how many installations that changed. Raises `SealBroken`."""
    changed = 0
    for row in session.scalars(select(Installation).with_for_update()):
        old = [row.sealed_bot_token, row.sealed_refresh_token]
        if all(sealed is None or sealer.by_newest(sealed) for sealed in old):
            continue
        bot, refresh = ((sealer.seal(sealer.open(sealed)) if sealed else None) for sealed in old)
        row.sealed_bot_token, row.sealed_refresh_token = bot, refresh
        changed += 1
    return changed


def _nobody_refreshes(now: datetime) -> ColumnElement[bool]:
    return Installation.refreshing_until.is_(None) | (Installation.refreshing_until < now)


def _sealed(tokens: Tokens, sealer: Sealer) -> dict[str, str | datetime | None]:
    return {
        "sealed_bot_token": sealer.seal(tokens.bot),
        "sealed_refresh_token": sealer.seal(tokens.refresh) if tokens.refresh else None,
        "expires_at": tokens.expires_at,
    }
