"""Letting go of what is old, a little at a time: so that nobody waits for it, and a stop loses nothing."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select, update
from sqlalchemy.orm import Session

from kb.memory import RememberedQuestion, count_write
from triage.care.handoff_tables import HandoffNote
from triage.effects import first_time, seen
from triage.policy import KeepingPolicy, Policy
from triage.privacy.ageing import RULES, Rule, wordy
from triage.privacy.subject import in_team, table_named
from triage.privacy.treatment import wordless
from triage.suggestions.models import Suggestion
from triage.tickets.models import PastTicket, Prediction, Ticket, TicketMessage, TimelineEntry

# A quarter of a second on a slow disk, in which nobody else writes to a SQLite file.
_AT_ONCE = 200
WORDS, REMEMBERED, PAST = (
    "tickets that lose their words",
    "questions that were learned",
    "tickets from before this desk",
)


def let_go(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """A duty: each day in batches until nothing of age is left."""
    key = f"let_go:{team_id}:{now.date()}"
    if seen(session, key):
        return 0
    done = sum(let_go_some(session, team_id, policy.keeping, now=now).values())
    if not done:
        first_time(session, key, now=now)
    return done


def let_go_some(
    session: Session, team_id: str, keeping: KeepingPolicy, *, now: datetime, most: int = _AT_ONCE
) -> Mapping[str, int]:
    """One batch of each kind: what it is → how many. Empty once nothing is left."""
    done: Counter[str] = Counter()
    for rule in RULES:
        if (found := _of_age(rule, team_id, keeping, now=now)) is not None:
            table, old = found
            done[rule.name] = _delete(session, table, old, by=rule.oldest_by, most=most)
    done[WORDS] = _lose_words(session, team_id, keeping, now=now, most=most)
    done[REMEMBERED] = _forget(session, team_id, keeping, now=now, most=most)
    done[PAST] = _past(session, team_id, keeping, now=now, most=most)
    return +done


def would_go(session: Session, team_id: str, keeping: KeepingPolicy, *, now: datetime) -> Mapping[str, int]:
    """The same without touching anything: how many of each kind are of age."""
    due: Counter[str] = Counter()
    for rule in RULES:
        if (found := _of_age(rule, team_id, keeping, now=now)) is not None:
            table, old = found
            due[rule.name] = session.scalar(select(func.count()).select_from(table).where(old)) or 0
    if (words := wordy(keeping, now=now)) is not None:
        due[WORDS] = session.scalar(select(func.count()).where(Ticket.team_id == team_id, words)) or 0
    if keeping.learned_text is not None:
        before = now - keeping.learned_text
        for name, fits in ((REMEMBERED, _remembered(team_id, before)), (PAST, _imported(team_id, before))):
            due[name] = session.scalar(select(func.count()).where(fits)) or 0
    return +due


def _of_age(
    rule: Rule, team_id: str, keeping: KeepingPolicy, *, now: datetime
) -> tuple[Table, ColumnElement[bool]] | None:
    table, kept = table_named(rule.table), rule.kept(keeping)
    if table is None or kept is None:
        return None
    # An effect belongs to no workspace by itself; its key tells.
    ours = (
        in_team(table, team_id)
        if rule.table != "effect"
        else table.c.key.contains(f":{team_id}:", autoescape=True)
    )
    return table, ours & rule.old(table, now - kept)


def _delete(
    session: Session, table: Table, old: ColumnElement[bool], *, by: str | None = None, most: int
) -> int:
    (key,) = table.primary_key.columns
    first = key if by is None else table.c[by]
    ids = session.scalars(select(key).where(old).order_by(first).limit(most)).all()
    if ids:
        session.execute(delete(table).where(key.in_(ids)))
    return len(ids)


def _lose_words(session: Session, team_id: str, keeping: KeepingPolicy, *, now: datetime, most: int) -> int:
    """Status, category, urgency, durations, labels and who did what stay."""
    if (old := wordy(keeping, now=now)) is None:
        return 0
    ids = session.scalars(select(Ticket.id).where(Ticket.team_id == team_id, old).limit(most)).all()
    if not ids:
        return 0
    _set(session, Ticket, Ticket.id.in_(ids), question="", resolution=None)
    _set(session, TicketMessage, TicketMessage.ticket_id.in_(ids), text="")
    _set(session, TimelineEntry, TimelineEntry.ticket_id.in_(ids), reason="")
    _set(session, Suggestion, Suggestion.ticket_id.in_(ids), reasons=[])
    _set(session, HandoffNote, HandoffNote.ticket_id.in_(ids), note="")
    verdicts = session.execute(
        select(Prediction.id, Prediction.verdict).where(Prediction.ticket_id.in_(ids))
    ).all()
    for id_, verdict in verdicts:
        _set(session, Prediction, Prediction.id == id_, verdict=wordless(verdict))
    return len(ids)


def _forget(session: Session, team_id: str, keeping: KeepingPolicy, *, now: datetime, most: int) -> int:
    """With a new version on each, so that every process forgets it too."""
    if keeping.learned_text is None:
        return 0
    old = _remembered(team_id, now - keeping.learned_text)
    ids = session.scalars(select(RememberedQuestion.id).where(old).limit(most)).all()
    if ids:
        gone = {
            "text": "",
            "meaning": None,
            "meaning_model": None,
            "changed_in": count_write(session, team_id),
        }
        still = func.coalesce(RememberedQuestion.forgotten_at, now)
        _set(session, RememberedQuestion, RememberedQuestion.id.in_(ids), forgotten_at=still, **gone)
    return len(ids)


def _remembered(team_id: str, before: datetime) -> ColumnElement[bool]:
    table = RememberedQuestion
    return (table.team_id == team_id) & (table.at < before) & (table.text != "")


def _past(session: Session, team_id: str, keeping: KeepingPolicy, *, now: datetime, most: int) -> int:
    if keeping.learned_text is None:
        return 0
    old = _imported(team_id, now - keeping.learned_text)
    ids = session.scalars(select(PastTicket.id).where(old).limit(most)).all()
    if ids:
        _set(session, PastTicket, PastTicket.id.in_(ids), text="")
    return len(ids)


def _imported(team_id: str, before: datetime) -> ColumnElement[bool]:
    """By the day on which they came here: whoever brings old tickets in wants to learn from them."""
    return (PastTicket.team_id == team_id) & (PastTicket.imported_at < before) & (PastTicket.text != "")


def _set(session: Session, table: type[Any], rows: ColumnElement[bool], **values: Any) -> None:
    session.execute(update(table).where(rows).values(**values).execution_options(synchronize_session=False))
