"""What reaches the endpoint and is not Slack's, or cannot be read: 4xx, never a 500 and never a traceback."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from edge_desk import (
    ADA,
    BEN,
    COMMANDS,
    FORM,
    HELP,
    JSON,
    MESSAGE,
    TEAM,
    Edge,
    command,
    edge_running,
    event,
    press,
    submitted,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from bot.slack.inbox import InboxEvent
from triage.effects import Effect
from triage.tickets.models import Ticket

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with edge_running(tmp_path_factory.mktemp("edge")) as edge:
        yield edge


def harmless(answer: TestResponse) -> TestResponse:
    """2xx or 4xx, and nothing of our insides in the answer."""
    assert 200 <= answer.status_code < 300 or 400 <= answer.status_code < 500, answer.status
    told = answer.get_data(as_text=True)
    assert "Traceback" not in told
    assert ".py" not in told
    return answer


def refused(answer: TestResponse, status: int) -> None:
    assert harmless(answer).status_code == status, answer.get_data(as_text=True)


# --- Who sends it -----------------------------------------------------------------------------------


def test_a_signed_event_is_taken(edge: Edge) -> None:
    envelope = event(MESSAGE)
    assert edge.post_json(envelope).status_code == 200
    assert edge.stored(envelope["event_id"])


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "", "X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "1748849400.5"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "+1748849400"},
        {"X-Slack-Request-Timestamp": " "},
        {"X-Slack-Request-Timestamp": "1e10"},
        {"X-Slack-Request-Timestamp": "²"},
        {"X-Slack-Request-Timestamp": "٣٣٣"},
        {"X-Slack-Request-Timestamp": "9" * 5_000},
        {"X-Slack-Request-Timestamp": str(int(time.time()) - 3600)},
        {"X-Slack-Request-Timestamp": str(int(time.time()) + 3600)},
        {"X-Slack-Request-Timestamp": "0"},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v1=abc"},
        {"X-Slack-Signature": "ü"},
        {"X-Slack-Signature": "v0=" + "é" * 64},
        {"X-Slack-Signature": "v0="},
        {"X-Slack-Signature": "x" * 10_000},
    ],
    ids=lambda headers: str(headers)[:70],
)
def test_whoever_cannot_sign_is_refused_and_nothing_is_stored(edge: Edge, headers: dict[str, str]) -> None:
    envelope = event(MESSAGE)
    refused(edge.post_json(envelope, headers=headers), 401)
    assert not edge.stored(envelope["event_id"])


def test_no_headers_at_all(edge: Edge) -> None:
    refused(edge.client.post("/slack/events", data="{}", content_type=JSON), 401)


def test_a_signature_of_another_body_is_refused(edge: Edge) -> None:
    answer = edge.post_json(event(MESSAGE))
    assert answer.status_code == 200
    stolen = {k: v for k, v in answer.request.headers.items() if k.startswith("X-Slack")}
    refused(
        edge.client.post("/slack/events", data=json.dumps(event(MESSAGE)), content_type=JSON, headers=stolen),
        401,
    )


@pytest.mark.parametrize("kind", ["command", "form", "click"])
def test_a_recorded_request_counts_once(edge: Edge, kind: str) -> None:
    """Whoever recorded one may send it for five minutes: it is acknowledged, and nothing happens."""
    if kind == "click":
        ticket = edge.ticket()
    before = edge.count(Ticket), edge.count(Effect)
    if kind == "command":
        body = urlencode(command("/help-me", "the printer in room five smokes"))
    elif kind == "form":
        form = submitted("form.ask", {"question": {"text": {"value": "my badge opens nothing"}}})
        body = urlencode({"payload": json.dumps(form)})
    else:
        body = urlencode({"payload": json.dumps(press("card.claim", str(ticket), user=BEN))})
    first = edge.post(body, FORM)
    assert harmless(first).status_code == 200
    after = edge.count(Ticket), edge.count(Effect)
    assert after > before
    headers = {name: value for name, value in first.request.headers.items() if name.startswith("X-Slack")}
    for _ in range(2):
        again = edge.client.post("/slack/events", data=body, content_type=FORM, headers=headers)
        assert (again.status_code, again.get_data()) == (200, b"")
    assert (edge.count(Ticket), edge.count(Effect)) == after


def test_the_same_request_again_is_one_event(edge: Edge) -> None:
    """Slack repeats a delivery, and so may a stranger who recorded one, for five minutes: it changes nothing."""
    envelope = event(MESSAGE)
    before = edge.count(InboxEvent)
    again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert [edge.post_json(envelope).status_code, edge.post_json(envelope, headers=again).status_code] == [
        200,
        200,
    ]
    assert edge.count(InboxEvent) == before + 1


# --- What it looks like -----------------------------------------------------------------------------

UNREADABLE = [
    "",
    " ",
    "not json",
    "null",
    "[1]",
    "[]",
    "1",
    "1.5",
    '"text"',
    "true",
    "{",
    "{}",
    '{"type": }',
    '{"type": "event_callback"',
    '{"type": NaN}',
    '{"type": "event_callback", "event": {"type": "message", "ts": Infinity}}',
    '{"a": ' + "9" * 5_000 + "}",
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"a":' * 900 + "1" + "}" * 900,
    '{"a":' * 200 + "1" + "}" * 200,
    "\ufeff{}",
    "\x00",
]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body)[:40])
@pytest.mark.parametrize(
    "content_type", [JSON, "application/json; charset=utf-8", FORM, "text/plain", "", None]
)
def test_what_is_no_json_object_is_refused(edge: Edge, body: str, content_type: str | None) -> None:
    refused(edge.post(body, content_type), 400)


@pytest.mark.parametrize("payload", UNREADABLE, ids=lambda body: repr(body)[:40])
def test_what_is_no_json_object_is_refused_as_a_payload(edge: Edge, payload: str) -> None:
    refused(edge.post(urlencode({"payload": payload}), FORM), 400)


@pytest.mark.parametrize(
    "body",
    [
        "payload",
        "payload=",
        "payload=%7B",
        "payload=%FF%FE",
        "a=b",
        "&&&",
        "=",
        "%",
        "command",
        "command=",
        "text=hello",
        "payload=1&payload={}",
        '{"a": 1}&command=/help-me',
        '{"a": 1&command=/help-me',
        "a=1&" * 20_000,
    ],
    ids=lambda body: body[:30],
)
def test_a_form_that_slack_does_not_send_is_refused(edge: Edge, body: str) -> None:
    refused(edge.post(body, FORM), 400)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml", "x", None]
)
def test_the_right_body_under_a_wrong_name_is_refused(edge: Edge, content_type: str | None) -> None:
    envelope = event(MESSAGE)
    refused(edge.post(json.dumps(envelope), content_type), 400)
    assert not edge.stored(envelope["event_id"])


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_the_right_name_written_otherwise_is_taken(edge: Edge, content_type: str) -> None:
    envelope = event(MESSAGE)
    assert edge.post(json.dumps(envelope), content_type).status_code == 200
    assert edge.stored(envelope["event_id"])


def test_what_is_no_utf_8_is_refused(edge: Edge) -> None:
    refused(edge.post(b'{"type": "\xff\xfe"}', JSON), 400)


def test_a_huge_body_is_refused(edge: Edge) -> None:
    refused(edge.post(json.dumps({"type": "x" * 3_100_000})), 413)
    refused(edge.post(json.dumps({"type": "x" * 5_000_000})), 413)


def test_a_message_as_long_as_slack_allows_is_taken(edge: Edge) -> None:
    envelope = event(MESSAGE | {"text": "é" * 40_000})
    assert edge.post_json(envelope).status_code == 200
    assert edge.stored(envelope["event_id"])


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.sampled_from([JSON, FORM, None]))
def test_any_bytes_at_all(edge: Edge, body: bytes, content_type: str | None) -> None:
    harmless(edge.post(body, content_type))


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)
_KINDS = (
    "event_callback block_actions view_submission view_closed shortcut message_action block_suggestion"
    " interactive_message workflow_step_edit dialog_submission url_verification app_rate_limited hologram"
)
_FIELDS = (
    "event event_id team_id team user user_id actions view callback_id message channel container authorizations"
    " enterprise state command challenge ssl_check is_ext_shared_channel trigger_id action_id assistant_thread"
    " function_data item"
)
_kinds = st.sampled_from(_KINDS.split())
_named = st.dictionaries(
    st.sampled_from(_FIELDS.split()),
    _anything | st.sampled_from([TEAM, ADA, {"id": TEAM}, {"id": ADA}, [{}], {"type": "message"}]),
    max_size=6,
)


@settings(deadline=None, max_examples=80)
@given(_kinds | _anything, _named, st.booleans())
def test_any_object_at_all(edge: Edge, kind: Any, fields: dict[str, Any], as_payload: bool) -> None:
    body = fields | {"type": kind}
    harmless(edge.post_payload(body) if as_payload else edge.post_json(body))


# --- What Slack asks now and then -------------------------------------------------------------------


def test_the_challenge_is_given_back(edge: Edge) -> None:
    answer = edge.post_json({"token": "t", "challenge": "3eZbrw1aB", "type": "url_verification"})
    assert answer.status_code == 200
    assert answer.get_json() == {"challenge": "3eZbrw1aB"}


@pytest.mark.parametrize("challenge", [None, 5, [], {"a": 1}])
def test_an_odd_challenge_hurts_nobody(edge: Edge, challenge: Any) -> None:
    harmless(edge.post_json({"type": "url_verification", "challenge": challenge}))
    harmless(edge.post_json({"type": "url_verification"}))


def test_the_certificate_check_is_answered(edge: Edge) -> None:
    assert edge.post_form({"ssl_check": "1", "token": "t"}).status_code == 200


def test_being_told_of_too_many_events_is_acknowledged(edge: Edge) -> None:
    told = {"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1748849400, "api_app_id": "A"}
    assert edge.post_json(told).status_code == 200


# --- Methods and other pages ------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head"])
def test_slacks_address_takes_posts_only(edge: Edge, method: str) -> None:
    assert getattr(edge.client, method)("/slack/events").status_code == 405


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_is_only_read(edge: Edge, path: str, method: str) -> None:
    assert getattr(edge.client, method)(path).status_code == 405


@pytest.mark.parametrize(
    "path", ["/slack", "/slack/events/", "/slack/install", "/nowhere", "/..%2f..%2fetc/passwd"]
)
def test_there_is_nothing_else(edge: Edge, path: str) -> None:
    assert harmless(edge.client.post(path)).status_code in (404, 405)


# --- Words that only look like something else -------------------------------------------------------


@pytest.mark.parametrize("text", ["the payload of my lorry is lost", "payload=1&x", "{ curly", "command"])
def test_a_command_may_say_anything(edge: Edge, text: str) -> None:
    before = edge.count(Ticket)
    answer = edge.post_form(command("/help-me", text))
    assert answer.status_code == 200
    assert "direct message" in answer.get_json()["text"]
    assert edge.count(Ticket) == before + 1


def test_a_click_is_a_form_with_json_inside(edge: Edge) -> None:
    ticket = edge.ticket()
    assert edge.post_payload(press("answer.solved", str(ticket))).status_code == 200
    # Under the wrong type it is not one.
    assert edge.post_json(press("answer.solved", str(ticket))).status_code in (200, 400)


def test_the_samples_are_taken_as_they_are(edge: Edge) -> None:
    for name, fields in COMMANDS.items():
        assert edge.post_form(fields).status_code == 200, name
    assert HELP in str(COMMANDS)
