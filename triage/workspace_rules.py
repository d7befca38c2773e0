"""What the admins of one workspace set: where cards go, which channels ask, when the desk is open, which groups give
roles.

A column that is empty leaves it to the desk's settings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import JSON, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime
from triage.audit import record
from triage.effects import insert_once
from triage.errors import TriageError
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.people.role_groups import RoleGroups, parse_group
from triage.policy import Policy
from triage.sla.closed_days import ClosedDays, parse_days, parse_regions
from triage.sla.opening import parse_hours
from triage.vocabulary import Role


class WorkspaceRules(Base):
    """One row a workspace, from the first change on."""

    __tablename__ = "workspace_rules"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), primary_key=True)
    desk_channel: Mapped[str | None] = mapped_column(String(32))
    help_channels: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    opening_hours: Mapped[str | None] = mapped_column(Text)
    time_zone: Mapped[str | None] = mapped_column(String(64))
    holidays: Mapped[str | None] = mapped_column(Text)
    closed_days: Mapped[str | None] = mapped_column(Text)
    admin_group: Mapped[str | None] = mapped_column(String(32))
    agent_group: Mapped[str | None] = mapped_column(String(32))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Rules:
    """What is set, in the words in which it is typed; None leaves it to the desk's settings."""

    desk_channel: str | None = None
    help_channels: tuple[str, ...] | None = None
    opening_hours: str | None = None
    time_zone: str | None = None
    holidays: str | None = None
    closed_days: str | None = None
    admin_group: str | None = None
    agent_group: str | None = None


class RulesRefused(TriageError):
    """One of the rules cannot be used: which, and what is wrong with it."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


NAMES = tuple(field.name for field in fields(Rules))
_NO_CHANNEL = "“{}” is no channel id: open the channel's details in Slack; the id (C…) stands at the bottom"
_MOST_CHANNELS = 100
ALWAYS = "always"


def rules_of(session: Session, team_id: str) -> Rules:
    return rules_in(session.get(WorkspaceRules, team_id))


def rules_in(row: WorkspaceRules | None) -> Rules:
    """What the row says; None is a workspace in which nothing was ever set."""
    if row is None:
        return Rules()
    found = {name: getattr(row, name) for name in NAMES}
    if found["help_channels"] is not None:
        found["help_channels"] = tuple(found["help_channels"])
    return Rules(**found)


def set_rules(
    session: Session, team_id: str, changes: Mapping[str, str], *, by: Person | None, now: datetime
) -> Rules:
    """Reads what somebody typed, and keeps it; an empty text leaves that rule to the desk's settings again.

    `by` is None at the command line. Raises `RulesRefused`, and then nothing is changed.
    """
    if by is not None:
        require(Role(by.role), Permission.CHANGE_WORKSPACE)
    read = {name: _READ[name](text.strip()) if text.strip() else None for name, text in changes.items()}
    insert_once(session, WorkspaceRules, team_id=team_id, changed_at=now)
    row = session.scalars(
        select(WorkspaceRules).where(WorkspaceRules.team_id == team_id).with_for_update()
    ).one()
    changed = {name: value for name, value in read.items() if getattr(row, name) != value}
    if changed:
        before = {name: getattr(row, name) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.changed_at = now
        record(session, "workspace.rules", by=by, team_id=team_id, now=now, before=before, after=changed)
    session.flush()
    return rules_of(session, team_id)


def overlaid(rules: Policy, own: Rules) -> Policy:
    """The desk's rules with what the workspace set over them."""
    changes: dict[str, Any] = {}
    if own.desk_channel is not None:
        changes["desk_channel"] = own.desk_channel
    if own.help_channels is not None:
        changes["help_channels"] = frozenset(own.help_channels)
    groups = rules.role_groups
    if (own.admin_group, own.agent_group) != (None, None):
        changes["role_groups"] = RoleGroups(
            own.admin_group or groups.admins, own.agent_group or groups.agents
        )
    opening = rules.opening
    zone = ZoneInfo(own.time_zone) if own.time_zone is not None else opening.zone
    closed = opening.closed
    if own.holidays is not None or own.closed_days is not None:
        closed = ClosedDays(
            parse_regions(own.holidays) if own.holidays is not None else closed.regions,
            parse_days(own.closed_days) if own.closed_days is not None else closed.own,
        )
    if own.opening_hours is not None:
        text = "" if own.opening_hours == ALWAYS else own.opening_hours
        opening = parse_hours(text, zone, closed)
    if (zone, closed) != (opening.zone, opening.closed):
        opening = replace(opening, zone=zone, closed=closed)
    return replace(rules, opening=opening, **changes)


def _channel(text: str) -> str:
    plain = text.removeprefix("<#").partition("|")[0].removesuffix(">")
    if not (plain[:1] in ("C", "G") and plain.isascii() and plain.isalnum() and len(plain) <= 32):
        raise RulesRefused("desk_channel", _NO_CHANNEL.format(text[:40]))
    return plain


def _channels(text: str) -> list[str]:
    try:
        found = [_channel(part) for part in text.replace(",", " ").split()]
    except RulesRefused as refused:
        raise RulesRefused("help_channels", refused.problem) from None
    if len(found) > _MOST_CHANNELS:
        raise RulesRefused(
            "help_channels", f"{len(found)} channels are too many: {_MOST_CHANNELS} at the most"
        )
    return list(dict.fromkeys(found))


def _group_of(field: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            return parse_group(text)
        except ValueError as unread:
            raise RulesRefused(field, str(unread)) from None

    return read


def _hours(text: str) -> str:
    if text.lower() == ALWAYS:
        return ALWAYS
    try:
        parse_hours(text, ZoneInfo("UTC"))
    except ValueError as unread:
        raise RulesRefused("opening_hours", str(unread)) from None
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RulesRefused(
            "time_zone", f"“{text[:40]}” is no time zone: use an IANA name like Europe/Berlin"
        ) from None
    return text


def _regions(text: str) -> str:
    try:
        return ", ".join(parse_regions(text))
    except ValueError as unread:
        raise RulesRefused("holidays", str(unread)) from None


def _days(text: str) -> str:
    try:
        parse_days(text)
    except ValueError as unread:
        raise RulesRefused("closed_days", str(unread)) from None
    return text


_READ = {
    "desk_channel": _channel,
    "help_channels": _channels,
    "opening_hours": _hours,
    "time_zone": _zone,
    "holidays": _regions,
    "closed_days": _days,
    "admin_group": _group_of("admin_group"),
    "agent_group": _group_of("agent_group"),
}
