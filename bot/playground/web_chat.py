"""`chat.*` and `reactions.*`."""

from typing import Any

from bot.playground import cast, limits
from bot.playground.calls import Call, method
from bot.playground.errors import SlackError
from bot.playground.messages import is_reply
from bot.playground.workspace import Doc


def _speaking_in(call: Call, channel_id: str) -> Doc:
    """The channel, if the bot may post there; a person's id stands for their DM."""
    workspace = call.local.workspace
    if workspace.state.get("users", channel_id) is not None:
        return workspace.dm(channel_id)
    channel = workspace.seen_by_bot(channel_id)
    if not workspace.bot_hears(channel) and "chat:write.public" not in call.local.scopes:
        raise SlackError("not_in_channel")
    return channel


def _named_channel(call: Call) -> Doc:
    return _speaking_in(call, call.arguments.text("channel") or _no_channel())


def _no_channel() -> str:
    raise SlackError("channel_not_found")


def _own_message(call: Call, refused: str) -> tuple[Doc, Doc]:
    channel = call.local.workspace.seen_by_bot(call.arguments.need("channel"))
    message = call.local.conversation.get(channel["id"], call.arguments.need("ts"))
    if message.get("bot_id") != cast.BOT_ID:
        raise SlackError(refused)
    return channel, message


@method("chat.postMessage", "chat:write", tier=4)
def post_message(call: Call) -> Doc:
    given = call.arguments
    channel = _named_channel(call)
    content = limits.message_content(given)
    thread_ts = given.text("thread_ts")
    if thread_ts is not None and not _is_stamp(thread_ts):
        raise SlackError("invalid_thread_ts")
    for name in ("username", "icon_emoji", "icon_url"):
        if given.text(name) is not None and "chat:write.customize" in call.local.scopes:
            content[name] = str(given[name])
    broadcast = given.flag("reply_broadcast") and thread_ts is not None
    message = call.local.conversation.from_bot(channel, content, thread_ts=thread_ts, broadcast=broadcast)
    return {"channel": channel["id"], "ts": message["ts"], "message": message}


def _is_stamp(ts: str) -> bool:
    whole, _, part = ts.partition(".")
    return whole.isdigit() and part.isdigit()


@method("chat.update", "chat:write")
def update(call: Call) -> Doc:
    channel, _ = _own_message(call, "cant_update_message")
    content = limits.message_content(call.arguments, updating=True) if _changes(call) else {}
    if not content:
        raise SlackError("no_text")
    message = call.local.conversation.edit(channel, call.arguments["ts"], content, editor=cast.BOT_USER)
    return {"channel": channel["id"], "ts": message["ts"], "text": message["text"], "message": message}


def _changes(call: Call) -> bool:
    return any(
        call.arguments.get(name) is not None for name in ("text", "blocks", "attachments", "markdown_text")
    )


@method("chat.delete", "chat:write")
def delete(call: Call) -> Doc:
    channel, message = _own_message(call, "cant_delete_message")
    call.local.conversation.delete(channel, message["ts"])
    return {"channel": channel["id"], "ts": message["ts"]}


@method("chat.postEphemeral", "chat:write", tier=4)
def post_ephemeral(call: Call) -> Doc:
    channel = _named_channel(call)
    user_id = call.arguments.need("user")
    call.local.workspace.user(user_id)
    if not call.local.workspace.is_member(channel, user_id):
        raise SlackError("user_not_in_channel")
    if len(str(call.arguments.get("text") or "")) > limits.TEXT_CUT:
        raise SlackError("msg_too_long")
    content = limits.message_content(call.arguments)
    thread_ts = call.arguments.text("thread_ts")
    message = call.local.conversation.whisper(user_id, channel, content, thread_ts=thread_ts)
    return {"message_ts": message["ts"]}


@method("chat.getPermalink", tier=4)
def get_permalink(call: Call) -> Doc:
    channel = call.local.workspace.seen_by_bot(call.arguments.need("channel"))
    message = call.local.conversation.get(channel["id"], call.arguments.need("message_ts"))
    link = f"{call.base_url}/archives/{channel['id']}/p{message['ts'].replace('.', '')}"
    if is_reply(message):
        link += f"?thread_ts={message['thread_ts']}&cid={channel['id']}"
    return {"channel": channel["id"], "permalink": link}


def _reacting(call: Call) -> tuple[Doc, str, str]:
    channel = call.local.workspace.seen_by_bot(call.arguments.need("channel"))
    if not call.local.workspace.bot_hears(channel):
        raise SlackError("not_in_channel")
    name = call.arguments.text("name")
    if name is None:
        raise SlackError("invalid_name")
    ts = call.arguments.text("timestamp")
    if ts is None:
        raise SlackError("no_item_specified")
    return channel, ts, name.strip(":")


@method("reactions.add", "reactions:write")
def add_reaction(call: Call) -> dict[str, Any]:
    channel, ts, name = _reacting(call)
    call.local.conversation.react(channel, ts, cast.BOT_USER, name)
    return {}


@method("reactions.remove", "reactions:write", tier=2)
def remove_reaction(call: Call) -> dict[str, Any]:
    channel, ts, name = _reacting(call)
    call.local.conversation.unreact(channel, ts, cast.BOT_USER, name)
    return {}
