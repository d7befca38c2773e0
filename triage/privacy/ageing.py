"""What goes with age, as a table: which rows, how old, and what still needs them. Values and conditions only.

Whatever an open ticket, an unfinished job, a timer or an event that Slack may deliver again still needs, stays.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, literal_column, not_, or_, select

from triage.care.handoff_tables import Handoff
from triage.oncall.swap_tables import Swap
from triage.policy import KeepingPolicy
from triage.tickets.models import Ticket
from triage.vocabulary import SayState, SwapState, TicketStatus

# Effects that answer for one event or one day. The others say for good that something was done.
_PASSING = ("reply:", "edited:", "deleted:", "forget:", "let_go:")


@dataclass(frozen=True)
class Rule:
    """Rows of `table` that fit `old` are deleted, once `kept` says that they are of age."""

    name: str
    table: str
    kept: Callable[[KeepingPolicy], timedelta | None]
    old: Callable[[Table, datetime], ColumnElement[bool]]
    # An indexed column by which the oldest come first, where the keys are no order in time.
    oldest_by: str | None = None


def _events(keeping: KeepingPolicy) -> timedelta | None:
    return keeping.events


def _before(column: str, *, also: Callable[[Table], ColumnElement[bool]] | None = None) -> Any:
    """The moment in the column is past the age, and what else has to hold holds."""

    def old(table: Table, until: datetime) -> ColumnElement[bool]:
        found = table.c[column] < until
        return and_(found, also(table)) if also else found

    return old


def _ticket_is_closed(table: Table) -> ColumnElement[bool]:
    """A closed ticket cannot be reopened: nothing is looked up for it any more."""
    # The status of this one ticket: asked whether a closed one exists, PostgreSQL first lists all that are closed.
    status = select(Ticket.status).where(Ticket.id == table.c.ticket_id).scalar_subquery()
    return or_(table.c.ticket_id.is_(None), status == TicketStatus.CLOSED)


def _said_and_done(table: Table) -> ColumnElement[bool]:
    """Sent or given up, and nobody is going to change the message in Slack."""
    handed = select(Handoff.id).where(
        Handoff.settled_at.is_(None),
        or_(Handoff.leaver_said_id == table.c.id, Handoff.incomer_said_id == table.c.id),
    )
    offered = select(Swap.id).where(Swap.state == SwapState.OFFERED, Swap.said_id == table.c.id)
    return and_(
        # What is left out instead of what is meant: nearly all are sent, and an index of those would find them all.
        table.c.state.not_in((SayState.PENDING, SayState.SENDING)),
        _ticket_is_closed(table),
        not_(handed.exists()),
        not_(offered.exists()),
    )


def _passing(table: Table) -> ColumnElement[bool]:
    return or_(*(table.c.key.startswith(word, autoescape=True) for word in _PASSING))


def _finished_and_not_the_last(table: Table) -> ColumnElement[bool]:
    """The last run of a source tells the next where to go on, and which articles were there."""
    newer = table.alias("newer")
    after = select(newer.c.id).where(
        newer.c.team_id == table.c.team_id,
        newer.c.source == table.c.source,
        newer.c.id > table.c.id,
        newer.c.finished_at.is_not(None),
    )
    sources = table.metadata.tables["article_source"]
    met = select(sources.c.id).where(sources.c.team_id == table.c.team_id, sources.c.seen_in == table.c.id)
    return and_(table.c.finished_at.is_not(None), after.exists(), not_(met.exists()))


RULES: tuple[Rule, ...] = (
    Rule(
        "events that were handled",
        "inbox_event",
        _events,
        _before("handled_at"),
        oldest_by="handled_at",
    ),
    Rule(
        "messages that were sent",
        "say",
        _events,
        _before("created_at", also=_said_and_done),
        oldest_by="created_at",
    ),
    Rule(
        "calls of pagers",
        "pager_call",
        _events,
        _before(
            "created_at", also=lambda table: and_(table.c.state == SayState.SENT, _ticket_is_closed(table))
        ),
    ),
    Rule(
        "timers that fired",
        "timer",
        _events,
        _before("done_at", also=_ticket_is_closed),
        oldest_by="done_at",
    ),
    Rule("notes that something was done", "effect", _events, _before("at", also=_passing)),
    Rule(
        "runs of imports",
        "import_run",
        _events,
        _before("touched_at", also=_finished_and_not_the_last),
    ),
    Rule("links to sign in", "sign_in_link", _events, _before("created_at")),
    Rule("visits to the console", "console_visit", _events, _before("began_at")),
    Rule("lines of the audit", "audit", lambda keeping: keeping.audit, _before("at")),
)


def wordy(keeping: KeepingPolicy, *, now: datetime) -> ColumnElement[bool] | None:
    """Closed tickets whose words are of age; None where no words are."""
    ages = {
        labelled: kept
        for labelled, kept in ((False, keeping.ticket_text), (True, keeping.learned_text))
        if kept is not None
    }
    if not ages:
        return None
    # A constant and one bound for all: so that the index of what still has words serves.
    has_words: ColumnElement[bool] = literal_column("ticket.question <> ''")
    of_age = [
        (has_label() if labelled else not_(has_label())) & (Ticket.closed_at < now - kept)
        for labelled, kept in ages.items()
    ]
    return and_(
        Ticket.status == TicketStatus.CLOSED,
        has_words,
        Ticket.closed_at < now - min(ages.values()),
        or_(*of_age),
    )


def has_label() -> ColumnElement[bool]:
    labels = Ticket.metadata.tables["label"]
    return select(labels.c.id).where(labels.c.ticket_id == Ticket.id).exists()
