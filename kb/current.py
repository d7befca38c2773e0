"""Holds what searches use now, one picture a workspace, and follows the database soon after each edit."""

import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kb.index import Index, build_index
from kb.meaning.vectors import Reader
from kb.snapshot import Snapshot, load_snapshot

_LOOK_AGAIN = timedelta(seconds=1)
_TRY_AGAIN = timedelta(seconds=30)
log = logging.getLogger(__name__)

Reading = Callable[[], AbstractContextManager[Session]]


@dataclass
class _Held:
    snapshot: Snapshot | None = None
    looked_at: datetime | None = None
    looking: Lock = field(default_factory=Lock)
    builder: Thread | None = None
    failed_at: datetime | None = None


def _waits(held: _Held, now: datetime) -> bool:
    """Whether building has just failed, and is not tried again at once."""
    return held.failed_at is not None and abs(now - held.failed_at) < _TRY_AGAIN


class CurrentIndex:
    """One per process, shared by its threads. While one follows the database, the others search the old picture.

    With `reading`, which opens sessions, the base is laid out anew in a thread of its own; without it, in the
    thread that finds it has to be.
    """

    def __init__(self, reader: Reader | None = None, reading: Reading | None = None) -> None:
        self._reader, self._reading = reader, reading
        self._held: defaultdict[str, _Held] = defaultdict(_Held)
        self._adding = Lock()
        self._stopping = Event()

    def for_team(self, session: Session, team_id: str, now: datetime) -> Index:
        """The workspace's index, at most a second behind the database.

        Pass a session that has not itself written articles: what is not committed yet must not be kept.
        """
        with self._adding:
            held = self._held[team_id]
        if (
            held.snapshot is not None
            and held.looked_at is not None
            and abs(now - held.looked_at) < _LOOK_AGAIN
        ):
            return held.snapshot.index
        if held.snapshot is None:
            with held.looking:  # the first searchers wait; there is nothing older to serve
                if held.snapshot is None:
                    if _waits(held, now):
                        return build_index((), team_id=team_id)
                    return self._first(held, session, team_id, now)
                return held.snapshot.index
        if not held.looking.acquire(blocking=False):
            return held.snapshot.index
        try:
            return self._follow(held, held.snapshot, session, now)
        finally:
            held.looking.release()

    def forget(self, team_id: str) -> None:
        """The next search looks at the database again, whatever the clock says."""
        with self._adding:
            self._held[team_id].looked_at = None

    def stop(self) -> None:
        """Waits for a base that is being laid out; none is begun any more."""
        self._stopping.set()
        with self._adding:
            builders = [held.builder for held in self._held.values() if held.builder is not None]
        for builder in builders:
            builder.join(timeout=30)

    def _first(self, held: _Held, session: Session, team_id: str, now: datetime) -> Index:
        try:
            held.snapshot = load_snapshot(session, team_id, self._reader)
        except SQLAlchemyError:
            raise  # the database is away, and whoever asked tries again
        except Exception:
            # Without anything older: questions are taken all the same, and nothing is found for them.
            log.exception("The index of %s could not be laid out", team_id)
            held.failed_at = now
            return build_index((), team_id=team_id)
        held.looked_at, held.failed_at = now, None
        return held.snapshot.index

    def _follow(self, held: _Held, snapshot: Snapshot, session: Session, now: datetime) -> Index:
        try:
            later = snapshot.follow(session)
        except SQLAlchemyError:
            raise
        except Exception:
            # Searches go on with what there is; the next look tries again.
            log.exception("The index of %s could not follow the database", snapshot.index.team_id)
            held.looked_at = now
            return snapshot.index
        held.looked_at = now
        if later is None and self._reading is None:
            later = load_snapshot(session, snapshot.index.team_id, self._reader)
        if later is not None:
            held.snapshot = snapshot = later
        if later is None or snapshot.wants_building:
            self._build(held, snapshot.index.team_id, session, now)
        return (held.snapshot or snapshot).index

    def _build(self, held: _Held, team_id: str, session: Session, now: datetime) -> None:
        if self._reading is None:
            held.snapshot = load_snapshot(session, team_id, self._reader)
            return
        if (
            _waits(held, now)
            or self._stopping.is_set()
            or (held.builder is not None and held.builder.is_alive())
        ):
            return
        held.builder = Thread(
            target=self._build_aside,
            args=(held, team_id, self._reading, now),
            daemon=True,
            name=f"index {team_id}",
        )
        held.builder.start()

    def _build_aside(self, held: _Held, team_id: str, reading: Reading, now: datetime) -> None:
        try:
            with reading() as session:
                built = load_snapshot(session, team_id, self._reader)
            # What was edited meanwhile is known already, and must not go missing again.
            with held.looking, reading() as session:
                held.snapshot = built.follow(session) or built
        except Exception:
            # Searches go on with what there is; the next ones ask for it again.
            log.exception("The index of %s could not be laid out anew", team_id)
            held.failed_at = now
        else:
            held.failed_at = None
