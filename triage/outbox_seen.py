"""Whether Slack has what it said it took: now and then it answers `ok`, and the message is not there.

What was posted comes back to us as an event, like any message, and is seen. What does not come back is looked for:
not there, it is looked for once more a while later, so that a Slack which is slow to show what it has makes us say
nothing twice; then it is sent again, as the same row. What stood in Slack and was deleted there stays deleted.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Update, func, select, tuple_, update
from sqlalchemy.orm import Session

from triage.outbox import Say, rank
from triage.vocabulary import SayState
from triage.work import Deliver, enqueue

LOOK_AFTER = timedelta(seconds=30)
LOOK_AGAIN_AFTER = timedelta(seconds=30)
# Slack was away, or what it lets us ask in a minute did not do for all. After as long, whoever waited for the message
# has gone another way, and what was not looked for once is believed to be there.
BELIEVED_AFTER = timedelta(days=1)
# Slack took it so often, and never had it: now somebody has to see to it.
MOST_POSTS = 3
_A_LOOK = 10


class Stood(NamedTuple):
    """A message that was there, by what Slack tells."""

    team_id: str
    channel: str
    ts: str


def note_seen(session: Session, stood: Iterable[Stood]) -> int:
    """What came back need not be looked for; says how many of ours those were."""
    by_team: dict[str, list[tuple[str, str]]] = {}
    for one in stood:
        by_team.setdefault(one.team_id, []).append((one.channel, one.ts))
    noted = 0
    for team_id, places in by_team.items():
        here = tuple_(Say.sent_channel, Say.sent_ts).in_(places)
        noted += _change(session, _of(team_id, here).values(look_for_at=None))
    return noted


def unsure_teams(session: Session, *, now: datetime) -> list[str]:
    """Where something should have come back by now."""
    return list(session.scalars(select(Say.team_id).where(Say.look_for_at <= now).distinct()))


def unsure(session: Session, team_id: str, *, now: datetime, limit: int = _A_LOOK) -> Sequence[Say]:
    """What should have come back by now: first what was missed once, then the oldest of each channel in turn. Where no
    events reach us from a channel, all of it is looked for, and the others need not wait for that."""
    rows = select(Say).where(Say.team_id == team_id, Say.look_for_at <= now)
    age = Say.look_for_at, Say.id
    turn = func.row_number().over(partition_by=Say.sent_channel, order_by=age)
    return session.scalars(rows.order_by((Say.missed % 2).desc(), turn, *age).limit(limit)).all()


def believe_old(session: Session, team_id: str, *, now: datetime) -> int:
    """Says how many messages are so old that nobody looks for them any more. What was missed is still said again."""
    old = Say.look_for_at <= now, Say.sent_at < now - BELIEVED_AFTER, Say.missed % 2 == 0
    return _change(session, _of(team_id, *old).values(look_for_at=None))


def is_lost(row: Say) -> bool:
    """Whether Slack did not have it half a minute ago. Each time it is posted, one look may miss it; the second time
    it counts as lost, and is posted again: so an odd number of misses stands for one since it was last posted."""
    return row.missed % 2 == 1


def take_look(session: Session, row: Say, *, now: datetime) -> bool:
    """Whether it is for the caller to look: of two workers at once, one does. If that one dies, another does later."""
    later = now + LOOK_AGAIN_AFTER
    mine = _change(session, _as_read(row).values(look_for_at=later))
    row.look_for_at = later
    return bool(mine)


def believe(session: Session, row: Say) -> None:
    """It is there, or was and somebody deleted it, or Slack does not tell."""
    _change(session, _as_read(row).values(look_for_at=None))


def missed(session: Session, row: Say) -> bool:
    """Slack does not have it. False where it came back meanwhile."""
    return bool(_change(session, _as_read(row).values(missed=row.missed + 1)))


def say_again(session: Session, row: Say) -> SayState | None:
    """Sends what is lost on its way again, or gives it up; None where somebody was quicker.

    It waits as `sending`: who delivers it looks for its number in Slack once more before posting it.
    """
    misses = row.missed + 1
    given_up = misses >= 2 * MOST_POSTS
    state = SayState.FAILED if given_up else SayState.SENDING
    error = f"Slack took it {misses // 2} times, and does not have it" if given_up else None
    # It stands nowhere: what would change it has nothing to change.
    nowhere = {"sent_channel": None, "sent_ts": None, "look_for_at": None}
    changes = {"state": state, "missed": misses, "error": error, **nowhere}
    if not _change(session, _as_read(row).where(Say.state == SayState.SENT).values(**changes)):
        return None
    if not given_up:
        # In a lane of its own: what stands in the old one may wait for just this message.
        again = Deliver(row.id, f"again:{row.id}", attempt=row.attempts, rank=rank(row.occasion))
        enqueue(session, again)
    return state


def _of(team_id: str, *conditions: ColumnElement[bool]) -> Update:
    return update(Say).where(Say.team_id == team_id, Say.look_for_at.is_not(None), *conditions)


def _as_read(row: Say) -> Update:
    """Only as long as nobody has changed when it is looked for."""
    return update(Say).where(Say.id == row.id, Say.look_for_at == row.look_for_at)


def _change(session: Session, change: Update) -> int:
    """How many rows; asked for, because PostgreSQL's driver does not always count them."""
    asked = change.returning(Say.id).execution_options(synchronize_session=False)
    return len(session.execute(asked).all())
