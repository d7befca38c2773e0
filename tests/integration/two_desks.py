"""A desk at work in one workspace, and its twin in another: what the tests of scoping look at."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from console_desk import NOW, TEAM, ConsoleDesk
from labelled_desk import add_model, promote
from sqlalchemy.orm import Session
from test_console_models import metrics
from twin import Twin

from bot.slack.inbox import InboxEvent
from bot.tables import metadata
from kb.articles import Content, Placement, draft
from kb.review import ArticleFlag, FlagReason
from kb.votes import vote
from triage.classifier.modes import set_mode
from triage.learning.review_offers import Question, offer
from triage.learning.review_table import Why
from triage.oncall import swaps
from triage.oncall.absences import add_absence
from triage.oncall.calendar.feeds import feed
from triage.oncall.calendar.subscriptions import subscribe
from triage.oncall.calendar.tables import FeedKind
from triage.oncall.current import set_on_call
from triage.oncall.plan import AbsenceKind, DutyRole, Member, Rotation, Schedule, Turn
from triage.oncall.plans import plans
from triage.oncall.schedules import save_schedule
from triage.oncall.shifts import resolve
from triage.outbox import Occasion, say, say_to
from triage.tickets import closing
from triage.tickets.models import Ticket
from triage.vocabulary import LabelField, Mode, SayState, TicketStatus, Urgency
from triage.workspace_rules import set_rules

OTHER = "T2"
BERLIN = ZoneInfo("Europe/Berlin")


class TwoDesks(ConsoleDesk):
    """`people` are of the first workspace; `twin.ids` leads to the rows of the other."""

    twin: Twin

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(engine)
        self.work()

    def work(self) -> None:
        """Something of everything that screens, commands and Slack show."""
        article = self.article()
        other = self.article("Printer is out of paper", "## Try\n1. Open tray 2.")
        waiting = self.ticket("VPN drops on the train to Lyon", minutes_ago=30)
        claimed = self.ticket(
            "Printer in Oslo is jammed", category="printing", status=TicketStatus.CLAIMED, agent="ben"
        )
        self.decided(waiting, article)
        self.decided(claimed, other)
        with self.database.transaction() as session:
            ben, cleo, dee = (self.someone(session, name) for name in ("ben", "cleo", "dee"))
            set_on_call(session, TEAM, [ben, cleo], by=dee, now=NOW)
            how = closing.Resolution("Opened the tray by hand.", "printing", Urgency.MEDIUM, other)
            closing.resolve(session, claimed, how, by=ben, policy=self.desk.rules, now=NOW)
            set_rules(session, TEAM, {"help_channels": "CHELP"}, by=dee, now=NOW)
            self._knowledge(session, article)
            self._learning(session, claimed)
            self._rota(session, ben, cleo, dee)
            self._words(session, waiting, ben)
            for name in ("ben", "dee"):
                say_to(session, Occasion.HOME, self.someone(session, name), now=NOW)
        self.ticket("Where is the menu of the canteen", category=None, minutes_ago=5)
        add_model(self.database, "one", "two", metrics=metrics())
        promote(self.database, "one")

    def _knowledge(self, session: Session, article: int) -> None:
        vote(session, TEAM, article, voter="UADA", helpful=True, now=NOW)
        why = "Fewer and fewer say that it helped."
        flag = ArticleFlag(article_id=article, reason=FlagReason.STOPPED_HELPING, detail=why, raised_at=NOW)
        session.add(flag)
        content = Content("Badges at the gate", "How to get a badge.", "Ask at the desk.", (), (), ())
        draft(session, TEAM, content, placement=Placement("sign_in"), author="ben", now=NOW)

    def _learning(self, session: Session, ticket_id: int) -> None:
        set_mode(session, TEAM, LabelField.CATEGORY, Mode.RECOMMEND, category="vpn", by=None, now=NOW)
        offer(session, TEAM, [Question(f"ticket:{ticket_id}", Why.AUDIT, "printing", "vpn")], now=NOW)

    def _rota(self, session: Session, ben: Any, cleo: Any, dee: Any) -> None:
        starts = datetime.fromisoformat("2027-03-01 09:00")
        members = tuple(Member(person.id) for person in (ben, cleo))
        turns = Rotation(0, "Turns", DutyRole.PRIMARY, 1, Turn.DAY, 1, starts, members)
        saved = save_schedule(
            session,
            TEAM,
            Schedule(0, TEAM, "Desk hours", BERLIN, (turns,)),
            by=dee,
            now=NOW - timedelta(days=1),
        )
        at = NOW + timedelta(days=5)
        plan = plans(session, TEAM, start=NOW, end=NOW + timedelta(days=14))[0]
        add_absence(
            session, cleo, kind=AbsenceKind.SICK, start=at, end=at + timedelta(days=1), by=cleo, now=NOW
        )
        shift = next(
            one
            for one in resolve(plan, NOW + timedelta(days=1), at)
            if one.person_id == ben.id and one.start > NOW
        )
        swaps.offer(session, shift, owner=ben, to=(), by=ben, now=NOW)
        assert saved.id

    def _words(self, session: Session, ticket_id: int, ben: Any) -> None:
        ticket = session.get_one(Ticket, ticket_id)
        told = say(
            session, Occasion.NOTICE, team_id=TEAM, address="CHELP", ticket=ticket, now=NOW, notice="claimed"
        )
        told.state, told.error = SayState.FAILED, "chat.postMessage: is_archived"
        session.add(
            InboxEvent(
                event_id="Ev1",
                team_id=TEAM,
                type="message",
                body={"event": {"text": "still unread"}},
                received_at=NOW,
            )
        )

    def plant_the_twin(self) -> None:
        with self.database.transaction() as session:
            self.twin = Twin(session, TEAM, OTHER)

    def id_of(self, table: str, *, twin: bool) -> int | None:
        """The first row of its kind; the first workspace's are older than its twin's."""
        with self.database.reading() as session:
            first = session.scalar(sa.select(sa.func.min(metadata.tables[table].c.id)))
        if first is None or not twin:
            return first
        return int(self.twin.ids[table][first])

    def say_everything(self, session: Session) -> None:
        """One message of each kind that is made from rows."""
        ticket = session.scalars(sa.select(Ticket).order_by(Ticket.id)).first()
        assert ticket is not None
        for occasion in (Occasion.ANSWER, Occasion.CARD):
            say(session, occasion, team_id=TEAM, address="CHELP", ticket=ticket, now=NOW)
        for name in ("ben", "cleo", "dee"):
            person = self.someone(session, name)
            say_to(session, Occasion.HOME, person, now=NOW)
            say_to(session, Occasion.PAGE, person, ticket=ticket, now=NOW, why="first in line", generation=0)

    def calendars(self) -> list[str]:
        """Ben's own, and one of the whole rota."""
        with self.database.transaction() as session:
            ben = self.someone(session, "ben")
            rota = session.scalars(sa.select(metadata.tables["schedule"].c.id)).one()
            return [
                subscribe(session, ben, FeedKind.MINE, now=NOW)[1],
                subscribe(session, ben, FeedKind.SCHEDULE, schedule_id=rota, now=NOW)[1],
            ]

    def feed(self, token: str) -> str:
        with self.database.reading() as session:
            return feed(session, token, now=NOW).text.decode()
