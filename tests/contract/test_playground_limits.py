"""Blocks and views are as large as Slack lets them be, and not a character larger."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground import limits
from bot.playground.errors import SlackError
from bot.playground.slack import LocalSlack


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(**fields: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}, **fields}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **fields}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def options(count: int) -> list[dict[str, Any]]:
    return [{"text": plain(f"option {n}"), "value": str(n)} for n in range(count)]


def select(count: int = 2, **fields: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "pick", "options": options(count), **fields}


GROUPED = {
    "type": "static_select",
    "action_id": "pick",
    "option_groups": [{"label": plain("g"), "options": options(3)}],
}
TAKEN: list[list[dict[str, Any]]] = [
    [section(text={"type": "mrkdwn", "text": "x" * 3000})],
    [{"type": "divider"}] * 50,
    [section(fields=[plain("x" * 1000)] * 10)],
    [{"type": "header", "text": plain("x" * 150)}],
    [actions(*(button(action_id=f"b{n}") for n in range(25)))],
    [{"type": "context", "elements": [plain("x")] * 10}],
    [actions(button(text=plain("x" * 75), value="v" * 2000, action_id="a" * 255))],
    [actions(select(100))],
    [section(accessory=GROUPED)],
    [section(block_id="b" * 255)],
    [{"type": "markdown", "text": "x" * 12_000}],
]
REFUSED: list[tuple[list[Any], str]] = [
    (
        [section(text={"type": "mrkdwn", "text": "x" * 3001})],
        "less than 3001 characters [json-pointer:/blocks/0/text",
    ),
    (
        [section(text={"type": "mrkdwn", "text": ""})],
        "more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    ([{"type": "section"}], "missing required field: text"),
    ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([section(fields=[plain("x")] * 11)], "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    ([section(fields=[plain("x" * 2001)])], "less than 2001 characters"),
    ([{"type": "header", "text": plain("x" * 151)}], "less than 151 characters"),
    ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be one of: plain_text"),
    ([actions(*(button(action_id=f"b{n}") for n in range(26)))], "no more than 25 items allowed"),
    ([actions()], "no fewer than 1 items required"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items allowed"),
    ([actions(button(text=plain("x" * 76)))], "less than 76 characters"),
    ([actions(button(value="v" * 2001))], "less than 2001 characters"),
    ([actions(button(action_id="a" * 256))], "less than 256 characters"),
    ([actions(button(style="loud"))], "must be one of: primary, danger"),
    ([actions(button(), button())], "`action_id` go already exists"),
    ([section(block_id="b"), section(block_id="b")], "`block_id` b already exists"),
    ([section(block_id="b" * 256)], "less than 256 characters"),
    ([actions(select(101))], "no more than 100 items allowed"),
    ([actions(select(0))], "no fewer than 1 items required"),
    ([actions(select(options=[{"text": plain("x" * 76), "value": "v"}]))], "less than 76 characters"),
    ([actions(select(options=[{"text": plain("x"), "value": "v" * 151}]))], "less than 151 characters"),
    ([actions(select(initial_option=options(9)[8]))], "not one of the options"),
    ([actions(select(placeholder=plain("x" * 151)))], "less than 151 characters"),
    ([{"type": "markdown", "text": "x" * 12_001}], "less than 12001 characters"),
    ([{"type": "shout", "text": plain("x")}], "unsupported type: shout"),
    ([section(colour="red")], "invalid additional property: colour"),
    (
        [section(accessory={"type": "plain_text_input", "action_id": "x"})],
        "unsupported type: plain_text_input",
    ),
    (["divider"], "must provide an object [json-pointer:/blocks/0]"),
]


@pytest.mark.parametrize("blocks", TAKEN)
def test_blocks_at_the_limit_are_taken(web: WebClient, blocks: list[dict[str, Any]]) -> None:
    assert web.chat_postMessage(channel="CHELP", text="fallback", blocks=blocks)["ok"]


@pytest.mark.parametrize(("blocks", "why"), REFUSED)
def test_blocks_past_the_limit_are_refused(web: WebClient, blocks: list[Any], why: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        web.chat_postMessage(channel="CHELP", text="fallback", blocks=blocks)
    answer = refused.value.response
    assert answer["error"] == "invalid_blocks"
    assert any(why in line for line in answer["response_metadata"]["messages"])
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {line}" for line in answer["errors"]]


def test_all_blocks_together_have_a_limit(web: WebClient) -> None:
    blocks = [section(text={"type": "mrkdwn", "text": "x" * 2700}) for _ in range(5)]
    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        web.chat_postMessage(channel="CHELP", text="fallback", blocks=blocks)


def test_blocks_without_names_get_them(local: LocalSlack, web: WebClient) -> None:
    nameless = {key: value for key, value in button().items() if key != "action_id"}
    ts = web.chat_postMessage(channel="CHELP", text="x", blocks=[actions(nameless)])["ts"]
    [block] = local.message("CHELP", ts)["blocks"]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


def form(**fields: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Title"), "blocks": [section()], **fields}


ASKING = {"type": "input", "label": plain("?"), "element": {"type": "plain_text_input", "action_id": "x"}}


def test_a_view_at_the_limit_is_taken() -> None:
    names = {"title": plain("x" * 24), "submit": plain("x" * 24), "close": plain("x" * 24)}
    fields = {"private_metadata": "x" * 3000, "callback_id": "x" * 255}
    limits.view(form(**names, **fields, blocks=[ASKING, *[section()] * 99]))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title": plain("x" * 25)}, "less than 25 characters [json-pointer:/view/title/text]"),
        ({"title": None}, "/view/title"),
        ({"submit": plain("x" * 25)}, "less than 25 characters"),
        ({"private_metadata": "x" * 3001}, "less than 3001 characters"),
        ({"callback_id": "x" * 256}, "less than 256 characters"),
        ({"blocks": [section()] * 101}, "no more than 100 items allowed"),
        ({"blocks": None}, "must be an array"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown"),
        ({"blocks": [ASKING]}, "missing required field: submit"),
        ({"type": "home"}, "must be one of: modal"),
        ({"colour": "red"}, "invalid additional property: colour"),
    ],
)
def test_a_view_past_the_limit_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(SlackError) as refused:
        limits.view(form(**fields))
    assert refused.value.error == "invalid_arguments"
    assert any(why in line for line in refused.value.messages)
