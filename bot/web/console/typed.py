"""What stands in addresses and forms, read without trusting it."""

from enum import StrEnum
from typing import TypeVar

# Fits into every database's idea of a whole number.
LARGEST = 2**53 - 1

_MOST_PAGES = 99_999
_Word = TypeVar("_Word", bound=StrEnum)


def number(text: str | None) -> int | None:
    """A whole number from 1 on, in plain digits."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 16:
        return None
    value = int(text)
    return value if 0 < value <= LARGEST else None


def page(text: str | None) -> int:
    return min(number(text) or 1, _MOST_PAGES)


def one_of(words: type[_Word], text: str | None) -> _Word | None:
    return words(text) if text in set(words) else None
