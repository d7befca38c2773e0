"""What falls due by itself in a workspace: looked up, never queued, so that a crash loses nothing.

Each duty reads first and writes only where something is due; what it says once, it says once through
`effects.first_time` or a compare-and-swap, so that two workers looking at once do it once.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from triage.care.cover_credit import credit_covers
from triage.care.forgetting import forget
from triage.care.handoff_upkeep import look_after_handoffs
from triage.care.promised import mend_promises, tell_promises
from triage.leaving import present
from triage.oncall.rota_upkeep import look_again_at_swaps, remember_who_was_on, tell_what_is_ahead
from triage.oncall.swap_upkeep import look_after_swaps
from triage.people.models import Team
from triage.policy import Policy
from triage.privacy.retention import let_go
from triage.replays import forget_signatures
from triage.role_upkeep import ask_who_has_a_role
from triage.work_forgetting import forget_old_notes

# Does what is due in the workspace, in the caller's transaction, and says how many things that were.
Duty = Callable[[Session, str, Policy, datetime], int]

DUTIES: tuple[Duty, ...] = (
    remember_who_was_on,
    look_again_at_swaps,
    tell_what_is_ahead,
    look_after_swaps,
    look_after_handoffs,
    credit_covers,
    mend_promises,
    tell_promises,
    forget,
    forget_old_notes,
    let_go,
    forget_signatures,
    ask_who_has_a_role,
)

# Where the app was taken off nothing falls due, but what was kept there is forgotten in its time.
ALSO_WHERE_LEFT: frozenset[Duty] = frozenset({forget, forget_old_notes, let_go, forget_signatures})


def look_after(session: Session) -> Iterator[tuple[str, Duty]]:
    """Every duty of every workspace, for the edge to run one transaction each."""
    here = set(present(session))
    for team_id in session.scalars(select(Team.id).order_by(Team.id)):
        for duty in DUTIES:
            if team_id in here or duty in ALSO_WHERE_LEFT:
                yield team_id, duty
