"""What an administrator says about an old desk's file: options and a mapping in TOML, read together."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.program import Stop
from triage.learning.history_columns import Named
from triage.vocabulary import Urgency

EXAMPLE = '[columns] text = "Description" · [categories] "Network & VPN" = "network" · [urgencies] "P1" = "critical"'
_COLUMNS = ("text", "category", "urgency", "at", "channel", "id")


@dataclass(frozen=True)
class Said:
    """Columns, old names of categories → keys here (empty: no category), old names of urgencies."""

    named: Named
    categories: Mapping[str, str]
    urgencies: Mapping[str, Urgency]


def mapping_of(
    file: Path | None, pairs: Sequence[str], columns: Mapping[str, str | None], text: Sequence[str]
) -> Said:
    """What the options say goes before what the file says."""
    document = _document(file) if file else {}
    said = _table(file, document, "columns")
    unknown = sorted(said.keys() - set(_COLUMNS))
    if unknown:
        raise Stop(f"{file}: [columns] names {unknown[0]}.", f"It may name {', '.join(_COLUMNS)}.", code=2)
    texts = said.get("text", [])
    listed = texts if isinstance(texts, list) else [texts]
    one = {
        name: columns.get(name) or _word(file, name, said.get(name)) for name in _COLUMNS if name != "text"
    }
    return Said(
        Named(text=tuple(text) or tuple(_word(file, "text", name) or "" for name in listed), **one),
        {**_words(file, _table(file, document, "categories")), **dict(map(_pair, pairs))},
        {name: _urgency(file, word) for name, word in _table(file, document, "urgencies").items()},
    )


def _document(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise Stop(f"{file} cannot be opened ({error.strerror}).", code=2) from None
    except UnicodeDecodeError:
        raise Stop(f"{file} is not UTF-8 text.", "Save it as UTF-8.", code=2) from None
    except tomllib.TOMLDecodeError as error:
        raise Stop(f"{file} is not TOML: {error}.", f"It looks like this: {EXAMPLE}", code=2) from None


def _table(file: Path | None, document: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise Stop(f"{file}: {name} is no table.", f"It looks like this: {EXAMPLE}", code=2)
    return table


def _words(file: Path | None, table: Mapping[str, Any]) -> dict[str, str]:
    return {name: _word(file, name, value) or "" for name, value in table.items()}


def _word(file: Path | None, name: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise Stop(f"{file}: {name} is {value!r}.", "Write it as one text in quotes.", code=2)


def _pair(written: str) -> tuple[str, str]:
    """“Old name=key”; the old name itself may hold an equals sign, a key never does."""
    name, equals, key = written.rpartition("=")
    if not equals or not name.strip():
        raise Stop(f"“{written}” maps nothing.", 'Write --map "Old name=key".', code=2)
    return name.strip(), key.strip()


def _urgency(file: Path | None, word: Any) -> Urgency:
    try:
        return Urgency(word)
    except ValueError:
        words = ", ".join(Urgency)
        raise Stop(f"{file}: {word!r} is no urgency.", f"There are {words}.", code=2) from None
