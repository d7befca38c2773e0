"""What the desk keeps about one agent goes after some weeks: nobody can look up later who had a hard month."""

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from triage.care.rest import least_worth
from triage.care.tables import BurdenEntry, Pause, RestCredit
from triage.effects import Effect, first_time, seen
from triage.outbox import Occasion, Say
from triage.people.models import Person
from triage.policy import Policy
from triage.vocabulary import CreditChoice, SayState

# What agents were told about themselves, by its name in the outbox.
PRIVATE_NOTICES = frozenset({"rest", "over_cap", "break_offer", "pause"})
_EFFECTS = ("rest:", "break:")


def forget(session: Session, team_id: str, policy: Policy, now: datetime) -> int:
    """A duty, once a day. Time that somebody has yet to take for a night stays until they took it."""
    key = f"forget:{team_id}:{now.date()}"
    if seen(session, key) or not first_time(session, key, now=now):
        return 0
    before = now - policy.care.kept
    people = list(session.scalars(select(Person.id).where(Person.team_id == team_id)))
    spent = or_(
        RestCredit.choice == CreditChoice.REST,
        (RestCredit.taken >= RestCredit.minutes) & (RestCredit.taken >= least_worth(policy.care)),
    )
    gone = 0
    for statement in (
        delete(BurdenEntry).where(BurdenEntry.person_id.in_(people), BurdenEntry.at < before),
        delete(Pause).where(Pause.person_id.in_(people), Pause.until < before),
        delete(RestCredit).where(RestCredit.person_id.in_(people), RestCredit.at < before, spent),
        delete(Effect).where(Effect.at < before, or_(*(Effect.key.startswith(word) for word in _EFFECTS))),
    ):
        gone += session.execute(statement.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
    return gone + _messages(session, people, before=before)


def _messages(session: Session, people: list[int], *, before: datetime) -> int:
    rows = session.scalars(
        select(Say).where(
            Say.person_id.in_(people),
            Say.occasion == Occasion.DIRECT,
            Say.state == SayState.SENT,
            Say.created_at < before,
        )
    ).all()
    private = [row.id for row in rows if row.params.get("notice") in PRIVATE_NOTICES]
    for row_id in private:
        session.execute(delete(Say).where(Say.id == row_id).execution_options(synchronize_session=False))
    return len(private)
