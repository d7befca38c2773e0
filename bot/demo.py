"""The demo: the whole desk and a local Slack to talk to it, in one process on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import func, select

from bot.assembly import Assembly, assemble, introduce, prepare_database
from bot.demo_content import plan_desk_hours
from bot.explain import explain
from bot.lock import one_process
from bot.playground import cast
from bot.playground.cast import AppConfig
from bot.playground.server import register, serve
from bot.playground.slack import LocalSlack, refuse_real_tokens
from bot.runtime import working
from bot.settings import Settings
from bot.slack.desk import Desk
from bot.slack.manifest import manifest
from bot.worker.timers import wake_overdue
from bot.worker.upkeep import keep_up
from triage.tickets.models import TimelineEntry

HELP_CHANNEL = "CHELP"
DESK_CHANNEL = "CDESK"


@dataclass(frozen=True)
class Demo:
    url: str
    assembly: Assembly
    slack: LocalSlack

    @property
    def page(self) -> str:
        return f"{self.url}/playground/"


def demo_settings(settings: Settings, *, port: int) -> Settings:
    """The given settings with everything that points at Slack turned to the playground.

    Raises `RealTokenRefused` where real tokens are set: nobody should wonder which of the two is talking.
    """
    secrets = (settings.slack_bot_token, settings.slack_app_token)
    refuse_real_tokens([secret.get_secret_value() if secret else None for secret in secrets])
    url = f"http://127.0.0.1:{port}"
    return settings.model_copy(
        update={
            "slack_bot_token": SecretStr(cast.BOT_TOKEN),
            "slack_app_token": SecretStr(cast.APP_TOKEN),
            "slack_signing_secret": SecretStr(cast.SIGNING_SECRET),
            "slack_client_id": cast.CLIENT_ID,
            "slack_client_secret": SecretStr(cast.CLIENT_SECRET),
            "slack_api_url": f"{url}/api/",
            "public_url": url,
            "port": port,
            "host": "127.0.0.1",
            "desk_channel": DESK_CHANNEL,
            "help_channels": (HELP_CHANNEL,),
            "agents": ("UBEN", "UCLEO"),
            "admins": ("UDEE",),
            "on_call": ("UBEN", "UCLEO"),
        }
    )


def start_over(settings: Settings) -> None:
    """Forgets everything that the demo kept in its own folder."""
    for name in ("evenhand.sqlite", "playground.sqlite"):
        for suffix in ("", "-wal", "-shm"):
            (settings.data_folder / f"{name}{suffix}").unlink(missing_ok=True)


def _catch_up(slack: LocalSlack, assembly: Assembly) -> None:
    """The desk's clock never runs backwards: an earlier demo may have moved it ahead of the wall's."""
    with assembly.desk.database.reading() as session:
        last = session.scalar(select(func.max(TimelineEntry.at)))
    if last is not None and last > slack.now():
        slack.advance(seconds=(last - slack.now()).total_seconds() + 120)


def _wake(desk: Desk) -> None:
    wake_overdue(desk)
    keep_up(desk)


@contextmanager
def demo_running(
    settings: Settings, *, port: int, state_file: Path | None, fresh: bool = False
) -> Iterator[Demo]:
    """The desk and the local Slack, talking to each other over HTTP on one loopback port."""
    settings = demo_settings(settings, port=port)
    with one_process(settings):
        if fresh:
            start_over(settings)
        prepare_database(settings, always=True)
        app = AppConfig.from_manifest(manifest(url=settings.public_url))
        slack = LocalSlack(state_file, app=app)
        try:
            assembly = assemble(settings, clock=slack.now, local_sign_in=True)
            _catch_up(slack, assembly)
            register(
                assembly.web,
                slack,
                lambda channel, ts: explain(assembly.desk, cast.TEAM["id"], channel, ts),
            )
            server = serve(assembly.web, port=port)
            try:
                introduce(assembly.desk, settings)
                plan_desk_hours(assembly.desk)
                slack.on_clock_advanced(lambda _now: _wake(assembly.desk))
                with working(assembly):
                    slack.deliver_to(f"{server.url}/slack/events")
                    yield Demo(server.url, assembly, slack)
                    slack.deliver_to(None)
            finally:
                server.stop()
                assembly.close()
        finally:
            slack.close()
