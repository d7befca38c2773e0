"""What is old goes by itself, in small batches, and nothing that is still needed goes with it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories import NOW, POLICY, TEAM, article, person, settle, suggested, waiting
from sqlalchemy import select

from bot.database import Database
from bot.settings import Settings
from bot.slack.inbox import InboxEvent
from bot.tables import metadata
from kb.memory import RememberedQuestion, SaidBy, remember
from triage.audit import AuditEntry, record
from triage.effects import Effect, first_time, seen
from triage.outbox import Say
from triage.policy import KeepingPolicy
from triage.privacy import retention
from triage.privacy.retention import let_go, let_go_some, would_go
from triage.tickets import claims, closing
from triage.tickets.closing import Resolution
from triage.tickets.models import Label, PastTicket, Prediction, Ticket, TicketMessage, TimelineEntry
from triage.timers import Timer
from triage.vocabulary import SayState, TicketStatus, Urgency

WORDS = "xyzzyquux"
LONG_AFTER = NOW + timedelta(days=3_000)
KEPT = ("ticket", "timeline", "label", "prediction", "suggestion", "ticket_message", "satisfaction")


@pytest.fixture
def old_desk(database: Database) -> tuple[Database, int, int]:
    """One ticket was closed long ago; another has waited as long."""
    settle(database)
    done = suggested(database)
    with database.transaction() as session:
        ticket, ben = session.get_one(Ticket, done), person(session, "ben")
        ticket.question = f"{WORDS} does not start"
        session.add(
            TicketMessage(team_id=TEAM, ticket_id=done, channel_id="CHELP", ts="1.1", text=f"{WORDS} is old")
        )
        session.add(
            Prediction(
                ticket_id=done,
                at=NOW,
                model_version="starter",
                urgency=Urgency.LOW,
                category_confidence=1.0,
                urgency_confidence=1.0,
                verdict={"category": None, "words": [{"word": WORDS}], "reasons": [WORDS]},
                milliseconds=1.0,
            )
        )
        claims.claim(session, done, agent=ben, policy=POLICY, now=NOW)
        how = Resolution(f"{WORDS} restarted.", "printing", Urgency.LOW)
        closing.resolve(session, done, how, by=ben, policy=POLICY, now=NOW)
        closing.close(session, ticket, policy=POLICY, now=NOW)
        remember(
            session, TEAM, text=WORDS, article_id=article(session), helped=True, said_by=SaidBy.AGENT, now=NOW
        )
        session.add(PastTicket(team_id=TEAM, key="1", text=WORDS, imported_at=NOW))
        record(session, "something", by=None, team_id=TEAM, now=NOW, said=WORDS)
        for key in (f"reply:{TEAM}:C1:1.1", f"credit:{TEAM}:7"):
            first_time(session, key, now=NOW)
        for number, handled in ((1, NOW), (2, None)):
            body = {"event": {"text": WORDS if number == 1 else "still to be read"}}
            session.add(
                InboxEvent(
                    event_id=f"E{number}",
                    team_id=TEAM,
                    type="message",
                    body=body,
                    received_at=NOW,
                    handled_at=handled,
                )
            )
    still_open = waiting(database, ts="1803981600.000200")
    with database.transaction() as session:
        session.execute(sa.update(Say).values(state=SayState.SENT))
        session.execute(sa.update(Timer).where(Timer.ticket_id == done).values(done_at=NOW))
    return database, done, still_open


def counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            name: session.scalar(select(sa.func.count()).select_from(metadata.tables[name])) or 0
            for name in KEPT
        }


def everything(database: Database) -> str:
    with database.reading() as session:
        rows = [session.execute(select(table)).all() for table in metadata.sorted_tables]
    return str(rows)


def test_a_dry_run_tells_what_goes_and_then_exactly_that_goes(old_desk: tuple[Database, int, int]) -> None:
    database, _, _ = old_desk
    counted = counts(database)
    with database.reading() as session:
        told = would_go(session, TEAM, KeepingPolicy(), now=LONG_AFTER)
    assert WORDS in everything(database)
    with database.transaction() as session:
        done = let_go_some(session, TEAM, KeepingPolicy(), now=LONG_AFTER)
        assert done == told
        assert not let_go_some(session, TEAM, KeepingPolicy(), now=LONG_AFTER)
    assert WORDS not in everything(database)
    assert counts(database) == counted, "what is counted stays"
    with database.reading() as session:
        assert [label.value for label in session.scalars(select(Label).order_by(Label.id))] == [
            "printing",
            "low",
        ]
        assert session.scalars(select(RememberedQuestion.forgotten_at)).one() == LONG_AFTER


def test_what_is_still_needed_stays(old_desk: tuple[Database, int, int]) -> None:
    database, _, still_open = old_desk
    with database.reading() as session:
        mine = select(sa.func.count()).where(Say.ticket_id == still_open)
        said, question = session.scalar(mine), session.get_one(Ticket, still_open).question
    assert said
    with database.transaction() as session:
        let_go_some(session, TEAM, KeepingPolicy(), now=LONG_AFTER)
    with database.reading() as session:
        ticket = session.get_one(Ticket, still_open)
        assert (ticket.status, ticket.question) == (TicketStatus.WAITING, question)
        assert session.scalar(select(sa.func.count()).where(Say.ticket_id == still_open)) == said
        assert session.scalar(select(sa.func.count()).where(Timer.done_at.is_(None))) == 1
        reasons = session.scalars(
            select(TimelineEntry.reason).where(TimelineEntry.ticket_id == still_open)
        ).all()
        assert any(reasons)
        # An event that nobody acted on yet, and what is done once for good.
        assert session.scalars(select(InboxEvent.event_id)).all() == ["E2"]
        assert seen(session, f"credit:{TEAM}:7")
        assert not seen(session, f"reply:{TEAM}:C1:1.1")


def test_nothing_goes_before_its_time_nor_where_it_is_kept_for_ever(
    old_desk: tuple[Database, int, int],
) -> None:
    database, _, _ = old_desk
    for_ever = KeepingPolicy(ticket_text=None, learned_text=None, events=None, audit=None)
    with database.reading() as session:
        assert not would_go(session, TEAM, KeepingPolicy(), now=NOW + timedelta(days=29))
        assert not would_go(session, TEAM, for_ever, now=LONG_AFTER)
        assert not would_go(session, "T2", KeepingPolicy(), now=LONG_AFTER)
        # What has a label may be kept for longer, to learn from.
        learned_for_ever = would_go(session, TEAM, KeepingPolicy(learned_text=None), now=LONG_AFTER)
        assert retention.WORDS not in learned_for_ever


def test_the_duty_takes_a_day_s_share_in_batches_and_then_rests(old_desk: tuple[Database, int, int]) -> None:
    database, _, _ = old_desk
    with database.transaction() as session:
        for number in range(5):
            record(session, f"old {number}", by=None, team_id=TEAM, now=NOW)
        session.flush()
        before = session.scalar(select(sa.func.count()).select_from(AuditEntry)) or 0
        let_go_some(session, TEAM, KeepingPolicy(), now=LONG_AFTER, most=2)
        assert session.scalar(select(sa.func.count()).select_from(AuditEntry)) == before - 2
        while let_go(session, TEAM, POLICY, LONG_AFTER):
            pass
        assert session.get(Effect, f"let_go:{TEAM}:{LONG_AFTER.date()}") is not None
        assert session.scalars(select(AuditEntry)).all() == []
        session.add(AuditEntry(team_id=TEAM, at=NOW, what="late", details={}))
        session.flush()
        assert let_go(session, TEAM, POLICY, LONG_AFTER) == 0
        assert let_go(session, TEAM, POLICY, LONG_AFTER + timedelta(days=1)) == 1


def test_the_settings_say_how_long() -> None:
    kept = Settings().keeping()
    assert kept == KeepingPolicy()
    kept = Settings(keep_ticket_text_days=0, keep_events_days=0.5, keep_audit_days=0).keeping()
    assert (kept.ticket_text, kept.learned_text, kept.audit) == (None, None, None)
    assert kept.events == timedelta(days=3), "Slack may deliver an event again"
    assert Settings(keep_ticket_text_days=10, keep_learned_text_days=400).keeping().learned_text == timedelta(
        400
    )
