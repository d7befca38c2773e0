"""Asking other servers: patience where it helps, a clear word where it does not, and the token for one server only."""

from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import responses
from pydantic import SecretStr

from bot.outbound import fetching
from bot.outbound.fetching import Credential, Fetcher
from kb.importers.source import SourceTrouble
from kb.importers.web import Answer, NotAllowed, NotThere

HOME = "https://help.example"
NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
TOKEN = Credential(SecretStr("s3cret-token"), "ada@example.com/token", "EVENHAND_ZENDESK_TOKEN")


class Asking:
    """A fetcher whose sleep only takes notes."""

    def __init__(self, credential: Credential | None = None, home: str = HOME) -> None:
        self.slept: list[float] = []
        self.told: list[str] = []
        self.fetch = Fetcher(
            home,
            credential,
            "EVENHAND_ZENDESK_TOKEN",
            clock=lambda: NOW,
            sleep=self.slept.append,
            chance=lambda: 1.0,
            waits=lambda why, _seconds: self.told.append(why),
        )

    def __call__(self, path: str = "/a", **other: Any) -> Answer:
        return self.fetch(HOME + path, **other)


@pytest.fixture
def web() -> Any:
    with responses.RequestsMock() as web:
        yield web


def test_a_good_answer_comes_at_once(web: responses.RequestsMock) -> None:
    web.get(f"{HOME}/a", json={"articles": []}, headers={"ETag": "x"})
    asking = Asking()
    answer = asking()
    assert (answer.json(), answer.headers["etag"], asking.slept) == ({"articles": []}, "x", [])


def test_retry_after_is_obeyed_to_the_second(web: responses.RequestsMock) -> None:
    web.get(f"{HOME}/a", status=429, headers={"Retry-After": "7"})
    web.get(f"{HOME}/a", status=429, headers={"Retry-After": "Tue, 02 Mar 2027 10:00:20 GMT"})
    web.get(f"{HOME}/a", json={})
    asking = Asking()
    assert asking().status == 200
    assert asking.slept == [7, 20]
    assert asking.told[0] == "help.example has had enough questions for now"


def test_github_s_allowance_is_waited_for(web: responses.RequestsMock) -> None:
    reset = str(int(NOW.timestamp()) + 30)
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    web.get(f"{HOME}/a", status=403, headers=spent)
    web.get(f"{HOME}/a", json={})
    asking = Asking()
    asking()
    assert asking.slept == [31]


def test_who_asks_for_an_hour_gets_a_clear_end_instead(web: responses.RequestsMock) -> None:
    web.get(f"{HOME}/a", status=429, headers={"Retry-After": "3600"})
    asking = Asking()
    with pytest.raises(SourceTrouble, match="a pause of 60 minutes") as trouble:
        asking()
    assert "same command goes on" in trouble.value.remedy
    assert asking.slept == []


@pytest.mark.parametrize(
    "stumble",
    [
        {"status": 500},
        {"status": 503},
        {"body": requests.ConnectionError("reset")},
        {"body": requests.ReadTimeout("slow")},
        {"body": requests.exceptions.ChunkedEncodingError("cut")},
    ],
)
def test_a_stumble_is_tried_again_each_time_a_little_later(
    web: responses.RequestsMock, stumble: dict[str, Any]
) -> None:
    for _ in range(3):
        web.get(f"{HOME}/a", **stumble)
    web.get(f"{HOME}/a", json={"fine": True})
    asking = Asking()
    assert asking().json() == {"fine": True}
    assert asking.slept == [1, 2, 4]


def test_pauses_are_partly_chance_and_never_over_a_minute(web: responses.RequestsMock) -> None:
    web.get(f"{HOME}/a", status=502)
    asking = Asking()
    asking.fetch.chance = lambda: 0.0
    with pytest.raises(SourceTrouble, match=r"stumbles \(502\), and did so 6 times"):
        asking()
    assert asking.slept == [0.5, 1, 2, 4, 8]


def test_the_token_is_shown_and_never_told(web: responses.RequestsMock) -> None:
    web.get(f"{HOME}/a", status=401)
    asking = Asking(TOKEN)
    with pytest.raises(NotAllowed) as refused:
        asking()
    assert web.calls[0].request.headers["Authorization"].startswith("Basic ")
    said = f"{refused.value.what} {refused.value.remedy} {TOKEN!r} {asking.fetch!r}"
    assert "s3cret" not in said
    assert "EVENHAND_ZENDESK_TOKEN" in refused.value.remedy


def test_without_a_token_the_setting_is_named(web: responses.RequestsMock) -> None:
    web.get(f"{HOME}/a", status=401)
    with pytest.raises(NotAllowed, match="wants to know who asks") as refused:
        Asking()()
    assert refused.value.remedy == "Set EVENHAND_ZENDESK_TOKEN"


def test_a_link_to_another_server_is_not_followed_with_the_token() -> None:
    asking = Asking(TOKEN)
    for elsewhere in ("https://evil.example/a", "http://help.example/a", "https://help.example:8443/a"):
        with pytest.raises(SourceTrouble, match="sent us on to another server"):
            asking.fetch(elsewhere)


def test_a_redirect_elsewhere_loses_the_token(web: responses.RequestsMock) -> None:
    web.get(f"{HOME}/a", status=302, headers={"Location": "https://other.example/b"})
    web.get("https://other.example/b", json={})
    Asking(TOKEN)()
    assert "Authorization" not in web.calls[1].request.headers


def test_a_token_does_not_travel_unprotected() -> None:
    with pytest.raises(SourceTrouble, match="unprotected"):
        Asking(TOKEN, "http://help.example")
    Asking(TOKEN, "http://127.0.0.1:8000")


def test_a_sign_in_page_instead_of_data_is_told(web: responses.RequestsMock) -> None:
    web.get(f"{HOME}/a", body="<html>Sign in</html>")
    with pytest.raises(SourceTrouble, match="not the data") as trouble:
        Asking()().json()
    assert "sign-in page" in trouble.value.remedy


@pytest.mark.parametrize(
    ("status", "kind"), [(404, NotThere), (410, NotThere), (403, NotAllowed), (400, SourceTrouble)]
)
def test_there_is_no_use_in_asking_again(
    web: responses.RequestsMock, status: int, kind: type[Exception]
) -> None:
    web.get(f"{HOME}/a", status=status)
    asking = Asking()
    with pytest.raises(kind):
        asking()
    assert asking.slept == []


def test_not_modified_is_an_answer(web: responses.RequestsMock) -> None:
    web.get(f"{HOME}/a", status=304)
    assert Asking()(headers={"If-None-Match": "x"}).status == 304
    assert web.calls[0].request.headers["If-None-Match"] == "x"


def test_an_answer_that_drips_for_ever_is_given_up(
    web: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_MOST_SECONDS", -1.0)
    web.get(f"{HOME}/a", body="x" * 100)
    with pytest.raises(SourceTrouble, match="minutes to answer"):
        Asking()()
