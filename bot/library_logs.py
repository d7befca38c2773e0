"""What libraries log, as far as it is safe: the words that stand in their program, numbers, and classes of errors.

A library does not know what must not be logged; it prints bodies, rows and messages of errors as it likes. What of a
line is program and what is data can be seen from the program itself.
"""

import ast
import linecache
import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.tracebacks import name_of

_GAP = "…"
_METHODS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log"})
_PLACE = re.compile(r"%(?:\([^)]*\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_LARGEST_FILE = 1_000_000


def words_of(record: logging.LogRecord) -> str:
    """The line without what was put into it."""
    written = _written_at(record.pathname, record.lineno)
    if record.args and isinstance(record.msg, str) and (written is None or _GAP not in written):
        return _filled(written or record.msg, record.args)
    return written or f"{record.name} at {Path(record.pathname).name}:{record.lineno}"


def _filled(template: str, given: Any) -> str:
    harmless: Any
    if isinstance(given, Mapping):
        harmless = {key: _harmless(value) for key, value in given.items()}
    else:
        harmless = tuple(_harmless(value) for value in given)
    try:
        return str(template % harmless)
    except (TypeError, ValueError, KeyError):
        return template


def _harmless(value: Any) -> Any:
    if isinstance(value, BaseException):
        return name_of(value)
    return value if isinstance(value, int | float) else _GAP


def _written_at(path: str, line: int) -> str | None:
    """What the program says there; None where that cannot be seen."""
    fitting = [(end - start, words) for start, end, words in _calls(path) if start <= line <= end]
    return min(fitting)[1] if fitting else None


@lru_cache(maxsize=64)
def _calls(path: str) -> tuple[tuple[int, int, str], ...]:
    source = "".join(linecache.getlines(path))
    linecache.cache.pop(path, None)  # only what we keep of it is worth the memory
    if not source or len(source) > _LARGEST_FILE:
        return ()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            at = 1 if node.func.attr == "log" else 0
            words = _words(node.args[at]) if len(node.args) > at else ""
            if words:
                found.append((node.lineno, node.end_lineno or node.lineno, words))
    return tuple(found)


def _words(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_words(part) or _GAP for part in parts)
        case ast.BinOp(left=left, op=ast.Mod()):
            return _PLACE.sub(_GAP, _words(left))
        case ast.BinOp(left=left, right=right, op=ast.Add()):
            return f"{_words(left) or _GAP}{_words(right) or _GAP}"
    return ""
