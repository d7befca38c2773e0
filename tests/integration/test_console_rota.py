"""The rota in the console: what it shows, who may change it, and that nothing typed is lost."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from console_desk import TEAM, Browser, ConsoleDesk, Page

from triage.audit import AuditEntry
from triage.oncall.absences import add_absence
from triage.oncall.overrides import add_override
from triage.oncall.plan import (
    AbsenceKind,
    DutyRole,
    Member,
    OverrideKind,
    Restriction,
    Rotation,
    Schedule,
    Turn,
)
from triage.oncall.plans import schedules
from triage.oncall.schedules import save_schedule

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime.fromisoformat("2027-03-01 09:00")


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def plan_desk_hours(
    desk: ConsoleDesk, *people: str, name: str = "Desk hours", only: Sequence[Restriction] = ()
) -> int:
    """Weekly turns, around the clock unless `only` says when, from a day before now on."""
    now = desk.now - timedelta(days=1, hours=1)
    with desk.database.transaction() as session:
        members = tuple(Member(desk.someone(session, one).id) for one in people or ("ben", "cleo"))
        turns = Rotation(0, "Turns", DutyRole.PRIMARY, 1, Turn.WEEK, 1, NINE, members, tuple(only))
        saved = save_schedule(
            session, TEAM, Schedule(0, TEAM, name, BERLIN, (turns,), "DE", "BE"), by=None, now=now
        )
        return saved.id


def away(desk: ConsoleDesk, name: str, kind: AbsenceKind = AbsenceKind.SICK) -> None:
    with desk.database.transaction() as session:
        person = desk.someone(session, name)
        start = desk.now + timedelta(days=1)
        add_absence(
            session, person, kind=kind, start=start, end=start + timedelta(days=1), by=person, now=desk.now
        )


def known(desk: ConsoleDesk) -> list[Schedule]:
    with desk.database.reading() as session:
        return schedules(session, TEAM)


def id_of(desk: ConsoleDesk, name: str) -> int:
    with desk.database.reading() as session:
        return desk.someone(session, name).id


def bars(page: Page) -> list[str]:
    return re.findall(r'data-told="([^"]+)"', page.html)


# What is shown


def test_without_a_schedule_it_says_what_to_do(desk: ConsoleDesk) -> None:
    assert "Make the first one" in desk.browser("dee").get("/rota").text
    ben = desk.browser("ben").get("/rota")
    assert "No schedule yet" in ben.text
    assert "Make the first one" not in ben.text


def test_who_is_on_until_when_and_why(desk: ConsoleDesk) -> None:
    plan_desk_hours(desk)
    page = desk.browser("ben").get("/rota")
    assert "Primary now Ben until Mon 8 Mar, 09:00" in page.text
    assert any("It is Cleo&#39;s turn in “Turns”." in told for told in bars(page))
    assert "style=" not in page.html
    # The same again as a table, and day by day for a phone.
    assert page.html.count("It is Cleo&#39;s turn in “Turns”.") >= 3
    assert 'class="rota-days"' in page.html
    assert "Nobody changes today. On now: Ben (primary)." in page.text
    assert "Skip to the picture of “Desk hours”" in page.text


def test_a_requester_sees_nothing_and_an_agent_changes_nothing(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    ben = desk.browser("ben")
    assert "Put somebody on" not in ben.get("/rota").text
    pages = [f"/rota/{number}/edit", f"/rota/{number}/turns", "/rota/new"]
    for path in (f"/rota/{number}/overrides", f"/rota/{number}/delete", *pages):
        assert ben.post(path).status == 403, path
    for path in pages:
        assert ben.get(path).status == 403, path
    assert [one.name for one in known(desk)] == ["Desk hours"]


def test_an_absence_is_shown_and_its_kind_is_not(desk: ConsoleDesk) -> None:
    plan_desk_hours(desk)
    away(desk, "ben")
    page = desk.browser("dee").get("/rota")
    assert "Ben is away, Wed 3 Mar, 10:00 to Thu 4 Mar, 10:00." in page.text
    assert "Nobody is primary, Wed 3 Mar, 10:00 to Thu 4 Mar, 10:00." in page.text
    assert "sick" not in page.html.lower()


def test_the_address_keeps_how_many_weeks_and_from_when(desk: ConsoleDesk) -> None:
    plan_desk_hours(desk)
    dee = desk.browser("dee")
    page = dee.get("/rota?weeks=4&from=2027-03-15")
    assert "15 March to 11 April 2027" in page.text
    assert "weeks=4&amp;from=2027-04-12" in page.html
    assert "weeks=4&amp;from=2027-02-15" in page.html
    assert "weeks=12&amp;from=2027-03-15" in page.html
    assert "Good Friday" in page.text or "Karfreitag" in page.text


def test_another_workspace_s_schedule_is_not_there(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    dee.get("/rota")
    assert dee.get("/rota/99/edit").status == 404
    assert dee.post("/rota/99/edit", text="x").status in (303, 404)


# Overrides


def post_override(dee: Browser, number: int, **fields: object) -> Page:
    given: dict[str, object] = {
        "role": "primary",
        "start": "2027-03-03T09:00",
        "end": "2027-03-04T09:00",
    }
    return dee.post(f"/rota/{number}/overrides", follow=True, **(given | fields))


def test_an_admin_puts_somebody_on_instead_and_takes_it_back(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    dee = desk.browser("dee")
    dee.get("/rota")
    page = post_override(dee, number, person=id_of(desk, "cleo"), instead_of=id_of(desk, "ben"))
    assert "The rota is changed." in page.text
    assert "Cleo stands in for Ben as primary, Wed 3 Mar, 09:00 to Thu 4 Mar, 09:00." in page.text

    removed = re.search(r"/rota/\d+/overrides/\d+/remove", page.html)
    assert removed
    page = dee.post(removed[0], follow=True)
    assert "Removed." in page.text
    assert "stands in for" not in page.text
    with desk.database.reading() as session:
        told = list(session.scalars(sa.select(AuditEntry.what)))
    assert told == ["schedule.saved", "override.added", "override.removed"]


def test_what_cannot_be_is_said_and_what_was_typed_stays(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    dee = desk.browser("dee")
    dee.get("/rota")
    ben = id_of(desk, "ben")
    page = post_override(dee, number, person=ben, end="2027-03-02T09:00", start="2027-03-05T09:00")
    assert page.status == 409
    assert "ends before it begins" in page.text
    assert 'value="2027-03-05T09:00"' in page.html
    page = post_override(dee, number, person=ben, start="soon")
    assert "Say from when until when" in page.text
    page = post_override(dee, number, person=ben, start="2027-02-03T09:00", end="2027-02-04T09:00")
    assert "past" in page.text
    assert "Changed by hand" not in desk.browser("dee").get("/rota").text


def test_a_swap_of_two_people_has_no_button_for_a_third(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    with desk.database.transaction() as session:
        add_override(
            session,
            number,
            kind=OverrideKind.COVER,
            role=DutyRole.PRIMARY,
            start=desk.now + timedelta(days=1),
            end=desk.now + timedelta(days=2),
            person=desk.someone(session, "cleo"),
            instead_of=desk.someone(session, "ben"),
            origin="swap:1",
            by=None,
            now=desk.now,
        )
    page = desk.browser("dee").get("/rota")
    assert "A swap: the two of them agreed." in page.text
    assert "/remove" not in page.html


# The turns in a form


def turns_form(page: Page) -> dict[str, str]:
    """Everything that the form would send as it stands."""
    fields = dict(re.findall(r'<input type="[a-z-]+" name="(rotation[^"]+)"[^>]* value="([^"]*)"', page.html))
    for name, options in re.findall(r'<select name="(rotation[^"]+)">(.*?)</select>', page.html):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    seen = re.search(r'name="seen" value="([^"]+)"', page.html)
    return fields | {"seen": seen[1] if seen else ""}


def test_the_form_of_turns_sent_as_it_stands_changes_nothing(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    before = known(desk)[0]
    dee = desk.browser("dee")
    form = turns_form(dee.get(f"/rota/{number}/turns"))
    assert "is saved" in dee.post(f"/rota/{number}/turns", follow=True, **form).text
    after = known(desk)[0]
    assert [replace(one, id=0) for one in after.rotations] == [replace(one, id=0) for one in before.rotations]


def test_turns_are_changed_in_a_form_and_the_rest_stays(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    before = known(desk)[0].rotations[0]
    dee = desk.browser("dee")
    form = turns_form(dee.get(f"/rota/{number}/turns"))
    ben, cleo, newcomer = (id_of(desk, name) for name in ("ben", "cleo", "dee"))
    form |= {f"rotation0-person{place}": str(one) for place, one in enumerate((newcomer, cleo, ben))}
    form |= {"rotation0-turn": "business_day", "rotation0-every": "2", "rotation0-starts": "2027-03-08T10:00"}
    assert "is saved" in dee.post(f"/rota/{number}/turns", follow=True, **form).text
    after = known(desk)[0].rotations[0]
    assert [member.person_id for member in after.members] == [newcomer, cleo, ben]
    assert (after.turn, after.every, after.starts) == (
        Turn.BUSINESS_DAY,
        2,
        datetime.fromisoformat("2027-03-08 10:00"),
    )
    assert (after.name, after.role, after.restrictions) == (before.name, before.role, before.restrictions)


def test_whoever_takes_part_for_a_while_still_does_after_the_form(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    saved = known(desk)[0]
    first, *others = saved.rotations[0].members
    meanwhile = replace(first, since=date(2027, 3, 8), until=date(2027, 4, 5))
    with desk.database.transaction() as session:
        rotation = replace(saved.rotations[0], members=(meanwhile, *others))
        changed = replace(saved, rotations=(rotation, *saved.rotations[1:]))
        save_schedule(session, TEAM, changed, by=None, now=desk.now)
    dee = desk.browser("dee")
    form = turns_form(dee.get(f"/rota/{number}/turns"))
    dee.post(f"/rota/{number}/turns", **(form | {"rotation0-every": "2"}))
    rotation = known(desk)[0].rotations[0]
    assert (rotation.every, rotation.members[0]) == (2, meanwhile)


def test_turns_that_cannot_be_are_said_and_what_was_chosen_stays(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    before = known(desk)
    dee = desk.browser("dee")
    form = turns_form(dee.get(f"/rota/{number}/turns"))
    nobody = {name: "" for name in form if name.startswith("rotation0-person")}
    page = dee.post(f"/rota/{number}/turns", **(form | nobody | {"rotation0-every": "7"}))
    assert (page.status, "Nobody takes turns yet" in page.text, 'value="7"' in page.html) == (409, True, True)
    page = dee.post(f"/rota/{number}/turns", **(form | {"rotation0-starts": "soon"}))
    assert (page.status, "be read" in page.text) == (409, True)
    page = dee.post(f"/rota/{number}/turns", **(form | {"rotation0-every": "99"}))
    assert (page.status, "Not saved yet" in page.text) == (409, True)
    assert known(desk) == before


def test_two_forms_of_turns_at_once_lose_nothing(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    dee = desk.browser("dee")
    form = turns_form(dee.get(f"/rota/{number}/turns"))
    dee.post(f"/rota/{number}/turns", **(form | {"rotation0-every": "2"}))
    page = dee.post(f"/rota/{number}/turns", **(form | {"rotation0-every": "3"}))
    assert (page.status, "Somebody else saved this schedule" in page.text) == (409, True)
    assert turns_form(page)["rotation0-every"] == "2"
    assert known(desk)[0].rotations[0].every == 2


# As text


def edited(dee: Browser, number: int) -> tuple[str, str]:
    """The text on the page, and what was seen."""
    page = dee.get(f"/rota/{number}/edit")
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.html, re.S)
    seen = re.search(r'name="seen" value="([^"]+)"', page.html)
    assert text
    assert seen
    return text[1].replace("&#34;", '"').replace("&#39;", "'"), seen[1]


def test_rotations_are_changed_as_text(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    dee = desk.browser("dee")
    text, seen = edited(dee, number)
    page = dee.post(f"/rota/{number}/edit", follow=True, text=text.replace("every: 1", "every: 2"), seen=seen)
    assert "is saved" in page.text
    assert known(desk)[0].rotations[0].every == 2


def test_a_mistake_is_told_by_line_with_the_remedy_and_the_text_stays(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    dee = desk.browser("dee")
    text, seen = edited(dee, number)
    broken = text.replace("turn: week", "turn: fortnight")
    page = dee.post(f"/rota/{number}/edit", text=broken, seen=seen)
    assert page.status == 409
    line = broken.split("\n").index("        turn: fortnight") + 1
    assert f"Line {line}" in page.text
    assert "turn: fortnight" in page.html
    assert known(desk)[0].rotations[0].turn is Turn.WEEK


def test_a_rule_that_only_the_desk_can_refuse_has_its_line_too(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    dee = desk.browser("dee")
    text, seen = edited(dee, number)
    broken = text.replace("every: 1", "every: 99")
    page = dee.post(f"/rota/{number}/edit", text=broken, seen=seen)
    line = broken.split("\n").index("        every: 99") + 1
    assert page.status == 409
    assert f"Line {line}" in page.text


def test_two_editors_at_once_lose_nothing(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    dee = desk.browser("dee")
    text, seen = edited(dee, number)
    dee.post(f"/rota/{number}/edit", text=text.replace("every: 1", "every: 2"), seen=seen)
    page = dee.post(f"/rota/{number}/edit", text=text.replace("every: 1", "every: 3"), seen=seen)
    assert page.status == 409
    assert "Somebody else saved this schedule" in page.text
    assert "every: 2" in page.html, "theirs"
    assert "every: 3" in page.html, "mine"
    assert known(desk)[0].rotations[0].every == 2
    again = re.search(r'name="seen" value="([^"]+)"', page.html)
    assert again
    dee.post(f"/rota/{number}/edit", text=text.replace("every: 1", "every: 3"), seen=again[1])
    assert known(desk)[0].rotations[0].every == 3


def test_a_schedule_is_put_away_and_its_page_is_gone(desk: ConsoleDesk) -> None:
    number = plan_desk_hours(desk)
    dee = desk.browser("dee")
    dee.get(f"/rota/{number}/edit")
    assert "is put away" in dee.post(f"/rota/{number}/delete", follow=True).text
    assert known(desk) == []
    assert dee.get(f"/rota/{number}/edit").status == 404


# By the short form


def short_form(desk: ConsoleDesk, **fields: object) -> dict[str, object]:
    return {
        "name": "Nights",
        "zone": "Europe/Berlin",
        "person0": id_of(desk, "ben"),
        "person1": id_of(desk, "cleo"),
        "turn": "week",
        "every": 1,
        "starts": "2027-03-08T09:00",
        "hours": "always",
        "opens": "09:00",
        "closes": "17:00",
    } | fields


def test_the_first_schedule_is_made_by_a_short_form(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    dee.get("/rota/new")
    page = dee.post("/rota/new", follow=True, **short_form(desk, second="1"))
    assert "“Nights” is saved." in page.text
    (made,) = known(desk)
    ben, cleo = id_of(desk, "ben"), id_of(desk, "cleo")
    assert [(one.role, [member.person_id for member in one.members]) for one in made.rotations] == [
        (DutyRole.PRIMARY, [ben, cleo]),
        (DutyRole.SECONDARY, [cleo, ben]),
    ]
    assert made.rotations[0].starts.date() == date(2027, 3, 8)


def test_office_hours_become_a_restriction(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    dee.get("/rota/new")
    dee.post("/rota/new", **short_form(desk, hours="workdays"))
    (restriction,) = known(desk)[0].rotations[0].restrictions
    assert restriction.weekdays == frozenset(range(5))
    assert (restriction.start.hour, restriction.end.hour) == (9, 17)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("zone", "Berlin", "Europe/Berlin"),
        ("starts", "monday", "can’t be read"),
        ("opens", "nine", "Write it like 09:00"),
        ("name", " ", "Give it a name"),
        ("name", "Desk hours", "There is a schedule with this name already"),
    ],
)
def test_the_short_form_says_what_is_missing_and_keeps_the_rest(
    desk: ConsoleDesk, field: str, value: str, said: str
) -> None:
    plan_desk_hours(desk)
    dee = desk.browser("dee")
    dee.get("/rota/new")
    page = dee.post("/rota/new", **short_form(desk, **{"hours": "daily", field: value}))
    assert page.status == 409
    assert said.replace("’", "&#39;") in page.html or said.replace("’", "'") in page.text
    assert 'value="2027-03-08T09:00"' in page.html or field == "starts"
    assert [one.name for one in known(desk)] == ["Desk hours"]


def test_nobody_takes_turns_in_an_empty_schedule(desk: ConsoleDesk) -> None:
    dee = desk.browser("dee")
    dee.get("/rota/new")
    page = dee.post("/rota/new", **short_form(desk, person0="", person1="99999"))
    assert "Choose at least one person" in page.text
    assert known(desk) == []
