"""A person asks, the bot answers, buttons are pressed: the whole circle through a real Bolt app."""

from playground_desk import BoltDesk, eventually
from slack_bolt import App

from bot.playground.slack import LocalSlack

ANSWER = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Try this"}},
    {
        "type": "actions",
        "block_id": "outcome",
        "elements": [
            {
                "type": "button",
                "action_id": "solved",
                "text": {"type": "plain_text", "text": "Yes"},
                "value": "7",
            }
        ],
    },
]
FORM = {
    "type": "modal",
    "callback_id": "resolve",
    "title": {"type": "plain_text", "text": "Resolve"},
    "submit": {"type": "plain_text", "text": "Done"},
    "blocks": [
        {
            "type": "input",
            "block_id": "how",
            "label": {"type": "plain_text", "text": "How?"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        }
    ],
}


def test_a_question_is_answered_in_its_thread(local: LocalSlack, app: App, desk: BoltDesk) -> None:
    @app.event("message")
    def answer(event, say):
        if "bot_id" not in event:
            say(text="Try this", blocks=ANSWER, thread_ts=event["ts"])

    asked = local.say("UADA", "CHELP", "VPN drops every ten minutes")

    reply = eventually(lambda: local.replies("CHELP", asked))[0]
    assert reply["text"] == "Try this"
    assert reply["bot_id"] == "BEVENHAND"
    assert [m["ts"] for m in local.messages("CHELP")] == [asked]


def test_a_click_carries_its_message_and_may_change_it(local: LocalSlack, app: App, desk: BoltDesk) -> None:
    seen = []

    @app.action("solved")
    def solved(ack, body, client):
        seen.append(body)
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Glad!", blocks=[])
        ack()

    ts = app.client.chat_postMessage(channel="CHELP", text="Try this", blocks=ANSWER)["ts"]
    assert local.click("UADA", "CHELP", ts, "solved").ok

    [body] = seen
    assert body["actions"][0]["value"] == "7"
    assert body["actions"][0]["block_id"] == "outcome"
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "CHELP",
        "is_ephemeral": False,
    }
    assert local.message("CHELP", ts)["text"] == "Glad!"
    assert "blocks" not in local.message("CHELP", ts)


def test_a_form_opens_complains_and_closes(local: LocalSlack, app: App, desk: BoltDesk) -> None:
    @app.shortcut("ask_for_help")
    def ask(ack, body, client):
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        ack()

    @app.view("resolve")
    def resolve(ack, view):
        words = view["state"]["values"]["how"]["words"]["value"]
        if len(words) < 5:
            ack(response_action="errors", errors={"how": "A little more, please."})
        else:
            ack()

    local.shortcut("UBEN", "ask_for_help")
    [view] = local.views("UBEN")

    assert local.submit("UBEN")["errors"] == {"how": "Please complete this required field."}
    assert local.submit("UBEN", view["id"], {"words": "no"})["errors"] == {"how": "A little more, please."}
    assert local.submit("UBEN", view["id"], {"words": "restarted it"}) == {"ok": True, "action": "close"}
    assert local.views("UBEN") == []


def test_a_command_is_answered_to_its_author_alone(local: LocalSlack, app: App, desk: BoltDesk) -> None:
    @app.command("/help-me")
    def help_me(ack, command):
        ack(f"You wrote: {command['text']}")

    assert local.command("UADA", "/help-me my screen is black").ok
    assert [m["text"] for m in local.ephemerals("UADA")] == ["You wrote: my screen is black"]
    assert local.ephemerals("UBEN") == []
    assert local.messages("CHELP") == []


def test_home_is_published_and_pressed(local: LocalSlack, app: App, desk: BoltDesk) -> None:
    pressed = []

    @app.event("app_home_opened")
    def opened(event, client):
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": ANSWER})

    @app.action("solved")
    def solved(ack, body):
        pressed.append(body["view"]["type"])
        ack()

    local.open_home("UADA")
    eventually(lambda: local.home("UADA"))
    local.click_view("UADA", "solved")
    assert pressed == ["home"]


def test_a_click_nobody_takes_is_told_to_who_clicked(local: LocalSlack, app: App, desk: BoltDesk) -> None:
    ts = app.client.chat_postMessage(channel="CHELP", text="Try this", blocks=ANSWER)["ts"]
    answer = local.click("UADA", "CHELP", ts, "solved")
    assert answer.shown == "dispatch_failed"
    assert "dispatch_failed" in local.ephemerals("UADA")[0]["text"]
