"""The doctor's look at a desk for several workspaces: how it is installed, and whether each one can be reached."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.finding import Finding, Result
from bot.kept_keys import make_sealer
from bot.sealing import SealBroken, Sealer
from bot.settings import Settings
from bot.slack.group_faults import group_fault
from bot.slack.installations import Installation
from bot.slack.manifest import SCOPES
from triage.leaving import present
from triage.people.models import Team
from triage.people.role_groups import faults
from triage.workspace_rules import overlaid, rules_of


def several(settings: Settings) -> Iterator[Finding]:
    """The settings that such a desk needs."""
    public = settings.public_url
    yield Finding(
        "several workspaces",
        Result.GOOD if public else Result.BAD,
        f"install at {public.rstrip('/')}/slack/install"
        if public
        else "nobody can install: no public address",
        "" if public else "Set EVENHAND_PUBLIC_URL to the https address of the web process.",
    )
    if not (settings.slack_signing_secret or settings.slack_app_token):
        remedy = "HTTP: the signing secret from Basic Information. Socket Mode: an app token with connections:write."
        yield Finding("SLACK_SIGNING_SECRET or SLACK_APP_TOKEN", Result.BAD, "missing", remedy)
    if settings.encryption_keys:
        yield Finding("EVENHAND_ENCRYPTION_KEYS", Result.GOOD, f"{len(settings.encryption_keys)} set")
    elif settings.is_sqlite:
        remedy = (
            "Keep encryption.key with your backups, or set EVENHAND_ENCRYPTION_KEYS (evenhand workspace key)."
        )
        yield Finding(
            "EVENHAND_ENCRYPTION_KEYS", Result.WARNING, "one of its own, in the data folder", remedy
        )
    else:
        remedy = "Every process needs the same: evenhand workspace key makes one."
        yield Finding("EVENHAND_ENCRYPTION_KEYS", Result.BAD, "missing", remedy)
    people = settings.agents or settings.admins or settings.role_groups.by_role()
    if settings.desk_channel or settings.help_channels or people:
        remedy = "Set them for each workspace: in the console, or with evenhand workspace set."
        yield Finding("channels and people", Result.WARNING, "those in the settings are not used", remedy)


def installed(session: Session, settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Each workspace by itself. Asks nothing of Slack."""
    rows = session.scalars(
        select(Installation).join(Team, Team.id == Installation.team_id).where(Team.left_at.is_(None))
    ).all()
    if not rows:
        says = "none has the app yet"
        yield Finding("workspaces", Result.WARNING, says, "Open the install address, and press Allow.")
    sealer = make_sealer(settings)
    for row in rows:
        yield _reachable(row, sealer, now)
        if missing := sorted(set(SCOPES) - set(filter(None, row.scopes.split(",")))):
            remedy = "Update the app's manifest, and let the workspace install it again."
            yield Finding(row.team_id, Result.BAD, f"scopes missing: {', '.join(missing)}", remedy)
        if rules_of(session, row.team_id).desk_channel is None:
            remedy = "Its admins choose one: console, Workspace."
            yield Finding(
                row.team_id, Result.WARNING, "no channel for cards: they go to its first admin", remedy
            )


def unread_groups(session: Session, settings: Settings) -> Iterator[Finding]:
    """User groups that a workspace's own admins named, and that could not be read when Slack was asked last."""
    rules = settings.policy()
    for team_id in present(session):
        own = overlaid(rules, rules_of(session, team_id)).role_groups
        for row in faults(session, team_id, own):
            if row.group_id not in rules.role_groups.by_role().values():
                why = group_fault(row.fault or "")
                says = f"{row.group_id} cannot be read: {why.what}"
                yield Finding(f"{team_id} {row.role}s' user group", Result.BAD, says, why.remedy)


def _reachable(row: Installation, sealer: Sealer, now: datetime) -> Finding:
    name = f"{row.team_id} {row.team_name}".strip()
    try:
        sealer.open(row.sealed_bot_token or "")
    except SealBroken:
        remedy = "Add the key it was sealed with to EVENHAND_ENCRYPTION_KEYS, or install the app again there."
        return Finding(name, Result.BAD, "its token cannot be opened", remedy)
    if row.expires_at is not None and row.expires_at < now:
        remedy = "Is a worker running? If it is, the workspace has to install the app again."
        return Finding(name, Result.BAD, "its token has ended and was not exchanged", remedy)
    return Finding(name, Result.GOOD, "installed")
