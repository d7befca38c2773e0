"""What Slack says about a person, reduced to what the desk needs: a name and a time zone."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from triage.people.models import Person


def remember_profile(person: Person, user: dict[str, Any]) -> None:
    """Copies name and zone from Slack's user object; an unknown zone leaves the one we have."""
    profile = user.get("profile") or {}
    name = (
        profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name")
    )
    if name:
        # Without NUL and halves of characters: no database takes those.
        person.name = str(name).replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")[:200]
    zone = user.get("tz")
    if zone and _known(str(zone)):
        person.time_zone = str(zone)


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an error of the file system
        return False
    return True
