"""The look-ahead in the console: gaps by week with what to do; what is about one person is for them and for admins."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from console_desk import NOW, ConsoleDesk
from test_console_rota import away, plan_desk_hours

from bot.web.console.look_ahead import weeks
from bot.web.console.my_load import load_picture
from triage.oncall.look_ahead import Concern, ConcernKind
from triage.oncall.overrides import add_override
from triage.oncall.plan import DutyRole, OverrideKind

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def concern(kind: ConcernKind, *, days: int, person: int | None = None) -> Concern:
    start = NOW + timedelta(days=days)
    return Concern(kind, start, start + timedelta(hours=8), person, 1, f"It is {kind.value} {days}")


def test_a_gap_stands_in_its_week_with_what_to_do_and_a_way_there(desk: ConsoleDesk) -> None:
    plan_desk_hours(desk)
    away(desk, "ben")
    page = desk.browser("cleo").get("/look-ahead?days=14")
    assert "One gap in the next 14 days." in page.text
    assert "1 to 7 March 2027" in page.text
    assert "Nobody is on for “Desk hours”" in page.text
    assert "Put somebody on, or ask who could take it." in page.text
    assert "/console/rota?weeks=1&amp;from=2027-03-01#schedule-" in page.html


def test_without_a_schedule_nothing_is_called_fine(desk: ConsoleDesk) -> None:
    page = desk.browser("dee").get("/look-ahead")
    assert ["No schedule yet" in page.text, "Make the first one" in page.text] == [True, True]
    assert "An admin can make the first one" in desk.browser("cleo").get("/look-ahead").text
    plan_desk_hours(desk)
    assert "No schedule yet" not in desk.browser("dee").get("/look-ahead").text


def stands_in(desk: ConsoleDesk, schedule_id: int, name: str, instead_of: str, *, week: int) -> None:
    with desk.database.transaction() as session:
        start = datetime(2027, 3, 1, 9, tzinfo=BERLIN) + timedelta(weeks=week)
        add_override(
            session,
            schedule_id,
            kind=OverrideKind.REPLACE,
            role=DutyRole.PRIMARY,
            start=start,
            end=start + timedelta(weeks=1),
            person=desk.someone(session, name),
            instead_of=desk.someone(session, instead_of),
            by=desk.someone(session, "dee"),
            now=desk.now,
        )


def test_what_strains_one_person_is_for_them_and_for_admins(desk: ConsoleDesk) -> None:
    """Whoever stands in between two weeks of their own has three weeks of nights."""
    rota = plan_desk_hours(desk)
    stands_in(desk, rota, "ben", "cleo", week=1)
    stands_in(desk, rota, "cleo", "ben", week=6)
    ben, cleo, dee = (desk.browser(name).get("/look-ahead").text for name in ("ben", "cleo", "dee"))
    assert "Many nights running. Ben" in ben
    assert "Many nights running. Cleo" not in ben
    assert "Many nights running. Cleo" in cleo
    assert "Many nights running. Ben" not in cleo
    assert "Many nights running. Ben" in dee
    assert "Many nights running. Cleo" in dee


def test_what_every_turn_means_is_for_everybody_and_said_once(desk: ConsoleDesk) -> None:
    plan_desk_hours(desk)
    page = desk.browser("cleo").get("/look-ahead").text
    assert page.count("Many nights running. The turns of “Desk hours” mean up to 7 nights running") == 1
    assert "Shorter turns would mend it for good." in page


def test_without_worries_it_says_so(desk: ConsoleDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_desk_hours(desk)
    monkeypatch.setattr("bot.web.console.look_ahead.look_ahead", lambda *_args, **_more: [])
    page = desk.browser("ben").get("/look-ahead?days=nonsense")
    assert "Nothing to worry about" in page.text
    assert "in the next 90 days" in page.text


def test_the_same_again_is_one_line_a_week() -> None:
    found = [concern(ConcernKind.QUICK_RETURN, days=day, person=1) for day in (0, 1, 2, 7)]
    first, second = weeks(found, now=NOW)
    assert [one.sentence for one in first.concerns] == [
        "It is quick_return 0. So it is 2 more times this week."
    ]
    assert [one.sentence for one in second.concerns] == ["It is quick_return 7."]


def test_a_line_stands_in_the_week_that_its_sentence_names() -> None:
    """Monday's first moment in Berlin is Sunday wherever a reader or the machine is further west."""
    monday = datetime(2027, 3, 8, tzinfo=BERLIN).astimezone(UTC)
    found = Concern(
        ConcernKind.HOURS, monday, monday + timedelta(days=7), 1, 1, "In the week of Mon 8 Mar", zone=BERLIN
    )
    (week,) = weeks([found], now=NOW)
    assert [week.title, week.concerns[0].query["from"]] == ["8 to 14 March 2027", "2027-03-08"]


def test_two_people_s_are_two_lines_and_what_goes_on_is_this_week_s() -> None:
    found = [concern(ConcernKind.NIGHTS, days=day, person=person) for day, person in ((-3, 1), (1, 2))]
    (week,) = weeks(found, now=NOW)
    assert len(week.concerns) == 2


# One's own load as a picture


def test_the_heaviest_day_is_the_highest_bar_and_said_in_words() -> None:
    since = datetime(2027, 2, 2, tzinfo=UTC)
    days = [(datetime(2027, 2, 20, tzinfo=UTC), 60.0), (datetime(2027, 2, 21, tzinfo=UTC), 30.0)]
    picture = load_picture(days, since=since, now=NOW)
    assert picture.title == "Saturday 20 February was the heaviest day, and 27 of 29 were quiet"
    assert [(bar.day.day, bar.height, bar.minutes) for bar in picture.bars if bar.minutes] == [
        (20, 100.0, 60),
        (21, 50.0, 30),
    ]


def test_cover_that_was_undone_is_no_bar_below_the_line() -> None:
    picture = load_picture([(NOW, -40.0)], since=NOW - timedelta(days=28), now=NOW)
    assert picture.title == "Nothing weighed on you in these four weeks"
    assert all(bar.height >= 0 for bar in picture.bars)
