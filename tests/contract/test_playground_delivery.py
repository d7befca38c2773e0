"""Events are signed, sent again until they are taken, and never lost by a restart."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from playground_desk import Recorder, eventually
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.playground.cast import AppConfig, Persona
from bot.playground.slack import LocalSlack

BEN = ("UBEN", "CHELP")


def failing(status: int) -> Any:
    return lambda request: ("no", status)


def slow(seconds: float) -> Any:
    def answer(request: Any) -> str:
        time.sleep(seconds)
        return ""

    return answer


def test_events_are_signed_with_the_real_time(local: LocalSlack, recorder: Recorder) -> None:
    valid = []
    verifier = SignatureVerifier(local.signing_secret)
    recorder.answers = [
        lambda request: str(valid.append(verifier.is_valid_request(request.data, dict(request.headers))))
    ]
    local.advance(hours=5)
    local.say("UADA", "CHELP", "help")
    eventually(lambda: valid)
    assert valid == [True]


def test_an_event_comes_in_slacks_envelope(local: LocalSlack, recorder: Recorder) -> None:
    ts = local.say("UADA", "CHELP", "a < b & @ben, see https://example.com #help")
    [envelope] = eventually(lambda: recorder.events)
    assert envelope["type"] == "event_callback"
    assert envelope["team_id"] == "TEVENHAND"
    assert envelope["authorizations"][0]["user_id"] == "UEVENHAND"
    event = envelope["event"]
    assert (event["ts"], event["channel_type"], event["user"]) == (ts, "channel", "UADA")
    assert event["text"] == "a &lt; b &amp; <@UBEN>, see <https://example.com> <#CHELP|help>"


def test_a_mention_is_told_twice_under_two_ids(local: LocalSlack, recorder: Recorder) -> None:
    local.say("UADA", "CHELP", "<@UEVENHAND> help")
    eventually(lambda: len(recorder.events) == 2)
    assert {e["event"]["type"] for e in recorder.events} == {"message", "app_mention"}
    assert len({e["event_id"] for e in recorder.events}) == 2
    assert len({e["event"]["ts"] for e in recorder.events}) == 1


def test_a_dm_is_told_once_even_with_a_mention(local: LocalSlack, recorder: Recorder) -> None:
    local.say("UADA", local.dm("UADA"), "<@UEVENHAND> help")
    local.settle()
    assert [e["event"]["channel_type"] for e in recorder.events] == ["im"]


@pytest.mark.parametrize(("channel", "kind"), [("CHELP", "channel"), ("CDESK", "group"), ("UADA", "im")])
def test_what_the_app_says_comes_back_to_it(
    local: LocalSlack, recorder: Recorder, web: WebClient, channel: str, kind: str
) -> None:
    mark = {"event_type": "mark", "event_payload": {"number": 1}}
    posted = web.chat_postMessage(channel=channel, text="<@UEVENHAND> says this", metadata=mark)
    [envelope] = eventually(lambda: recorder.events)
    event = envelope["event"]
    assert (event["app_id"], event["bot_id"], event["user"]) == ("AEVENHAND", "BEVENHAND", "UEVENHAND")
    assert event["app_id"] == envelope["api_app_id"]
    assert (event["channel"], event["ts"], event["channel_type"]) == (posted["channel"], posted["ts"], kind)
    assert "metadata" not in event


def test_what_slack_loses_does_not_come_back(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    local.fail_next("chat.postMessage", lost=True)
    lost = web.chat_postMessage(channel="CHELP", text="into the void")
    kept = web.chat_postMessage(channel="CHELP", text="here")
    assert lost["ok"]
    assert [message["ts"] for message in local.messages("CHELP")] == [kept["ts"]]
    eventually(lambda: recorder.events)
    assert [envelope["event"]["ts"] for envelope in recorder.events] == [kept["ts"]]


def test_a_refused_event_comes_again_saying_why(local: LocalSlack, recorder: Recorder) -> None:
    recorder.answers = [failing(500), failing(404)]
    local.say("UADA", "CHELP", "help")
    eventually(lambda: len(recorder.events) == 3)
    assert len({e["event_id"] for e in recorder.events}) == 1
    retries = [(h.get("X-Slack-Retry-Num"), h.get("X-Slack-Retry-Reason")) for h in recorder.headers]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert local.settle()
    assert [attempt.status for attempt in local.delivery_log] == [500, 404, 200]


def test_slack_gives_up_after_three_retries(local: LocalSlack, recorder: Recorder) -> None:
    recorder.answers = [failing(500)] * 10
    local.say("UADA", "CHELP", "help")
    assert local.settle()
    assert len(recorder.events) == 4


def test_an_app_may_ask_not_to_be_told_again(local: LocalSlack, recorder: Recorder) -> None:
    recorder.answers = [lambda request: ("no", 500, {"X-Slack-No-Retry": "1"})]
    local.say("UADA", "CHELP", "help")
    assert local.settle()
    assert len(recorder.events) == 1


def test_a_slow_receipt_counts_as_none(local: LocalSlack, recorder: Recorder) -> None:
    local.delivery.receipt = 0.1
    recorder.answers = [slow(0.3)]
    local.say("UADA", "CHELP", "help")
    eventually(lambda: len(recorder.events) == 2)
    assert recorder.headers[1]["X-Slack-Retry-Reason"] == "http_timeout"


def test_undelivered_events_survive_a_restart(tmp_path: Path) -> None:
    first = LocalSlack(tmp_path / "slack.db")
    ts = first.say("UADA", "CHELP", "help")
    first.close()
    second = LocalSlack(tmp_path / "slack.db")
    assert second.message("CHELP", ts)["text"] == "help"
    recorder = Recorder()
    second.deliver_to(f"{recorder.url}/slack/events")
    assert second.settle()
    assert [e["event"]["ts"] for e in recorder.events] == [ts]
    second.close()
    recorder.stop()


KILLED = """
import os, sys
from pathlib import Path
from bot.playground.slack import LocalSlack
local = LocalSlack(Path(sys.argv[1]))
for number in range(40):
    local.say("UADA", "CHELP", f"question {number}")
os.kill(os.getpid(), 9)
"""


def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "state" / "slack.db"
    assert subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False).returncode == -9
    local = LocalSlack(file)
    assert len(local.messages("CHELP")) == local.delivery.undelivered() == 40
    local.close()


def test_any_other_event_can_be_sent(local: LocalSlack, recorder: Recorder) -> None:
    local.emit({"type": "tokens_revoked", "tokens": {"bot": ["UEVENHAND"]}})
    assert eventually(lambda: recorder.of_type("tokens_revoked"))


def test_what_people_type_is_written_slacks_way(local: LocalSlack) -> None:
    def written(text: str) -> str:
        return str(local.message("CHELP", local.say("UADA", "CHELP", text))["text"])

    assert written("<!channel> & <b>") == "&lt;!channel&gt; &amp; &lt;b&gt;"
    assert written("@channel @nobody @ben.") == "<!channel> @nobody <@UBEN>."
    assert written("see (https://a.example/x?y=1).") == "see (<https://a.example/x?y=1>)."
    assert written("mail ada@corp.example") == "mail <mailto:ada@corp.example|ada@corp.example>"
    assert written("<@UNOBODY> #nowhere") == "&lt;@UNOBODY&gt; #nowhere"


def test_nothing_is_told_of_channels_without_the_bot(local: LocalSlack, recorder: Recorder) -> None:
    ts = local.say("UADA", "CRANDOM", "<@UEVENHAND> psst")
    local.react("UBEN", "CRANDOM", ts, "ticket")
    assert local.settle()
    assert recorder.events == []


def test_edits_and_deletions_are_hidden_messages(local: LocalSlack, recorder: Recorder) -> None:
    ts = local.say("UADA", "CHELP", "help")
    local.edit("UADA", "CHELP", ts, "help me")
    local.delete("UADA", "CHELP", ts)
    local.settle()
    told = {e.get("subtype"): e for e in recorder.of_type("message")}
    edited, deleted = told["message_changed"], told["message_deleted"]
    assert (edited["message"]["text"], edited["previous_message"]["text"]) == ("help me", "help")
    assert edited["hidden"]
    assert edited["message"]["edited"]["user"] == "UADA"
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "help me")


def test_an_unfurled_link_is_an_edit_without_new_words(local: LocalSlack, recorder: Recorder) -> None:
    ts = local.say("UADA", "CHELP", "see https://example.com")
    local.unfurl("CHELP", ts)
    local.settle()
    [edited] = [e for e in recorder.of_type("message") if e.get("subtype") == "message_changed"]
    assert edited["message"]["text"] == edited["previous_message"]["text"]
    assert "edited" not in edited["message"]


def test_a_deleted_question_with_answers_leaves_a_tombstone(local: LocalSlack, recorder: Recorder) -> None:
    ts = local.say("UADA", "CHELP", "help")
    reply = local.say("UBEN", "CHELP", "on it", ts)
    local.delete("UADA", "CHELP", ts)
    local.settle()
    [changed] = [e for e in recorder.of_type("message") if e.get("subtype") == "message_changed"]
    assert changed["message"]["subtype"] == "tombstone"
    assert [m["text"] for m in local.messages("CHELP")] == ["This message was deleted."]
    local.delete("UBEN", "CHELP", reply)
    assert local.messages("CHELP") == []


def test_reactions_joins_files_and_guests_are_told(local: LocalSlack, recorder: Recorder) -> None:
    ts = local.say("UADA", "CHELP", "screenshot", files=[{"id": "F1", "name": "black.png"}])
    local.react("UBEN", "CHELP", ts, "ticket")
    local.unreact("UBEN", "CHELP", ts, "ticket")
    guest = Persona("UGUEST", "gus", "Gus Guest", "requester", "UTC", 0, "#333333", "Partner")
    local.add_user(guest, "CHELP", team_id="TOTHER")
    local.say("UGUEST", "CHELP", "hello")
    local.settle()
    [added] = recorder.of_type("reaction_added")
    assert added["item"] == {"type": "message", "channel": "CHELP", "ts": ts}
    assert (added["reaction"], added["item_user"]) == ("ticket", "UADA")
    assert len(recorder.of_type("reaction_removed")) == 1
    assert [e["user"] for e in recorder.of_type("member_joined_channel")] == ["UGUEST"]
    messages = recorder.of_type("message")
    assert any(m.get("subtype") == "file_share" and m["files"] for m in messages)
    assert any(m.get("user_team") == "TOTHER" for m in messages)


def test_only_subscribed_events_are_sent(tmp_path: Path) -> None:
    manifest = {"settings": {"event_subscriptions": {"bot_events": ["app_mention"]}}}
    local = LocalSlack(app=AppConfig.from_manifest(manifest))
    local.say("UADA", "CHELP", "<@UEVENHAND> help")
    assert local.delivery.undelivered() == 1
    local.close()


def test_the_last_event_can_be_sent_again(local: LocalSlack, recorder: Recorder) -> None:
    local.say("UADA", "CHELP", "help")
    eventually(lambda: recorder.events)
    local.redeliver_last()
    assert len({e["event_id"] for e in recorder.events}) == 1
    assert recorder.headers[1]["X-Slack-Retry-Num"] == "1"


def test_a_url_is_verified_by_a_challenge(local: LocalSlack, recorder: Recorder) -> None:
    recorder.answers = [lambda request: {"challenge": request.json["challenge"]}, lambda request: "what?"]
    assert local.delivery.verify_url()
    assert not local.delivery.verify_url()


@pytest.mark.parametrize(
    ("answer", "shown"), [(failing(500), "dispatch_failed"), (slow(0.3), "operation_timeout")]
)
def test_a_command_is_tried_once_and_its_failure_shown(
    local: LocalSlack, recorder: Recorder, answer: Any, shown: str
) -> None:
    local.delivery.receipt = 0.1
    recorder.answers = [answer]
    assert local.command("UADA", "/help-me now").shown == shown
    assert len(recorder.events) == 1
    assert shown in local.ephemerals("UADA")[0]["text"]
