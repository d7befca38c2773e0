"""Slack's markup read as plain text: what the person meant, without mentions, placeholders and decoration."""

import re

# Code keeps its stars and underscores, so it is set apart before the decoration goes.
_CODE = re.compile(r"```(.*?)```|`([^`\n]+)`", re.DOTALL)
_ANGLED = re.compile(r"<([@#!]?)([^<>|\s][^<>|]*)(?:\|([^<>]*))?>")
_EMOJI = re.compile(
    r"(?<![\w:])(?::(?:[a-z][\w'+-]*|[+-]1|100|1234)(?::skin-tone-\d)?:)+(?![\w:])", re.IGNORECASE
)
_DECORATION = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]{0,400}?\S)\1(?![\w*_~])")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_ADDRESS = re.compile(r"(?:https?|mailto|tel|slack)://?|mailto:|tel:", re.IGNORECASE)


def from_slack(text: str) -> str:
    """The words of a Slack message: mentions and emoji codes vanish, links keep their label."""
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        parts.append(_prose(text[at : code.start()]))
        fenced, inline = code.groups()
        parts.append(_entities(_links(f"\n{fenced}\n" if fenced is not None else inline)))
        at = code.end()
    parts.append(_prose(text[at:]))
    return "".join(parts).strip()


def _prose(text: str) -> str:
    text = _EMOJI.sub(" ", _links(text))
    # Twice, because bold may stand around italic.
    text = _DECORATION.sub(r"\2", _DECORATION.sub(r"\2", text))
    return _entities(text)


def _links(text: str) -> str:
    return _ANGLED.sub(_angled, text)


def _angled(found: re.Match[str]) -> str:
    sigil, target, label = found.groups()
    if sigil == "#":
        return f"#{label}" if label else " "
    if sigil == "!" and target.startswith("date^"):
        return label or " "
    if sigil:
        return " "
    if not _ADDRESS.match(target):
        return found.group()  # a person's own angle brackets, as in "<name>": not Slack's
    return label or target.removeprefix("mailto:").removeprefix("tel:")


def _entities(text: str) -> str:
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text
