"""What one persona sees: their channels, their messages, and the whispers meant for them."""

from bot.playground import cast
from bot.playground.slack import LocalSlack
from bot.playground.workspace import Doc


def overview(local: LocalSlack, me: str) -> Doc:
    workspace = local.workspace
    version = local.state.version
    people = [user for user in workspace.users() if not user["is_bot"]]
    bot = workspace.user(cast.BOT_USER)
    return {
        "team": {"id": workspace.team["id"], "name": workspace.team["name"]},
        "me": me,
        "personas": [_persona(user) for user in people],
        "bot": {"id": bot["id"], "name": bot["real_name"]},
        "clock": clock(local),
        "channels": [_channel(local, me, c) for c in workspace.channels() if _listed(local, me, c)],
        "commands": list(local.app.commands),
        "shortcuts": list(local.app.shortcuts),
        "version": version,
    }


def _persona(user: Doc) -> Doc:
    initials = "".join(word[0] for word in user["real_name"].split()[:2]).upper()
    about = {name: user[name] for name in ("id", "name", "real_name", "role", "tz")}
    return {**about, "avatar_color": f"#{user['color']}", "initials": initials}


def clock(local: LocalSlack) -> Doc:
    return {
        "now": local.now().isoformat(timespec="seconds"),
        "offset_seconds": int(local.clock.offset.total_seconds()),
    }


def _listed(local: LocalSlack, me: str, channel: Doc) -> bool:
    return channel["kind"] == "public" or local.workspace.is_member(channel, me)


def _channel(local: LocalSlack, me: str, channel: Doc) -> Doc:
    member = local.workspace.is_member(channel, me)
    shown = {
        "id": channel["id"],
        "name": channel["name"],
        "kind": "dm" if channel["kind"] == "dm" else "channel",
        "is_private": channel["kind"] == "private",
        "is_member": member,
        "unread": local.unread(me, channel["id"]) if member else 0,
        "topic": channel["topic"],
    }
    if channel["kind"] == "dm":
        others = [user for user in channel["members"] if user != me]
        shown["user"] = others[0] if others else me
        shown["name"] = local.workspace.user(shown["user"])["real_name"]
    return shown


def messages_for(local: LocalSlack, me: str, channel_id: str, thread_ts: str | None) -> list[Doc]:
    whispers = local.ephemerals(me, channel_id)
    if thread_ts:
        public_ones = local.conversation.thread(channel_id, thread_ts)
        private = [m for m in whispers if m.get("thread_ts") == thread_ts]
    else:
        public_ones = local.messages(channel_id)
        private = [m for m in whispers if "thread_ts" not in m]
        local.mark_read(me, channel_id)
    return sorted([*public_ones, *private], key=lambda message: message["ts"])
