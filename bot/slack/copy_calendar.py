"""What people read about their shifts in a calendar of their own. The rest stands in copy.py."""

from typing import Final

NEW: Final = "Your shifts for your own calendar: {link}"
NEW_HOW: Final = (
    "Add it as a subscription from an address. It is shown once, and whoever has it sees your shifts."
)
OPEN_ONE: Final = "It is the only one you have. To close it, send `/oncall calendar close`."
OPEN: Final = "You have {count} of them by now. To close them all, send `/oncall calendar close`."
CLOSED: Final = "Closed. Your calendar addresses show nothing from now on: {count}."
NONE: Final = "You have no calendar address."
NO_ADDRESS: Final = "The desk doesn't know its own web address yet. An admin can set EVENHAND_PUBLIC_URL."
TOO_MANY: Final = (
    "You have as many calendar addresses as the desk keeps. `/oncall calendar close` closes all of them."
)
GONE: Final = "That address was closed before."
