"""What a find in somebody's words can be."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a find is; the words of the first four are said at somebody."""

    INSULT = "insult"
    SWEARING_AT = "swearing at somebody"
    THREAT = "threat"
    CONTEMPT = "contempt"
    HEAT = "heat"  # counts beside one of the others, and never alone


@dataclass(frozen=True)
class Said:
    kind: Kind
    weight: float
    pattern: str
    # Where set: letters of which some must be there. Looking for them first makes the long patterns quick.
    near: tuple[str, ...] = ()


class Feeling(StrEnum):
    """What the asker lets through, as far as the answer's first line can meet it."""

    PRESSED = "pressed"  # worried, under pressure
    AGAIN = "again"  # it came back, once too often
    LOST_TIME = "lost time"  # hours or days went into it, or nobody answered
    UPSET = "upset"  # cross or at the end of their patience; the reason is not told


@dataclass(frozen=True)
class Felt:
    feeling: Feeling
    weight: float
    pattern: str
