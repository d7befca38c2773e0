"""What the gate looks at in all messages together, one function a check. Each says in a sentence what it found."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from triage.learning.bootstrap import Share, lowest, share
from triage.learning.gate_parts import Check, GateSettings, Window, kept, percent, points
from triage.learning.side_by_side import NONE
from triage.vocabulary import Urgency

CRITICAL_FLOOR = 0.95
_BINS = 10
_LUCKY_DRAWS = 400


def audited(window: Window, count: int) -> Check:
    least = window.settings.least_audited
    stand = f"Two people stand behind the labels of {count:,} of the {len(window.pair):,} judged messages"
    if count >= least:
        sentence = f"{stand}; {least:,} are enough."
    else:
        sentence = (
            f"{stand}. A promotion without anybody looking needs {least:,}; with fewer, "
            "an admin may look and decide, knowing that smaller harm stays unseen."
        )
    return Check("audited", count >= least, False, float(count), float(least), sentence)


def overall(window: Window) -> Check:
    pair, settings = window.pair, window.settings
    if not len(pair):
        return Check("overall", False, True, 0.0, 0.0, "There is no message to judge by.")
    before, after = share(pair.right(pair.before)), share(pair.right(pair.after))
    low = _low(window, before, after)
    limit = -allowed_loss(len(pair), settings)
    sentence = (
        f"Right on {percent(after.value)} of {len(pair):,} messages{_strays(window)}, before {percent(before.value)}. "
        f"{_surely(low, settings)}; {points(-limit)} less would be too much."
    )
    return Check("overall", low > limit, True, kept(low), kept(limit), sentence)


def _strays(window: Window) -> str:
    """The report's figure for the best guess leaves them out; whoever compares the two should know why they differ."""
    strays = int((window.pair.truth == NONE).sum())
    return f" (for the {strays:,} without a category it is right to leave them alone)" if strays else ""


def allowed_loss(messages: int, settings: GateSettings) -> float:
    """As many standard errors at every size: strict where the window is large enough to be."""
    shrunk = settings.lost_overall * sqrt(settings.least_audited / max(messages, settings.least_audited))
    return max(settings.lost_overall_least, shrunk)


def when_it_decides(window: Window) -> Check:
    """What people see. It may fall while the promise is kept: whoever decides more is wrong more often."""
    pair, settings = window.pair, window.settings
    before = share(pair.right(pair.before), pair.before.decided)
    after = share(pair.right(pair.after), pair.after.decided)
    if not after.of.any():
        return Check("decided", True, True, 0.0, settings.promise, "It decides nothing by itself.")
    # A promise is broken where even a lucky draw at the true precision would stay below it.
    wrong = int((after.of - after.hits).sum())
    at_best = float(beta.ppf(settings.certainty, int(after.hits.sum()) + 1, max(wrong, 1e-9)))
    lost = before.value - after.value if before.of.any() else 1.0
    passed = at_best >= settings.promise or lost <= settings.lost_when_deciding
    sentence = (
        f"Where it decides by itself it is right in {percent(after.value)}, before {percent(before.value)}; "
        f"{percent(settings.promise)} is promised."
    )
    if passed and after.value < settings.promise:
        sentence += (
            f" With so few decisions ({int(after.of.sum()):,}) that may be bad luck."
            if at_best >= settings.promise
            else " What serves does not keep that either, and this one is hardly worse."
        )
    return Check("decided", passed, True, kept(after.value), settings.promise, sentence)


def coverage(window: Window) -> Check:
    pair, settings = window.pair, window.settings
    before, after = (float(model.decided.mean()) if len(pair) else 0.0 for model in (pair.before, pair.after))
    sentence = f"It decides {percent(after)} of the messages by itself, before {percent(before)}."
    lost = before - after
    return Check(
        "coverage", lost <= settings.lost_coverage, False, kept(-lost), -settings.lost_coverage, sentence
    )


def critical(
    truth: Sequence[Urgency | None], before: Sequence[Urgency], after: Sequence[Urgency], *, floor: float
) -> Check:
    """Below the floor it must at least find what the champion finds: most of it is found by rules that both share."""
    was, now, of = _found(truth, before), _found(truth, after), _criticals(truth)
    limit = min(floor, was / of) if of else floor
    if not of:
        return Check(
            "critical", True, True, 1.0, limit, "No critical message was judged, so nothing can be said."
        )
    sentence = (
        f"It calls {now} of {of} critical messages critical, before {was}; the floor is {percent(floor)}."
    )
    no_worse = now / of >= limit
    if no_worse and now / of < floor:
        # Nothing to refuse it for, and still nothing to call fine.
        sentence = (
            f"It calls {now or 'none'} of {of} critical messages critical, before {was or 'none'}; the floor is "
            f"{percent(floor)}. It is no worse than what serves, but the others would wait like any question."
        )
        return Check("critical", False, False, kept(now / of), kept(limit), sentence)
    return Check("critical", no_worse, True, kept(now / of), kept(limit), sentence)


def critical_floor(truth: Sequence[Urgency | None], after: Sequence[Urgency], *, floor: float) -> Check:
    now, of = _found(truth, after), _criticals(truth)
    measured = now / of if of else 1.0
    sentence = (
        f"{percent(measured)} of critical messages are found; the floor is {percent(floor)}. "
        + ("That is kept." if measured >= floor else "Words that rules should know are missing.")
        if of
        else "Whether critical messages are found was not measured here."
    )
    return Check("critical_floor", measured >= floor, False, kept(measured), floor, sentence)


def calibration(window: Window) -> Check:
    """Chances must mean what they say. How far a perfectly honest model would seem off in so few messages is luck."""
    pair, settings = window.pair, window.settings
    if not len(pair):
        return Check(
            "calibration", False, False, 0.0, settings.calibration, "There is no message to judge by."
        )
    belongs = pair.truth != NONE
    before = expected_calibration_error(pair.before.sure, pair.right(pair.before) & belongs)
    after = expected_calibration_error(pair.after.sure, pair.right(pair.after) & belongs)
    limit = max(settings.calibration, _by_luck(pair.after.sure, window.seed), before)
    sentence = (
        f"Its chances are off by {points(after)} on average, before by {points(before)}; "
        f"up to {points(limit)} are allowed."
    )
    return Check("calibration", after <= limit, True, kept(after), kept(limit), sentence)


def size(window: Window, megabytes: float) -> Check:
    limit = window.settings.megabytes
    sentence = f"The model's file has {megabytes:.1f} MB; {limit:.0f} MB are allowed."
    return Check("size", megabytes <= limit, True, kept(megabytes), limit, sentence)


def latency(window: Window, milliseconds: float, *, by_meaning: bool) -> Check:
    settings = window.settings
    limit = settings.milliseconds_by_meaning if by_meaning else settings.milliseconds
    sentence = (
        f"The slowest hundredth of decisions takes {milliseconds:.1f} ms or more; {limit:.0f} ms are allowed."
    )
    return Check("latency", milliseconds <= limit, True, kept(milliseconds), limit, sentence)


def expected_calibration_error(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Mean distance between what was promised and what came true, in ten bins."""
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    off = np.bincount(bins, weights=sure - right, minlength=_BINS)
    return float(np.abs(off).sum() / max(1, len(sure)))


def _by_luck(sure: NDArray[np.float64], seed: int) -> float:
    """In nineteen of twenty windows of this size an honest model stays below."""
    drawn = np.random.default_rng(seed)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    total = np.zeros(_LUCKY_DRAWS)
    for place in range(_BINS):
        chances = sure[bins == place]
        # The sum of many coins is near enough to a bell, and drawn at once.
        spread = sqrt(float((chances * (1 - chances)).sum()))
        total += np.abs(drawn.normal(0.0, spread, _LUCKY_DRAWS))
    return float(np.quantile(total / max(1, len(sure)), 0.95))


def _low(window: Window, before: Share, after: Share) -> float:
    return lowest(
        before,
        after,
        families=window.families,
        certainty=window.settings.certainty,
        seed=window.seed,
    )


def _criticals(truth: Sequence[Urgency | None]) -> int:
    return sum(one is Urgency.CRITICAL for one in truth)


def _found(truth: Sequence[Urgency | None], said: Sequence[Urgency]) -> int:
    if not truth:
        return 0
    return sum(
        one is Urgency.CRITICAL and other is Urgency.CRITICAL for one, other in zip(truth, said, strict=True)
    )


def _surely(low: float, settings: GateSettings) -> str:
    certain = f"With {settings.certainty * 100:.0f} % certainty"
    if low >= 0:
        return f"{certain} at least {points(low)} better"
    return f"{certain} at most {points(-low)} worse"
