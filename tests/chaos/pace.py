"""How long Slack's own limits hold up what a run had to say: no desk could be quicker without being told to wait."""

from collections.abc import Sequence

from bot.slack.budget import Pace, pace_of

# Behind the last call that Slack's limits held up: what it takes to make it, on a machine with other things to do.
_BEHIND = 30.0


def allowed(changes: Sequence[float], *, healed_at: float, settles_within: float) -> float:
    """Seconds after the fault was healed until nothing may be left to do. `changes` are the moments at which messages
    were to be changed, of which Slack takes fifty a minute."""
    pace = pace_of("chat.update")
    assert pace is not None
    # A desk whose clock jumped stamps them with any moment; together they take no longer than one after the other.
    held_up = min(last_of(changes, pace) - healed_at, len(changes) * pace.every)
    return max(settles_within, held_up + _BEHIND)


def last_of(moments: Sequence[float], pace: Pace) -> float:
    """When the last of these calls can be made, each as soon as the pace lets it."""
    full_at = last = 0.0
    for moment in sorted(moments):
        last = max(moment, full_at - pace.ahead)
        full_at = max(full_at, last) + pace.every
    return last
