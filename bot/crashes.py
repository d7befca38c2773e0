"""What nobody caught is told like everything else, by class and place: Python itself would print its words."""

import sys
import threading
import warnings
from types import TracebackType
from typing import Any, TextIO

import structlog

from bot.tracebacks import name_of, told

log = structlog.get_logger(__name__)


def guard() -> None:
    """For a whole process, once, and for every thread that begins afterwards."""
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed
    sys.unraisablehook = _could_not_be_raised
    warnings.showwarning = _warned


def say_why(error: BaseException) -> None:
    """For somebody who typed a command and sees it break."""
    sys.stderr.write(f"evenhand: something broke on our side ({name_of(error)}). Where:\n")
    sys.stderr.write(told((type(error), error, error.__traceback__)) + "\n")


def _crashed(kind: type[BaseException], error: BaseException, frames: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("process.crashed", error=error, exc_info=(kind, error, frames))


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is None or issubclass(crash.exc_type, SystemExit):
        return
    name = crash.thread.name if crash.thread is not None else ""
    exc_info = (crash.exc_type, crash.exc_value, crash.exc_traceback)
    log.error("thread.crashed", thread=name, error=crash.exc_value, exc_info=exc_info)


def _could_not_be_raised(crash: Any) -> None:
    error = crash.exc_value
    exc_info = (type(error), error, crash.exc_traceback) if error is not None else None
    log.error("error.unraisable", error=error, exc_info=exc_info)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    log.warning("python.warned", category=category.__name__, place=f"{filename}:{lineno}")
