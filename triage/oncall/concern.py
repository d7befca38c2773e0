"""One thing that is wrong ahead on the rota, and what is known of those who are on. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from triage.oncall.plan import DutyRole

_DAY = timedelta(days=1)
_UTC = ZoneInfo("UTC")


class ConcernKind(StrEnum):
    GAP = "gap"  # nobody is on where the rules mean to have somebody
    UNREACHABLE = "unreachable"  # whoever is on cannot be told
    AWAY = "away"  # somebody stands in while they have time off
    NIGHTS = "nights"  # too many nights running
    QUICK_RETURN = "quick_return"  # too little time between two duties
    HOURS = "hours"  # too many hours planned in one week
    HOLIDAY = "holiday"  # on duty on a public holiday: nothing wrong, but worth to know

    @property
    def is_only_news(self) -> bool:
        return self is ConcernKind.HOLIDAY


@dataclass(frozen=True)
class Concern:
    """One thing ahead, with a sentence that says it. The first moment and the last, `[start, end)`."""

    kind: ConcernKind
    start: datetime
    end: datetime
    person_id: int | None
    # The schedule it is about; for what a person has on several, the one on which it begins.
    schedule_id: int
    sentence: str
    role: DutyRole | None = None
    # The turns themselves bring it about, again and again.
    standing: bool = False
    # That of its sentence: the schedule's, or that of the person it is about.
    zone: ZoneInfo = _UTC

    def key(self, *, start: datetime, end: datetime) -> str:
        """The same for the same concern, however often one looks from `start` to `end`: its own end names it, and
        where that lies out of sight its start. What was there before and never ends has neither, nor has what comes
        again with every turn."""
        if self.standing:
            when = "always"
        elif self.end < end - _DAY:
            when = f"until {self.end:%Y%m%d%H%M}"
        else:
            when = f"from {self.start:%Y%m%d%H%M}" if self.start > start else "always"
        role = self.role.value if self.role else ""
        return f"{self.kind.value}:{self.schedule_id}:{self.person_id or 0}:{role}:{when}"


@dataclass(frozen=True)
class Contact:
    """What is known of somebody who is on: their zone, and why they cannot be told anything (empty: they can)."""

    zone: ZoneInfo
    unreachable: str = ""
