"""What started a change: its request id and its trace travel in `session.info`, and stay with what follows from it.

The edge puts them there. The domain hands them on and never makes one.
"""

from typing import TypedDict

from sqlalchemy.orm import Session


class Origin(TypedDict):
    """As the columns of these names keep it."""

    request_id: str | None
    trace: str | None


def origin_of(session: Session) -> Origin:
    return Origin(request_id=session.info.get("request_id"), trace=session.info.get("trace"))
