"""Workspaces install the app, keep their tokens sealed, lose them, and come back."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from databases import empty, hurry
from edge_desk import MESSAGE, Edge, event
from many_slacks import ManySlacks
from pydantic import SecretStr
from werkzeug.test import TestResponse

from bot.assembly import Assembly, assemble, prepare_database
from bot.clock import system_clock
from bot.playground import cast
from bot.playground.server import Running, serve
from bot.sealing import Sealer, new_key
from bot.settings import Settings
from bot.slack.gateway import NotInstalled, SlackRefused
from bot.slack.inbox import InboxEvent
from bot.slack.installations import Installation, installation, reseal
from bot.worker.delivery import deliver
from bot.worker.events import handle_event
from bot.worker.timers import wake_overdue
from bot.worker.tokens import TokenKeeper
from triage.outbox import Say
from triage.people.models import Person, Team
from triage.tickets.models import Ticket
from triage.timers import Timer
from triage.vocabulary import Role, SayState

ONE, TWO = "TONE", "TTWO"
KEY, OLDER = new_key(), new_key()
SECRET = "an-edge-test-secret"


class Desk:
    """A desk for several workspaces, two local Slacks, and a browser."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.slack = ManySlacks(ONE, TWO)
        self.server: Running = serve(self.slack)  # type: ignore[arg-type]
        settings = Settings(
            data_folder=folder,
            database_url=f"sqlite:///{folder / 'several.sqlite'}",
            slack_bot_token=None,
            slack_client_id=cast.CLIENT_ID,
            slack_client_secret=SecretStr(cast.CLIENT_SECRET),
            slack_signing_secret=SecretStr(SECRET),
            slack_app_token=None,
            slack_api_url=f"{self.server.url}/api/",
            public_url="https://desk.example.com",
            encryption_keys=(SecretStr(KEY), SecretStr(OLDER)),
        )
        prepare_database(settings, always=True)
        self.later = timedelta(0)
        self.assembly: Assembly = assemble(settings, clock=lambda: system_clock() + self.later)
        hurry(self.assembly.sql)
        self.edge = Edge(self.assembly)

    @property
    def desk(self) -> Any:
        return self.assembly.desk

    def begin(self) -> tuple[str, str]:
        """Presses Install: the state that Slack is given, and the cookie that stays in the browser."""
        answer = self.assembly.web.test_client(use_cookies=False).get("/slack/install")
        assert answer.status_code == 302, answer.text
        asked = parse_qs(urlsplit(answer.location).query)
        assert asked["redirect_uri"] == ["https://desk.example.com/slack/oauth_redirect"]
        assert "chat:write" in asked["scope"][0]
        return asked["state"][0], answer.headers["Set-Cookie"].partition(";")[0]

    def back(self, state: str, cookie: str, code: str) -> TestResponse:
        address = f"/slack/oauth_redirect?code={code}&state={state}"
        browser = self.assembly.web.test_client(use_cookies=False)
        return browser.get(address, headers={"Cookie": cookie})

    def install(self, team: str, user: str = "UDEE") -> TestResponse:
        state, cookie = self.begin()
        local = self.slack.slacks[team]
        code = local.installing.allow(user, "https://desk.example.com/slack/oauth_redirect")
        return self.back(state, cookie, code)

    def row(self, team: str) -> Installation | None:
        with self.desk.database.reading() as session:
            return installation(session, team)

    def asks(self, team: str, text: str = "my VPN drops on the train") -> str:
        """An event from that workspace; its id, whether or not it was stored."""
        local = self.slack.slacks[team]
        channel = local.dm("UADA")
        inner = MESSAGE | {
            "ts": local.say("UADA", channel, text),
            "text": text,
            "channel": channel,
            "channel_type": "im",
            "team": team,
        }
        body = event(inner, team_id=team, context_team_id=team)
        body["authorizations"][0]["team_id"] = team
        answer = self.edge.post_json(body)
        assert answer.status_code == 200
        return str(body["event_id"])

    def takes_off(self, team: str) -> None:
        """Somebody removes the app in Slack."""
        self.slack.slacks[team].installing.end_token("account_inactive")
        told = event(
            {"type": "app_uninstalled"}, team_id=team, event_time=int(self.desk.clock().timestamp()) + 1
        )
        told["authorizations"][0]["team_id"] = team
        assert self.edge.post_json(told).status_code == 200
        handle_event(str(told["event_id"]), self.desk)

    def handle(self, event_id: str) -> None:
        handle_event(event_id, self.desk)

    def deliver_all(self) -> None:
        with self.desk.database.reading() as session:
            waiting = session.scalars(
                sa.select(Say.id).where(Say.state == SayState.PENDING).order_by(Say.id)
            ).all()
        for say_id in waiting:
            deliver(say_id, self.desk)

    def count(self, table: type[Any], **where: Any) -> int:
        with self.desk.database.reading() as session:
            return len(session.scalars(sa.select(table).filter_by(**where)).all())

    def start_over(self) -> None:
        """Nobody has the app yet."""
        empty(self.assembly.sql)
        self.later = timedelta(0)
        several = self.assembly.several
        assert several is not None
        several.workspaces._open.clear()
        several.workspaces._served.clear()
        for local in self.slack.slacks.values():
            local.installing.__init__()  # type: ignore[misc]
            local.calls.clear()

    def close(self) -> None:
        self.slack.close()
        self.server.stop()
        self.assembly.close()


@pytest.fixture(scope="module")
def the_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("several"))
    yield desk
    desk.close()


@pytest.fixture
def desk(the_desk: Desk) -> Desk:
    the_desk.start_over()
    return the_desk


def test_a_workspace_installs_the_app_and_its_installer_is_told_what_to_do(desk: Desk) -> None:
    page = desk.install(ONE)
    assert page.status_code == 200
    assert "Workspace TONE" in page.text
    row = desk.row(ONE)
    assert row is not None
    assert (row.bot_user_id, row.installed_by, row.team_name) == (cast.BOT_USER, "UDEE", "Workspace TONE")
    with desk.desk.database.reading() as session:
        dee = session.scalars(sa.select(Person).filter_by(team_id=ONE, slack_id="UDEE")).one()
        assert dee.role is Role.ADMIN
    desk.deliver_all()
    local = desk.slack.slacks[ONE]
    told = local.messages(local.dm("UDEE"))[-1]
    assert "first admin" in told["text"]
    assert "console" in repr(told["blocks"])


def test_no_token_can_be_read_in_the_database(desk: Desk) -> None:
    desk.slack.slacks[ONE].installing.rotating = True
    desk.install(ONE)
    about = desk.slack.slacks[ONE].installing
    everything = b"".join(file.read_bytes() for file in desk.folder.iterdir() if file.is_file())
    for token in (about.bot_token, about.refresh_token):
        assert token
        assert token.encode() not in everything


@pytest.mark.parametrize("wrong", ["another browser", "no cookie", "used twice", "too late", "made up"])
def test_an_answer_that_was_not_asked_for_installs_nothing(desk: Desk, wrong: str) -> None:
    state, cookie = desk.begin()
    code = desk.slack.slacks[ONE].installing.allow("UDEE", "https://desk.example.com/slack/oauth_redirect")
    expected = {"another browser": 400, "no cookie": 400}.get(wrong, 401)
    match wrong:
        case "another browser":
            cookie = desk.begin()[1]
        case "no cookie":
            cookie = ""
        case "used twice":
            assert desk.back(state, cookie, code).status_code == 200
            code = desk.slack.slacks[TWO].installing.allow(
                "UDEE", "https://desk.example.com/slack/oauth_redirect"
            )
        case "too late":
            signer = desk.assembly.several.flow.settings.state_store._signer  # type: ignore[union-attr]
            state = _made_long_ago(signer)
            cookie = f"slack-app-oauth-state={state}"
        case "made up":
            state = state[:-2] + "xx"
            cookie = f"slack-app-oauth-state={state}"
    answer = desk.back(state, cookie, code)
    assert answer.status_code == expected
    assert "/slack/install" in answer.text
    assert desk.row(TWO if wrong == "used twice" else ONE) is None


def _made_long_ago(signer: Any) -> str:
    maker = signer.make_signer(signer.salt)
    maker.get_timestamp = lambda: int(datetime(2020, 1, 1).timestamp())  # noqa: DTZ001
    return str(maker.sign(signer.dump_payload("old")).decode())


def test_what_happens_in_a_workspace_without_the_app_is_acknowledged_and_not_stored(desk: Desk) -> None:
    desk.install(ONE)
    desk.asks(TWO)
    assert desk.count(InboxEvent) == 0
    desk.handle(desk.asks(ONE))
    assert desk.count(Ticket, team_id=ONE) == 1
    assert desk.count(Team, id=TWO) == 0


def test_two_workspaces_are_answered_each_with_its_own_token(desk: Desk) -> None:
    """The same people, the same channels, the same moments: Slack would refuse the other's token."""
    for team in (ONE, TWO):
        desk.install(team)
        desk.handle(desk.asks(team))
    desk.deliver_all()
    assert desk.count(Say, state=SayState.FAILED) == 0
    for team in (ONE, TWO):
        local = desk.slack.slacks[team]
        tokens = {call.method for call in local.calls}
        assert "chat.postMessage" in tokens
        assert desk.count(Ticket, team_id=team) == 1


def test_when_the_app_is_taken_off_its_tokens_go_and_nothing_falls_due_until_it_comes_back(
    desk: Desk,
) -> None:
    desk.install(ONE)
    desk.handle(desk.asks(ONE))
    waiting = desk.count(Say, state=SayState.PENDING)
    assert waiting
    desk.takes_off(ONE)
    with desk.desk.database.reading() as session:
        row = session.get_one(Installation, ONE)
        assert (row.sealed_bot_token, row.sealed_refresh_token) == (None, None)
    assert desk.count(Say, state=SayState.PENDING) == 0
    assert desk.count(Ticket, team_id=ONE) == 1
    with pytest.raises(NotInstalled):
        desk.desk.gateway_for(ONE)
    desk.later = timedelta(hours=2)
    assert wake_overdue(desk.desk) == 0
    assert desk.count(Timer, done_at=None) >= 1
    desk.install(ONE, user="UADA")
    assert wake_overdue(desk.desk) >= 1
    with desk.desk.database.reading() as session:
        ada = session.scalars(sa.select(Person).filter_by(team_id=ONE, slack_id="UADA")).one()
        assert ada.role is Role.REQUESTER, "the workspace has an admin: whoever installs again is none"


def test_a_removal_that_comes_late_leaves_a_newer_installation_alone(desk: Desk) -> None:
    desk.install(ONE)
    told = event({"type": "app_uninstalled"}, team_id=ONE, event_time=int(system_clock().timestamp()) - 60)
    told["authorizations"][0]["team_id"] = ONE
    assert desk.edge.post_json(told).status_code == 200
    desk.handle(str(told["event_id"]))
    assert desk.row(ONE) is not None


def test_a_token_that_slack_calls_dead_is_thrown_away(desk: Desk) -> None:
    desk.install(ONE)
    desk.slack.slacks[ONE].installing.end_token("token_revoked")
    with pytest.raises(NotInstalled):
        desk.desk.gateway_for(ONE).person("UADA")
    assert desk.row(ONE) is None


def test_a_token_is_exchanged_before_it_ends_and_once(desk: Desk) -> None:
    about = desk.slack.slacks[ONE].installing
    about.rotating = True
    desk.install(ONE)
    assert desk.assembly.several is not None
    keeper = TokenKeeper(desk.assembly.several.exchange)
    assert keeper.exchange_what_ends() == 0
    desk.later = timedelta(hours=11)
    before = desk.row(ONE)
    assert before is not None
    assert keeper.exchange_what_ends() == 1
    assert keeper.exchange_what_ends() == 0
    assert about.exchanged == 1
    with pytest.raises(SlackRefused):
        desk.assembly.several.exchange._rotated(ONE, "xoxe-playground-used")
    # Who still holds the old one is given the new one, and asks Slack for nothing.
    new = desk.assembly.several.exchange(ONE, str(before.sealed_bot_token))
    assert new == about.bot_token
    assert about.exchanged == 1
    assert desk.desk.gateway_for(ONE).person("UADA")["id"] == "UADA"


def test_a_call_that_meets_an_ended_token_exchanges_it_and_is_made(desk: Desk) -> None:
    about = desk.slack.slacks[ONE].installing
    about.rotating = True
    desk.install(ONE)
    gateway = desk.desk.gateway_for(ONE)
    about.end_token()
    assert gateway.person("UADA")["id"] == "UADA"
    assert about.exchanged == 1


def test_tokens_are_sealed_anew_with_the_newest_key(desk: Desk) -> None:
    desk.install(ONE)
    newest = new_key()
    sealer = Sealer([newest, KEY])
    with desk.desk.database.transaction() as session:
        assert reseal(session, sealer) == 1
        assert reseal(session, sealer) == 0
        row = session.get_one(Installation, ONE)
        assert Sealer([newest]).open(str(row.sealed_bot_token)) == desk.slack.slacks[ONE].installing.bot_token
    assert re.fullmatch(r"xoxb-playground-\w+", str(desk.slack.slacks[ONE].installing.bot_token))
