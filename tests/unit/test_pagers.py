"""What each outside pager is sent, and what its answer means: nothing leaves the desk that it did not choose."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import responses
from pydantic import SecretStr
from responses import matchers

from bot.outbound.pagers.calling import PagerRefused, PagerTrouble
from bot.outbound.pagers.services import SIGNATURE, TIMESTAMP, Opsgenie, PagerDuty, Webhook
from triage.escalation.alerts import Alert, Pager
from triage.escalation.tables import PagerAction
from triage.vocabulary import Urgency

NOW = datetime(2027, 3, 7, 3, 10, tzinfo=UTC)
SECRET = SecretStr("a secret of twenty characters")
HOOK = "https://pager.example/hook"
KEY = "evenhand:T1:12:1"
ENDPOINTS = {
    "pagerduty": (
        PagerDuty(SECRET, clock=lambda: NOW),
        "https://events.pagerduty.com/v2/enqueue",
    ),
    "opsgenie": (Opsgenie(SECRET, clock=lambda: NOW), "https://api.opsgenie.com/v2/alerts"),
    "webhook": (Webhook(HOOK, SECRET, clock=lambda: NOW), HOOK),
}


def alert(action: PagerAction = PagerAction.TRIGGER, **changes: Any) -> Alert:
    known: dict[str, Any] = {
        "action": action,
        "key": KEY,
        "ticket_id": 12,
        "urgency": Urgency.CRITICAL,
        "category": "VPN and remote access",
        "link": "https://desk.example/console/tickets/12",
        "at": NOW,
    }
    return Alert(**(known | changes))


@pytest.fixture(params=ENDPOINTS)
def service(request: pytest.FixtureRequest) -> tuple[Pager, str]:
    return ENDPOINTS[request.param]


@responses.activate
@pytest.mark.parametrize("action", PagerAction)
def test_pagerduty_is_told_by_one_dedup_key(action: PagerAction) -> None:
    pager, url = ENDPOINTS["pagerduty"]
    told = {"routing_key": SECRET.get_secret_value(), "event_action": action.value, "dedup_key": KEY}
    responses.post(url, status=202, match=[matchers.json_params_matcher(told, strict_match=False)])
    pager.send(alert(action))
    body = json.loads(responses.calls[0].request.body)
    assert ("payload" in body) == (action is PagerAction.TRIGGER)
    if action is PagerAction.TRIGGER:
        assert body["payload"]["severity"] == "critical"
        assert body["payload"]["summary"] == "Critical: VPN and remote access, ticket 12"


@responses.activate
@pytest.mark.parametrize(
    ("action", "path"),
    [
        (PagerAction.TRIGGER, ""),
        (PagerAction.ACKNOWLEDGE, "/evenhand%3AT1%3A12%3A1/acknowledge?identifierType=alias"),
        (PagerAction.RESOLVE, "/evenhand%3AT1%3A12%3A1/close?identifierType=alias"),
    ],
)
def test_opsgenie_is_told_by_one_alias(action: PagerAction, path: str) -> None:
    pager, url = ENDPOINTS["opsgenie"]
    key = {"Authorization": f"GenieKey {SECRET.get_secret_value()}"}
    responses.post(f"{url}{path}", status=202, match=[matchers.header_matcher(key)])
    pager.send(alert(action))
    body = json.loads(responses.calls[0].request.body)
    if action is PagerAction.TRIGGER:
        assert (body["alias"], body["priority"]) == (KEY, "P1")


@responses.activate
def test_closing_what_opsgenie_has_forgotten_is_done() -> None:
    pager, url = ENDPOINTS["opsgenie"]
    responses.post(f"{url}/evenhand%3AT1%3A12%3A1/close", status=404)
    pager.send(alert(PagerAction.RESOLVE))


@responses.activate
def test_a_webhook_can_tell_that_it_was_us_and_when() -> None:
    pager, url = ENDPOINTS["webhook"]
    responses.post(url, status=200)
    pager.send(alert())
    sent = responses.calls[0].request
    at = sent.headers[TIMESTAMP]
    assert int(at) == NOW.timestamp()
    signed = hmac.new(SECRET.get_secret_value().encode(), at.encode() + b"." + sent.body, hashlib.sha256)
    assert sent.headers[SIGNATURE] == f"v1={signed.hexdigest()}"
    assert json.loads(sent.body)["key"] == KEY


@responses.activate
@pytest.mark.parametrize("with_text", [False, True])
def test_words_leave_the_desk_only_where_it_chose_so(service: tuple[Pager, str], with_text: bool) -> None:
    pager, url = service
    responses.post(url, status=202)
    pager.send(alert(text="The whole warehouse\ncan't scan" if with_text else ""))
    assert (b"warehouse" in responses.calls[0].request.body) == with_text


@responses.activate
@pytest.mark.parametrize("status", [408, 429, 500, 503])
@pytest.mark.parametrize(
    ("header", "pause"), [("", 0.0), ("7", 7.0), ("Sun, 07 Mar 2027 03:10:30 GMT", 30.0), ("soon", 0.0)]
)
def test_a_service_that_stumbles_is_asked_again_when_it_says(
    service: tuple[Pager, str], status: int, header: str, pause: float
) -> None:
    pager, url = service
    responses.post(url, status=status, headers={"Retry-After": header} if header else {})
    with pytest.raises(PagerTrouble) as trouble:
        pager.send(alert())
    assert trouble.value.retry_after == pause


@responses.activate
@pytest.mark.parametrize("status", [301, 400, 401, 403, 404])
def test_a_service_that_refuses_is_not_asked_again(service: tuple[Pager, str], status: int) -> None:
    pager, url = service
    responses.post(url, status=status, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(PagerRefused) as refused:
        pager.send(alert(text="a secret matter"))
    assert SECRET.get_secret_value() not in str(refused.value)
    assert "secret matter" not in str(refused.value)
    assert len(responses.calls) == 1, "a redirect is not followed"


@responses.activate
@pytest.mark.parametrize("error", [requests.ConnectionError("refused"), requests.Timeout("slow")])
def test_a_service_that_is_away_is_asked_again(service: tuple[Pager, str], error: Exception) -> None:
    pager, url = service
    responses.post(url, body=error)
    with pytest.raises(PagerTrouble):
        pager.send(alert())


@responses.activate
def test_the_longest_summary_still_fits(service: tuple[Pager, str]) -> None:
    pager, url = service
    responses.post(url, status=202)
    pager.send(alert(text="word " * 5_000))
    body = json.loads(responses.calls[0].request.body)
    assert len(body.get("message", "")) <= 130
    assert len(body.get("summary", "") or body.get("payload", {}).get("summary", "")) <= 1_024
