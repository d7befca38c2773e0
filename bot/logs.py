"""Logging: one event a line, ids and kinds only. Message texts and tokens have no business here."""

import logging
import re
import sys
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import structlog

from bot.library_logs import words_of
from bot.settings_running import LogFormat
from bot.tracebacks import name_of, told
from kb.redaction import redact_secrets

# Slack's, however short; kb.redaction knows other people's.
_TOKEN = re.compile(r"\b(?:xox[a-z]-|xoxe\.|xapp-)[A-Za-z0-9.-]+")
_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
_QUIET = ("slack_bolt", "slack_sdk", "dbos", "werkzeug", "alembic", "urllib3", "matplotlib")
_PRINT_BY_THEMSELVES = ("dbos",)
_LONGEST = 500
_SHORTEST_SECRET = 6


class _BlackOut:
    """Whatever looks like a token, a password or an e-mail address, and the desk's own secrets to the letter."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted(
            {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}, key=len, reverse=True
        )
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: Any, _name: str, event: Any) -> Any:
        return {key: value if key.startswith("_") else self._seen(key, value) for key, value in event.items()}

    def _seen(self, key: str, value: Any) -> Any:
        # Of a sentence that long somebody wrote the most; a traceback is ours.
        text = self._value(value)
        return text if key in ("exception", "stack") or not isinstance(text, str) else text[:_LONGEST]

    def _value(self, value: Any) -> Any:
        match value:
            case str():
                return self._text(value)
            case dict():
                return {self._value(key): self._value(inside) for key, inside in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(inside) for inside in value]
            case None | bool() | int() | float():
                return value
            case BaseException():
                return name_of(value)
            case datetime() | date() | Path() | UUID():
                return self._text(str(value))
        # What an object says of itself may be what somebody wrote.
        return type(value).__name__

    def _text(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub("[secret]", text)
        return redact_secrets(_PASSWORD.sub(r"\1[password]@", _TOKEN.sub("[token]", text)))


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        if not isinstance(record.msg, dict):  # which is how ours come
            record = logging.makeLogRecord(record.__dict__)
            record.msg, record.args = words_of(record), None
        return super().format(record)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """Python would print the line with all that was put into it."""
        if error := sys.exc_info()[1]:
            sys.stderr.write(f"not logged: {record.name}, line {record.lineno} ({name_of(error)})\n")


def configure(level: str, shape: LogFormat = LogFormat.AUTO, *, secrets: Iterable[str] = ()) -> None:
    """To standard error: as it was asked for, else readable in a terminal and JSON otherwise.

    `secrets` are blacked out to the letter, wherever they turn up.
    """
    readable = sys.stderr.isatty() if shape is LogFormat.AUTO else shape is LogFormat.CONSOLE
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.ExceptionRenderer(told),
        _BlackOut(secrets),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _PRINT_BY_THEMSELVES:
        # It would print by itself, past everything above; one that has a handler gets no other.
        library = logging.getLogger(name)
        library.handlers[:], library.propagate = [logging.NullHandler()], True
