"""What the requester may add with one tap, and what that may change: who is affected, and whether they can work.

Nobody sets a priority by tapping. A tap says how many it hits and how badly, and the table in
`triage.classifier.rulebook` says what follows. Taps alone never make anything critical, and never lower what a rule
found in the words; only what the model had added on top of the rules.

A tap is kept as what a person said (`ToldImpact`), and is no label: whoever asks would else teach the alarms how
loudly to ring for them. The urgency that followed stands in the resolve form, and what the agent leaves or puts
there is the label.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kb.base import Base, UtcDateTime, one_of
from kb.text import clean
from triage.classifier.rules import Judgement, judge, priority
from triage.classifier.verdict import Verdict
from triage.effects import insert_once
from triage.escalation import engine
from triage.outbox import Occasion, say_in_thread
from triage.people.access import Permission, require
from triage.people.models import Person
from triage.policy import Policy
from triage.tickets import promises
from triage.tickets.models import Prediction, Ticket
from triage.tickets.transition import find, note
from triage.vocabulary import OPEN_STATUSES, Impact, Urgency

# Critical pages people at night: the words, a person at the desk or "This can't wait" bring that about, no menu.
MOST_BY_TAP = Urgency.HIGH
# How bad it is for each person, by their own word.
CAN_WORK, IS_STUCK = Urgency.MEDIUM, Urgency.HIGH

# Where a prediction keeps what the rules alone said of the question.
BY_RULES = "by_rules"
_READ_AT_MOST = 2_000


class ToldImpact(Base):
    """What a requester told by tapping. `heard` and `by_rules` are the urgency before it: as judged, and by rules."""

    __tablename__ = "told_impact"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    impact: Mapped[Impact | None] = mapped_column(one_of(Impact))
    stuck: Mapped[bool | None]
    heard: Mapped[Urgency] = mapped_column(one_of(Urgency))
    by_rules: Mapped[Urgency] = mapped_column(one_of(Urgency))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Tap:
    """One answer to one of the two questions; the other one stays as it was told before."""

    impact: Impact | None = None
    stuck: bool | None = None


def weighed(heard: Urgency, by_rules: Urgency, *, impact: Impact | None, stuck: bool | None) -> Urgency:
    """The urgency that follows from what was told, by the table alone."""
    if impact is None and stuck is None:
        return heard
    badness = heard if stuck is None else IS_STUCK if stuck else CAN_WORK
    told = priority(impact or Impact.ONE_PERSON, badness)
    if told.rank >= heard.rank:
        return _higher(heard, min(told, MOST_BY_TAP, key=lambda urgency: urgency.rank))
    return _higher(by_rules, told)


def read_by_rules(question: str) -> Judgement:
    return judge(clean(question)[:_READ_AT_MOST])


def said_by_rules(question: str) -> dict[str, str]:
    """Kept with a prediction: what must not be tapped away."""
    return {BY_RULES: str(read_by_rules(question).urgency)}


def would_matter(ticket: Ticket, row: ToldImpact | None, verdict: Mapping[str, Any]) -> bool:
    """Whether a tap could change anything: not where a rule found that it is critical, unless one was made."""
    return row is not None or Urgency(verdict.get(BY_RULES, ticket.urgency)) is not Urgency.CRITICAL


def told(session: Session, ticket_id: int) -> ToldImpact | None:
    return session.get(ToldImpact, ticket_id, populate_existing=True)


def tell(session: Session, ticket_id: int, tap: Tap, *, by: Person, policy: Policy, now: datetime) -> Ticket:
    """Keeps the tap and lets the table speak. The same tap again, or one on what is done, changes nothing."""
    ticket = find(session, ticket_id, team_id=by.team_id)
    require(by.role, Permission.ESCALATE, own_ticket=ticket.requester_id == by.id)
    if ticket.status not in OPEN_STATUSES or not _keep(session, ticket, tap, now=now):
        return ticket
    row = told(session, ticket.id)
    assert row is not None, "kept above"
    session.refresh(ticket)  # another tap may have changed it while this one waited for the row
    before = ticket.urgency
    _change(session, ticket, row)
    note(
        session,
        ticket,
        "told_impact",
        now=now,
        actor=by,
        reason=_in_words(row),
        details={"impact": row.impact, "stuck": row.stuck, "from": str(before), "to": str(ticket.urgency)},
    )
    promises.reckon(session, ticket, policy=policy, now=now)
    requester = session.get_one(Person, ticket.requester_id)
    say_in_thread(session, Occasion.ANSWER_REFRESH, ticket, requester=requester, now=now)
    engine.refresh_card(session, ticket, policy=policy, now=now)
    return ticket


def heard_again(session: Session, ticket: Ticket, verdict: Verdict, by_rules: Mapping[str, str]) -> None:
    """The question was reworded: what was told before is weighed against the new reading."""
    row = told(session, ticket.id)
    if row is None:
        return
    row.heard = _higher(row.heard, verdict.urgency)
    row.by_rules = _higher(row.by_rules, Urgency(by_rules[BY_RULES]))
    ticket.urgency = weighed(row.heard, row.by_rules, impact=row.impact, stuck=row.stuck)
    session.flush()


def _keep(session: Session, ticket: Ticket, tap: Tap, *, now: datetime) -> bool:
    """Whether this tap said something new; of two presses at once the second finds it said."""
    session.flush()
    insert_once(
        session,
        ToldImpact,
        ticket_id=ticket.id,
        impact=None,
        stuck=None,
        heard=ticket.urgency,
        by_rules=_by_rules(session, ticket),
        told_at=now,
    )
    values: dict[str, Any] = {"told_at": now}
    news = []
    for column, value in ((ToldImpact.impact, tap.impact), (ToldImpact.stuck, tap.stuck)):
        if value is not None:
            values[column.key] = value
            news.append(column.is_distinct_from(value))
    kept = session.execute(
        update(ToldImpact)
        .where(ToldImpact.ticket_id == ticket.id, or_(*news))
        .values(values)
        .returning(ToldImpact.ticket_id)
        .execution_options(synchronize_session=False)
    )
    return kept.first() is not None


def _by_rules(session: Session, ticket: Ticket) -> Urgency:
    """The most that rules found in any wording of the question; a verdict that does not say so counts as all rule."""
    verdicts = session.execute(
        select(Prediction.verdict, Prediction.urgency).where(Prediction.ticket_id == ticket.id)
    )
    found = [Urgency(verdict.get(BY_RULES, urgency)) for verdict, urgency in verdicts]
    return max(found, key=lambda urgency: urgency.rank, default=ticket.urgency)


def _change(session: Session, ticket: Ticket, row: ToldImpact) -> None:
    """Only from the urgency that this caller saw, and only while the ticket is open."""
    urgency = weighed(row.heard, row.by_rules, impact=row.impact, stuck=row.stuck)
    session.execute(
        update(Ticket)
        .where(
            Ticket.id == ticket.id,
            Ticket.urgency == ticket.urgency,
            Ticket.status.in_([str(status) for status in OPEN_STATUSES]),
        )
        .values(urgency=urgency)
        .execution_options(synchronize_session=False)
    )
    session.refresh(ticket)


def _in_words(row: ToldImpact) -> str:
    who = {Impact.ONE_PERSON: "just me", Impact.TEAM: "my team", Impact.EVERYONE: "everyone"}
    words = [who[row.impact]] if row.impact else []
    if row.stuck is not None:
        words.append("I am stuck" if row.stuck else "I can work")
    return ", ".join(words)


def _higher(one: Urgency, other: Urgency) -> Urgency:
    return max(one, other, key=lambda urgency: urgency.rank)
