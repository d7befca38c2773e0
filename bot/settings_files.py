"""Secrets from files: every secret setting may be named with _FILE behind it, and is then read from that file.

Containers and systemd hand secrets over so: neither the environment of a process nor what it starts shows them.
"""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from pydantic import AliasChoices, BaseModel, SecretStr
from pydantic.fields import FieldInfo

_SUFFIX = "_FILE"
_MOST_BYTES = 65_536
# No secrets by themselves, but a password or a key may stand in the address.
_ALSO_SECRET = frozenset({"database_url", "pager_webhook_url"})


@dataclass
class FromFiles:
    """What the files held, by field; what is wrong with the others; which ones everybody on this machine may read."""

    values: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    open_to_all: list[str] = field(default_factory=list)


class _Unusable(Exception):
    pass


def environment_name(name: str, about: FieldInfo) -> str:
    """How the setting is called in the environment."""
    if isinstance(about.validation_alias, AliasChoices):
        return str(about.validation_alias.choices[0])
    return f"EVENHAND_{name.upper()}"


def may_be_a_file(name: str, about: FieldInfo) -> bool:
    return name in _ALSO_SECRET or _holds_a_secret(about.annotation)


def read_secret_files(fields: Mapping[str, FieldInfo], environment: Mapping[str, str]) -> FromFiles:
    """Reads every secret whose file is named; the others are left to the environment."""
    given = {name.upper(): value.strip() for name, value in environment.items()}
    found = FromFiles()
    for name, about in fields.items():
        called = environment_name(name, about)
        path = given.get(called + _SUFFIX)
        if not path:
            continue
        try:
            if not may_be_a_file(name, about):
                raise _Unusable(f"only secrets are read from files: write the value into {called}")
            if given.get(called):
                raise _Unusable(f"{called} is set as well: keep one of the two")
            text, open_to_all = _read(Path(path))
        except _Unusable as why:
            found.problems.append(f"{called}{_SUFFIX}: {why}")
            continue
        found.values[name] = text
        if open_to_all:
            found.open_to_all.append(called + _SUFFIX)
    return found


def _holds_a_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(_holds_a_secret(inner) for inner in get_args(annotation))


def _read(path: Path) -> tuple[str, bool]:
    # What the file holds is in no message: it is a secret even where it is the wrong one.
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _Unusable(f"{path} is no file")
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise _Unusable(f"there is no file {path}: write the secret into it, or name another") from None
    except PermissionError:
        raise _Unusable(f"{path} may not be read by this process: give its user the right to") from None
    except (OSError, ValueError) as fault:
        raise _Unusable(f"{path} cannot be read ({type(fault).__name__})") from None
    if len(content) > _MOST_BYTES:
        raise _Unusable(f"{path} is too large for a secret")
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise _Unusable(f"{path} is not UTF-8 text") from None
    if not text:
        raise _Unusable(f"{path} is empty: write the secret into it")
    if not text.isprintable() and "\n" not in text:
        raise _Unusable(f"{path} holds signs that no secret has: is it the right file?")
    return text, bool(about.st_mode & stat.S_IROTH)


def secret_values(settings: BaseModel) -> list[str]:
    """Every secret that is set, to be kept out of what is logged."""
    found = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        for one in value if isinstance(value, tuple | list) else (value,):
            if isinstance(one, SecretStr):
                found.append(one.get_secret_value())
    return found
