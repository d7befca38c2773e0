"""`auth.test`, `users.*`, `usergroups.*`, `views.*` and the rest of the methods."""

from bot.playground import cast, limits
from bot.playground.calls import Call, method, next_page, page
from bot.playground.errors import SlackError
from bot.playground.views import public
from bot.playground.workspace import Doc


@method("api.test", tier=4, token="none")
def api_test(call: Call) -> Doc:
    if call.arguments.text("error"):
        raise SlackError(call.arguments["error"], args=dict(call.arguments))
    return {"args": dict(call.arguments)}


@method("auth.test", tier=4, token="any")
def auth_test(call: Call) -> Doc:
    team = call.local.workspace.team
    return {
        "url": f"{call.base_url}/",
        "team": team["name"],
        "user": "evenhand",
        "team_id": team["id"],
        "user_id": cast.BOT_USER,
        "bot_id": cast.BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", "connections:write", tier=1, token="app")
def connections_open(call: Call) -> Doc:
    host = call.base_url.removeprefix("http://")
    return {"url": f"ws://{host}/socket/link?ticket={call.local.sockets.ticket()}&app_id={cast.APP_ID}"}


@method("bots.info", "users:read")
def bots_info(call: Call) -> Doc:
    if call.arguments.text("bot") not in (None, cast.BOT_ID):
        raise SlackError("bot_not_found")
    bot = {"id": cast.BOT_ID, "deleted": False, "name": "Evenhand", "app_id": cast.APP_ID}
    return {"bot": {**bot, "user_id": cast.BOT_USER, "icons": {}}}


def _shown(call: Call, user: Doc) -> Doc:
    profile = dict(user["profile"])
    if "users:read.email" not in call.local.scopes:
        profile.pop("email", None)
    return {**{k: v for k, v in user.items() if k != "role"}, "profile": profile}


@method("users.list", "users:read", tier=2)
def users_list(call: Call) -> Doc:
    users = call.local.workspace.users()
    found, cursor = page(users, call.arguments, default=200, most=1000)
    members = [_shown(call, user) for user in found]
    return {"members": members, "cache_ts": call.local.workspace.epoch(), **next_page(cursor)}


@method("users.info", "users:read", tier=4)
def users_info(call: Call) -> Doc:
    return {"user": _shown(call, call.local.workspace.user(call.arguments.need("user")))}


@method("users.lookupByEmail", "users:read.email")
def users_by_email(call: Call) -> Doc:
    email = call.arguments.need("email").lower()
    for user in call.local.workspace.users():
        if user["profile"].get("email", "").lower() == email:
            return {"user": _shown(call, user)}
    raise SlackError("users_not_found")


@method("usergroups.list", "usergroups:read", tier=2)
def usergroups_list(call: Call) -> Doc:
    with_users = call.arguments.flag("include_users")
    groups = call.local.workspace.state.all("usergroups")
    return {"usergroups": [g if with_users else {k: v for k, v in g.items() if k != "users"} for g in groups]}


@method("usergroups.users.list", "usergroups:read", tier=2)
def usergroup_users(call: Call) -> Doc:
    group: Doc | None = call.local.workspace.state.get("usergroups", call.arguments.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group["users"]}


@method("views.open", tier=4)
def views_open(call: Call) -> Doc:
    view = limits.view(call.arguments.get("view"))
    return {"view": public(call.local.modals.open(call.arguments.need("trigger_id"), view))}


@method("views.push", tier=4)
def views_push(call: Call) -> Doc:
    view = limits.view(call.arguments.get("view"))
    return {"view": public(call.local.modals.push(call.arguments.need("trigger_id"), view))}


@method("views.update", tier=4)
def views_update(call: Call) -> Doc:
    given = call.arguments
    sent = given.get("view")
    home = isinstance(sent, dict) and sent.get("type") == "home"
    view_id, external_id = given.text("view_id"), given.text("external_id")
    if view_id is None and external_id is None:
        raise SlackError("invalid_arguments", messages=["missing required field: view_id"])
    view = limits.view(sent, home=home)
    updated = call.local.modals.update(
        view, view_id=view_id, external_id=external_id, given_hash=given.text("hash")
    )
    return {"view": public(updated)}


@method("views.publish", tier=4)
def views_publish(call: Call) -> Doc:
    view = limits.view(call.arguments.get("view"), home=True)
    user_id = call.arguments.need("user_id")
    return {"view": public(call.local.modals.publish(user_id, view, call.arguments.text("hash")))}
