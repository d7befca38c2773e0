"""What has to be said to a database that comes from a backup, before a desk works on it again.

Between the backup and now that desk went on: it may have sent what still waits here, and it has given out numbers
that people and messages in Slack hold. So whatever waits is looked for in Slack before it is posted, what waited for
long is not sent any more, and new numbers begin far behind the old ones. Nobody stays signed in.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

# Nobody wants to read now what they should have been told yesterday.
TOO_OLD = timedelta(days=1)
# More than a desk gives out between two backups.
_GAP = 10_000
_SIGNED_IN = ("sign_in_link", "console_visit")
_STALE = "not sent: it waited in a backup that was restored much later"


def statements(*, kind: str, tables: Collection[str], now: datetime) -> Iterator[str]:
    """In one transaction with putting the rows back. Plain SQL, so that psql can run it too.

    `tables` are those in the backup, which may be older than this program.
    """
    before = _moment(now - TOO_OLD)
    yield (
        f"UPDATE say SET state = 'failed', error = '{_STALE}'"
        f" WHERE state IN ('pending', 'sending') AND created_at < '{before}'"
    )
    # Found in this state, a message is looked for by its number before it is posted.
    yield "UPDATE say SET state = 'sending' WHERE state = 'pending'"
    for name in _SIGNED_IN:
        if name in tables:
            yield f"DELETE FROM {name}"
    if kind == "postgresql":
        yield from _sequences()
    else:
        yield from _spacers(_moment(now))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}.000000"


def _sequences() -> Iterator[str]:
    yield (
        "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(last_value, 1) + "
        f"{_GAP}) FROM pg_sequences WHERE schemaname = 'public'"
    )


def _spacers(now: str) -> Iterator[str]:
    """SQLite goes on from the highest number there is. A row about nothing holds that place."""
    yield (
        "INSERT INTO ticket (id, team_id, requester_id, source, question, status, urgency, generation, level,"
        f" reopened, asked_at, closed_at) SELECT max(id) + {_GAP}, team_id, requester_id, 'command',"
        " 'The desk was restored from a backup: the numbers before this one may have been given out twice.',"
        f" 'closed', 'low', 0, 0, 0, '{now}', '{now}' FROM ticket HAVING count(*) > 0"
    )
    yield (
        "INSERT INTO timeline (ticket_id, at, what, status, reason, details)"
        f" SELECT max(id), '{now}', 'withdraw', 'closed', 'a place holder: the desk was restored', '{{}}'"
        " FROM ticket HAVING count(*) > 0"
    )
    yield (
        "INSERT INTO say (id, team_id, occasion, address, params, state, attempts, created_at, sent_at)"
        f" SELECT max(id) + {_GAP}, team_id, 'desk_news', '', '{{}}', 'sent', 0, '{now}', '{now}'"
        " FROM say HAVING count(*) > 0"
    )
