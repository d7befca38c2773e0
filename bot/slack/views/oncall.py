"""`/oncall` as text and as forms: who is on, my on-call, offer a shift, stand in, take time off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.slack import copy_care, ids
from bot.slack import copy_oncall as words
from bot.slack.limits import OPTION_TEXT, OPTIONS, cut
from bot.slack.oncall_facts import in_zone, running, shown, until
from bot.slack.views.blocks import (
    Block,
    actions,
    bullet,
    button,
    context,
    day_and_time,
    divider,
    escape,
    field,
    form,
    header,
    moment,
    option,
    section,
    select,
)
from bot.slack.views.care import in_minutes
from triage.oncall.plan import Absence, Shift
from triage.people.models import Person
from triage.vocabulary import AbsenceKind

# What people choose themselves; rest follows from work at night.
_CHOSEN = (AbsenceKind.TIME_OFF, AbsenceKind.SICK, AbsenceKind.LEARNING, AbsenceKind.PROTECTED)
# A list that is longer tells nothing more.
_LISTED = 5


@dataclass(frozen=True)
class OnNow:
    """One schedule, and who is on in it; where nobody is, who comes next."""

    schedule: str
    shifts: tuple[Shift, ...]
    following: Shift | None = None


def who_is_on(found: Iterable[OnNow], people: dict[int, str]) -> str:
    lines = [words.WHO_IS_ON]
    for one in found:
        schedule = escape(one.schedule)
        for shift in one.shifts:
            on = words.WHO_LINE.format(
                schedule=schedule,
                role=words.ROLE_NAME[shift.role],
                person=people[shift.person_id],
                until=until(shift.start, shift.end),
            )
            lines.append(bullet(on))
        if one.shifts:
            continue
        if one.following is None:
            lines.append(bullet(words.WHO_NOBODY.format(schedule=schedule)))
        else:
            person, when = people[one.following.person_id], day_and_time(one.following.start)
            lines.append(bullet(words.WHO_NEXT.format(schedule=schedule, person=person, when=when)))
    return "\n".join(lines)


@dataclass(frozen=True)
class Mine:
    """What `/oncall me` says. Shown to its owner alone."""

    now: Sequence[Shift]
    ahead: Sequence[Shift]
    asked: Sequence[str]
    offered: Sequence[str]
    off: Sequence[Absence]
    rest_until: datetime | None
    silent_until: datetime | None
    quiet_until: datetime | None
    names: dict[int, str]
    # For work at night, kept for later.
    to_make_up: timedelta = timedelta(0)


def me(mine: Mine) -> str:
    def listed(title: str, lines: Sequence[str]) -> list[str]:
        return [title, *map(bullet, lines[:_LISTED])] if lines else []

    lines = listed(words.ME_NOW, [running(shift, mine.names) for shift in mine.now])
    lines += listed(words.ME_NEXT, [shown(shift, mine.names) for shift in mine.ahead])
    if not lines:
        lines.append(words.ME_NO_SHIFTS)
    lines += listed(words.ME_ASKED, mine.asked)
    lines += listed(words.ME_OFFERED, mine.offered)
    if mine.off:
        lines.append(words.ME_OFF)
        lines += [
            bullet(
                words.ME_OFF_LINE.format(
                    kind=words.ABSENCE_NAME[one.kind],
                    when=day_and_time(one.start),
                    until=day_and_time(one.end),
                )
            )
            for one in mine.off[:_LISTED]
        ]
    for said, ends in (
        (words.ME_REST, mine.rest_until),
        (words.ME_SILENT, mine.silent_until),
        (words.ME_QUIET, mine.quiet_until),
    ):
        if ends is not None:
            lines.append(said.format(until=moment(ends)))
    if mine.to_make_up:
        lines.append(copy_care.CREDIT_LEFT.format(time=in_minutes(mine.to_make_up)))
    if mine.ahead:
        lines.append(words.ME_MORE)
    return "\n".join(lines)


def help_text() -> str:
    return "\n".join(words.HELP.values())


# --- Forms ------------------------------------------------------------------------------------------


def named(shift: Shift) -> str:
    """A shift as an option's value: what it takes to find it again, should the rota have changed meanwhile."""
    return f"{shift.schedule_id}|{shift.role}|{shift.occurrence}|{int(shift.start.timestamp())}"


def _shifts(shifts: Sequence[Shift], labels: Iterable[str]) -> Block:
    options = [
        option(cut(label, OPTION_TEXT, markup=False), named(shift))
        for shift, label in zip(shifts, labels, strict=True)
    ]
    return select("shift", options[:OPTIONS])


def _mine(shifts: Sequence[Shift], names: dict[int, str], person: Person) -> Block:
    zone = ZoneInfo(person.time_zone)
    return _shifts(shifts, [in_zone(shift, names, zone) for shift in shifts])


def _picker(kind: str, action_id: str, **initial: str) -> Block:
    return {"type": kind, "action_id": action_id, **initial}


def offer_form(
    shifts: Sequence[Shift], names: dict[int, str], person: Person, colleagues: Sequence[Person]
) -> Block:
    """Only who could take one can be chosen: Slack's own menu of people would offer everybody."""
    blocks = [
        context(words.SWAP_INTRO.format(zone=person.time_zone)),
        field(words.SWAP_SHIFT, "shift", _mine(shifts, names, person)),
        field(words.SWAP_SINCE, "since", _picker("datetimepicker", "since"), optional=True),
        field(
            words.SWAP_UNTIL,
            "until",
            _picker("datetimepicker", "until"),
            optional=True,
            hint=words.SWAP_PART_HINT,
        ),
    ]
    if colleagues:
        shown = [option(cut(one.called, OPTION_TEXT, markup=False), one.slack_id) for one in colleagues]
        people: Block = {"type": "multi_static_select", "action_id": "people", "options": shown[:OPTIONS]}
        blocks.append(field(words.SWAP_TO, "to", people, optional=True, hint=words.SWAP_TO_HINT))
    return form(ids.SWAP_FORM, words.SWAP_TITLE, words.SWAP_SUBMIT, blocks)


def return_form(
    swap_id: int, asked: tuple[str, str], shifts: Sequence[Shift], names: dict[int, str], person: Person
) -> Block:
    """`asked`: the shift they would take, and whose it is."""
    shift, owner = asked
    blocks = [
        section(words.RETURN_INTRO.format(shift=shift, person=owner)),
        field(words.RETURN_SHIFT, "shift", _mine(shifts, names, person)),
    ]
    return form(ids.RETURN_FORM, words.RETURN_TITLE, words.RETURN_SUBMIT, blocks, metadata=str(swap_id))


def cover_form(
    shifts: Sequence[Shift],
    names: dict[int, str],
    called: dict[int, str],
    person: Person,
    *,
    for_others: bool,
) -> Block:
    zone = ZoneInfo(person.time_zone)
    labels = [
        words.COVER_OPTION.format(person=called[shift.person_id], shift=in_zone(shift, names, zone))
        for shift in shifts
    ]
    blocks = [
        context(words.COVER_INTRO),
        field(words.COVER_SHIFT, "shift", _shifts(shifts, labels)),
    ]
    if for_others:
        who: Block = {"type": "users_select", "action_id": "person", "initial_user": person.slack_id}
        blocks.append(field(words.COVER_WHO, "who", who))
    return form(ids.COVER_FORM, words.COVER_TITLE, words.COVER_SUBMIT, blocks)


def off_form(today: str) -> Block:
    kinds = [option(words.ABSENCE_NAME[kind], kind.value) for kind in _CHOSEN]
    kind = select("kind", kinds, chosen=AbsenceKind.TIME_OFF.value)
    hint = words.OFF_TIME_HINT
    blocks = [
        field(words.OFF_KIND, "kind", kind, hint=words.OFF_KIND_HINT),
        field(words.OFF_SINCE, "since", _picker("datepicker", "since", initial_date=today)),
        field(words.OFF_UNTIL, "until", _picker("datepicker", "until", initial_date=today)),
        field(words.OFF_SINCE_TIME, "since_time", _picker("timepicker", "since_time"), optional=True),
        field(
            words.OFF_UNTIL_TIME, "until_time", _picker("timepicker", "until_time"), optional=True, hint=hint
        ),
    ]
    return form(ids.OFF_FORM, words.OFF_TITLE, words.OFF_SUBMIT, blocks)


# --- App Home ---------------------------------------------------------------------------------------


def home_section(mine: Mine) -> list[Block]:
    """Small: when I am on, what asks me, until when I rest. A desk without schedules has only the buttons."""
    lines = [words.HOME_NOW.format(shift=running(shift, mine.names)) for shift in mine.now[:2]]
    lines += [words.HOME_NEXT.format(shift=shown(shift, mine.names)) for shift in mine.ahead[:1]]
    if mine.names and not lines:
        lines.append(words.HOME_NO_SHIFT)
    if mine.asked:
        lines.append(words.ME_ASKED)
        lines += map(bullet, mine.asked[:_LISTED])
    blocks = [divider(), header(words.HOME_ONCALL)]
    if lines:
        blocks.append(section("\n".join(lines)))
    for said, ends in ((words.ME_REST, mine.rest_until), (words.ME_SILENT, mine.silent_until)):
        if ends is not None:
            blocks.append(context(said.format(until=moment(ends))))
    buttons = [
        button(words.HOME_OFF, ids.HOME_OFF, "off"),
        button(copy_care.BUTTON_MY_CARE, ids.MY_CARE, "care"),
    ]
    if mine.to_make_up:
        buttons.append(button(copy_care.BUTTON_CREDIT, ids.MY_CREDIT, "credit"))
    if mine.ahead:
        buttons.insert(0, button(words.HOME_OFFER, ids.HOME_SWAP, "swap"))
    return [*blocks, actions(*buttons)]


def off_saved(off: Absence, left: Sequence[Shift], names: dict[int, str]) -> tuple[str, list[Block]]:
    """What was saved, and the shifts in that time: nobody is on for them unless somebody takes them."""
    line = words.OFF_SAVED.format(when=day_and_time(off.start), until=day_and_time(off.end))
    if not left:
        return line, [section(line)]
    listed = "\n".join(bullet(shown(shift, names)) for shift in left[:_LISTED])
    more = words.OFF_SHIFTS.format(shifts=f"\n{listed}")
    ask = actions(button(words.HOME_OFFER, ids.HOME_SWAP, "swap", primary=True))
    return line, [section(line), section(more), context(words.OFF_OFFER), ask]
