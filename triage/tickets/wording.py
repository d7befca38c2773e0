"""Whether a ticket's words are harsh: raised by what its requester writes, and never lowered.

The router gives nobody a third of those in a row. It is said of the text, in the timeline that agents read, and
nowhere to the requester.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from triage.care.load import turned_hostile
from triage.care.tone import read_tone
from triage.tickets.models import Ticket, TimelineEntry
from triage.tickets.transition import note

HARSH: Final = "harsh"


def heed(session: Session, ticket: Ticket, text: str, *, now: datetime) -> None:
    """Reads what the requester wrote. Once it is known to be harsh, nothing that follows changes that."""
    if ticket.hostile:
        return
    tone = read_tone(text)
    if not tone.hostile:
        return
    session.flush()
    raised = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.hostile.is_(False))
        .values(hostile=True)
        .returning(Ticket.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(ticket, ["hostile"])
    if raised:
        turned_hostile(session, ticket.id)
        words = ", ".join(f"“{found}”" for found in tone.why)
        note(session, ticket, HARSH, now=now, reason=f"the wording is harsh: {words}")


def told_to_requester(timeline: Iterable[TimelineEntry]) -> list[TimelineEntry]:
    """A ticket's story as whoever asked may read it: nobody is told how their words were heard."""
    return [entry for entry in timeline if entry.what != HARSH]
