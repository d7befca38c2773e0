"""Logging: one event a line, ids and kinds only. Message texts and tokens have no business here."""

import logging
import re
import sys
from typing import Any

import structlog

_TOKEN = re.compile(r"\b(?:xox[a-z]-|xapp-)[A-Za-z0-9-]+")
_QUIET = ("slack_bolt", "slack_sdk", "dbos", "werkzeug", "alembic", "urllib3", "matplotlib")


def _without_tokens(_logger: Any, _name: str, event: Any) -> Any:
    """Libraries print tokens at DEBUG; whatever looks like one is blacked out."""
    return {
        key: _TOKEN.sub("[token]", value) if isinstance(value, str) else value for key, value in event.items()
    }


def configure(level: str) -> None:
    """To standard error: readable in a terminal, JSON otherwise."""
    tty = sys.stderr.isatty()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _without_tokens,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.dev.ConsoleRenderer() if tty else structlog.processors.JSONRenderer()
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
