"""Puts one desk together from its settings: database, durable work, Slack, web. Nothing runs yet."""

import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
import structlog
from dbos import DBOSClient
from flask import Flask
from slack_bolt import App

from bot.clock import Clock, system_clock
from bot.database import Database, make_engine
from bot.frugal import few_arenas, give_back
from bot.kept_keys import secret_key
from bot.outbound.pagers.setting_up import pagers
from bot.schema import OldSchema, current, require_current, upgrade
from bot.settings import Settings
from bot.several import Calling, Several, several
from bot.slack.app import make_bolt, make_client
from bot.slack.budget import make_budget
from bot.slack.desk import Desk
from bot.slack.gateway import Gateway
from bot.slack.openid import SlackSignIn
from bot.slack.workspaces import OneWorkspace
from bot.web.addresses import networks
from bot.web.app import make_web
from bot.web.console.door import Door
from bot.worker.bell_line import BellLine
from bot.worker.bells import Bells
from bot.worker.engine import Engine
from bot.worker.engine import make_client as make_jobs_client
from kb.current import CurrentIndex
from kb.meaning.encoder import Encoder, load_encoder
from kb.meaning.model_files import EmbeddingModelRefused
from triage.classifier.current import CurrentClassifier
from triage.desk import ensure_desk
from triage.oncall.current import on_call, set_on_call
from triage.people.roster import follow_settings, meet

log = structlog.get_logger(__name__)


@dataclass
class Assembly:
    settings: Settings
    sql: sa.Engine
    jobs: DBOSClient
    desk: Desk
    bolt: App
    web: Flask
    encoder: Encoder | None = None
    several: Several | None = None
    bells: Bells = field(default_factory=Bells)
    line: BellLine | None = None

    def worker(self) -> Engine:
        settings = self.settings
        return Engine(
            self.desk, self.jobs, url=settings.url, poll_seconds=settings.poll_seconds, bells=self.bells
        )

    def close(self) -> None:
        self.desk.indexes.stop()
        self.desk.relay.stop()
        self.desk.echoes.stop()
        if self.line is not None:
            self.line.stop()
        self.jobs.destroy()
        self.sql.dispose()


def assemble(settings: Settings, *, clock: Clock = system_clock, local_sign_in: bool = False) -> Assembly:
    """Raises `OldSchema` where the database is at another revision than this program, and
    `EmbeddingModelRefused` where the settings name a model that cannot be used.
    """
    few_arenas()
    encoder = open_encoder(settings)
    sql = open_database(settings)
    try:
        require_current(sql)
    except OldSchema:
        sql.dispose()
        raise
    jobs = make_jobs_client(settings.url, sql)
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    signing = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else ""
    bells = Bells()
    line = None if settings.is_sqlite else BellLine(settings.url, bells)
    database = Database(sql, jobs, ring=bells.ring)
    calling = Calling(settings.slack_api_url, make_budget(sql, limits=settings.slack_limits))
    many = several(settings, database, clock, calling) if settings.several_workspaces else None
    desk = Desk(
        database=database,
        clock=clock,
        rules=settings.policy(),
        workspaces=many.workspaces if many else OneWorkspace(calling.gateway(token)),
        classifiers=CurrentClassifier(encoder),
        indexes=CurrentIndex(encoder, database.reading),
        public_url=settings.public_url,
        secret_key=secret_key(settings),
        pagers=pagers(settings, clock),
        pager_with_text=settings.pager_with_text,
    )
    # In Socket Mode nothing is signed; Bolt wants a secret all the same, and nobody can know this one.
    bolt = make_bolt(desk, api_url=settings.slack_api_url, signing_secret=signing or secrets.token_hex(16))
    web = make_web(
        desk,
        bolt if signing else None,
        signing_secret=signing,
        door=_door(settings, local=local_sign_in),
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else "",
        installing=many.flow if many else None,
    )
    return Assembly(settings, sql, jobs, desk, bolt, web, encoder, many, bells, line)


def _door(settings: Settings, *, local: bool) -> Door:
    """Sign in with Slack needs both halves of the client's key; its gateway carries no token."""
    slack = None
    if settings.slack_client_id and settings.slack_client_secret:
        slack = SlackSignIn.beside(
            settings.slack_api_url,
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            gateway=Gateway(make_client("", settings.slack_api_url)),
        )
    return Door(slack, local, settings.visit_limits, proxies=networks(settings.trusted_proxies))


def open_encoder(settings: Settings) -> Encoder | None:
    """What search needs to see likeness of meaning; None where it goes by words alone.

    A model that the settings name has to work. One that came with a package is missed, and the desk starts without.
    """
    try:
        return _loaded(settings.embedding_model)
    except EmbeddingModelRefused as refused:
        if settings.embedding_model is not None:
            raise
        log.warning("meaning.off", error=str(refused), remedy=refused.remedy)
        return None


@lru_cache(maxsize=1)
def _loaded(folder: Path | None) -> Encoder | None:
    # It takes a third of a second and 100 MB, and never changes.
    encoder = load_encoder(folder)
    give_back()
    return encoder


def open_database(settings: Settings) -> sa.Engine:
    if settings.is_sqlite:
        file = sa.make_url(settings.url).database
        if file and file != ":memory:":
            Path(file).parent.mkdir(parents=True, exist_ok=True)
    return make_engine(settings.url, pool_size=settings.threads + 16)


def prepare_database(settings: Settings, *, always: bool = False) -> None:
    """Fills an empty database; `always` also brings an older one up to date."""
    sql = open_database(settings)
    try:
        if always or current(sql) is None:
            upgrade(sql, settings.url)
    finally:
        sql.dispose()


def introduce(desk: Desk, settings: Settings) -> None:
    """Writes down the workspace and the people whom the settings name. Raises a `SlackProblem` without Slack."""
    if settings.several_workspaces:
        return  # each one says for itself who its people are
    team_id = desk.own_team()
    now = desk.clock()
    with desk.database.transaction() as session:
        ensure_desk(session, team_id, now=now)
        kept = follow_settings(session, team_id, admins=settings.admins, agents=settings.agents, now=now)
        for person in kept:
            log.warning("people.last_admin_stays", team_id=team_id, person_id=person.id)
        listed = settings.on_call or settings.agents
        # A list that was set in Slack outlives a restart.
        if listed and not on_call(session, team_id):
            people = [meet(session, team_id, slack_id, now=now) for slack_id in listed]
            set_on_call(session, team_id, people, by=None, now=now)
