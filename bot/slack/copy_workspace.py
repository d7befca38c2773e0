"""What the admins of a freshly installed workspace read."""

from typing import Final

INSTALLED: Final = (
    "Hello, I am installed here, and you are the desk's first admin. "
    "People can write to me right away. Until you choose a channel, their tickets come to you."
)
INSTALLED_STEPS: Final = (
    "What to do next:\n"
    "1. Make a channel for the people who answer, and invite me: `/invite @Evenhand`.\n"
    "2. Open the console, choose Workspace, and enter that channel, your opening hours and your time zone.\n"
    "3. Say who is on call: `/oncall set @name @name`."
)
INSTALLED_AGAIN: Final = (
    "I am back. Everything is as it was when I left, and what is overdue is looked at now. "
    "Messages that could not be sent meanwhile stand in the console under Work."
)
INSTALLED_NO_CONSOLE: Final = "There is no console yet: whoever runs this desk has to set its public address."
