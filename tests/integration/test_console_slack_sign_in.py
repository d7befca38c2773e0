"""Sign in with Slack: who comes back is let in by what Slack signed, and by nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from console_desk import TEAM, Browser, ConsoleDesk, Page

from bot.playground import cast
from bot.playground.openid import Spoiled
from bot.playground.server import create_local_slack, serve
from bot.playground.slack import LocalSlack
from bot.slack.app import make_client
from bot.slack.gateway import Gateway, SlackUnavailable
from bot.slack.openid import SlackSignIn
from bot.slack.role_reading import read_role_groups
from bot.slack.workspaces import Identity, OneWorkspace
from bot.web.console.door import Door
from bot.worker.roles import read_roles
from triage.people.models import Team
from triage.people.role_groups import RoleGroups
from triage.people.roster import known
from triage.policy import Policy
from triage.vocabulary import Role

DESK = "https://desk.example.com"


@dataclass
class Slack:
    local: LocalSlack
    url: str

    def agrees(self, address: str, user: str) -> str:
        """The person says yes on Slack's page; where the browser is sent then, without the host."""
        asked = parse_qs(urlsplit(address).query)
        code = self.local.sign_ins.grant(
            user,
            client_id=asked["client_id"][0],
            redirect_uri=asked["redirect_uri"][0],
            nonce=asked["nonce"][0],
        )
        return f"/signed-in?code={code}&state={asked['state'][0]}"

    def door(self) -> Door:
        return Door(
            SlackSignIn.beside(
                f"{self.url}/api/",
                client_id=cast.CLIENT_ID,
                client_secret=cast.CLIENT_SECRET,
                gateway=Gateway(make_client("", f"{self.url}/api/")),
            )
        )


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    local = LocalSlack(team={**cast.TEAM, "id": TEAM})
    server = serve(create_local_slack(local))
    yield Slack(local, server.url)
    server.stop()
    local.close()


@pytest.fixture
def desk(bare_engine: sa.Engine, slack: Slack) -> ConsoleDesk:
    return ConsoleDesk(bare_engine, local=False, public_url=DESK, door=slack.door())


def begins(browser: Browser, wanted: str = "") -> str:
    page = browser.get("/sign-in", query_string={"wanted": wanted}, base_url=DESK)
    assert page.status == 303
    return page.location


def comes_back(browser: Browser, path: str) -> Page:
    return browser.get(path, base_url=DESK)


def is_in(browser: Browser) -> bool:
    return browser.get("/", base_url=DESK).status == 200


def test_somebody_signs_in_with_slack(desk: ConsoleDesk, slack: Slack) -> None:
    ben = desk.browser()
    assert "Sign in with Slack" in ben.get("/", base_url=DESK).text

    address = begins(ben, "/console/articles?q=vpn")
    assert address.startswith(f"{slack.url}/openid/connect/authorize?")
    asked = parse_qs(urlsplit(address).query)
    assert asked["scope"] == ["openid"]
    assert asked["redirect_uri"] == [f"{DESK}/console/signed-in"]

    page = comes_back(ben, slack.agrees(address, "UBEN"))
    assert (page.status, page.location) == (303, "/console/articles?q=vpn")
    assert "Ben" in ben.get("/", base_url=DESK).text


def test_a_stranger_and_a_requester_are_told_what_to_do(desk: ConsoleDesk, slack: Slack) -> None:
    for user in ("UADA", "UELI"):
        browser = desk.browser()
        page = comes_back(browser, slack.agrees(begins(browser), user))
        assert (page.status, "Ask an admin" in page.text) == (403, True)
        assert not is_in(browser)


def test_a_state_is_good_once_and_in_one_browser(desk: ConsoleDesk, slack: Slack) -> None:
    ben, eve = desk.browser(), desk.browser()
    address = begins(ben)
    begins(eve)
    back = slack.agrees(address, "UBEN")

    # Ben's answer in Eve's browser, and Eve's in Ben's, sign nobody in.
    assert comes_back(eve, back).status == 403
    kept = {cookie.key: cookie.value for cookie in ben.client._cookies.values()}
    assert comes_back(ben, back).status == 303

    # The cookie of before put back, with a fresh code for the same state.
    ben.client.set_cookie(
        "__Host-evenhand_console",
        kept["__Host-evenhand_console"],
        domain="desk.example.com",
        path="/",
        secure=True,
    )
    again = slack.agrees(address, "UBEN")
    assert comes_back(ben, again).status == 403


def test_a_sign_in_that_was_never_begun_here_opens_nothing(desk: ConsoleDesk, slack: Slack) -> None:
    eve = desk.browser()
    for path in ("/signed-in", "/signed-in?code=x&state=", "/signed-in?code=x&state=ü", "/signed-in?state=y"):
        assert comes_back(eve, path).status == 403
    assert not is_in(eve)


def test_whoever_says_no_is_not_let_in_and_not_blamed(desk: ConsoleDesk) -> None:
    ben = desk.browser()
    for _ in range(12):
        state = parse_qs(urlsplit(begins(ben)).query)["state"][0]
        page = comes_back(ben, f"/signed-in?error=access_denied&state={state}")
        assert (page.status, "You said no" in page.text) == (200, True)


@pytest.mark.parametrize(
    "spoiled",
    [
        Spoiled({"nonce": "another"}),
        Spoiled({"nonce": None}),
        Spoiled({"aud": "2.2"}),
        Spoiled({"aud": [cast.CLIENT_ID, "2.2"]}),
        Spoiled({"iss": "https://slack.example"}),
        Spoiled({"exp": 1}),
        Spoiled({"exp": None}),
        Spoiled({"iat": 99_999_999_999}),
        Spoiled({"https://slack.com/team_id": None}),
        Spoiled({"https://slack.com/user_id": ["UBEN"]}),
        Spoiled(algorithm=None),
        Spoiled(algorithm="HS256"),
        Spoiled(stranger_s_key=True),
    ],
    ids=lambda spoiled: str(spoiled.claims or spoiled),
)
def test_a_token_that_does_not_prove_it_opens_nothing(
    desk: ConsoleDesk, slack: Slack, spoiled: Spoiled
) -> None:
    dee = desk.browser()
    slack.local.sign_ins.spoil_next(spoiled)
    page = comes_back(dee, slack.agrees(begins(dee), "UDEE"))

    assert (page.status, "does not prove" in page.text) == (403, True)
    assert not is_in(dee)


def test_the_same_id_in_another_workspace_is_another_person(desk: ConsoleDesk, slack: Slack) -> None:
    eve = desk.browser()
    slack.local.sign_ins.spoil_next(Spoiled({"https://slack.com/team_id": "T2"}))

    assert comes_back(eve, slack.agrees(begins(eve), "UDEE")).status == 403
    assert not is_in(eve)


def test_a_code_works_once(desk: ConsoleDesk, slack: Slack) -> None:
    ben, eve = desk.browser(), desk.browser()
    back = slack.agrees(begins(ben), "UBEN")
    assert comes_back(ben, back).status == 303

    code = parse_qs(urlsplit(back).query)["code"][0]
    state = parse_qs(urlsplit(begins(eve)).query)["state"][0]
    assert comes_back(eve, f"/signed-in?code={code}&state={state}").status == 403
    assert not is_in(eve)


def test_while_slack_is_away_people_are_told_so(desk: ConsoleDesk, slack: Slack) -> None:
    ben = desk.browser()
    for fault, status in (
        ({"http_status": 503}, 503),
        ({"error": "invalid_code"}, 403),
        ({"rate_limited": 7}, 503),
    ):
        slack.local.fail_next("openid.connect.token", **fault)
        page = comes_back(ben, slack.agrees(begins(ben), "UBEN"))
        assert page.status == status
        assert page.headers.get("Retry-After") == ("7" if "rate_limited" in fault else None)
    assert "/oncall console" in page.text
    assert not is_in(ben)


def test_slack_s_keys_are_fetched_once(bare_engine: sa.Engine, slack: Slack) -> None:
    desk = ConsoleDesk(bare_engine, local=False, public_url=DESK, door=slack.door())
    before = slack.local.sign_ins.keys_asked
    for user in ("UBEN", "UCLEO", "UDEE"):
        browser = desk.browser()
        assert comes_back(browser, slack.agrees(begins(browser), user)).status == 303
    assert slack.local.sign_ins.keys_asked == before + 1


def test_who_tries_too_often_has_to_wait_as_long_as_they_are_told(desk: ConsoleDesk, slack: Slack) -> None:
    eve, far = desk.browser(), {"REMOTE_ADDR": "203.0.113.9"}
    for _ in range(10):
        assert comes_back(eve, "/signed-in?state=x").status == 403
    page = comes_back(eve, "/signed-in?state=x")
    assert (page.status, page.headers["Retry-After"]) == (429, "600")
    # Nothing is asked of Slack for this address meanwhile, and another one is not held back.
    assert comes_back(eve, slack.agrees(begins(eve), "UBEN")).status == 429
    ben = desk.browser()
    begun = begins(ben)
    assert ben.get(slack.agrees(begun, "UBEN"), base_url=DESK, environ_base=far).status == 303

    desk.now += timedelta(seconds=600)
    assert comes_back(eve, slack.agrees(begins(eve), "UBEN")).status == 303


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/console/", "/console/\\evil", "/console/\nx"]
)
def test_signing_in_leads_nowhere_else(desk: ConsoleDesk, slack: Slack, wanted: str) -> None:
    ben = desk.browser()
    assert comes_back(ben, slack.agrees(begins(ben, wanted), "UBEN")).location == "/console/"


def test_the_way_back_is_never_taken_from_the_request_s_host(desk: ConsoleDesk) -> None:
    address = desk.browser().get("/sign-in", headers={"Host": "evil.example"}).location
    assert parse_qs(urlsplit(address).query)["redirect_uri"] == [f"{DESK}/console/signed-in"]


# --- Roles from user groups, read at sign-in and now and then ---------------------------------------

GROUPS = RoleGroups(admins="S0ADMINS", agents="S0AGENTS")


@pytest.fixture
def grouped(desk: ConsoleDesk, slack: Slack) -> Iterator[ConsoleDesk]:
    """The desk reads two groups of the local Slack; Eli is in none of them yet."""
    gateway = Gateway(make_client(cast.BOT_TOKEN, f"{slack.url}/api/"))
    desk.desk.workspaces = OneWorkspace(
        gateway, Identity(TEAM, "UBOT", "BBOT", "https://desk.slack.example/")
    )
    desk.desk.rules = Policy(desk_channel="CDESK", role_groups=GROUPS)
    slack.local.add_usergroup("S0ADMINS", "desk-admins", ["UDEE"])
    slack.local.add_usergroup("S0AGENTS", "desk-agents", ["UBEN"])
    yield desk
    slack.local.faults.clear()
    slack.local.scopes.add("usergroups:read")


def role_of(desk: ConsoleDesk, slack_id: str) -> Role | None:
    with desk.database.reading() as session:
        person = known(session, TEAM, slack_id)
        return person.role if person else None


def test_who_was_let_into_the_group_just_now_signs_in(grouped: ConsoleDesk, slack: Slack) -> None:
    eli = grouped.browser()
    assert comes_back(eli, slack.agrees(begins(eli), "UELI")).status == 403

    slack.local.add_usergroup("S0AGENTS", "desk-agents", ["UBEN", "UELI"])
    grouped.now += timedelta(minutes=1)
    assert comes_back(eli, slack.agrees(begins(eli), "UELI")).status == 303
    assert role_of(grouped, "UELI") is Role.AGENT


def test_who_was_put_out_of_the_group_is_out_of_the_console(grouped: ConsoleDesk, slack: Slack) -> None:
    slack.local.add_usergroup("S0AGENTS", "desk-agents", ["UELI"])
    eli = grouped.browser()
    assert comes_back(eli, slack.agrees(begins(eli), "UELI")).status == 303
    slack.local.add_usergroup("S0AGENTS", "desk-agents", [])
    grouped.now += timedelta(minutes=5)

    assert read_role_groups(grouped.desk, TEAM) == 1
    assert not is_in(eli)
    assert comes_back(eli, slack.agrees(begins(eli), "UELI")).status == 403


def test_without_the_scope_everything_stays_and_admins_are_told(grouped: ConsoleDesk, slack: Slack) -> None:
    read_role_groups(grouped.desk, TEAM)
    slack.local.scopes.discard("usergroups:read")
    slack.local.add_usergroup("S0AGENTS", "desk-agents", [])
    grouped.now += timedelta(minutes=5)

    assert read_role_groups(grouped.desk, TEAM) == 0
    assert (role_of(grouped, "UBEN"), role_of(grouped, "UDEE")) == (Role.AGENT, Role.ADMIN)
    dee = grouped.browser()
    assert comes_back(dee, slack.agrees(begins(dee), "UDEE")).status == 303
    assert "usergroups:read" in dee.get("/", base_url=DESK).text


def test_while_slack_is_away_people_sign_in_as_what_they_were(grouped: ConsoleDesk, slack: Slack) -> None:
    slack.local.fail_next("usergroups.users.list", http_status=503, times=3)
    ben = grouped.browser()
    assert comes_back(ben, slack.agrees(begins(ben), "UBEN")).status == 303
    with pytest.raises(SlackUnavailable):
        read_role_groups(grouped.desk, TEAM)
    # The worker leaves it to the next turn.
    read_roles(TEAM, grouped.desk)
    assert role_of(grouped, "UBEN") is Role.AGENT


def test_a_workspace_that_is_served_no_more_has_no_console(desk: ConsoleDesk, slack: Slack) -> None:
    with desk.database.transaction() as session:
        session.add(Team(id="T2", created_at=desk.now))
        session.flush()
        desk.person(session, "ben", Role.ADMIN, team="T2")
    ben = desk.browser()
    slack.local.sign_ins.spoil_next(Spoiled({"https://slack.com/team_id": "T2"}))
    assert comes_back(ben, slack.agrees(begins(ben), "UBEN")).status == 403
