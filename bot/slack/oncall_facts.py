"""What Slack's screens need to know about shifts and swaps: names put in, times left to the reader's own zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack import copy_oncall as words
from bot.slack.views.blocks import day_and_time, escape, mention, time_of_day
from triage.oncall.plan import Shift
from triage.oncall.schedule_tables import ScheduleRow
from triage.oncall.swap_tables import Swap, SwapAsk
from triage.people.models import Person
from triage.vocabulary import DutyRole, SwapState

_A_DAY = timedelta(hours=24)


def schedule_names(session: Session, team_id: str) -> dict[int, str]:
    """Also of those that were put away: a swap may speak of them."""
    rows = session.execute(select(ScheduleRow.id, ScheduleRow.name).where(ScheduleRow.team_id == team_id))
    return {schedule_id: name for schedule_id, name in rows}


def mentions(session: Session, people: Sequence[int]) -> dict[int, str]:
    rows = session.execute(select(Person.id, Person.slack_id).where(Person.id.in_(set(people))))
    return {person_id: mention(slack_id) for person_id, slack_id in rows}


def stretch(start: datetime, end: datetime, schedule: str, role: DutyRole) -> str:
    """“*Mon 7 Dec at 09:00* until 17:00 (Weekdays, primary)”, in the zone of whoever reads it."""
    return words.SHIFT.format(
        when=day_and_time(start),
        until=until(start, end),
        schedule=escape(schedule),
        role=words.ROLE_NAME[role],
    )


def until(start: datetime, end: datetime) -> str:
    return time_of_day(end) if end - start < _A_DAY else day_and_time(end)


def shown(shift: Shift, names: dict[int, str]) -> str:
    return stretch(shift.start, shift.end, names.get(shift.schedule_id, ""), shift.role)


def running(shift: Shift, names: dict[int, str]) -> str:
    """A shift that has begun; what was found of it may begin only now, so its beginning is not said."""
    return words.SHIFT_NOW.format(
        until=day_and_time(shift.end),
        schedule=escape(names.get(shift.schedule_id, "")),
        role=words.ROLE_NAME[shift.role],
    )


def in_zone(shift: Shift, names: dict[int, str], zone: ZoneInfo) -> str:
    """For menus, which hold plain text: in the zone of whoever opened the form."""
    start, end = shift.start.astimezone(zone), shift.end.astimezone(zone)
    same_day = start.date() == end.date()
    return words.SHIFT_OPTION.format(
        when=f"{start:%a %d %b %H:%M}",
        until=f"{end:%H:%M}" if same_day else f"{end:%a %d %b %H:%M}",
        schedule=names.get(shift.schedule_id, ""),
        role=words.ROLE_NAME[shift.role],
    )


@dataclass(frozen=True)
class SwapFacts:
    """A swap as one reader may see it."""

    id: int
    state: SwapState
    shift: str
    other: str
    owner: str
    taker: str
    # Whom the owner named; empty where everybody was asked.
    named: tuple[str, ...]
    asked: int
    is_exchange: bool
    emergency: bool
    over: bool
    reader_owns: bool
    reader_takes: bool
    reader_declined: bool


def swap_facts(session: Session, swap_id: int, reader: Person, *, now: datetime) -> SwapFacts:
    swap = session.get_one(Swap, swap_id)
    names = schedule_names(session, swap.team_id)
    asks = session.scalars(
        select(SwapAsk).where(SwapAsk.swap_id == swap.id).order_by(SwapAsk.person_id)
    ).all()
    people = mentions(session, [swap.owner_id, swap.taker_id or 0, *(ask.person_id for ask in asks)])
    return SwapFacts(
        id=swap.id,
        state=swap.state,
        shift=stretch(swap.start, swap.end, names.get(swap.schedule_id, ""), swap.role),
        other=_counter(swap, names),
        owner=people[swap.owner_id],
        taker=people.get(swap.taker_id or 0, ""),
        named=() if swap.anybody else tuple(people[ask.person_id] for ask in asks),
        asked=len(asks),
        is_exchange=swap.counter_start is not None,
        emergency=swap.emergency,
        over=swap.end <= now,
        reader_owns=reader.id == swap.owner_id,
        reader_takes=reader.id == swap.taker_id,
        reader_declined=any(ask.person_id == reader.id and ask.declined_at for ask in asks),
    )


def _counter(swap: Swap, names: dict[int, str]) -> str:
    if swap.counter_start is None or swap.counter_end is None or swap.counter_role is None:
        return ""
    schedule = names.get(swap.counter_schedule_id or 0, "")
    return stretch(swap.counter_start, swap.counter_end, schedule, swap.counter_role)
