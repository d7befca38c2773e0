"""The first line of an answer to somebody who is worried or at the end of their patience. Nobody else is told one."""

from typing import Final

from triage.care.tone_words.kinds import Feeling

ACKNOWLEDGED: Final = {
    Feeling.PRESSED: "That sounds stressful. Let's get you moving.",
    Feeling.AGAIN: "Going through this once more is tiring. Let's look at it properly.",
    Feeling.LOST_TIME: "This has taken a lot of your time already. Let's get you moving.",
    Feeling.UPSET: "I can see why this is wearing. Let's get it sorted.",
}
