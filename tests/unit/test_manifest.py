"""The manifest asks for what the code uses and for nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest

import bot.slack
from bot.slack import events, gateway, ids, listening
from bot.slack.app import make_bolt  # noqa: F401  (importing it registers every listener)
from bot.slack.manifest import COMMANDS, EVENTS, SCOPES, SHORTCUTS, manifest

URL = "https://desk.example.com"

# What Slack's documentation asks for each method that the gateway calls; none: any token will do.
METHOD_SCOPES: dict[str, set[str]] = {
    "auth.test": set(),
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set(),
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "conversations.list": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "openid.connect.token": set(),
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.update": set(),
    "views.publish": set(),
}
EVENT_SCOPES: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "tokens_revoked": set(),
    "user_change": {"users:read"},
}


def registered(kind: str) -> set[str]:
    return {r.name for r in listening._LISTENERS if r.kind == kind}


def called_methods() -> set[str]:
    source = Path(gateway.__file__).read_text("utf-8")
    calls = re.findall(r'_call\(\s*"([\w.]+)"', source)
    # One place chooses between two.
    return {*calls, "conversations.replies", "conversations.history"}


def test_every_method_that_is_called_is_known_here() -> None:
    assert called_methods() == METHOD_SCOPES.keys()


def test_the_scopes_are_exactly_those_that_methods_events_and_commands_need() -> None:
    needed = {"commands"}
    for method in called_methods():
        needed |= METHOD_SCOPES[method]
    for event in EVENTS:
        needed |= EVENT_SCOPES[event]
    assert SCOPES.keys() == needed


def test_every_scope_has_a_reason() -> None:
    assert [scope for scope, reason in SCOPES.items() if len(reason.split()) < 3] == []


def test_every_event_that_is_acted_on_is_subscribed_and_the_other_way_round() -> None:
    assert {event.partition(".")[0] for event in EVENTS} == set(events._HANDLERS)


def test_every_command_stands_in_the_manifest_and_the_other_way_round() -> None:
    assert {command["command"] for command in COMMANDS} == registered("command")


def test_every_shortcut_stands_in_the_manifest_and_the_other_way_round() -> None:
    assert {shortcut["callback_id"] for shortcut in SHORTCUTS} == registered("shortcut")


def test_every_button_and_form_that_is_shown_is_listened_to() -> None:
    listened = registered("action") | registered("view") | registered("options")
    views = Path(bot.slack.__file__).parent / "views"
    shown = {
        getattr(ids, name)
        for file in views.glob("*.py")
        for name in re.findall(r"\bids\.([A-Z_]+)", file.read_text("utf-8"))
    }
    assert shown - listened == set()


def test_every_id_is_used() -> None:
    here = {value for name, value in vars(ids).items() if name.isupper()}
    kinds = ("action", "view", "options", "command", "shortcut")
    assert here - set().union(*(registered(kind) for kind in kinds)) == {ids.TICKET_REACTION}


@pytest.mark.parametrize("url", [URL, URL + "/"])
def test_http_sends_everything_to_one_address(url: str) -> None:
    made = manifest(url=url)
    asked = made["settings"]
    endpoint = f"{URL}/slack/events"
    assert asked["event_subscriptions"]["request_url"] == endpoint
    assert asked["interactivity"]["request_url"] == endpoint
    assert asked["interactivity"]["message_menu_options_url"] == endpoint
    assert {command["url"] for command in made["features"]["slash_commands"]} == {endpoint}
    assert asked["socket_mode_enabled"] is False


def test_socket_mode_names_no_address() -> None:
    made = manifest(url=None)
    assert "request_url" not in str(made)
    assert "'url'" not in str(made)
    assert made["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize("url", [URL, None])
def test_slack_takes_it(url: str | None) -> None:
    """Slack's own limits on names and descriptions, from its manifest reference."""
    made: dict[str, Any] = manifest(url=url)
    display, features = made["display_information"], made["features"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", display["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert shortcut["type"] in ("global", "message")
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert command["description"]
        assert len(command["description"]) <= 2000
    assert made["settings"]["token_rotation_enabled"] is False


def test_two_manifests_do_not_share_anything() -> None:
    manifest(url=None)["features"]["shortcuts"][0]["name"] = "changed"
    assert manifest(url=None)["features"]["shortcuts"][0]["name"] != "changed"
