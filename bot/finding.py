"""One thing that the doctor looked at, and what to do about it."""

from dataclasses import dataclass
from enum import Enum


class Result(Enum):
    GOOD = "good"
    WARNING = "warning"  # works, but somebody should look
    BAD = "bad"  # would stop a user


@dataclass(frozen=True)
class Finding:
    what: str
    result: Result
    says: str
    remedy: str = ""
