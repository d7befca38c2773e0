"""`evenhand up`, `web`, `worker`, `socket`: the desk for real."""

from contextlib import ExitStack

import structlog

from bot import tracing
from bot.assembly import Assembly, assemble, prepare_database
from bot.cli.program import Stop, app, command, out
from bot.frugal import seldom_collect
from bot.lock import one_process
from bot.logs import configure
from bot.runtime import (
    introduce_in_time,
    run_web,
    serving,
    socket_mode,
    stop_signal,
    telling_health,
    working,
)
from bot.settings import Settings, load
from bot.settings_files import secret_values
from bot.web.health import PROCESS, Process

log = structlog.get_logger(__name__)


def _loaded() -> Settings:
    settings = load()
    configure(settings.log_level, settings.log_format, secrets=secret_values(settings))
    for name in settings.open_files:
        log.warning("settings.file_open_to_all", setting=name, remedy="chmod o-r, or a stricter mount")
    missing = [f"{name}: {why}" for name, value, why in _wanted(settings) if not value]
    if not settings.slack_signing_secret and not settings.slack_app_token:
        missing.append("SLACK_SIGNING_SECRET (for HTTP) or SLACK_APP_TOKEN (for Socket Mode)")
    if missing:
        raise Stop(
            "The desk needs to know its workspace. Missing: " + "; ".join(missing),
            "Set them, or try everything without Slack: evenhand demo. The doctor: evenhand check",
            code=2,
        )
    return settings


def _wanted(settings: Settings) -> list[tuple[str, object, str]]:
    """One workspace is named in the settings; several name themselves when they install the app."""
    if not settings.several_workspaces:
        return [
            ("SLACK_BOT_TOKEN", settings.slack_bot_token, "the bot's token, xoxb-…"),
            ("EVENHAND_DESK_CHANNEL", settings.desk_channel, "id of the agents' channel, C…"),
        ]
    return [
        ("EVENHAND_PUBLIC_URL", settings.public_url, "where Slack sends people back to after installing"),
        (
            "EVENHAND_ENCRYPTION_KEYS",
            settings.is_sqlite or settings.encryption_keys,
            "the same for every process; evenhand workspace key makes one",
        ),
    ]


def _needs_postgres(settings: Settings, name: str) -> None:
    if settings.is_sqlite:
        raise Stop(
            f"evenhand {name} is for PostgreSQL: a SQLite file is served by one process.",
            "Use evenhand up, or set DATABASE_URL to a PostgreSQL server.",
            code=2,
        )


@command(app, "up")
def up() -> None:
    """Run a whole desk in one process: HTTP or Socket Mode by the tokens present, web and worker."""
    settings = _loaded()
    with one_process(settings), ExitStack() as stack:
        tracing.send_to(settings.otel_exporter_otlp_endpoint, "up")
        prepare_database(settings)
        assembly = assemble(settings)
        stack.callback(assembly.close)
        stopped = stack.enter_context(stop_signal())
        introduce_in_time(assembly, stopped)
        assembly.web.config[PROCESS].stopping = stopped.is_set
        url = stack.enter_context(
            serving(assembly.web, host=settings.host, port=settings.port, threads=settings.threads)
        )
        stack.enter_context(working(assembly))
        seldom_collect()
        if settings.slack_app_token:
            stack.enter_context(socket_mode(assembly))
        way = "Socket Mode" if settings.slack_app_token else f"HTTP at {url}/slack/events"
        out.print(f"Evenhand is up ({way}). Console and health at {url}. Ctrl-C stops.")
        stopped.wait()


@command(app, "web")
def web() -> None:
    """Run the web process alone: Slack's endpoint, the console, health and metrics (PostgreSQL)."""
    settings = _loaded()
    _needs_postgres(settings, "web")
    run_web(lambda: assemble(settings), settings)


@command(app, "worker")
def worker() -> None:
    """Run a worker alone: acts on events, speaks, fires timers (PostgreSQL)."""
    settings = _loaded()
    _needs_postgres(settings, "worker")
    with ExitStack() as stack:
        assembly = _assembled(stack, settings)
        stopped = stack.enter_context(stop_signal())
        introduce_in_time(assembly, stopped)
        tracing.send_to(settings.otel_exporter_otlp_endpoint, "worker")
        pulse = stack.enter_context(working(assembly))
        seldom_collect()
        process = Process(stopping=stopped.is_set, needs={"pulse": pulse.is_well})
        stack.enter_context(telling_health(assembly, process))
        out.print("The worker is up. Ctrl-C stops.")
        stopped.wait()


@command(app, "socket")
def socket() -> None:
    """Receive Slack's events over Socket Mode (PostgreSQL, beside a worker)."""
    settings = _loaded()
    _needs_postgres(settings, "socket")
    if not settings.slack_app_token:
        raise Stop(
            "Socket Mode needs SLACK_APP_TOKEN (xapp-…).",
            "Create one with the scope connections:write.",
            code=2,
        )
    with ExitStack() as stack:
        assembly = _assembled(stack, settings)
        stopped = stack.enter_context(stop_signal())
        tracing.send_to(settings.otel_exporter_otlp_endpoint, "socket")
        connected = stack.enter_context(socket_mode(assembly))
        process = Process(stopping=stopped.is_set, needs={"socket": connected})
        stack.enter_context(telling_health(assembly, process))
        out.print("Connected to Slack over Socket Mode. Ctrl-C stops.")
        stopped.wait()


def _assembled(stack: ExitStack, settings: Settings) -> Assembly:
    assembly = assemble(settings)
    stack.callback(assembly.close)
    return assembly
