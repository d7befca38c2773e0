"""The Web API refuses what Slack refuses, in Slack's words."""

from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.slack import LocalSlack


def refusal(call: Any, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    answer: dict[str, Any] = refused.value.response.data
    return answer


def error(call: Any, **arguments: Any) -> str:
    return str(refusal(call, **arguments)["error"])


# Tokens and scopes


def test_auth_test_tells_who_and_what_the_token_may(web: WebClient) -> None:
    answer = web.auth_test()
    assert answer["user_id"] == "UEVENHAND"
    assert answer["team_id"] == "TEVENHAND"
    assert answer["bot_id"] == "BEVENHAND"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


def test_tokens_are_checked(local: LocalSlack, web: WebClient, api_url: str) -> None:
    assert requests.post(f"{api_url}/api/auth.test").json()["error"] == "not_authed"
    stranger = WebClient(token="xoxb-playground-other", base_url=f"{api_url}/api/")
    assert error(stranger.auth_test) == "invalid_auth"
    app_level = WebClient(token=local.app_token, base_url=f"{api_url}/api/")
    assert error(app_level.users_list) == "not_allowed_token_type"
    assert error(web.apps_connections_open, app_token=local.bot_token) == "not_allowed_token_type"
    assert web.api_call("auth.test", http_verb="GET")["ok"]


def test_the_token_is_taken_from_the_form_too(local: LocalSlack, api_url: str) -> None:
    assert requests.post(f"{api_url}/api/auth.test", data={"token": local.bot_token}).json()["ok"]


def test_a_missing_scope_is_named(local: LocalSlack, web: WebClient) -> None:
    local.scopes.discard("chat:write")
    answer = refusal(web.chat_postMessage, channel="CHELP", text="hello")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "users:read" in answer["provided"]


def test_an_unknown_method_is_unknown(web: WebClient) -> None:
    assert error(web.api_call, api_method="chat.shout") == "unknown_method"


# Posting


def test_json_and_form_bodies_mean_the_same(local: LocalSlack, web: WebClient, api_url: str) -> None:
    blocks = '[{"type": "divider"}]'
    form = {"channel": "#help", "text": "form", "blocks": blocks}
    head = {"Authorization": f"Bearer {local.bot_token}"}
    assert requests.post(f"{api_url}/api/chat.postMessage", data=form, headers=head).json()["ok"]
    web.chat_postMessage(channel="CHELP", text="json", blocks=[{"type": "divider"}])
    first, second = local.messages("CHELP")
    assert [b["type"] for b in first["blocks"]] == [b["type"] for b in second["blocks"]] == ["divider"]


def test_the_channel_must_be_there_and_the_bot_in_it(local: LocalSlack, web: WebClient) -> None:
    assert error(web.chat_postMessage, channel="CNONE", text="x") == "channel_not_found"
    assert error(web.chat_postMessage, channel="CRANDOM", text="x") == "not_in_channel"
    local.leave("UEVENHAND", "CDESK")
    assert error(web.chat_postMessage, channel="CDESK", text="x") == "channel_not_found"


def test_a_message_needs_something_to_say(web: WebClient) -> None:
    for said in ({}, {"text": ""}, {"blocks": []}):
        sent = {"channel": "CHELP", **said}
        assert error(web.api_call, api_method="chat.postMessage", json=sent) == "no_text"


def test_posting_to_a_person_lands_in_their_dm(local: LocalSlack, web: WebClient) -> None:
    answer = web.chat_postMessage(channel="UADA", text="psst")
    assert answer["channel"] == web.conversations_open(users="UADA")["channel"]["id"] == local.dm("UADA")


def test_long_text_is_cut_when_posted_and_refused_when_updated(local: LocalSlack, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="CHELP", text="x" * 50_000)["ts"]
    assert len(local.message("CHELP", ts)["text"]) == 40_000
    assert error(web.chat_update, channel="CHELP", ts=ts, text="x" * 4_001) == "msg_too_long"


def test_only_own_messages_are_updated_or_deleted(local: LocalSlack, web: WebClient) -> None:
    hers = local.say("UADA", "CHELP", "mine")
    assert error(web.chat_update, channel="CHELP", ts=hers, text="x") == "cant_update_message"
    assert error(web.chat_delete, channel="CHELP", ts=hers) == "cant_delete_message"
    assert error(web.chat_update, channel="CHELP", ts="1.000001", text="x") == "message_not_found"
    assert error(web.chat_delete, channel="CHELP", ts="1.000001") == "message_not_found"


def test_an_update_keeps_the_blocks_it_does_not_name(local: LocalSlack, web: WebClient) -> None:
    ts = web.chat_postMessage(channel="CHELP", text="a", blocks=[{"type": "divider"}])["ts"]
    web.chat_update(channel="CHELP", ts=ts, text="b")
    assert local.message("CHELP", ts)["blocks"][0]["type"] == "divider"
    web.chat_update(channel="CHELP", ts=ts, text="c", blocks=[])
    assert "blocks" not in local.message("CHELP", ts)


def test_a_whisper_reaches_members_only(local: LocalSlack, web: WebClient) -> None:
    web.chat_postEphemeral(channel="CDESK", user="UBEN", text="only you")
    assert local.ephemerals("UBEN", "CDESK")[0]["text"] == "only you"
    assert error(web.chat_postEphemeral, channel="CDESK", user="UADA", text="x") == "user_not_in_channel"
    whispered = local.ephemerals("UBEN")[0]["ts"]
    assert error(web.chat_update, channel="CDESK", ts=whispered, text="x") == "message_not_found"


# Threads


def test_replies_stay_out_of_the_history(local: LocalSlack, web: WebClient) -> None:
    asked = local.say("UADA", "CHELP", "help")
    web.chat_postMessage(channel="CHELP", text="one", thread_ts=asked)
    told = web.chat_postMessage(channel="CHELP", text="two", thread_ts=asked, reply_broadcast=True)
    assert told["message"]["subtype"] == "thread_broadcast"
    history = web.conversations_history(channel="CHELP")["messages"]
    assert [m["text"] for m in history] == ["two", "help"]
    assert (history[1]["reply_count"], history[1]["latest_reply"]) == (2, told["ts"])
    thread = web.conversations_replies(channel="CHELP", ts=asked)["messages"]
    assert [m["text"] for m in thread] == ["help", "one", "two"]


def test_replies_to_a_reply_join_its_thread(local: LocalSlack, web: WebClient) -> None:
    asked = local.say("UADA", "CHELP", "help")
    reply = web.chat_postMessage(channel="CHELP", text="one", thread_ts=asked)["ts"]
    nested = web.chat_postMessage(channel="CHELP", text="two", thread_ts=reply)
    assert nested["message"]["thread_ts"] == asked
    alone = web.conversations_replies(channel="CHELP", ts=reply)["messages"]
    assert [m["ts"] for m in alone] == [reply]


def test_a_reply_to_a_deleted_question_lands_in_the_channel(local: LocalSlack, web: WebClient) -> None:
    asked = local.say("UADA", "CHELP", "help")
    local.delete("UADA", "CHELP", asked)
    answer = web.chat_postMessage(channel="CHELP", text="late", thread_ts=asked)
    assert "thread_ts" not in answer["message"]
    assert error(web.conversations_replies, channel="CHELP", ts=asked) == "thread_not_found"


def test_a_permalink_knows_its_thread(local: LocalSlack, web: WebClient) -> None:
    asked = local.say("UADA", "CHELP", "help")
    reply = web.chat_postMessage(channel="CHELP", text="one", thread_ts=asked)["ts"]
    link = web.chat_getPermalink(channel="CHELP", message_ts=reply)["permalink"]
    assert link.endswith(f"/archives/CHELP/p{reply.replace('.', '')}?thread_ts={asked}&cid=CHELP")


# Metadata


def test_metadata_comes_back_when_asked_for(local: LocalSlack, web: WebClient) -> None:
    note = {"event_type": "outbox", "event_payload": {"outbox_id": 7}}
    asked = local.say("UADA", "CHELP", "help")
    web.chat_postMessage(channel="CHELP", text="one", thread_ts=asked, metadata=note)
    plain = web.conversations_replies(channel="CHELP", ts=asked)["messages"][1]
    full = web.conversations_replies(channel="CHELP", ts=asked, include_all_metadata=True)["messages"][1]
    assert "metadata" not in plain
    assert full["metadata"] == note


@pytest.mark.parametrize("wrong", [{"event_type": "x"}, {"event_payload": {}}, "not json", [1]])
def test_metadata_has_a_form(web: WebClient, wrong: Any) -> None:
    assert error(web.chat_postMessage, channel="CHELP", text="x", metadata=wrong) == "invalid_metadata_format"


def test_metadata_has_a_size(web: WebClient) -> None:
    large = {"event_type": "x", "event_payload": {"y": "z" * 17_000}}
    assert error(web.chat_postMessage, channel="CHELP", text="x", metadata=large) == "metadata_too_large"


# Reactions


def test_reactions_are_added_once_and_taken_away_once(local: LocalSlack, web: WebClient) -> None:
    ts = local.say("UADA", "CHELP", "help")
    web.reactions_add(channel="CHELP", timestamp=ts, name="eyes")
    assert error(web.reactions_add, channel="CHELP", timestamp=ts, name="eyes") == "already_reacted"
    assert local.message("CHELP", ts)["reactions"] == [{"name": "eyes", "users": ["UEVENHAND"], "count": 1}]
    web.reactions_remove(channel="CHELP", timestamp=ts, name="eyes")
    assert error(web.reactions_remove, channel="CHELP", timestamp=ts, name="eyes") == "no_reaction"
    assert error(web.reactions_add, channel="CHELP", timestamp=ts, name="No Such") == "invalid_name"
    assert error(web.reactions_add, channel="CHELP", timestamp="1.1", name="eyes") == "message_not_found"


# Lists


def test_history_is_paged_newest_first(local: LocalSlack, web: WebClient) -> None:
    said = [local.say("UADA", "CHELP", f"line {n}") for n in range(5)]
    seen: list[str] = []
    for answer in web.conversations_history(channel="CHELP", limit=2):
        seen += [m["ts"] for m in answer["messages"]]
    assert seen == said[::-1]


def test_history_between_two_moments(local: LocalSlack, web: WebClient) -> None:
    said = [local.say("UADA", "CHELP", f"line {n}") for n in range(4)]
    inner = web.conversations_history(channel="CHELP", oldest=said[0], latest=said[3])["messages"]
    assert [m["ts"] for m in inner] == [said[2], said[1]]
    one = web.conversations_history(channel="CHELP", latest=said[1], inclusive=True, limit=1)["messages"]
    assert [m["ts"] for m in one] == [said[1]]


def test_the_trap_of_looking_up_a_reply_in_the_history(local: LocalSlack, web: WebClient) -> None:
    asked = local.say("UADA", "CHELP", "help")
    reply = local.say("UBEN", "CHELP", "on it", asked)
    found = web.conversations_history(channel="CHELP", latest=reply, inclusive=True, limit=1)["messages"]
    assert found[0]["ts"] == asked


def test_users_and_members_are_paged(web: WebClient) -> None:
    ids = [user["id"] for answer in web.users_list(limit=4) for user in answer["members"]]
    assert len(ids) == len(set(ids)) == 6
    first = web.conversations_members(channel="CDESK", limit=3)
    rest = web.conversations_members(
        channel="CDESK", limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    assert {*first["members"], *rest["members"]} == {"UBEN", "UCLEO", "UDEE", "UEVENHAND"}
    assert error(web.users_list, cursor="bogus") == "invalid_cursor"
    assert error(web.conversations_history, channel="CHELP", limit=5000) == "invalid_limit"


def test_channels_are_listed_as_the_bot_may_see_them(local: LocalSlack, web: WebClient) -> None:
    public = {c["name"]: c["is_member"] for c in web.conversations_list()["channels"]}
    assert public == {"help": True, "random": False}
    private = web.conversations_list(types="private_channel,im")["channels"]
    assert {c["id"] for c in private} >= {"CDESK", local.dm("UADA")}
    assert error(web.conversations_list, types="secret") == "invalid_types"
    assert error(web.conversations_history, channel="CRANDOM") == "not_in_channel"
    web.conversations_join(channel="CRANDOM")
    assert web.conversations_info(channel="CRANDOM", include_num_members=True)["channel"]["is_member"]


def test_people_are_found_by_id_and_by_mail(local: LocalSlack, web: WebClient) -> None:
    assert web.users_info(user="UBEN")["user"]["tz"] == "Europe/Stockholm"
    assert error(web.users_info, user="UNONE") == "user_not_found"
    assert web.users_lookupByEmail(email="dee@playground.example")["user"]["id"] == "UDEE"
    assert error(web.users_lookupByEmail, email="x@playground.example") == "users_not_found"
    local.scopes.discard("users:read.email")
    assert "email" not in web.users_info(user="UBEN")["user"]["profile"]


def test_user_groups_are_read(local: LocalSlack, web: WebClient) -> None:
    local.add_usergroup("SDESK", "it-desk", ["UBEN", "UCLEO"])
    assert web.usergroups_list()["usergroups"][0]["handle"] == "it-desk"
    assert web.usergroups_users_list(usergroup="SDESK")["users"] == ["UBEN", "UCLEO"]
    assert error(web.usergroups_users_list, usergroup="SNONE") == "no_such_subteam"


def test_a_missing_argument_is_named(web: WebClient) -> None:
    answer = refusal(web.api_call, api_method="users.info")
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]
