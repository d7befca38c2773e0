"""Direct messages about being on call: swaps, cover, time off, handoffs. Their words are found when they are sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.slack.desk import Desk
from bot.slack.oncall_facts import mentions, schedule_names, swap_facts
from bot.slack.views.blocks import Block
from bot.slack.views.handoff import HandoffFacts, for_the_incomer, for_the_leaver, thanks
from bot.slack.views.oncall import off_saved
from bot.slack.views.swaps import SWAP_NOTICES, swap_notice
from triage.care.digest import digest
from triage.care.handoff_tables import Handoff, Thanks
from triage.oncall.schedule_tables import AbsenceRow
from triage.oncall.signing_off import silent_until
from triage.oncall.stored import as_absence
from triage.oncall.swap_lookup import shifts_to_offer
from triage.outbox import Say
from triage.people.models import Person

Said = tuple[str, list[Block]]
# None where nothing is left to say.
_Composer = Callable[[Session, Say, Desk, datetime], Said | None]


def oncall_notice(session: Session, row: Say, desk: Desk, now: datetime) -> Said | None:
    return _COMPOSERS[row.params["notice"]](session, row, desk, now)


def _swap(session: Session, row: Say, desk: Desk, now: datetime) -> Said:
    facts = swap_facts(session, row.params["swap_id"], _reader(session, row), now=now)
    return swap_notice(row.params["notice"], facts)


def _off_saved(session: Session, row: Say, desk: Desk, now: datetime) -> Said | None:
    """With the shifts that nobody is on for while they are away."""
    reader = _reader(session, row)
    kept = session.get(AbsenceRow, row.params["absence_id"])
    if kept is None or kept.person_id != reader.id:
        return None
    off = as_absence(kept)
    left = [
        replace(shift, start=max(shift.start, off.start), end=min(shift.end, off.end))
        for shift in shifts_to_offer(session, reader, now=now)
        if shift.start < off.end and off.start < shift.end
    ]
    return off_saved(off, left, schedule_names(session, reader.team_id))


def _handoff(session: Session, row: Say, desk: Desk, now: datetime) -> Said | None:
    reader = _reader(session, row)
    handoff = session.get(Handoff, row.params["handoff_id"])
    if handoff is None:
        return None
    told = digest(session, handoff, now=now)
    owners = [one.owner_id for one in told.tickets if one.owner_id is not None]
    people = mentions(session, [*owners, handoff.leaver_id, handoff.incomer_id or 0])
    facts = HandoffFacts(
        id=handoff.id,
        digest=told,
        people=people,
        leaver=people[handoff.leaver_id],
        incomer=people.get(handoff.incomer_id or 0, ""),
        by_hand=handoff.schedule_id is None,
        settled=handoff.settled_at is not None,
        returns_at=handoff.returns_at,
        silent_until=silent_until(session, reader, now),
        thanked=session.get(Thanks, (handoff.id, reader.id)) is not None,
    )
    return for_the_leaver(facts) if row.params["notice"] == "handoff_goodbye" else for_the_incomer(facts)


def _thanks(session: Session, row: Say, desk: Desk, now: datetime) -> Said:
    return thanks(session.get_one(Person, row.params["from_id"]).slack_id)


def _reader(session: Session, row: Say) -> Person:
    return session.get_one(Person, row.person_id)


_COMPOSERS: dict[str, _Composer] = {
    **dict.fromkeys(SWAP_NOTICES, _swap),
    "off_saved": _off_saved,
    "handoff_for_you": _handoff,
    "handoff_goodbye": _handoff,
    "handoff_thanks": _thanks,
}
ONCALL_NOTICES = frozenset(_COMPOSERS)
