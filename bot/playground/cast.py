"""Who and what is in the playground's workspace before anybody says a word."""

from dataclasses import dataclass, field
from typing import Any

TEAM = {"id": "TEVENHAND", "name": "Evenhand Playground", "domain": "evenhand-playground"}
APP_ID = "AEVENHAND"
BOT_USER = "UEVENHAND"
BOT_ID = "BEVENHAND"
BOT_TOKEN = "xoxb-playground-evenhand"
APP_TOKEN = "xapp-playground-evenhand"
SIGNING_SECRET = "playground-signing-secret"
CLIENT_ID = "1000000000.1000000000"
CLIENT_SECRET = "playground-client-secret"


@dataclass(frozen=True)
class Persona:
    """Somebody one can be on the page."""

    id: str
    name: str
    real_name: str
    role: str
    tz: str
    tz_offset: int
    avatar_color: str
    title: str

    def user(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "team_id": TEAM["id"],
            "name": self.name,
            "deleted": False,
            "color": self.avatar_color.lstrip("#"),
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": self.tz_offset,
            "profile": {
                "title": self.title,
                "real_name": self.real_name,
                "real_name_normalized": self.real_name,
                # Not set, as with most people: they are called by their real names, here and on the page.
                "display_name": "",
                "display_name_normalized": "",
                "first_name": self.real_name.split()[0],
                "last_name": self.real_name.split()[-1],
                "email": f"{self.name}@playground.example",
                "status_text": "",
                "status_emoji": "",
                "team": TEAM["id"],
            },
            "is_admin": self.role == "admin",
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_bot": False,
            "is_app_user": False,
            "updated": 1735689600,
            "role": self.role,
        }


PERSONAS = (
    Persona("UADA", "ada", "Ada Okafor", "requester", "Europe/London", 0, "#8a5cf6", "Finance"),
    Persona("UBEN", "ben", "Ben Lindqvist", "agent", "Europe/Stockholm", 3600, "#0f8b8d", "IT desk"),
    Persona("UCLEO", "cleo", "Cleo Martins", "agent", "America/Sao_Paulo", -10800, "#d1495b", "IT desk"),
    Persona("UDEE", "dee", "Dee Tanaka", "admin", "America/New_York", -18000, "#3a6ea5", "Head of IT"),
    Persona("UELI", "eli", "Eli Novak", "requester", "Asia/Tokyo", 32400, "#b7791f", "Design"),
)


def _bot_user() -> dict[str, Any]:
    name = "evenhand"
    return {
        "id": BOT_USER,
        "team_id": TEAM["id"],
        "name": name,
        "deleted": False,
        "color": "2d6a4f",
        "real_name": "Evenhand",
        "tz": "America/Los_Angeles",
        "tz_label": "Pacific Standard Time",
        "tz_offset": -28800,
        "profile": {
            "real_name": "Evenhand",
            "real_name_normalized": "Evenhand",
            "display_name": name,
            "display_name_normalized": name,
            "bot_id": BOT_ID,
            "api_app_id": APP_ID,
            "team": TEAM["id"],
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": True,
        "is_app_user": False,
        "updated": 1735689600,
        "role": "bot",
    }


def default_users() -> list[dict[str, Any]]:
    return [*(persona.user() for persona in PERSONAS), _bot_user()]


def channel(id: str, name: str, members: list[str], topic: str, *, private: bool = False) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "kind": "private" if private else "public",
        "members": members,
        "topic": topic,
        "created": 1735689600,
        "creator": "UDEE",
    }


def default_channels() -> list[dict[str, Any]]:
    people = [persona.id for persona in PERSONAS]
    desk = [persona.id for persona in PERSONAS if persona.role in ("agent", "admin")]
    return [
        channel("CHELP", "help", [*people, BOT_USER], "Ask here; you get an answer, or a person."),
        channel("CDESK", "desk", [*desk, BOT_USER], "What still needs a person.", private=True),
        channel("CRANDOM", "random", people, "Everything else. The bot is not here."),
    ]


DEFAULT_SCOPES = (
    *("app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "commands"),
    *("groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read"),
    *("reactions:read", "reactions:write", "usergroups:read", "users:read", "users:read.email"),
)


@dataclass(frozen=True)
class AppConfig:
    """How the app is configured at Slack: what its manifest says."""

    scopes: frozenset[str] = frozenset(DEFAULT_SCOPES)
    events: frozenset[str] | None = None
    """Subscribed bot events; None stands for every event."""
    commands: tuple[dict[str, Any], ...] = (
        {"command": "/help-me", "description": "Ask the help desk", "usage_hint": "what is wrong?"},
        {"command": "/oncall", "description": "Who is on call", "usage_hint": "[set @ben @cleo | console]"},
    )
    shortcuts: tuple[dict[str, Any], ...] = field(
        default=(
            {"callback_id": "ask_for_help", "name": "Ask for help", "type": "global"},
            {"callback_id": "make_ticket", "name": "Make this a ticket", "type": "message"},
        )
    )

    @classmethod
    def from_manifest(cls, manifest: dict[str, Any]) -> "AppConfig":
        """The same manifest that a real workspace would be given."""
        features = manifest.get("features", {})
        settings = manifest.get("settings", {})
        return cls(
            scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            commands=tuple(features.get("slash_commands", ())),
            shortcuts=tuple(features.get("shortcuts", ())),
        )
