"""A desk for the console's tests: a real database, a clock that stands still, jobs that are only written down."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, cast
from zipfile import ZipFile

import sqlalchemy as sa
from databases import empty
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bot.database import Database
from bot.slack.desk import Desk
from bot.slack.gateway import Gateway
from bot.slack.speaking import link_signer
from bot.slack.workspaces import Identity, OneWorkspace
from bot.web.console import console_blueprint
from bot.web.console.door import Door
from bot.web.guarding import guard
from bot.worker.failed import FailedWork
from kb.articles import Content, Placement, draft, publish
from triage.people import signin
from triage.people.models import Person, Team
from triage.policy import Policy
from triage.suggestions.models import Suggestion
from triage.tickets.models import Category, Prediction, Ticket
from triage.tickets.transition import move, note
from triage.vocabulary import Role, Source, TicketAction, TicketStatus, Urgency

TEAM = "T1"
SECRET = "a secret for tests"
NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CAST = {"ada": Role.REQUESTER, "ben": Role.AGENT, "cleo": Role.AGENT, "dee": Role.ADMIN}
CATEGORIES = {"vpn": "VPN and remote access", "printing": "Printing", "sign_in": "Signing in"}
VERDICT = {
    "alternatives": [{"category": "vpn", "chance": 0.91}, {"category": "printing", "chance": 0.04}],
    "words": [{"word": "vpn", "weight": 2.4}, {"word": "paper", "weight": -0.6}],
    "reasons": ["“drops” and “train” slow one person down."],
    "needs_person": None,
    "category": "vpn",
    "urgency": "medium",
    "confidence": {"category": 0.91, "urgency": 0.6},
    "abstained": {"category": False, "urgency": False},
    "nearest": [],
}


@dataclass
class Jobs:
    """Stands in for the engine's client: what would be enqueued, in order."""

    enqueued: list[tuple[dict[str, Any], tuple[Any, ...]]] = field(default_factory=list)

    def enqueue_in_transaction(self, _session: Session, options: Any, /, *args: str | int) -> object:
        self.enqueued.append((dict(options), args))
        return None

    def ids(self, workflow: str) -> list[str]:
        return [
            options["workflow_id"] for options, _ in self.enqueued if options["workflow_name"] == workflow
        ]


class Page:
    """An answer of the console, read as a person would."""

    def __init__(self, response: TestResponse) -> None:
        self.status, self.headers, self.html = response.status_code, response.headers, _words(response)
        self.location = response.headers.get("Location", "")

    @property
    def text(self) -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", self.html).split())


def _words(response: TestResponse) -> str:
    """Of a download, what stands in its files."""
    if response.mimetype != "application/zip":
        return response.text
    with ZipFile(BytesIO(response.data)) as package:
        return "\n".join(package.read(name).decode(errors="replace") for name in package.namelist())


class Browser:
    """Visits the console and keeps its cookie. `post` takes the form's token from the page shown last."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **more: Any) -> Page:
        page = Page(self.client.get(f"/console{path}", **more))
        if found := re.search(r'name="csrf" value="([^"]+)"', page.html):
            self.token = found[1]
        return page

    def post(self, path: str, *, follow: bool = False, **fields: Any) -> Page:
        data = {"csrf": self.token, **fields}
        return Page(self.client.post(f"/console{path}", data=data, follow_redirects=follow))


class ConsoleDesk:
    def __init__(
        self,
        engine: sa.Engine,
        *,
        local: bool = True,
        door: Door | None = None,
        public_url: str = "http://localhost",
        failed: Callable[[], list[FailedWork]] | None = None,
        retry: Callable[[FailedWork], None] | None = None,
    ) -> None:
        self.now = NOW
        self.jobs = Jobs()
        empty(engine)
        self.database = Database(engine, self.jobs)
        self.desk = Desk(
            self.database,
            lambda: self.now,
            Policy(desk_channel="CDESK"),
            OneWorkspace(cast(Gateway, None), Identity(TEAM, "UBOT", "BBOT", "https://desk.slack.example/")),
            public_url=public_url,
            secret_key=SECRET,
        )
        self.app = Flask("console-tests", static_folder=None)
        guard(self.app, public_url=public_url)
        self.app.register_blueprint(
            console_blueprint(
                self.desk,
                door=door or Door(local=local),
                failed_work=failed,
                retry_work=retry,
            )
        )
        self._settle()

    def _settle(self) -> None:
        with self.database.transaction() as session:
            session.add(Team(id=TEAM, created_at=NOW))
            session.flush()
            for key, name in CATEGORIES.items():
                session.add(Category(team_id=TEAM, key=key, name=name, description=name))
            for name, role in CAST.items():
                self.person(session, name, role)

    def person(self, session: Session, name: str, role: Role, *, team: str = TEAM) -> Person:
        person = Person(
            team_id=team,
            slack_id=f"U{name.upper()}",
            name=name.capitalize(),
            time_zone="Europe/Berlin",
            role=role,
            created_at=NOW,
        )
        session.add(person)
        session.flush()
        return person

    def someone(self, session: Session, name: str) -> Person:
        return session.query(Person).filter_by(team_id=TEAM, slack_id=f"U{name.upper()}").one()

    def browser(self, name: str = "") -> Browser:
        """Somebody's browser; with a name, signed in."""
        browser = Browser(self.app.test_client())
        if name:
            browser.get("/")
            with self.database.reading() as session:
                person = self.someone(session, name)
            assert browser.post("/who", person=person.id).status in (302, 303)
        return browser

    def link(self, name: str) -> str:
        """A one-time link as the bot sends it, without the host."""
        with self.database.transaction() as session:
            link = signin.issue(session, self.someone(session, name), now=self.now)
        return f"/enter/{link_signer(SECRET).dumps(link.id)}"

    def ticket(
        self,
        question: str = "VPN drops on the train",
        *,
        urgency: Urgency = Urgency.MEDIUM,
        category: str | None = "vpn",
        minutes_ago: int = 10,
        status: TicketStatus = TicketStatus.WAITING,
        agent: str = "",
    ) -> int:
        """A ticket with an honest timeline, at most up to a claim."""
        at = self.now - timedelta(minutes=minutes_ago)
        with self.database.transaction() as session:
            ada = self.someone(session, "ada")
            ticket = Ticket(
                team_id=TEAM,
                requester_id=ada.id,
                source=Source.CHANNEL,
                channel_id="CHELP",
                thread_ts=f"{at.timestamp():.6f}-{len(self.jobs.enqueued)}-{question[:4]}"[:32],
                question=question,
                status=TicketStatus.NEW,
                category=category,
                urgency=urgency,
                asked_at=at,
            )
            session.add(ticket)
            session.flush()
            note(session, ticket, "asked", now=at, actor=ada)
            if status is not TicketStatus.NEW:
                move(
                    session,
                    ticket,
                    TicketAction.SUGGEST,
                    policy=self.desk.rules,
                    now=at,
                    reason="no article fits well enough",
                )
            if status in (TicketStatus.WAITING, TicketStatus.CLAIMED):
                move(
                    session,
                    ticket,
                    TicketAction.ESCALATE,
                    policy=self.desk.rules,
                    now=at,
                    actor=ada,
                    escalated_at=at,
                )
            if status is TicketStatus.CLAIMED:
                ben = self.someone(session, agent or "ben")
                move(
                    session,
                    ticket,
                    TicketAction.CLAIM,
                    policy=self.desk.rules,
                    now=at,
                    actor=ben,
                    claimed_by_id=ben.id,
                    claimed_at=at,
                )
            return ticket.id

    def decided(self, ticket_id: int, article_id: int) -> None:
        """What the model and the search made of it."""
        with self.database.transaction() as session:
            session.add(
                Prediction(
                    ticket_id=ticket_id,
                    at=self.now,
                    model_version="starter-1234abcd",
                    category="vpn",
                    urgency=Urgency.MEDIUM,
                    category_confidence=0.91,
                    urgency_confidence=0.6,
                    verdict=VERDICT,
                    milliseconds=3.2,
                )
            )
            session.add(
                Suggestion(
                    ticket_id=ticket_id,
                    article_id=article_id,
                    revision=1,
                    rank=1,
                    title="VPN drops on mobile networks",
                    passage="Turn off metered networks.",
                    chance=0.72,
                    reasons=["the title says VPN drops"],
                    shown_in_round=1,
                    good_enough=True,
                )
            )

    def article(
        self, title: str = "VPN drops on mobile networks", body: str = "## Try\n1. Reconnect."
    ) -> int:
        with self.database.transaction() as session:
            article = draft(
                session,
                TEAM,
                Content(title, "Keep the VPN up.", body, ("vpn dies",), ("Reconnecting",), ("Error 628",)),
                placement=Placement("vpn"),
                author="dee",
                now=self.now,
            )
            publish(session, TEAM, article.id, now=self.now)
            return article.id

    def status(self, ticket_id: int) -> TicketStatus:
        with self.database.reading() as session:
            return TicketStatus(session.get_one(Ticket, ticket_id).status)
