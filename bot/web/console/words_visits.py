"""The words about being signed in."""

from typing import Final

from triage.people.visits import SignedInBy

WAY: Final = {
    SignedInBy.SLACK: "with Slack",
    SignedInBy.LINK: "by the link that the bot sent",
    SignedInBy.LOCAL: "by choice, on this machine",
}


def ended(count: int) -> str:
    return "You are signed out." if count < 2 else f"You are signed out in all {count} places."
