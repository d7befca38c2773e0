"""Triggers, modals three deep, menus, whispers and answer links."""

import json
import time
from typing import Any

import pytest
from playground_desk import Recorder
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.playground.errors import PlaygroundError
from bot.playground.slack import LocalSlack


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def form(title: str = "Form", **fields: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": [
            {
                "type": "input",
                "block_id": "why",
                "label": plain("Why?"),
                "element": {"type": "plain_text_input", "action_id": "words", "initial_value": "so"},
            },
            {
                "type": "actions",
                "block_id": "more",
                "elements": [
                    {"type": "button", "action_id": "next", "text": plain("Next")},
                    {
                        "type": "static_select",
                        "action_id": "urgency",
                        "options": [{"text": plain(u), "value": u} for u in ("low", "high")],
                    },
                ],
            },
        ],
        **fields,
    }


def error(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def payload(recorder: Recorder) -> dict[str, Any]:
    """The last click or form; events may arrive in between."""
    sent: dict[str, Any] = json.loads([e for e in recorder.events if "payload" in e][-1]["payload"])
    return sent


def trigger(local: LocalSlack, recorder: Recorder) -> str:
    local.shortcut("UADA", "ask_for_help")
    return str(payload(recorder)["trigger_id"])


def in_modal(local: LocalSlack, recorder: Recorder) -> str:
    local.click_view("UADA", "next")
    return str(payload(recorder)["trigger_id"])


def test_a_trigger_opens_one_view(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    once = trigger(local, recorder)
    assert web.views_open(trigger_id=once, view=form())["view"]["root_view_id"]
    assert error(web.views_open, trigger_id=once, view=form()) == "exchanged_trigger_id"


def test_a_trigger_dies_in_real_time(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    local.triggers.lifetime = 0.05
    late = trigger(local, recorder)
    local.advance(hours=1)
    time.sleep(0.1)
    assert error(web.views_open, trigger_id=late, view=form()) == "expired_trigger_id"
    assert error(web.views_open, trigger_id="made.up", view=form()) == "invalid_trigger_id"


def test_moving_the_clock_kills_no_trigger(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    fresh = trigger(local, recorder)
    local.advance(hours=1)
    assert web.views_open(trigger_id=fresh, view=form())["ok"]


def test_a_refused_view_leaves_its_trigger_alone(
    local: LocalSlack, recorder: Recorder, web: WebClient
) -> None:
    fresh = trigger(local, recorder)
    assert error(web.views_open, trigger_id=fresh, view={"type": "modal"}) == "invalid_arguments"
    assert web.views_open(trigger_id=fresh, view=form())["ok"]


def test_modals_are_three_deep(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    web.views_open(trigger_id=trigger(local, recorder), view=form("one"))
    for title in ("two", "three"):
        web.views_push(trigger_id=in_modal(local, recorder), view=form(title))
    refused = error(web.views_push, trigger_id=in_modal(local, recorder), view=form("four"))
    assert refused == "push_limit_reached"
    stack = local.views("UADA")
    assert [v["title"]["text"] for v in stack] == ["one", "two", "three"]
    assert stack[2]["previous_view_id"] == stack[1]["id"]
    assert {v["root_view_id"] for v in stack} == {stack[0]["id"]}
    assert error(web.views_push, trigger_id=trigger(local, recorder), view=form()) == "invalid_trigger_id"


def test_an_old_hash_does_not_overwrite(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    view = web.views_open(trigger_id=trigger(local, recorder), view=form("one"))["view"]
    web.views_update(view_id=view["id"], hash=view["hash"], view=form("two"))
    late = error(web.views_update, view_id=view["id"], hash=view["hash"], view=form("three"))
    assert late == "hash_conflict"
    assert error(web.views_update, view_id="VNONE", view=form()) == "not_found"
    assert local.views("UADA")[0]["title"]["text"] == "two"


def test_what_was_filled_in_survives_an_update(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    view = web.views_open(trigger_id=trigger(local, recorder), view=form())["view"]
    assert view["state"]["values"]["why"]["words"] == {"type": "plain_text_input", "value": "so"}
    local.click_view("UADA", "urgency", "high")
    chosen = payload(recorder)["view"]["state"]["values"]["more"]["urgency"]["selected_option"]
    assert chosen["value"] == "high"
    updated = web.views_update(view_id=view["id"], view=form("two"))["view"]
    assert updated["state"]["values"]["more"]["urgency"]["selected_option"]["value"] == "high"


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ({}, []),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": form("new")}, ["new"]),
        ({"response_action": "push", "view": form("new")}, ["one", "new"]),
    ],
)
def test_a_form_may_answer_in_four_ways(
    local: LocalSlack, recorder: Recorder, web: WebClient, answer: dict[str, Any], left: list[str]
) -> None:
    web.views_open(trigger_id=trigger(local, recorder), view=form("one"))
    recorder.answers = [lambda request: answer]
    assert local.submit("UADA")["ok"]
    assert [v["title"]["text"] for v in local.views("UADA")] == left


def test_a_form_the_app_does_not_take_stays_open(
    local: LocalSlack, recorder: Recorder, web: WebClient
) -> None:
    web.views_open(trigger_id=trigger(local, recorder), view=form("one"))
    recorder.answers = [
        lambda request: ("no", 500),
        lambda request: {"response_action": "errors", "errors": {"elsewhere": "no"}},
        lambda request: {"response_action": "update", "view": {"type": "modal"}},
    ]
    assert local.submit("UADA")["error"] == "dispatch_failed"
    assert local.submit("UADA")["error"] == "invalid_arguments"
    assert local.submit("UADA")["error"] == "invalid_arguments"
    assert len(local.views("UADA")) == 1


def test_closing_is_told_to_who_asked(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    web.views_open(trigger_id=trigger(local, recorder), view=form(notify_on_close=True))
    local.close_view("UADA")
    assert payload(recorder)["type"] == "view_closed"
    web.views_open(trigger_id=trigger(local, recorder), view=form())
    local.close_view("UADA")
    assert payload(recorder)["type"] == "shortcut"


def test_only_what_is_there_can_be_pressed(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="CDESK", text="card", blocks=form()["blocks"][1:])["ts"]
    with pytest.raises(PlaygroundError, match="next, urgency"):
        local.click("UBEN", "CDESK", ts, "claim")
    with pytest.raises(PlaygroundError, match="not in that channel"):
        local.click("UADA", "CDESK", ts, "next")
    with pytest.raises(PlaygroundError, match="not on offer"):
        local.click("UBEN", "CDESK", ts, "urgency", "purple")
    assert local.click("UBEN", "CDESK", ts, "urgency", "high").ok
    assert payload(recorder)["actions"][0]["selected_option"]["value"] == "high"


def test_a_whisper_is_pressed_without_its_message(
    local: LocalSlack, recorder: Recorder, web: WebClient
) -> None:
    web.chat_postEphemeral(channel="CHELP", user="UADA", text="only you", blocks=form()["blocks"][1:])
    ts = local.ephemerals("UADA")[0]["ts"]
    local.click("UADA", "CHELP", ts, "next")
    sent = payload(recorder)
    assert sent["container"]["is_ephemeral"]
    assert "message" not in sent
    WebhookClient(sent["response_url"]).send_dict({"delete_original": True})
    assert local.ephemerals("UADA") == []


def test_a_message_shortcut_brings_the_message(local: LocalSlack, recorder: Recorder) -> None:
    ts = local.say("UADA", "CHELP", "help")
    local.settle()
    assert local.shortcut("UBEN", "make_ticket", "CHELP", ts).ok
    sent = payload(recorder)
    assert (sent["type"], sent["message"]["text"], sent["message_ts"]) == ("message_action", "help", ts)


def test_an_answer_link_serves_five_times(local: LocalSlack, recorder: Recorder, api_url: str) -> None:
    local.responses.base_url = api_url
    local.command("UADA", "/help-me now")
    link = WebhookClient(recorder.events[-1]["response_url"])
    assert link.send(text="to you").body == "ok"
    assert link.send(text="to all", response_type="in_channel").status_code == 200
    assert [m["text"] for m in local.ephemerals("UADA")] == ["to you"]
    assert [m["text"] for m in local.messages("CHELP")] == ["to all"]
    assert link.send_dict({}).body == "no_text"
    statuses = [link.send(text="more").status_code for _ in range(3)]
    assert statuses == [200, 200, 404]


def test_an_answer_link_dies_after_half_an_hour(local: LocalSlack, recorder: Recorder, api_url: str) -> None:
    local.responses.base_url = api_url
    local.command("UADA", "/help-me now")
    local.advance(minutes=31)
    assert WebhookClient(recorder.events[-1]["response_url"]).send(text="late").body == "expired_url"


def test_the_original_may_be_replaced(local: LocalSlack, recorder: Recorder, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="CHELP", text="card", blocks=form()["blocks"][1:])["ts"]
    local.click("UADA", "CHELP", ts, "next")
    WebhookClient(payload(recorder)["response_url"]).send(text="done", replace_original=True)
    assert local.message("CHELP", ts)["text"] == "done"
    assert "blocks" not in local.message("CHELP", ts)


def test_a_command_may_answer_for_everybody(local: LocalSlack, recorder: Recorder) -> None:
    recorder.answers = [lambda request: {"response_type": "in_channel", "text": "hear, hear"}]
    local.command("UADA", "/help-me now")
    assert [m["text"] for m in local.messages("CHELP")] == ["hear, hear"]
    with pytest.raises(PlaygroundError, match="not a valid command"):
        local.command("UADA", "/dance")
