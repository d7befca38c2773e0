"""The inbox: stored before the receipt, its job asked for behind it, acted on once."""

import hmac
import http.client
import json
import time
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from cast import TEAM, Actor, Clock, Desk
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bot.demo import HELP_CHANNEL
from bot.playground import cast as playground
from bot.slack.inbox import InboxEvent, store
from bot.worker.events import fetch_message, handle_event, learn_person
from bot.worker.timers import reconcile, wake_left
from triage.work import enqueue

VPN = "My VPN drops every ten minutes on the train"


def event(event_id: str, **changes: Any) -> dict[str, Any]:
    message = {
        "type": "message",
        "user": "UADA",
        "channel": HELP_CHANNEL,
        "channel_type": "channel",
        "ts": "1803981600.000100",
        "text": VPN,
    }
    return {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": message | changes}


def post(desk: Desk, body: str | bytes, *, content_type: str = "application/json", **headers: str) -> int:
    """Signed as Slack signs; the status that comes back."""
    stamp = headers.pop("stamp", str(int(time.time())))
    raw = body.encode() if isinstance(body, str) else body
    secret = playground.SIGNING_SECRET.encode()
    signed = "v0=" + hmac.new(secret, b"v0:" + stamp.encode() + b":" + raw, "sha256").hexdigest()
    url = urlsplit(desk.stage.server.url)
    line = http.client.HTTPConnection(url.hostname or "", url.port)
    given = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": headers.pop("signature", signed),
    }
    line.request("POST", "/slack/events", raw, given | headers)
    response = line.getresponse()
    said = response.read().decode()
    line.close()
    assert "Traceback" not in said
    return response.status


def stored(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(InboxEvent)) or 0


def test_an_event_is_stored_before_the_receipt_and_acted_on_once(desk: Desk) -> None:
    body = json.dumps(event("Ev1"))
    assert post(desk, body) == 200
    assert stored(desk) == 1
    assert post(desk, body) == 200
    assert stored(desk) == 1
    desk.work_off()
    assert desk.only_ticket.question == VPN


def test_no_receipt_while_the_database_is_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("select 1", {}, Exception("the server closed the connection"))

    with monkeypatch.context() as patch:
        patch.setattr("bot.slack.inbox.store", away)
        assert post(desk, json.dumps(event("Ev1"))) == 500
    assert stored(desk) == 0

    assert post(desk, json.dumps(event("Ev1"))) == 200
    desk.work_off()
    assert desk.only_ticket.question == VPN


def test_what_nobody_acts_on_is_taken_and_not_kept(desk: Desk) -> None:
    assert post(desk, json.dumps(event("Ev1", type="channel_rename"))) == 200
    assert post(desk, json.dumps(event("Ev2", bot_id="BBUILD"))) == 200
    assert stored(desk) == 0


ODD_PAYLOADS = (
    "{}",
    '{"type": "block_actions"}',
    '{"type": "block_actions", "user": 7, "actions": []}',
    '{"type": "block_actions", "user": {"id": "UADA"}, "actions": [{"action_id": "answer.solved"}]}',
    '{"type": "view_submission"}',
    '{"type": "view_submission", "view": {"callback_id": "form.resolve"}, "user": {"id": "UADA"}}',
    '{"type": "message_action", "callback_id": "shortcut.message"}',
)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", "application/json"),
        ("not json", "application/json"),
        ("null", "application/json"),
        ("[1]", "application/json"),
        ('{"type": "event_callback"}', "application/json"),
        ('{"type": "event_callback", "event": 7, "event_id": "E", "team_id": "T"}', "application/json"),
        (b"\xff\xfe", "application/json"),
        ("payload=not+json", "application/x-www-form-urlencoded"),
        ("payload=%5B1%5D", "application/x-www-form-urlencoded"),
        ("hello=world", "application/x-www-form-urlencoded"),
        ("", "application/x-www-form-urlencoded"),
        ("[" * 5_000, "application/json"),
        *(("payload=" + quote(payload), "application/x-www-form-urlencoded") for payload in ODD_PAYLOADS),
    ],
)
def test_what_can_not_be_read_is_refused_without_a_fuss(
    desk: Desk, body: str | bytes, content_type: str
) -> None:
    assert 200 <= post(desk, body, content_type=content_type) < 500
    assert stored(desk) == 0


def test_what_is_not_from_slack_is_refused(desk: Desk) -> None:
    body = json.dumps(event("Ev1"))
    assert post(desk, body, signature="v0=0000") == 401
    assert post(desk, body, signature="") == 401
    assert post(desk, body, stamp="yesterday") == 401
    assert post(desk, body, stamp=str(int(time.time()) - 3_600)) == 401
    assert stored(desk) == 0


def test_slack_s_question_about_the_address_is_answered(desk: Desk) -> None:
    assert desk.slack.delivery.verify_url()


def test_handling_an_event_twice_has_one_effect(desk: Desk, ada: Actor) -> None:
    question = ada.says(VPN)
    with desk.database.reading() as session:
        ids = list(session.scalars(select(InboxEvent.event_id)))
    for event_id in ids:
        handle_event(event_id, desk.stage.desk)
    desk.work_off()

    assert len(desk.tickets) == 1
    assert len(question.answers) == 1


def test_reading_a_message_twice_opens_one_ticket(desk: Desk, ada: Actor) -> None:
    desk.rules(help_channels=())
    question = ada.says(VPN)
    for _ in range(2):
        fetch_message(f"{TEAM}:{HELP_CHANNEL}:{question.ts}", desk.stage.desk)
    desk.work_off()
    assert len(desk.tickets) == 1


def test_names_are_learnt_from_slack(desk: Desk, ada: Actor) -> None:
    ada.says(VPN)
    assert (ada.person.name, ada.person.time_zone) == ("Ada Okafor", "Europe/London")
    learn_person(ada.person.id, desk.stage.desk)
    desk.slack.emit({"type": "user_change", "user": {"id": ada.id, "profile": {"display_name": "Ada O."}}})
    desk.work_off()
    assert ada.person.name == "Ada O."


def test_an_event_is_found_whose_process_died_before_asking_for_its_job(desk: Desk, clock: Clock) -> None:
    with desk.database.single() as connection:
        assert store(connection, event("EvLost"), now=clock.now)
    assert not wake_left(desk.stage.desk), "its process may be about to ask"

    clock.advance(seconds=4)
    assert desk.only_ticket.question == VPN
    clock.advance(seconds=4)
    assert not wake_left(desk.stage.desk)


def test_a_job_is_asked_for_until_the_database_takes_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gathering._TRY_AGAIN_SECONDS", 0.01)
    refusals = iter([OperationalError("insert", {}, Exception("the server closed the connection"))] * 2)

    def asks(*given: Any) -> None:
        if fault := next(refusals, None):
            raise fault
        enqueue(*given)

    monkeypatch.setattr("bot.slack.relay.enqueue", asks)
    assert post(desk, json.dumps(event("Ev1"))) == 200
    desk.work_off()
    assert desk.only_ticket.question == VPN


def test_an_event_without_its_job_is_found_at_the_next_start(desk: Desk) -> None:
    with desk.database.transaction() as session:
        session.add(
            InboxEvent(
                event_id="EvLost",
                team_id=TEAM,
                type="message",
                body={"team_id": TEAM, "event": event("EvLost")["event"]},
                received_at=desk.slack.now() - timedelta(seconds=4),
            )
        )
    reconcile(desk.stage.desk)
    desk.work_off()
    assert desk.only_ticket.question == VPN
