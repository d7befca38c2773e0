"""Coming into the console: one-time links, the demo's choice, visits that end, forms of this visit only."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from console_desk import NOW, SECRET, TEAM, Browser, ConsoleDesk

from bot.slack.speaking import link_signer
from triage.people.models import Person
from triage.vocabulary import Role


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine, local=False)


@pytest.fixture
def demo(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine, local=True)


def test_a_link_opens_the_console_once(desk: ConsoleDesk) -> None:
    link, ben = desk.link("ben"), desk.browser()

    assert "Open the console" in ben.get(link).text
    assert ben.post(link).location == "/console/"
    assert "Ben" in ben.get("/").text

    other = desk.browser()
    other.get(link)
    again = other.post(link)
    assert (again.status, "/oncall console" in again.text) == (410, True)
    assert other.get("/").status == 401


def test_looking_at_a_link_does_not_use_it_up(desk: ConsoleDesk) -> None:
    link, ben = desk.link("ben"), desk.browser()
    for _ in range(3):
        desk.browser().get(link)

    ben.get(link)
    assert ben.post(link).status == 303


def test_a_link_lives_for_ten_minutes(desk: ConsoleDesk) -> None:
    link, ben = desk.link("ben"), desk.browser()
    desk.now += timedelta(minutes=10)

    ben.get(link)
    assert ben.post(link).status == 410


def test_a_forged_link_opens_nothing_and_guessing_is_slowed_down(desk: ConsoleDesk) -> None:
    link, eve = desk.link("ben"), desk.browser()
    number = link.removeprefix("/enter/").split(".")[0]
    forged = [f"/enter/{number}.x", "/enter/1", f"/enter/{link_signer('another key').dumps(1)}"]
    eve.get(link)

    assert [eve.get(path).status for path in forged] == [403] * 3
    assert [eve.post(path).status for path in forged] == [403] * 3
    assert [eve.get("/enter/guess").status for _ in range(5)] == [403] * 4 + [429]
    # Everybody behind a proxy shares one address: a true link still works.
    assert eve.post(link).status == 303


def test_a_signed_word_is_no_link(desk: ConsoleDesk) -> None:
    for odd in ("1", True, -1, 2**63, None, {"id": 1}):
        assert desk.browser().get(f"/enter/{link_signer(SECRET).dumps(odd)}").status == 403


def test_somebody_who_left_the_desk_is_out_at_once(desk: ConsoleDesk) -> None:
    link, ben = desk.link("ben"), desk.browser()
    ben.get(link)
    ben.post(link)
    with desk.database.transaction() as session:
        desk.someone(session, "ben").role = Role.REQUESTER

    assert ben.get("/").status == 401


def test_a_new_role_asks_to_sign_in_again(demo: ConsoleDesk) -> None:
    """A visit is good for what one came in as: no cookie of before gains what the new role may."""
    ben = demo.browser("ben")
    assert ben.get("/work").status == 403
    with demo.database.transaction() as session:
        demo.someone(session, "ben").role = Role.ADMIN

    assert ben.get("/work").status == 401
    assert demo.browser("ben").get("/work").status == 200


def test_a_visit_ends_after_twelve_hours_however_busy(demo: ConsoleDesk) -> None:
    ben = demo.browser("ben")
    for _ in range(11):
        demo.now += timedelta(hours=1)
        assert ben.get("/").status == 200
    demo.now += timedelta(hours=1)
    assert ben.get("/").status == 401


def test_a_visit_ends_when_nobody_comes_for_two_hours(demo: ConsoleDesk) -> None:
    ben = demo.browser("ben")
    demo.now += timedelta(hours=1, minutes=59)
    assert ben.get("/").status == 200
    demo.now += timedelta(hours=2)
    assert ben.get("/").status == 401


def test_each_sign_in_has_a_secret_of_its_own(demo: ConsoleDesk) -> None:
    ben = demo.browser("ben")
    before = cookie_of(ben)
    ben.get("/")
    with demo.database.reading() as session:
        cleo = demo.someone(session, "cleo").id
    ben.post("/who", person=cleo)
    assert "Cleo" in ben.get("/").text

    thief = demo.browser()
    thief.client.set_cookie("evenhand_console", before, path="/console")
    assert thief.get("/").status == 401


def test_a_stolen_cookie_ends_with_the_visit(demo: ConsoleDesk) -> None:
    ben, thief = demo.browser("ben"), demo.browser()
    thief.client.set_cookie("evenhand_console", cookie_of(ben), path="/console")
    assert "Ben" in thief.get("/").text

    ben.get("/")
    ben.post("/leave")
    assert thief.get("/").status == 401


def cookie_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("evenhand_console", path="/console")
    assert cookie is not None
    return cookie.value


def test_signing_out_ends_the_visit(demo: ConsoleDesk) -> None:
    ben = demo.browser("ben")
    ben.get("/")
    ben.post("/leave")

    page = ben.get("/")
    assert (page.status, "You are signed out." in page.text) == (401, True)


def test_without_the_demo_nobody_may_choose_who_they_are(desk: ConsoleDesk) -> None:
    desk_page = desk.browser().get("/")
    assert (desk_page.status, "/oncall console" in desk_page.text) == (401, True)

    eve = desk.browser()
    eve.get(desk.link("ben"))  # any page with a form, for its token
    assert eve.post("/who", person=2).status == 404


def test_the_demo_offers_only_those_who_may_come_in(demo: ConsoleDesk) -> None:
    page = demo.browser().get("/")
    assert [name in page.text for name in ("Ada", "Ben", "Cleo", "Dee")] == [False, True, True, True]

    eve = demo.browser()
    eve.get("/")
    with demo.database.reading() as session:
        ada = demo.someone(session, "ada").id
    for odd in (ada, 987654, 10**30, "x", "", "²"):
        eve.post("/who", person=odd)
        assert eve.get("/").status == 401


@pytest.mark.parametrize(
    "request_from",
    [
        {"environ_base": {"REMOTE_ADDR": "10.0.0.7"}},
        {"base_url": "http://evil.example"},  # a foreign name that points at this machine
        {"headers": {"X-Forwarded-For": "10.0.0.7"}},
    ],
)
def test_the_demo_is_for_this_machine_alone(demo: ConsoleDesk, request_from: dict[str, object]) -> None:
    page = demo.browser().get("/", **request_from)

    assert page.status == 403
    assert "Ben" not in page.text


def test_the_choice_leads_to_the_page_that_was_wanted_and_nowhere_else(demo: ConsoleDesk) -> None:
    with demo.database.reading() as session:
        ben = demo.someone(session, "ben").id
    places = {
        "/console/articles?q=vpn": "/console/articles?q=vpn",
        "https://evil.example/": "/console/",
        "//evil.example/console/": "/console/",
        "/console/\\evil": "/console/",
        "": "/console/",
    }
    for wanted, reached in places.items():
        browser = demo.browser()
        browser.get("/")
        assert browser.post("/who", person=ben, back=wanted).location == reached


@pytest.mark.parametrize("path", ["/who", "/leave", "/tickets/1/claim", "/work/messages/1/retry", "/nowhere"])
@pytest.mark.parametrize("token", ["", "x", "ü", "of another visit"])
def test_every_form_needs_the_token_of_its_visit(demo: ConsoleDesk, path: str, token: str) -> None:
    ben, other = demo.browser("ben"), demo.browser("cleo")
    ben.get("/")
    other.get("/")
    ben.token = other.token if token == "of another visit" else token

    page = ben.post(path)

    assert (page.status, "expired" in page.text) == (400, True)


def test_headers_stand_on_every_page(demo: ConsoleDesk) -> None:
    ben = demo.browser("ben")
    ben.get("/")
    for page in (
        ben.get("/"),
        ben.get("/nowhere"),
        ben.get("/work"),
        demo.browser().get("/"),
        ben.post("/leave"),
    ):
        policy = page.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["Cache-Control"] == "no-store"
        assert "<script>" not in page.html
        assert " style=" not in page.html


def test_the_cookie_is_out_of_reach_and_secure_behind_https(bare_engine: sa.Engine) -> None:
    desk = ConsoleDesk(bare_engine, local=False, public_url="https://desk.example.com")
    cookie = desk.browser().get(desk.link("ben"), base_url="https://desk.example.com").headers["Set-Cookie"]

    assert cookie.startswith("__Host-evenhand_console=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_without_a_key_there_is_no_console(demo: ConsoleDesk) -> None:
    from bot.web.console import console_blueprint

    demo.desk.secret_key = ""
    with pytest.raises(ValueError, match="secret key"):
        console_blueprint(demo.desk)


def test_people_of_another_workspace_see_their_own(demo: ConsoleDesk) -> None:
    from triage.people.models import Team

    mine = demo.ticket("our vpn drops")
    with demo.database.transaction() as session:
        session.add(Team(id="T2", created_at=NOW))
        session.flush()
        stranger = demo.person(session, "zoe", Role.ADMIN, team="T2")
    assert isinstance(stranger, Person)
    zoe = demo.browser()
    zoe.get("/")
    zoe.post("/who", person=stranger.id)

    assert stranger.team_id != TEAM
    assert "our vpn drops" not in zoe.get("/?show=all").text
    assert zoe.get(f"/tickets/{mine}").status == 404
    zoe.get("/")
    assert zoe.post(f"/tickets/{mine}/claim").status == 404
