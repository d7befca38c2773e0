"""Everything that was asked, held in memory by wording: to see at once what a question is like.

It holds stems and ticket numbers, no text. What may be shown of a ticket is read from the database when it is shown.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kb.likeness import Likeness
from triage.judge import NOTHING
from triage.tickets.human_first import human_first
from triage.tickets.models import Ticket

# The newest ones; older ones say little about today's tools.
_MOST = 50_000
# Numbers are handed out before they are committed, and a question may still grow by a line: so the last few are
# read again each time.
_AGAIN = 25
_PATIENCE_SECONDS = 0.5


@dataclass
class _Held:
    likeness: Likeness = NOTHING
    newest: int | None = None
    # Of the last few: which wording is known.
    known: dict[int, int] = field(default_factory=dict)
    reading: Lock = field(default_factory=Lock)


class AskedQuestions:
    """One per process, shared by its threads."""

    def __init__(self) -> None:
        self._held: defaultdict[str, _Held] = defaultdict(_Held)
        self._adding = Lock()

    def for_team(self, session: Session, team_id: str) -> Likeness:
        """The workspace's questions by ticket number, those committed a moment ago among them.

        Pass a session that has not itself written a ticket: what is not committed yet must not be kept.
        """
        with self._adding:
            held = self._held[team_id]
        # The first reading of a large desk takes seconds, and somebody may be waiting for an answer meanwhile.
        if not held.reading.acquire(timeout=_PATIENCE_SECONDS):
            return held.likeness
        try:
            if held.newest is None:
                self._read_all(held, session, team_id)
            else:
                self._read_new(held, session, team_id, held.newest)
            return held.likeness
        finally:
            held.reading.release()

    def prepare(self, session: Session, team_id: str) -> None:
        """The first reading, where nobody waits for a turn to write meanwhile; what is new is read when it is asked."""
        with self._adding:
            known = self._held[team_id].newest is not None
        if not known:
            self.for_team(session, team_id)

    def forget(self, team_id: str) -> None:
        """Everything is read again next time."""
        with self._adding:
            self._held.pop(team_id, None)

    def _read_all(self, held: _Held, session: Session, team_id: str) -> None:
        rows = _rows(session, team_id, after=0)
        held.likeness = Likeness.of(rows)
        held.newest = rows[-1][0] if rows else 0
        held.known = {id_: hash(text) for id_, text in rows[-_AGAIN:]}

    def _read_new(self, held: _Held, session: Session, team_id: str, newest: int) -> None:
        rows = _rows(session, team_id, after=newest - _AGAIN)
        changed = [(id_, text) for id_, text in rows if held.known.get(id_) != hash(text)]
        if changed:
            held.likeness = held.likeness.plus(changed)
        if rows:
            held.newest = max(newest, rows[-1][0])
            held.known = {id_: hash(text) for id_, text in rows}


def _rows(session: Session, team_id: str, *, after: int) -> list[tuple[int, str]]:
    """Number and words of the questions, oldest first."""
    wanted, given = (_AFTER, {"after": after}) if after > 0 else (_ALL, {"team_id": team_id})
    found = session.execute(wanted, given)
    rows = [(id_, question) for id_, team, question in found if team == team_id]
    return rows[::-1]


_NEWEST = (
    select(Ticket.id, Ticket.team_id, Ticket.question)
    .where(~human_first())
    .order_by(Ticket.id.desc())
    .limit(_MOST)
)
_ALL = _NEWEST.where(Ticket.team_id == bindparam("team_id"))
# The few newest are found by their numbers: told the workspace as well, SQLite would look through all of its.
_AFTER = _NEWEST.where(Ticket.id > bindparam("after"))
