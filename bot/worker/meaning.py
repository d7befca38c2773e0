"""Reads articles and remembered questions into vectors, in the background: search works meanwhile, by words.

Nothing is queued: what has no vectors is found by asking the database. So an edit in any process is picked up, a crash
loses nothing but the article that was being read, and a new model reads everything again.
"""

import os
import sys
import threading

import structlog
from sqlalchemy import select

from bot.slack.desk import Desk
from kb.articles import kb_version
from kb.meaning.backlog import Backlog, Waiting, keep, read_article, read_questions
from kb.meaning.encoder import Encoder
from kb.meaning.vectors import Coded
from kb.memory import memory_version
from triage.people.models import Team

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
_LONGEST_PAUSE = 60.0
_AT_ONCE = 8
_NICE = 10


class MeaningReader(threading.Thread):
    """One a worker. Two that read the same article lose a little time and nothing else."""

    def __init__(self, desk: Desk, encoder: Encoder) -> None:
        super().__init__(daemon=True, name="meaning")
        self._desk, self._encoder = desk, encoder
        self._stop_asked = threading.Event()
        self._backlogs: dict[str, Backlog] = {}
        # What each workspace had been written to when there was nothing left to read.
        self._done_at: dict[str, tuple[int, int]] = {}

    def run(self) -> None:
        _step_back()
        pause = LOOK_EVERY
        while not self._stop_asked.wait(pause):
            try:
                while self.read_some() and not self._stop_asked.is_set():
                    pass
            except Exception as fault:
                # Answers go on by words; what is wrong may be an article, the model or the database.
                log.error("meaning.failed", again_in=pause, exc_info=fault)
                pause = min(_LONGEST_PAUSE, pause * 2)
            else:
                pause = LOOK_EVERY

    def stop(self) -> None:
        self._stop_asked.set()
        self.join(timeout=5)

    def read_some(self) -> int:
        """Reads a few articles and questions of each workspace; says how many."""
        with self._desk.database.reading() as session:
            teams = session.scalars(select(Team.id)).all()
        return sum(self._read_of(team_id) for team_id in teams)

    def _read_of(self, team_id: str) -> int:
        with self._desk.database.reading() as session:
            stands_at = kb_version(session, team_id), memory_version(session, team_id)
            if self._done_at.get(team_id) == stands_at:
                return 0
            backlog = self._backlogs.setdefault(team_id, Backlog(team_id, self._encoder.id))
            found = backlog.take(session, most=_AT_ONCE)
        if not found:
            self._done_at[team_id] = stands_at
            return 0
        return self._read(team_id, found)

    def _read(self, team_id: str, found: Waiting) -> int:
        articles: list[tuple[Coded, int]] = []
        for entry in found.entries:
            if self._stop_asked.is_set():
                break
            articles.append((read_article(self._encoder, entry), entry.revision))
        questions = read_questions(self._encoder, found.questions)
        with self._desk.database.transaction() as session:
            keep(session, team_id, self._encoder.id, articles=articles, questions=questions)
        log.info("meaning.read", team=team_id, articles=len(articles), questions=len(questions))
        return len(articles) + len(questions)


def _step_back() -> None:
    """Whoever answers a question goes first. On Linux a thread has a priority of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
