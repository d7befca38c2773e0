"""What is said while somebody is asked: pages, what becomes of them, the last resort. The rest stands in copy.py."""

from typing import Final

BUTTON_ACKNOWLEDGE: Final = "Acknowledge"
BUTTON_PASS: Final = "Pass"
BUTTON_NOT_URGENT: Final = "Not urgent"
BUTTON_URGENT_AFTER_ALL: Final = "It's urgent after all"

PAGE_LOUD: Final = "*Nobody has claimed this yet.*"
PAGE_SURE: Final = "{sure} sure; words: {words}."
PAGE_SURE_NO_WORDS: Final = "{sure} sure."
PAGE_REST: Final = "You rest until {time} after this."
PAGE_WHY_LAST: Final = "You were asked because nobody else could be reached, and you look after the desk."
PAGE_THEN: Final = "If you can't take it, press *Pass*, or do nothing: the next one is asked in {time}."
PAGE_THEN_LAST: Final = "If you can't take it, ask somebody who can. I'll start again in {time}."
PAGE_SEEN: Final = "You have seen it. If nobody claims it within {time}, the next one is asked."
PAGE_SEEN_BY: Final = "{person} is looking at it. You can still claim it."
PAGE_PASSED: Final = "Passed on, and that is fine. The next one is asked."
PAGE_ASKED_ANEW: Final = "This was asked anew since. Nothing to do for you here."
PAGE_MOVED_ON: Final = "Somebody else is asked by now. You can still claim it."
PAGE_CALMED: Final = "You said that it is not urgent, so it is asked again as what it is now."
PAGE_PUT_OFF: Final = "This waits: somebody is asked {opening}. Nothing to do for you."
PAGE_PUT_OFF_SOON: Final = "This can wait. Nothing to do for you."

PUT_OFF: Final = (
    "A person has read this and thinks that it can wait. Somebody looks at it {opening} your time. "
    "If it stops work or safety, press *This can't wait* and a person is called now."
)
PUT_OFF_SOON: Final = (
    "A person has read this and thinks that it can wait a little. "
    "If it stops work or safety, press *This can't wait* and a person is called now."
)
LOOKED_AT: Final = "Somebody looks at it {opening} your time."
WAITS_FOR_SOMEBODY: Final = (
    "Somebody looks at it {opening} your time, and this is first in line. "
    "If it stops work or safety, press *This can't wait* and a person is called now."
)
NOBODY_FREE: Final = (
    "Nobody who could be asked is free right now, so I asked nobody in person. "
    "Can one of you take it? I'll try again in a while."
)
PAGER_FAILED: Final = "I could not reach the pager {pager}: {reason}. Please call somebody in another way."
PASS_TOO_LATE: Final = "Somebody else is asked by now, so nothing is left for you to pass on."
