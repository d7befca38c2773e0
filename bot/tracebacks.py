"""What went wrong and where, without the words of the error: those may quote what somebody wrote.

Kept are the classes, the places and the lines of the program, of the error and of all that led to it; and the codes by
which systems name their errors. Left out are messages, notes and the values of variables.
"""

import errno
import traceback
from types import TracebackType

_MOST_FRAMES = 40
_MOST_INSIDE = 8
_DEEPEST = 6

ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def told(exc_info: ExcInfo) -> str:
    """A traceback as Python prints it, wordless."""
    kind, error, frames = exc_info
    if kind is None or error is None:
        return ""
    return "\n".join(_lines(error, frames, seen=set())).rstrip()


def name_of(error: BaseException) -> str:
    """Its class, and its code where it has one: `OSError ENOSPC`, `IntegrityError 23505`."""
    kind = type(error)
    home = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
    return " ".join([f"{home}{kind.__qualname__}", *_codes(error)])


def _codes(error: BaseException) -> list[str]:
    known = []
    if isinstance(error, OSError) and isinstance(error.errno, int):
        known.append(errno.errorcode.get(error.errno, str(error.errno)))
    # SQLAlchemy keeps the driver's own error inside; PostgreSQL and SQLite both have codes.
    for one in (error, getattr(error, "orig", None)):
        for attribute in ("sqlstate", "sqlite_errorname"):
            code = getattr(one, attribute, None)
            if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= 40:
                known.append(code)
    status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int):
        known.append(str(status))
    return known


def _lines(
    error: BaseException, frames: TracebackType | None, *, seen: set[int], depth: int = 0
) -> list[str]:
    if id(error) in seen or depth > _DEEPEST:
        return ["…"]
    seen.add(id(error))
    lines: list[str] = []
    if error.__cause__ is not None:
        lines += _lines(error.__cause__, error.__cause__.__traceback__, seen=seen, depth=depth + 1)
        lines += ["", "The above exception was the direct cause of the following exception:", ""]
    elif error.__context__ is not None and not error.__suppress_context__:
        lines += _lines(error.__context__, error.__context__.__traceback__, seen=seen, depth=depth + 1)
        lines += ["", "During handling of the above exception, another exception occurred:", ""]
    lines.append("Traceback (most recent call last):")
    summary = traceback.StackSummary.extract(traceback.walk_tb(frames), limit=-_MOST_FRAMES)
    lines += [line for entry in summary.format() for line in entry.rstrip("\n").split("\n")]
    lines.append(name_of(error))
    if isinstance(error, BaseExceptionGroup):
        for number, one in enumerate(error.exceptions[:_MOST_INSIDE], start=1):
            inside = _lines(one, one.__traceback__, seen=seen, depth=depth + 1)
            lines += [f"  +-- {number} of {len(error.exceptions)}", *(f"  | {line}" for line in inside)]
    return lines
