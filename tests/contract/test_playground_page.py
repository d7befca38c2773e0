"""The page's own API: what each persona sees, does, and is told when it cannot be."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from playground_desk import Recorder, eventually

from bot.playground.server import create_local_slack
from bot.playground.slack import LocalSlack


class Page:
    def __init__(self, url: str) -> None:
        self.url = f"{url}/playground/api"

    def get(self, what: str, **query: str) -> Any:
        return requests.get(f"{self.url}/{what}", params=query).json()

    def post(self, what: str, **body: Any) -> Any:
        return requests.post(f"{self.url}/{what}", json=body).json()


@pytest.fixture
def page(api_url: str) -> Page:
    return Page(api_url)


BUTTON = {
    "type": "button",
    "action_id": "claim",
    "text": {"type": "plain_text", "text": "Claim"},
    "value": "7",
}
CARD = [{"type": "actions", "block_id": "card", "elements": [BUTTON]}]


def test_each_persona_sees_their_own_channels(local: LocalSlack, page: Page) -> None:
    hers = {c["id"]: c for c in page.get("state", **{"as": "UADA"})["channels"]}
    bens = {c["id"]: c for c in page.get("state", **{"as": "UBEN"})["channels"]}
    assert "CDESK" not in hers
    assert bens["CDESK"]["is_member"]
    dm = hers[local.dm("UADA")]
    assert (dm["kind"], dm["user"], dm["name"]) == ("dm", "UEVENHAND", "Evenhand")
    assert local.dm("UADA") not in bens


def test_the_state_tells_the_whole_cast(page: Page) -> None:
    state = page.get("state", **{"as": "UDEE"})
    roles = {p["name"]: p["role"] for p in state["personas"]}
    assert roles == {"ada": "requester", "ben": "agent", "cleo": "agent", "dee": "admin", "eli": "requester"}
    assert state["team"]["name"] == "Evenhand Playground"
    assert state["personas"][0]["initials"] == "AO"
    assert {c["command"] for c in state["commands"]} == {"/help-me", "/oncall"}


def test_a_message_is_written_changed_reacted_to_and_deleted(local: LocalSlack, page: Page) -> None:
    ts = page.post("post", **{"as": "UADA"}, channel="CHELP", text="help")["ts"]
    at = {"as": "UADA", "channel": "CHELP", "ts": ts}
    page.post("edit", **at, text="help me")
    page.post("react", **at, name="eyes")
    [message] = page.get("messages", channel="CHELP", **{"as": "UBEN"})["messages"]
    assert (message["text"], message["reactions"][0]["users"]) == ("help me", ["UADA"])
    page.post("react", **at, name="eyes")
    assert "reactions" not in local.message("CHELP", ts)
    assert page.post("delete", **at) == {"ok": True}
    assert local.messages("CHELP") == []


def test_whispers_are_seen_by_one_and_stand_where_they_were_said(local: LocalSlack, page: Page) -> None:
    asked = local.say("UADA", "CHELP", "help")
    help_channel = local.workspace.channel("CHELP")
    local.conversation.whisper("UADA", help_channel, {"text": "psst"})
    local.conversation.whisper("UADA", help_channel, {"text": "in here"}, thread_ts=asked)
    where = {"channel": "CHELP", "as": "UADA"}
    top = page.get("messages", **where)["messages"]
    assert [(m["text"], m.get("ephemeral")) for m in top] == [("help", None), ("psst", True)]
    thread = page.get("messages", **where, thread_ts=asked)["messages"]
    assert [m["text"] for m in thread] == ["help", "in here"]
    assert len(page.get("messages", channel="CHELP", **{"as": "UBEN"})["messages"]) == 1


def test_unread_counts_what_others_said_since(local: LocalSlack, page: Page) -> None:
    def unread() -> int:
        channels = page.get("state", **{"as": "UBEN"})["channels"]
        return int(next(c["unread"] for c in channels if c["id"] == "CHELP"))

    local.say("UADA", "CHELP", "one")
    local.say("UADA", "CHELP", "two")
    assert unread() == 2
    page.get("messages", channel="CHELP", **{"as": "UBEN"})
    assert unread() == 0


def test_a_button_is_pressed_and_a_missing_one_is_not(
    local: LocalSlack, page: Page, recorder: Recorder
) -> None:
    desk = local.workspace.channel("CDESK")
    ts = local.conversation.from_bot(desk, {"text": "card", "blocks": CARD})["ts"]
    local.settle()
    container = {"type": "message", "channel": "CDESK", "ts": ts}
    pressed = {"action_id": "claim", "block_id": "card", "type": "button"}
    assert page.post("action", **{"as": "UBEN"}, container=container, action=pressed) == {"ok": True}
    sent = json.loads(recorder.events[-1]["payload"])
    assert sent["actions"][0]["value"] == "7"
    refused = page.post("action", **{"as": "UBEN"}, container=container, action={"action_id": "eat"})
    assert (refused["ok"], refused["error"]) == (False, "no_such_element")


def test_a_form_is_seen_filled_in_and_sent(local: LocalSlack, page: Page, recorder: Recorder) -> None:
    element = {"type": "plain_text_input", "action_id": "words"}
    label = {"type": "plain_text", "text": "?"}
    asking = {"type": "input", "block_id": "why", "label": label, "element": element}
    view = {"type": "modal", "title": label, "submit": label, "blocks": [asking]}
    opened = local.modals.open(local.triggers.issue("UADA"), view)
    assert [v["id"] for v in page.get("view", **{"as": "UADA"})["views"]] == [opened["id"]]
    me = {"as": "UADA", "view_id": opened["id"]}
    assert page.post("submit", **me, values={})["errors"]["why"]
    values = {"why": {"words": {"type": "plain_text_input", "value": "because"}}}
    assert page.post("submit", **me, values=values) == {"ok": True, "action": "close"}
    sent = json.loads(recorder.events[-1]["payload"])
    assert sent["view"]["state"]["values"]["why"]["words"]["value"] == "because"
    assert page.post("close", **me)["error"] == "view_not_found"


def test_a_command_and_its_answer(page: Page, recorder: Recorder) -> None:
    recorder.answers = [lambda request: "taken"]
    said = page.post("command", **{"as": "UADA"}, channel="CHELP", command="/help-me", text="now")
    assert said == {"ok": True, "response": "taken"}
    assert recorder.events[-1]["text"] == "now"


def test_home_is_asked_for_and_told(local: LocalSlack, page: Page, recorder: Recorder) -> None:
    page.post("open_home", **{"as": "UADA"})
    local.settle()
    assert recorder.of_type("app_home_opened")[0]["tab"] == "home"
    assert page.get("home", **{"as": "UADA"}) == {"view": None}
    local.modals.publish("UADA", {"type": "home", "blocks": []})
    assert page.get("home", **{"as": "UADA"})["view"]["type"] == "home"


def test_the_clock_moves_forward_and_tells_the_desk(local: LocalSlack, page: Page) -> None:
    told = []
    local.on_clock_advanced(told.append)
    assert page.post("clock", advance_seconds=900)["clock"]["offset_seconds"] == 900
    assert told == [told[0]]
    assert page.post("clock", advance_seconds=-1)["error"] == "invalid_arguments"
    assert local.say("UADA", "CHELP", "later") > str(told[0].timestamp())


def test_the_stream_tells_of_every_change(local: LocalSlack, api_url: str) -> None:
    with requests.get(f"{api_url}/playground/api/stream", params={"as": "UADA"}, stream=True) as stream:
        lines = (line for line in stream.iter_lines(chunk_size=1) if line.startswith(b"data: "))
        first = json.loads(next(lines)[6:])["version"]
        local.say("UADA", "CHELP", "help")
        assert json.loads(next(lines)[6:])["version"] > first
        local.close()


@pytest.mark.parametrize(
    ("what", "body", "error"),
    [
        ("post", {"as": "UNOBODY", "channel": "CHELP", "text": "x"}, "user_not_found"),
        ("post", {"as": "UEVENHAND", "channel": "CHELP", "text": "x"}, "user_not_found"),
        ("post", {"as": "UADA", "channel": "CDESK", "text": "x"}, "not_in_channel"),
        ("post", {"as": "UADA", "channel": "CNONE", "text": "x"}, "channel_not_found"),
        ("post", {"as": "UADA", "channel": "CHELP", "text": "  "}, "no_text"),
        ("post", {"as": "UADA", "text": "x"}, "invalid_arguments"),
        ("delete", {"as": "UADA", "channel": "CHELP", "ts": "1.000001"}, "message_not_found"),
        ("command", {"as": "UADA", "channel": "CHELP", "command": "/dance"}, "unknown_command"),
        ("shortcut", {"as": "UADA", "callback_id": "dance"}, "unknown_shortcut"),
        (
            "action",
            {"as": "UADA", "container": {"type": "view", "view_id": "V1"}, "action": {}},
            "view_not_found",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    page: Page, what: str, body: dict[str, Any], error: str
) -> None:
    answer = page.post(what, **body)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert " " in answer["message"]


def test_a_form_from_another_site_does_nothing(local: LocalSlack, api_url: str) -> None:
    """A browser sends JSON across sites only after asking; a plain form it just sends."""
    sent = requests.post(
        f"{api_url}/playground/api/post", data='{"as": "UADA", "channel": "CHELP", "text": "x"}'
    )
    assert sent.status_code == 400
    assert local.messages("CHELP") == []


def test_the_desk_explains_its_tickets(local: LocalSlack) -> None:
    app = create_local_slack(local, explain=lambda channel, ts: {"ticket": {"id": ts}} if ts else None)
    client = app.test_client()
    answer = client.get("/playground/api/explain?channel=CHELP&ts=1.1", headers={"Host": "localhost"})
    assert answer.json == {"ticket": {"id": "1.1"}}
    assert client.get("/playground/api/explain", headers={"Host": "localhost"}).json is None


def test_a_permalink_leads_to_its_place_on_the_page(local: LocalSlack, api_url: str) -> None:
    answer = requests.get(f"{api_url}/archives/CHELP/p1700000000000123", allow_redirects=False)
    assert answer.headers["Location"] == "/playground/#c=CHELP&t=1700000000.000123"


def test_looking_at_the_bots_messages_is_told(local: LocalSlack, page: Page, recorder: Recorder) -> None:
    assert page.post("open_dm", **{"as": "UADA"}, user="UEVENHAND")["channel"] == local.dm("UADA")
    local.settle()
    assert recorder.of_type("app_home_opened")[0]["tab"] == "messages"


def test_the_page_itself_is_there(api_url: str) -> None:
    page = requests.get(f"{api_url}/playground/")
    assert page.status_code == 200
    assert "text/html" in page.headers["Content-Type"]


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    first = LocalSlack(tmp_path / "slack.db")
    asked = first.say("UADA", "CHELP", "help")
    first.say("UBEN", "CHELP", "on it", asked)
    first.react("UBEN", "CHELP", asked, "eyes")
    first.advance(hours=1)
    first.modals.publish("UADA", {"type": "home", "blocks": []})
    first.conversation.slack_says("UADA", first.workspace.channel("CHELP"), "psst")
    # No close: this is how a killed process leaves its file.
    second = LocalSlack(tmp_path / "slack.db")
    assert second.messages("CHELP") == first.messages("CHELP")
    assert second.replies("CHELP", asked)[0]["text"] == "on it"
    assert second.ephemerals("UADA")[0]["text"] == "psst"
    assert second.clock.offset == first.clock.offset
    assert second.home("UADA") == first.home("UADA")
    assert second.say("UADA", "CHELP", "again") > asked
    second.close()
    first.close()


def test_many_at_once_lose_nothing_and_share_no_time_stamp(local: LocalSlack) -> None:
    from concurrent.futures import ThreadPoolExecutor

    asked = local.say("UADA", "CHELP", "help")
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda n: local.say("UELI", "CHELP", f"me too {n}", asked), range(200)))
    assert len(set(said)) == 200
    assert local.message("CHELP", asked)["reply_count"] == 200
    assert len(local.replies("CHELP", asked)) == 200
    eventually(lambda: local.delivery.undelivered() == 201)
