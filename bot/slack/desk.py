"""Everything a listener or the worker needs, handed over once: nothing here is global."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from bot.slack.echoes import Echoes
from bot.slack.gateway import Gateway
from bot.slack.relay import Relay
from bot.slack.workspaces import Identity, Workspaces
from kb.current import CurrentIndex
from triage.classifier.current import CurrentClassifier
from triage.escalation.alerts import Pager
from triage.judge import Foreseen, Judge
from triage.people.roster import first_admin
from triage.policy import Policy
from triage.tickets.asked import AskedQuestions
from triage.workspace_rules import Rules, overlaid, rules_of

__all__ = ["Desk", "Identity"]


@dataclass
class Desk:
    """One desk at work: its database, its clock, its rules, and its ways to Slack, one for each workspace."""

    database: Database
    clock: Clock
    # What the settings say; `policy_for` is what counts in a workspace.
    rules: Policy
    workspaces: Workspaces
    classifiers: CurrentClassifier = field(default_factory=CurrentClassifier)
    indexes: CurrentIndex = field(default_factory=CurrentIndex)
    asked: AskedQuestions = field(default_factory=AskedQuestions)
    public_url: str = ""
    secret_key: str = ""
    # Services outside Slack that can wake people, and whether they may read what was asked.
    pagers: Mapping[str, Pager] = field(default_factory=dict)
    pager_with_text: bool = False
    _foreseen: Foreseen = field(default_factory=Foreseen)
    # What Slack shows this process of what the desk said.
    echoes: Echoes = field(init=False)
    # Asks for the jobs of the events that this process takes in.
    relay: Relay = field(init=False)

    def __post_init__(self) -> None:
        self.relay = Relay(self.database)
        self.echoes = Echoes(self.database)

    def judge(self, session: Session, team_id: str, now: datetime) -> Judge:
        """The classifier and the index that serve the workspace now, and what was asked before this question."""
        return Judge(
            self.classifiers.for_team(session, team_id, now),
            self.indexes.for_team(session, team_id, now),
            self.asked.for_team(session, team_id),
            self._foreseen,
        )

    def reader(self, session: Session, team_id: str, now: datetime) -> Judge:
        """The same for a question alone, without what was asked before; that is made ready for whoever needs it."""
        self.asked.prepare(session, team_id)
        return Judge(
            self.classifiers.for_team(session, team_id, now),
            self.indexes.for_team(session, team_id, now),
            foreseen=self._foreseen,
        )

    def policy_for(self, session: Session, team_id: str) -> Policy:
        """The rules of the settings, and over them what that workspace's admins set.

        Where nobody named a channel for cards yet, they go to the first admin.
        """
        known: Policy | None = session.info.get(self._policy_key(team_id))
        return known or self.policy_by(session, team_id, rules_of(session, team_id))

    def policy_by(self, session: Session, team_id: str, own: Rules) -> Policy:
        """The same where it was read already what the workspace's admins set."""
        known = overlaid(self.rules, own)
        if not known.desk_channel and (admin := first_admin(session, team_id)):
            known = replace(known, desk_channel=admin.slack_id)
        self.policy_is(session, team_id, known)
        return known

    def policy_is(self, session: Session, team_id: str, known: Policy) -> None:
        """What was found a moment ago counts in this session too."""
        session.info[self._policy_key(team_id)] = known

    def _policy_key(self, team_id: str) -> tuple[str, str, int]:
        return "policy", team_id, id(self.rules)

    def gateway_for(self, team_id: str) -> Gateway:
        """Raises `NotInstalled` where the workspace has no installation, or took it back."""
        return self.workspaces.gateway_for(team_id)

    def identity_of(self, team_id: str) -> Identity:
        """Asked of Slack once, and kept. Raises a `SlackProblem` while Slack does not answer."""
        return self.workspaces.identity_of(team_id)

    def known_identity_of(self, team_id: str) -> Identity | None:
        """None while Slack does not answer, and nobody waits for that twice."""
        return self.workspaces.known_identity_of(team_id)

    def own_team(self) -> str:
        """The workspace of the token in the settings; without one, `NotInstalled`.

        Raises a `SlackProblem` while Slack does not answer.
        """
        return self.workspaces.own_team()

    def team_url(self, team_id: str) -> str | None:
        """For links into Slack; without an answer from Slack there is no link."""
        known = self.known_identity_of(team_id)
        return known.url if known else None

    def ticket_link(self, ticket_id: int) -> str | None:
        """Where a ticket and the decision behind it stand in the console; None without a public address."""
        return f"{self.public_url.rstrip('/')}/console/tickets/{ticket_id}" if self.public_url else None

    def article_link(self, article_id: int) -> str:
        """Where an article stands in the console; empty without a public address."""
        return f"{self.public_url.rstrip('/')}/console/articles/{article_id}" if self.public_url else ""
