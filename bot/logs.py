"""Logging: one event a line, ids and kinds only. Message texts and tokens have no business here."""

import logging
import re
import sys
from typing import Any

import structlog

from bot.settings_running import LogFormat

_TOKEN = re.compile(r"\b(?:xox[a-z]-|xapp-)[A-Za-z0-9-]+")
_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
_QUIET = ("slack_bolt", "slack_sdk", "dbos", "werkzeug", "alembic", "urllib3", "matplotlib")


def _without_secrets(_logger: Any, _name: str, event: Any) -> Any:
    """Libraries print tokens at DEBUG; whatever looks like one is blacked out, and passwords in addresses too."""
    return {key: value if key.startswith("_") else _blacked_out(value) for key, value in event.items()}


def _blacked_out(value: Any) -> Any:
    match value:
        case str():
            return _PASSWORD.sub(r"\1[password]@", _TOKEN.sub("[token]", value))
        case dict():
            return {_blacked_out(key): _blacked_out(inside) for key, inside in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_blacked_out(inside) for inside in value]
        case None | bool() | int() | float():
            return value
    return _blacked_out(repr(value))


def configure(level: str, shape: LogFormat = LogFormat.AUTO) -> None:
    """To standard error: as it was asked for, else readable in a terminal and JSON otherwise."""
    readable = sys.stderr.isatty() if shape is LogFormat.AUTO else shape is LogFormat.CONSOLE
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
