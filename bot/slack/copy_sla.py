"""What agents read about promises: in time, due soon, late. Requesters are told waits, and nothing of this."""

from typing import Final

from triage.vocabulary import Promise, PromiseState

STATE_NAME: Final = {
    PromiseState.FINE: "In time",
    PromiseState.SOON: "Due soon",
    PromiseState.LATE: "Late",
}
# Squares, where urgency has circles. Never without the word.
STATE_SIGN: Final = {
    PromiseState.FINE: "□",
    PromiseState.SOON: "◧",
    PromiseState.LATE: "■",
}
PROMISE_NAME: Final = {
    Promise.FIRST_RESPONSE: "first answer",
    Promise.RESOLUTION: "solution",
}
CARD_PROMISE: Final = "{sign} {state}: {promise}"
CARD_PROMISE_PAUSED: Final = "{sign} {state}: {promise}, and the time stands still"

SOON_FIRST_RESPONSE: Final = (
    "Ticket {id} waits for a first line from you, and it is due {when}. A short one is enough."
)
SOON_RESOLUTION: Final = (
    "Ticket {id} is due {when}. If somebody else has to act first, put it on hold and the time stands still."
)
LATE_FIRST_RESPONSE: Final = (
    "Ticket {id} has waited longer for a first line than we promised. Say in the thread what happens next."
)
LATE_RESOLUTION: Final = (
    "Ticket {id} takes longer than we promised. "
    "Tell the person how things stand, or pass it on if that helps."
)
DESK_SOON_FIRST_RESPONSE: Final = "A first line is due here {when}. Who can take a look?"
DESK_SOON_RESOLUTION: Final = "A solution is due here {when}. Who can take a look?"
DESK_LATE_FIRST_RESPONSE: Final = (
    "This has waited longer for a first line than we promised. Who can take a look?"
)
DESK_LATE_RESOLUTION: Final = "This takes longer than we promised. Who can take a look?"
