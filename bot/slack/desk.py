"""Everything a listener or the worker needs, handed over once: nothing here is global."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from bot.slack.gateway import Gateway, SlackProblem
from kb.current import CurrentIndex
from triage.classifier.current import CurrentClassifier
from triage.escalation.alerts import Pager
from triage.judge import Judge
from triage.policy import Policy
from triage.tickets.asked import AskedQuestions

_ASK_AGAIN_SECONDS = 30.0


@dataclass(frozen=True)
class Identity:
    """Who the bot is in its workspace, as Slack says."""

    team_id: str
    bot_user_id: str
    bot_id: str
    url: str


@dataclass
class Desk:
    """One desk at work: its database, its clock, its rules, and its way to Slack."""

    database: Database
    clock: Clock
    policy: Policy
    gateway: Gateway
    classifiers: CurrentClassifier = field(default_factory=CurrentClassifier)
    indexes: CurrentIndex = field(default_factory=CurrentIndex)
    asked: AskedQuestions = field(default_factory=AskedQuestions)
    public_url: str = ""
    secret_key: str = ""
    # Services outside Slack that can wake people, and whether they may read what was asked.
    pagers: Mapping[str, Pager] = field(default_factory=dict)
    pager_with_text: bool = False
    _identity: Identity | None = None
    _asking: threading.Lock = field(default_factory=threading.Lock)
    _not_before: float = 0.0

    def judge(self, session: Session, team_id: str, now: datetime) -> Judge:
        """The classifier and the index that serve the workspace now, and what was asked before this question."""
        return Judge(
            self.classifiers.for_team(session, team_id, now),
            self.indexes.for_team(session, team_id, now),
            self.asked.for_team(session, team_id),
        )

    def ticket_link(self, ticket_id: int) -> str | None:
        """Where a ticket and the decision behind it stand in the console; None without a public address."""
        return f"{self.public_url.rstrip('/')}/console/tickets/{ticket_id}" if self.public_url else None

    def article_link(self, article_id: int) -> str:
        """Where an article stands in the console; empty without a public address."""
        return f"{self.public_url.rstrip('/')}/console/articles/{article_id}" if self.public_url else ""

    def identity(self) -> Identity:
        """Asked of Slack once, and kept. Raises a `SlackProblem` while Slack does not answer."""
        with self._asking:
            if self._identity is None:
                me = self.gateway.who_am_i()
                self._identity = Identity(
                    str(me["team_id"]), str(me["user_id"]), str(me.get("bot_id", "")), str(me.get("url", ""))
                )
            return self._identity

    def team_url(self) -> str | None:
        """For links into Slack; without an answer from Slack there is no link."""
        known = self.known_identity()
        return known.url if known else None

    def known_identity(self) -> Identity | None:
        """None while Slack does not answer, and nobody waits for that twice."""
        if self._identity is None and time.monotonic() < self._not_before:
            return None
        try:
            return self.identity()
        except SlackProblem:
            self._not_before = time.monotonic() + _ASK_AGAIN_SECONDS
            return None
