"""Reads articles and remembered questions into vectors, in the background: search works meanwhile, by words.

Nothing is queued: what has no vectors is found by asking the database. So an edit in any process is picked up, a crash
loses nothing but the article that was being read, and a new model reads everything again.
"""

from collections.abc import Sequence

import structlog
from sqlalchemy import select

from bot.frugal import give_back
from bot.slack.desk import Desk
from bot.worker.background import Background
from kb.articles import kb_version
from kb.entries import Entry
from kb.meaning.backlog import Backlog, keep, read_article, read_questions
from kb.meaning.encoder import Encoder
from kb.meaning.vectors import Coded
from kb.memory import memory_version
from triage.people.models import Team

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
_LONGEST_PAUSE = 60.0
_AT_ONCE = 8


class MeaningReader(Background):
    """One a worker. Two that read the same article lose a little time and nothing else."""

    def __init__(self, desk: Desk, encoder: Encoder) -> None:
        super().__init__("meaning", every=LOOK_EVERY, longest=_LONGEST_PAUSE)
        self._desk, self._encoder = desk, encoder
        self._backlogs: dict[str, Backlog] = {}
        # Articles, at a revision, that the model failed on: one of them must not keep the others waiting.
        self._given_up: set[tuple[int, int]] = set()
        # What each workspace had been written to when there was nothing left to read.
        self._done_at: dict[str, tuple[int, int]] = {}

    def look(self) -> None:
        read = 0
        while (some := self.read_some()) and not self._stop_asked.is_set():
            read += some
        if read:
            # An article takes tens of megabytes to read, and most days nobody writes one.
            give_back()

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
        left = [entry for entry in found.entries if (entry.article_id, entry.revision) not in self._given_up]
        if not left and not found.questions:
            if backlog.is_empty:
                self._done_at[team_id] = stands_at
            return 0
        return self._read(team_id, left, found.questions)

    def _read(self, team_id: str, entries: Sequence[Entry], asked: Sequence[tuple[int, str]]) -> int:
        articles: list[tuple[Coded, int]] = []
        for entry in entries:
            if self._stop_asked.is_set():
                break
            try:
                articles.append((read_article(self._encoder, entry), entry.revision))
            except Exception as fault:
                self._given_up.add((entry.article_id, entry.revision))
                log.error("meaning.given_up", team=team_id, article=entry.article_id, exc_info=fault)
        questions = read_questions(self._encoder, asked)
        with self._desk.database.transaction() as session:
            keep(session, team_id, self._encoder.id, articles=articles, questions=questions)
        log.info("meaning.read", team=team_id, articles=len(articles), questions=len(questions))
        return len(entries) + len(questions)
