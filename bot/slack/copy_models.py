"""What the desk's channel reads about the models. The rest of what the desk says stands in copy.py."""

from typing import Final

HELD_BACK: Final = (
    "I was right about *{category}* in {right} of {judged} tickets that you looked at, which is too little. "
    "From now on I only recommend it, and you choose."
)
PROMOTED: Final = (
    "Another model serves: *{model}* in place of {before}. It passed every check, and on {tickets} live tickets it was "
    "right {right} times, the one before {before_right} times."
)
DAMAGED: Final = "{sentence} An admin can roll back, train or import another."
REMINDER: Final = "{sentence} An admin can start a training whenever it suits."
SEE_MODELS: Final = "See <{link}|the models>."
