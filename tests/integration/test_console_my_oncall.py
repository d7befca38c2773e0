"""My on-call in the console: one's own shifts, swaps, time off, wishes and calendars, and nobody else's."""

import re
from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from console_desk import TEAM, Browser, ConsoleDesk, Page
from test_console_rota import plan_desk_hours

from triage.care import load, profile
from triage.care.tables import RestCredit
from triage.oncall import cover
from triage.oncall.burden import Work
from triage.oncall.plan import AbsenceKind, Restriction
from triage.oncall.plans import on_duty
from triage.oncall.rules import CareRules
from triage.oncall.schedule_tables import AbsenceRow
from triage.vocabulary import CreditChoice, Urgency

RULES = CareRules()


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    desk = ConsoleDesk(bare_engine)
    plan_desk_hours(desk, only=[Restriction(frozenset(range(5)), time(9), time(17))])
    return desk


def keys(page: Page) -> list[str]:
    return re.findall(r'name="shift" value="([^"]+)"', page.html)


def offer(browser: Browser, **fields: object) -> Page:
    """Offers the second of one's own shifts, which is still to come."""
    page = browser.get("/my-oncall")
    return browser.post("/my-oncall/offer", follow=True, **({"shift": keys(page)[1]} | fields))


def pressed(browser: Browser, page: Page, what: str) -> Page:
    found = re.search(rf"/my-oncall/swaps/\d+/{what}", page.html)
    assert found, f"no button to {what}"
    return browser.post(found[0], follow=True)


def who_is_on(desk: ConsoleDesk, *, hours: int) -> list[str]:
    with desk.database.reading() as session:
        return [
            name
            for shift in on_duty(session, TEAM, at=desk.now + timedelta(hours=hours))
            for name in ("ben", "cleo")
            if desk.someone(session, name).id == shift.person_id
        ]


def test_one_sees_one_s_own_shifts_and_nobody_else_s(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben").get("/my-oncall").text
    assert "Now: Tue 2 Mar, 09:00 to 17:00 Desk hours, primary." in ben
    assert "Mon 8 Mar" not in ben
    assert "Cleo's turn" not in ben
    assert "no shifts" in desk.browser("dee").get("/my-oncall").text


def test_what_somebody_carries_is_shown_to_them_alone(desk: ConsoleDesk) -> None:
    ticket = desk.ticket()
    work = Work(30, Urgency.HIGH, after_hours=True, hostile=True)
    with desk.database.transaction() as session:
        ben = desk.someone(session, "ben")
        load.took(session, ben.id, ticket, work, rules=RULES, now=desk.now - timedelta(hours=2))
        load.put_down(session, ben.id, ticket, work, rules=RULES, now=desk.now - timedelta(hours=1))
    ben_reads, dee_reads = (desk.browser(name).get("/my-oncall") for name in ("ben", "dee"))
    assert "Tuesday 2 March was the heaviest day" in ben_reads.text
    assert "Hostile 1" in ben_reads.text
    assert "Nothing weighed on you" in dee_reads.text
    assert ['class="burden"' in reads.html for reads in (ben_reads, dee_reads)] == [True, False]
    assert "Hostile 0" in dee_reads.text
    assert "style=" not in ben_reads.html


# Shifts change hands


def test_a_shift_is_offered_and_taken_on_the_console(desk: ConsoleDesk) -> None:
    ben, cleo = desk.browser("ben"), desk.browser("cleo")
    assert "Offered. You stay on until somebody accepts." in offer(ben).text
    assert who_is_on(desk, hours=24) == ["ben"]
    page = cleo.get("/my-oncall")
    assert "Ben asks: who takes Wed 3 Mar, 09:00 to 17:00" in page.text
    assert "It is yours." in pressed(cleo, page, "accept").text
    assert who_is_on(desk, hours=24) == ["cleo"]
    assert "Cleo takes Wed 3 Mar, 09:00 to 17:00 (Desk hours, primary) from you." in (
        ben.get("/my-oncall").text
    )


def test_a_part_of_a_shift_may_be_offered(desk: ConsoleDesk) -> None:
    ben, cleo = desk.browser("ben"), desk.browser("cleo")
    page = offer(ben, start="2027-03-03T09:00", end="2027-03-03T12:00")
    assert "Wed 3 Mar, 09:00 to 12:00" in page.text
    pressed(cleo, cleo.get("/my-oncall"), "accept")
    assert who_is_on(desk, hours=24) == ["cleo"]
    assert who_is_on(desk, hours=27) == ["ben"]


def test_an_offer_is_withdrawn_or_declined_without_a_word_on_who(desk: ConsoleDesk) -> None:
    ben, cleo = desk.browser("ben"), desk.browser("cleo")
    offer(ben)
    assert "You ask: who takes" in ben.get("/my-oncall").text
    assert "nobody is told" in pressed(cleo, cleo.get("/my-oncall"), "decline").text
    assert "You are on." in pressed(ben, ben.get("/my-oncall"), "withdraw").text
    assert "/accept" not in cleo.get("/my-oncall").html


def test_the_second_of_two_who_take_it_is_told_kindly(desk: ConsoleDesk) -> None:
    with desk.database.transaction() as session:
        desk.person(session, "finn", desk.someone(session, "ben").role)
    ben, cleo, finn = (desk.browser(name) for name in ("ben", "cleo", "finn"))
    offer(ben)
    seen = finn.get("/my-oncall")
    pressed(cleo, cleo.get("/my-oncall"), "accept")
    page = pressed(finn, seen, "accept")
    assert page.status == 409
    assert "a moment quicker" in page.text


def test_a_shift_that_moved_is_not_offered(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    ben.get("/my-oncall")
    page = ben.post("/my-oncall/offer", follow=True, shift="1|primary|2027-01-01T00:00:00+00:00")
    assert "That shift has moved since" in page.text


def test_cover_is_undone_by_whom_it_is_about(desk: ConsoleDesk) -> None:
    with desk.database.transaction() as session:
        (shift,) = on_duty(session, TEAM, at=desk.now)
        cleo = desk.someone(session, "cleo")
        cover.cover_now(session, shift, taker=cleo, by=cleo, now=desk.now)
    ben = desk.browser("ben")
    page = ben.get("/my-oncall")
    assert "Cleo stands in for you" in page.text
    assert "Undone." in pressed(ben, page, "undo").text
    assert who_is_on(desk, hours=0) == ["ben"]


# Time off


def test_time_off_is_taken_by_whole_days_and_removed(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    ben.get("/my-oncall")
    page = ben.post("/my-oncall/off", follow=True, kind="learning", first="2027-03-16", last="2027-03-17")
    assert "Learning : Tue 16 Mar, 00:00 to Thu 18 Mar, 00:00" in page.text
    assert "nobody is on for you yet" in page.text
    assert (
        "Learning"
        not in desk.browser("dee").get("/my-oncall").text.split("My time off")[1].split("Day")[0][:60]
    )
    removed = re.search(r"/my-oncall/off/\d+/remove", page.html)
    assert removed
    assert "You are back in the rota." in ben.post(removed[0], follow=True).text


def test_nobody_removes_somebody_else_s_time_off(desk: ConsoleDesk) -> None:
    ben, dee = desk.browser("ben"), desk.browser("dee")
    ben.get("/my-oncall")
    ben.post("/my-oncall/off", kind="sick", first="2027-03-16", last="2027-03-17")
    with desk.database.reading() as session:
        number = session.scalars(sa.select(AbsenceRow.id)).one()
    dee.get("/my-oncall")
    dee.post(f"/my-oncall/off/{number}/remove")
    with desk.database.reading() as session:
        assert session.scalars(sa.select(AbsenceRow.kind)).all() == [AbsenceKind.SICK]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"first": "", "last": "2027-03-17"}, "Say the first and the last day."),
        ({"first": "2027-03-18", "last": "2027-03-16"}, "ends before it begins"),
        ({"first": "2027-02-01", "last": "2027-02-02"}, "over already"),
        ({"first": "2027-03-16", "last": "2027-03-17", "since": "noon"}, "Write times like 22:00."),
    ],
)
def test_time_off_that_cannot_be_is_refused_and_stays_typed(
    desk: ConsoleDesk, fields: dict[str, str], said: str
) -> None:
    ben = desk.browser("ben")
    ben.get("/my-oncall")
    page = ben.post("/my-oncall/off", follow=True, kind="time_off", **fields)
    assert page.status == 409
    assert said in page.text
    assert f'value="{fields["last"]}"' in page.html


# How I work, and calendars


def test_wishes_are_saved_and_shown(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    ben.get("/my-oncall")
    page = ben.post(
        "/my-oncall/wishes",
        follow=True,
        working_hours="Mon-Fri 08:00-16:00",
        quiet_from="21:00",
        quiet_until="08:00",
        work_cap=3,
        credit_choice="later",
        nights="1",
        skill="vpn",
    )
    assert "Saved." in page.text
    assert 'value="Mon-Fri 08:00-16:00"' in page.html
    with desk.database.reading() as session:
        saved = profile.profile_of(session, desk.someone(session, "ben"), rules=RULES)
    assert (saved.cap, saved.skills, saved.wishes.credit_choice) == (3, {"vpn"}, CreditChoice.LATER)
    assert saved.wishes.opted_in_nights


def test_a_wish_that_cannot_be_kept_says_so_and_saves_nothing(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    ben.get("/my-oncall")
    page = ben.post("/my-oncall/wishes", follow=True, working_hours="always", skill="vpn")
    assert page.status == 409
    assert 'value="always"' in page.html
    with desk.database.reading() as session:
        assert profile.profile_of(session, desk.someone(session, "ben"), rules=RULES).skills == frozenset()


def test_a_calendar_s_address_is_shown_once_and_revoked(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    ben.get("/my-oncall")
    page = ben.post("/my-oncall/calendars", follow=True)
    assert re.search(r"http://localhost/calendar/[\w-]{30,}\.ics", page.text)
    again = ben.get("/my-oncall")
    assert "/calendar/" not in again.html
    revoked = re.search(r"/my-oncall/calendars/\d+/revoke", again.html)
    assert revoked
    dee = desk.browser("dee")
    dee.get("/my-oncall")
    assert "no such calendar" in dee.post(revoked[0], follow=True).text
    assert "Revoked." in ben.post(revoked[0], follow=True).text
    assert "/revoke" not in ben.get("/my-oncall").html


def test_the_address_of_a_form_leads_back_to_the_page(desk: ConsoleDesk) -> None:
    assert desk.browser("ben").get("/my-oncall/off").status == 303


def test_time_worked_at_night_is_taken_as_time_off(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    assert "as time off" not in ben.get("/my-oncall").text
    with desk.database.transaction() as session:
        row = RestCredit(
            person_id=desk.someone(session, "ben").id,
            night=desk.now.date(),
            minutes=90.0,
            choice=CreditChoice.LATER,
            kept=True,
            at=desk.now,
        )
        session.add(row)
    assert "Take some of it as time off" in ben.get("/my-oncall").text
    start = "2027-03-03T10:00"
    assert (
        "You have 90 minutes to make up for." in ben.post("/my-oncall/rest", start=start, minutes="91").text
    )
    page = ben.post("/my-oncall/rest", follow=True, start=start, minutes="60")
    assert "It is yours. Nobody asks you then." in page.text
    assert "30 min of 1.5 h" in page.text
