"""`conversations.*`: channels, what was said in them, and who is there."""

from bot.playground import cast
from bot.playground.calls import Arguments, Call, method, next_page, page
from bot.playground.errors import SlackError
from bot.playground.workspace import KIND_TYPES, Doc, Workspace

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


def shown(workspace: Workspace, channel: Doc) -> Doc:
    """A channel as the Web API describes it to the bot."""
    kind = channel["kind"]
    common = {
        "id": channel["id"],
        "created": channel["created"],
        "is_im": kind == "dm",
        "is_mpim": False,
        "is_channel": kind == "public",
        "is_group": kind == "private",
        "is_private": kind != "public",
        "is_archived": False,
        "is_org_shared": False,
        "context_team_id": workspace.team["id"],
        "updated": channel["created"] * 1000,
    }
    if kind == "dm":
        return common | {"user": channel["user"], "is_user_deleted": False, "priority": 0}
    text = {"creator": "", "last_set": 0}
    return common | {
        "name": channel["name"],
        "name_normalized": channel["name"],
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "creator": channel["creator"],
        "is_member": workspace.bot_hears(channel),
        "topic": {"value": channel["topic"], **text},
        "purpose": {"value": "", **text},
        "num_members": len(channel["members"]),
    }


def _readable(call: Call) -> Doc:
    """A channel whose messages the bot may read."""
    channel = call.local.workspace.seen_by_bot(call.arguments.need("channel"))
    if not call.local.workspace.bot_hears(channel):
        raise SlackError("not_in_channel")
    return channel


@method("conversations.list", *READ, tier=2)
def list_channels(call: Call) -> Doc:
    workspace = call.local.workspace
    wanted = (call.arguments.text("types") or "public_channel").replace(" ", "").split(",")
    if set(wanted) - {*KIND_TYPES.values(), "mpim"}:
        raise SlackError("invalid_types")
    seen = [c for c in workspace.channels() if c["kind"] == "public" or workspace.bot_hears(c)]
    seen = [c for c in seen if KIND_TYPES[c["kind"]] in wanted]
    found, cursor = page(seen, call.arguments, default=100, most=1000)
    return {"channels": [shown(workspace, c) for c in found], **next_page(cursor)}


@method("conversations.info", *READ)
def info(call: Call) -> Doc:
    workspace = call.local.workspace
    found = shown(workspace, workspace.seen_by_bot(call.arguments.need("channel")))
    if not call.arguments.flag("include_num_members"):
        found.pop("num_members", None)
    return {"channel": found}


@method("conversations.members", *READ, tier=4)
def members(call: Call) -> Doc:
    channel = call.local.workspace.seen_by_bot(call.arguments.need("channel"))
    found, cursor = page(channel["members"], call.arguments, default=100, most=1000)
    return {"members": found, **next_page(cursor)}


@method("conversations.open", "im:write", "mpim:write")
def open_dm(call: Call) -> Doc:
    workspace = call.local.workspace
    given = call.arguments.text("channel")
    if given is not None:
        channel = workspace.seen_by_bot(given)
    else:
        users = [user for user in (call.arguments.text("users") or "").split(",") if user]
        if not users:
            raise SlackError("users_list_not_supplied")
        if len(users) > 1:
            raise SlackError(
                "not_enough_users" if len(set(users)) == 1 else "method_not_supported_for_channel_type"
            )
        if workspace.user(users[0])["is_bot"]:
            raise SlackError("cannot_dm_bot")
        channel = workspace.dm(users[0])
    full = shown(workspace, channel) if call.arguments.flag("return_im") else {"id": channel["id"]}
    return {"channel": full}


@method("conversations.join", "channels:join")
def join(call: Call) -> Doc:
    workspace = call.local.workspace
    channel = workspace.seen_by_bot(call.arguments.need("channel"))
    if channel["kind"] != "public":
        raise SlackError("method_not_supported_for_channel_type")
    call.local.join(cast.BOT_USER, channel["id"])
    return {"channel": shown(workspace, workspace.channel(channel["id"]))}


def _between(messages: list[Doc], arguments: Arguments) -> list[Doc]:
    """Within `oldest` and `latest`; the ends belong to it only when `inclusive`."""
    oldest, latest = arguments.text("oldest"), arguments.text("latest")
    inclusive = arguments.flag("inclusive")
    try:
        low = float(oldest) if oldest else 0.0
        high = float(latest) if latest else float("inf")
    except ValueError:
        raise SlackError("invalid_ts_oldest" if oldest else "invalid_ts_latest") from None
    return [
        m for m in messages if low < float(m["ts"]) < high or (inclusive and float(m["ts"]) in (low, high))
    ]


def _told(message: Doc, arguments: Arguments) -> Doc:
    if arguments.flag("include_all_metadata"):
        return message
    return {name: value for name, value in message.items() if name != "metadata"}


@method("conversations.history", *HISTORY)
def history(call: Call) -> Doc:
    channel = _readable(call)
    newest_first = list(reversed(call.local.conversation.top_level(channel["id"])))
    matching = _between(newest_first, call.arguments)
    found, cursor = page(matching, call.arguments, default=100, most=999)
    more = {**next_page(cursor)} if cursor else {}
    return {
        "messages": [_told(m, call.arguments) for m in found],
        "has_more": bool(cursor),
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
        **more,
    }


@method("conversations.replies", *HISTORY)
def replies(call: Call) -> Doc:
    """The parent comes with every page, as at Slack, and is not counted against the limit."""
    channel = _readable(call)
    try:
        parent, *following = call.local.conversation.thread(channel["id"], call.arguments.need("ts"))
    except SlackError as missing:
        raise SlackError("thread_not_found") from missing
    matching = _between(following, call.arguments)
    found, cursor = page(matching, call.arguments, default=1000, most=1000)
    more = {**next_page(cursor)} if cursor else {}
    return {
        "messages": [_told(m, call.arguments) for m in (parent, *found)],
        "has_more": bool(cursor),
        **more,
    }
