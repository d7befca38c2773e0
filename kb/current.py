"""Holds the index that searches use now, and exchanges it soon after an edit."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.orm import Session

from kb.articles import kb_version
from kb.index import Index, load_index

_LOOK_AGAIN = timedelta(seconds=1)


@dataclass
class _Held:
    index: Index | None = None
    looked_at: datetime | None = None
    building: Lock = field(default_factory=Lock)


class CurrentIndex:
    """One per process, shared by its threads. While a thread rebuilds, the others search the old picture."""

    def __init__(self) -> None:
        self._held: defaultdict[str, _Held] = defaultdict(_Held)
        self._adding = Lock()

    def for_team(self, session: Session, team_id: str, now: datetime) -> Index:
        """The workspace's index, at most a second behind the database.

        Pass a session that has not itself written articles: what is not committed yet must not be kept.
        """
        with self._adding:
            held = self._held[team_id]
        if held.index is not None and held.looked_at is not None and abs(now - held.looked_at) < _LOOK_AGAIN:
            return held.index
        if held.index is None:
            with held.building:  # the first searchers wait; there is nothing older to serve
                return held.index or self._refresh(held, session, team_id, now)
        if not held.building.acquire(blocking=False):
            return held.index
        try:
            return self._refresh(held, session, team_id, now)
        finally:
            held.building.release()

    def forget(self, team_id: str) -> None:
        """The next search reads the database again, whatever the clock says."""
        with self._adding:
            self._held[team_id].looked_at = None

    def _refresh(self, held: _Held, session: Session, team_id: str, now: datetime) -> Index:
        if held.index is None or held.index.version != kb_version(session, team_id):
            held.index = load_index(session, team_id)
        held.looked_at = now
        return held.index
