"""What admins read about what lies ahead on the rota. The rest of what the desk says stands in copy.py."""

from typing import Final

LOOK_AHEAD: Final = "I looked ahead on the rota. This is worth a look in good time:"
LOOK_AHEAD_ONE: Final = "I looked ahead on the rota. One thing is worth a look in good time:"
LOOK_AHEAD_LINE: Final = "{sentence}."
LOOK_AHEAD_MORE: Final = "And {count} more."
LOOK_AHEAD_SEE: Final = "See <{link}|the look ahead>."
LOOK_AHEAD_REMEDY: Final = "A swap, a cover or another turn may help. I say each thing once."
