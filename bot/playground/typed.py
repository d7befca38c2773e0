"""What a person types, written down the way Slack writes it."""

import re

from bot.playground.workspace import Doc, Workspace

KEPT = re.compile(r"<@[UW][A-Z0-9]+>|<#C[A-Z0-9]+(?:\|[^>]*)?>|<!(?:here|channel|everyone)>")
MEANT = re.compile(
    r"(?P<url>https?://[^\s<>|]*[^\s<>|.,;:!?)'\"])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w<])@(?P<user>[\w.-]+)"
    r"|(?<![\w&<])#(?P<channel>[\w-]+)"
)
EVERYBODY = {"here", "channel", "everyone"}


def written(workspace: Workspace, text: str) -> str:
    """Mentions, channels and links in Slack's brackets, everything else escaped.

    Brackets that name somebody or something that exists are kept, so that a test can mention by id.
    """
    users = {user["name"]: user["id"] for user in workspace.users()}
    channels = {c["name"]: c["id"] for c in workspace.channels() if c["kind"] == "public"}
    known = set(users.values()) | set(channels.values())

    def meant(match: re.Match[str]) -> str:
        if match["url"]:
            return f"<{match['url']}>"
        if match["mail"]:
            return f"<mailto:{match[0]}|{match[0]}>"
        if match["user"]:
            name = match["user"].lower()
            bare = name.rstrip(".-")
            if bare in EVERYBODY:
                return f"<!{bare}>{name[len(bare) :]}"
            return f"<@{users[bare]}>{name[len(bare) :]}" if bare in users else match[0]
        name = match["channel"]
        return f"<#{channels[name]}|{name}>" if name in channels else match[0]

    def plain(part: str) -> str:
        return MEANT.sub(meant, part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))

    done, at = [], 0
    for match in KEPT.finditer(text):
        if match[0].startswith("<!") or not _names(match[0]) & known:
            continue
        done += [plain(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*done, plain(text[at:])])


def _names(bracket: str) -> set[str]:
    return {re.split(r"[|>]", bracket[2:])[0]}


def command_text(workspace: Workspace, command: Doc, text: str) -> str:
    """Commands get names resolved only if the app asked for it."""
    if not command.get("should_escape"):
        return text
    users = {user["id"]: user["name"] for user in workspace.users()}
    return re.sub(r"<@(\w+)>", lambda m: f"<@{m[1]}|{users.get(m[1], m[1])}>", written(workspace, text))
