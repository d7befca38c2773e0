"""The Slack app's manifest: the one place that says which scopes, events, commands and shortcuts the desk needs."""

from typing import Any

from bot.slack import ids

# Each scope with the reason that the README gives for it.
SCOPES: dict[str, str] = {
    "app_mentions:read": "read messages that mention the bot, to answer them",
    "channels:history": "read questions in public help channels, and the threads of their tickets",
    "channels:read": "check that the bot was invited to its channels",
    "chat:write": "answer, and post cards for the desk",
    "commands": "offer /help-me, /oncall and the shortcuts",
    "groups:history": "the same as channels:history, for private help channels",
    "groups:read": "the same as channels:read, for private channels",
    "im:history": "read questions that are sent to the bot directly",
    "im:write": "open direct messages to page agents and to answer forms",
    "reactions:read": "see the :ticket: reaction that turns a message into a ticket",
    "usergroups:read": "know who is in the user groups that give roles, where you set them",
    "users:read": "know names and time zones, for the console and for honest waiting times",
}

# Only for those who take roles from user groups; without it everything else works.
ROLE_GROUPS_SCOPE = "usergroups:read"

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "tokens_revoked",
    "user_change",
)

COMMANDS = (
    {
        "command": ids.COMMAND_HELP,
        "description": "Ask the help desk",
        "usage_hint": "what is wrong?",
        "should_escape": True,
    },
    {
        "command": ids.COMMAND_ONCALL,
        "description": "Who is on call, your shifts, swaps and time off",
        "usage_hint": "[me | swap | cover | off | focus 25 | break | handoff | help]",
        "should_escape": True,
    },
)

SHORTCUTS = (
    {
        "name": "Ask the desk",
        "type": "global",
        "callback_id": ids.SHORTCUT_ASK,
        "description": "Ask a question in a form",
    },
    {
        "name": "Make it a ticket",
        "type": "message",
        "callback_id": ids.SHORTCUT_MESSAGE,
        "description": "Ask the desk about this message",
    },
)


# Where Slack may send people back to: after Sign in with Slack, and after installing the app.
SIGNED_IN, INSTALLED = "/console/signed-in", "/slack/oauth_redirect"


def manifest(*, url: str | None, socket: bool = False, several: bool = False) -> dict[str, Any]:
    """For a public address, or for Socket Mode where there is none or `socket` says so. An app for `several`
    workspaces is installed through its public address, and its tokens end after twelve hours."""
    public = (url or "").rstrip("/")
    redirects = [
        f"{public}{path}" for path in ((SIGNED_IN, INSTALLED) if several else (SIGNED_IN,)) if public
    ]
    url = None if socket else url
    endpoint = f"{url.rstrip('/')}/slack/events" if url else None
    settings: dict[str, Any] = {
        "event_subscriptions": {"bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": False,
        "socket_mode_enabled": endpoint is None,
        "token_rotation_enabled": several,
    }
    commands: list[dict[str, Any]] = [dict(command) for command in COMMANDS]
    if endpoint:
        settings["event_subscriptions"]["request_url"] = endpoint
        settings["interactivity"]["request_url"] = endpoint
        settings["interactivity"]["message_menu_options_url"] = endpoint
        for command in commands:
            command["url"] = endpoint
    oauth: dict[str, Any] = {"scopes": {"bot": sorted(SCOPES)}}
    if redirects:
        oauth["redirect_urls"] = redirects
    return {
        "display_information": {
            "name": "Evenhand",
            "description": "A help desk that is fair to both sides of the thread",
            "background_color": "#2f4858",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Evenhand", "always_online": True},
            "shortcuts": [dict(shortcut) for shortcut in SHORTCUTS],
            "slash_commands": commands,
        },
        "oauth_config": oauth,
        "settings": settings,
    }
