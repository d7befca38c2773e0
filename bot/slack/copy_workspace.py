"""What the admins of a freshly installed workspace read."""

from typing import Final

INSTALLED: Final = (
    "Hello, I am installed here, and you are the desk's first admin. "
    "People can write to me right away. Until you choose a channel, their tickets come to you."
)
NEXT_CHANNEL: Final = "First: make a channel for the people who answer, and invite me: `/invite @Evenhand`."
NEXT_CONSOLE: Final = (
    "Then: open the console, choose Workspace, and enter that channel, your opening hours and your time zone."
)
NEXT_ONCALL: Final = "And: say who is on call with `/oncall set @name @name`."
INSTALLED_AGAIN: Final = (
    "I am back. Everything is as it was when I left, and what is overdue is looked at now. "
    "Messages that could not be sent meanwhile stand in the console under Work."
)
INSTALLED_NO_CONSOLE: Final = "There is no console yet: whoever runs this desk has to set its public address."

# --- Settings in the console ------------------------------------------------------------------------
SAVED: Final = "Saved. It counts from now on."
UNCHANGED: Final = "Nothing changed."
FIELD_NAME: Final = {
    "desk_channel": "Channel of the agents",
    "help_channels": "Help channels",
    "opening_hours": "Opening hours",
    "time_zone": "Time zone",
    "holidays": "Public holidays",
    "closed_days": "More closed days",
    "admin_group": "User group of the admins",
    "agent_group": "User group of the agents",
}
