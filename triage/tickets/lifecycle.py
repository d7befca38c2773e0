"""The life of a ticket as one table: which action leads from which status to which. Pure."""

from collections.abc import Iterable

from triage.vocabulary import TicketAction as A
from triage.vocabulary import TicketStatus as S

_ASKED = (S.NEW, S.SUGGESTED)
_UNCLAIMED = (*_ASKED, S.WAITING, S.DEFERRED)

TABLE: dict[A, dict[S, S]] = {
    A.SUGGEST: {S.NEW: S.SUGGESTED},
    A.ESCALATE: dict.fromkeys((*_ASKED, S.DEFERRED), S.WAITING),
    A.DEFER: dict.fromkeys(_ASKED, S.DEFERRED),
    A.PUT_OFF: {S.WAITING: S.DEFERRED},
    A.OPEN_DESK: {S.DEFERRED: S.WAITING},
    A.CLAIM: dict.fromkeys(_UNCLAIMED, S.CLAIMED),
    A.RELEASE: dict.fromkeys((S.CLAIMED, S.ON_HOLD), S.WAITING),
    A.TRANSFER: dict.fromkeys((S.CLAIMED, S.ON_HOLD), S.CLAIMED),
    A.HOLD: {S.CLAIMED: S.ON_HOLD},
    A.RESUME: {S.ON_HOLD: S.CLAIMED},
    A.RESOLVE: dict.fromkeys((*_UNCLAIMED, S.CLAIMED, S.ON_HOLD), S.RESOLVED),
    A.REOPEN: {S.RESOLVED: S.WAITING},
    A.CLOSE: {S.RESOLVED: S.CLOSED},
    A.LAPSE: {S.SUGGESTED: S.CLOSED},
    A.WITHDRAW: dict.fromkeys(_UNCLAIMED, S.CLOSED),
}


def next_status(status: S, action: A) -> S | None:
    """Where the action leads, or None where it is not allowed."""
    return TABLE[action].get(status)


def sources(action: A) -> frozenset[S]:
    """The statuses in which the action is allowed."""
    return frozenset(TABLE[action])


def fold(statuses: Iterable[S | None]) -> S:
    """The status that a timeline tells: the last one that was set, `new` before any."""
    current = S.NEW
    for status in statuses:
        if status is not None:
            current = S(status)
    return current
