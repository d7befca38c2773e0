"""Faults on demand, rate limits, tokens and addresses that are refused."""

import time
from typing import Any
from urllib.error import URLError

import pytest
import requests
from flask import Flask
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.playground.errors import NotLoopback, RealTokenRefused
from bot.playground.faults import Fault
from bot.playground.rates import Rates
from bot.playground.server import serve
from bot.playground.slack import LocalSlack, refuse_real_tokens


def post(web: WebClient) -> Any:
    return web.chat_postMessage(channel="CHELP", text="hello")


def test_an_error_before_doing_posts_nothing(local: LocalSlack, web: WebClient) -> None:
    local.fail_next("chat.postMessage", error="is_archived")
    with pytest.raises(SlackApiError, match="is_archived"):
        post(web)
    assert local.messages("CHELP") == []
    assert post(web)["ok"]


def test_an_error_after_doing_has_posted(local: LocalSlack, web: WebClient) -> None:
    local.fail_next("chat.postMessage", http_status=500, after_doing=True)
    with pytest.raises(SlackApiError) as refused:
        post(web)
    assert refused.value.response.status_code == 500
    assert len(local.messages("CHELP")) == 1


def test_a_line_cut_after_doing_has_posted(local: LocalSlack, web: WebClient) -> None:
    web.retry_handlers.clear()
    local.fail_next("chat.postMessage", drop_after_doing=True)
    with pytest.raises((URLError, ConnectionError)):
        post(web)
    assert len(local.messages("CHELP")) == 1


def test_slacks_own_client_posts_twice_over_a_cut_line(local: LocalSlack, web: WebClient) -> None:
    """The trap that outbox and metadata are there for: its default retry repeats what was done."""
    local.fail_next("chat.postMessage", drop_after_doing=True)
    post(web)
    assert len(local.messages("CHELP")) == 2


def test_yes_and_nothing_done(local: LocalSlack, web: WebClient) -> None:
    local.fail_next("chat.postMessage", lost=True)
    lost = post(web)["ts"]
    assert local.messages("CHELP") == []
    assert local.delivery.undelivered() == 0
    assert post(web)["ts"] > lost


def test_a_slow_answer_is_an_answer(local: LocalSlack, web: WebClient) -> None:
    local.fail_next("*", slow=0.05)
    began = time.monotonic()
    post(web)
    assert time.monotonic() - began >= 0.05


def test_a_rate_limit_on_demand_is_waited_out(local: LocalSlack, web: WebClient) -> None:
    local.fail_next("chat.postMessage", rate_limited=1)
    with pytest.raises(SlackApiError) as refused:
        post(web)
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    web.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    local.fail_next("chat.postMessage", rate_limited=0)
    assert post(web)["ok"]


def test_a_channel_takes_about_a_message_a_second(local: LocalSlack, web: WebClient) -> None:
    local.rates.on = True
    for _ in range(4):
        post(web)
    with pytest.raises(SlackApiError, match="ratelimited"):
        post(web)
    assert web.chat_postMessage(channel="CDESK", text="another channel")["ok"]


def test_a_tier_refills_with_time() -> None:
    now = [0.0]
    rates = Rates(lambda: now[0])
    assert rates.wait("users.list", 2, "") == 0
    rates.on = True
    assert [rates.wait("users.list", 2, "") for _ in range(20)] == [0] * 20
    assert rates.wait("users.list", 2, "") == 3
    now[0] += 3
    assert rates.wait("users.list", 2, "") == 0


def test_calls_are_logged_without_their_token(local: LocalSlack, web: WebClient) -> None:
    post(web)
    called = local.calls[-1]
    assert (called.method, called.error, called.arguments["text"]) == ("chat.postMessage", None, "hello")
    assert "token" not in called.arguments


@pytest.mark.parametrize("token", ["xoxb-1234-5678-abc", "xoxp-1-2", "xapp-1-A0-1-x", "xoxe.xoxb-1-x"])
def test_real_tokens_are_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(RealTokenRefused) as refused:
        refuse_real_tokens([None, "", "xoxb-playground-x", token])
    assert token not in str(refused.value)
    with pytest.raises(RealTokenRefused):
        LocalSlack(bot_token=token)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com"])
def test_it_listens_on_this_machine_only(host: str) -> None:
    with pytest.raises(NotLoopback):
        serve(Flask("nothing"), host=host)


def test_a_foreign_name_for_this_address_is_refused(api_url: str) -> None:
    assert requests.get(f"{api_url}/api/api.test", headers={"Host": "evil.example"}).status_code == 403
    assert (
        requests.get(f"{api_url}/playground/api/state", headers={"Host": "evil.example"}).status_code == 403
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [("not json", "application/json"), ("[1]", "application/json"), ("a=%zz&blocks=[", "x-www-form")],
)
def test_nonsense_is_answered_not_crashed_on(local: LocalSlack, api_url: str, body: str, kind: str) -> None:
    head = {"Authorization": f"Bearer {local.bot_token}", "Content-Type": kind}
    answer = requests.post(f"{api_url}/api/chat.postMessage", data=body, headers=head)
    assert answer.status_code == 200
    assert answer.json()["ok"] is False


def test_a_standing_fault_lasts_until_it_is_lifted(local: LocalSlack, web: WebClient) -> None:
    local.faults.stand("*", Fault(http_status=503))
    for _ in range(3):
        with pytest.raises(SlackApiError):
            post(web)
    local.faults.clear()
    assert post(web)["ok"]
    assert len(local.messages("CHELP")) == 1


def test_of_calls_a_share_goes_wrong(local: LocalSlack, web: WebClient) -> None:
    local.faults.chance.seed(3)
    local.faults.stand("chat.postMessage", Fault(lost=True), share=0.5)
    for _ in range(20):
        assert post(web)["ok"]
    assert 0 < len(local.messages("CHELP")) < 20
