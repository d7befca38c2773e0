"""A signed request counts once. Slack repeats events, which have ids; a click, form or command that comes again with
the same signature was recorded by somebody, who may send it as long as the signature is fresh.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from triage.effects import Effect, first_time
from triage.policy import Policy

_KEY = "signed:"
# No key of another kind lies between these two.
_AFTER = "signed;"
# Slack's own window is five minutes to both sides.
_KEPT = timedelta(hours=1)


def first_sight(session: Session, signature: str, *, now: datetime) -> bool:
    """False for a request that was acted on before. In the transaction that acts, so that one that failed may come
    again."""
    return first_time(session, _KEY + sha256(signature.encode()).hexdigest()[:40], now=now)


def forget_signatures(session: Session, _team_id: str, _policy: Policy, now: datetime) -> int:
    """Those that are too old to be sent again anyway, whichever workspace they were for."""
    old = (Effect.key >= _KEY, Effect.key < _AFTER, Effect.at < now - _KEPT)
    keys = session.scalars(select(Effect.key).where(*old).limit(1_000)).all()
    if keys:
        session.execute(delete(Effect).where(Effect.key.in_(keys)))
    return len(keys)
