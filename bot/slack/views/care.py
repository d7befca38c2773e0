"""What an agent is shown about their own rest and limits: short direct messages, and the form in which they say how
they work."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from bot.slack import copy_care, ids
from bot.slack.limits import OPTION_TEXT, OPTIONS, cut
from bot.slack.views.blocks import (
    Block,
    actions,
    button,
    context,
    field,
    form,
    option,
    section,
    select,
    span,
    time_of_day,
)
from triage.care.profile import MOST_AT_ONCE, Profile, Wishes
from triage.oncall.rules import CareRules
from triage.people.models import Person
from triage.tickets.models import Category
from triage.vocabulary import CreditChoice

# What a direct message about care is called in the outbox.
NOTICES = frozenset({"rest", "over_cap", "break_offer", "pause"})


def care_notice(notice: str, params: dict[str, Any]) -> tuple[str, list[Block]]:
    match notice:
        case "rest":
            text = _rest(params)
            return text, [section(text)]
        case "over_cap":
            text = copy_care.OVER_CAP.format(count=params["count"], cap=params["cap"])
            return text, [section(text)]
        case "pause":
            started = copy_care.BREAK_STARTED if params["kind"] == "break" else copy_care.FOCUS_STARTED
            text = started.format(until=time_of_day(datetime.fromisoformat(params["until"])))
            return text, [section(text), actions(button(copy_care.BUTTON_BACK, ids.END_PAUSE, 0))]
    words = copy_care.BREAK_AFTER_HOSTILE if params["why"] == "hostile" else copy_care.BREAK_AFTER_LONG
    text = words.format(time=span(timedelta(minutes=params["minutes"])))
    return text, [section(text), actions(button(copy_care.BUTTON_BREAK, ids.TAKE_BREAK, 0, primary=True))]


def _rest(params: dict[str, Any]) -> str:
    until = time_of_day(datetime.fromisoformat(params["until"]))
    if params.get("since"):
        since = time_of_day(datetime.fromisoformat(params["since"]))
        return copy_care.REST_AFTER_SHIFT.format(since=since, until=until)
    return copy_care.REST.format(until=until)


def my_care(profile: Profile, categories: Sequence[Category], *, rules: CareRules) -> Block:
    """The form. What is empty in it follows the desk's rules."""
    blocks = [
        context(copy_care.CARE_INTRO.format(zone=profile.zone.key)),
        *_times(profile.wishes, rules),
        *_skills(profile, categories),
        *_choices(profile.wishes),
    ]
    return form(ids.CARE_FORM, copy_care.CARE_TITLE, copy_care.CARE_SUBMIT, blocks)


def in_minutes(left: timedelta) -> str:
    """To the minute, as it is asked for; rounded to hours it would promise what is not there."""
    minutes = int(left / timedelta(minutes=1))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def credit_form(left: timedelta, person: Person, now: datetime) -> Block:
    """Time worked at night becomes time off."""
    next_hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    start: Block = {
        "type": "datetimepicker",
        "action_id": "start",
        "initial_date_time": int(next_hour.timestamp()),
    }
    most = int(left / timedelta(minutes=1))
    hint = copy_care.CREDIT_LENGTH_HINT
    blocks = [
        context(copy_care.CREDIT_INTRO.format(time=in_minutes(left), zone=person.time_zone)),
        field(copy_care.CREDIT_WHEN, "start", start),
        field(copy_care.CREDIT_LENGTH, "minutes", _number("minutes", most, most=most), hint=hint),
    ]
    return form(ids.CREDIT_FORM, copy_care.CREDIT_TITLE, copy_care.CREDIT_SUBMIT, blocks)


def _times(wishes: Wishes, rules: CareRules) -> list[Block]:
    """When, and how much at once."""
    hours = _line("working_hours", wishes.working_hours)
    quiet_from, quiet_until = (
        _clock("quiet_from", wishes.quiet_from),
        _clock("quiet_until", wishes.quiet_until),
    )
    desk_s = copy_care.CARE_QUIET_HINT.format(
        since=f"{rules.quiet_from:%H:%M}", until=f"{rules.quiet_until:%H:%M}"
    )
    cap = _number("work_cap", wishes.work_cap)
    most = copy_care.CARE_CAP_HINT.format(cap=rules.work_cap)
    return [
        field(copy_care.CARE_HOURS, "working_hours", hours, optional=True, hint=copy_care.CARE_HOURS_HINT),
        field(copy_care.CARE_QUIET_FROM, "quiet_from", quiet_from, optional=True),
        field(copy_care.CARE_QUIET_UNTIL, "quiet_until", quiet_until, optional=True, hint=desk_s),
        field(copy_care.CARE_CAP, "work_cap", cap, optional=True, hint=most),
    ]


def _choices(wishes: Wishes) -> list[Block]:
    """How a night is made up for, and whether they work nights by choice."""
    credits = [option(copy_care.CREDIT_NAME[choice], choice.value) for choice in CreditChoice]
    ticked = {"yes"} if wishes.opted_in_nights else ()
    nights = _ticked("nights", [option(copy_care.CARE_NIGHTS_YES, "yes")], ticked)
    return [
        field(copy_care.CARE_CREDIT, "credit", select("credit", credits, chosen=wishes.credit_choice)),
        field(copy_care.CARE_NIGHTS, "nights", nights, optional=True, hint=copy_care.CARE_NIGHTS_HINT),
    ]


def _skills(profile: Profile, categories: Sequence[Category]) -> list[Block]:
    """Nothing where the desk has no categories: Slack takes no empty menu."""
    options = [option(cut(c.name, OPTION_TEXT, markup=False), c.key) for c in categories[:OPTIONS]]
    if not options:
        return []
    menu: Block = {"type": "multi_static_select", "action_id": "skills", "options": options}
    if known := [one for one in options if one["value"] in profile.skills]:
        menu["initial_options"] = known
    return [field(copy_care.CARE_SKILLS, "skills", menu, optional=True, hint=copy_care.CARE_SKILLS_HINT)]


def _line(action_id: str, initial: str) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": action_id, "max_length": 300}
    return element | ({"initial_value": initial} if initial else {})


def _number(action_id: str, initial: int | None, *, most: int = MOST_AT_ONCE) -> Block:
    element: Block = {
        "type": "number_input",
        "action_id": action_id,
        "is_decimal_allowed": False,
        "min_value": "1",
        "max_value": str(most),
    }
    return element | ({"initial_value": str(initial)} if initial else {})


def _clock(action_id: str, initial: time | None) -> Block:
    element: Block = {"type": "timepicker", "action_id": action_id}
    return element | ({"initial_time": f"{initial:%H:%M}"} if initial else {})


def _ticked(action_id: str, options: list[Block], ticked: set[str] | tuple[()]) -> Block:
    element: Block = {"type": "checkboxes", "action_id": action_id, "options": options}
    if initial := [one for one in options if one["value"] in ticked]:
        element["initial_options"] = initial
    return element
