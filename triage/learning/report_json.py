"""A frozen dataclass as JSON and back, so that a report can be kept beside its model and read years later."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Self, Union, cast, get_args, get_origin, get_type_hints

from triage.errors import TriageError


class ReportUnreadable(TriageError):
    """A kept report is damaged, or was written by another version."""


class Readable:
    """For frozen dataclasses of numbers, texts, moments, tuples and each other."""

    def as_json(self) -> dict[str, Any]:
        return cast("dict[str, Any]", _plain(self))

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        try:
            return cast("Self", _built(cls, kept))
        except (KeyError, TypeError, ValueError) as error:
            raise ReportUnreadable(f"the kept report cannot be read: {error}") from error


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


def _built(kind: Any, kept: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _built(hints[field.name], kept[field.name]) for field in fields(kind)})
    if get_origin(kind) is tuple:
        return tuple(_built(get_args(kind)[0], part) for part in kept)
    if get_origin(kind) in (Union, types.UnionType):
        inner = next(part for part in get_args(kind) if part is not type(None))
        return None if kept is None else _built(inner, kept)
    if kind is datetime:
        return datetime.fromisoformat(kept)
    return kind(kept)
