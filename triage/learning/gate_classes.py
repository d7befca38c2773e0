"""The gate's look at each category: none may lose much of what is found, or of being right."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from triage.learning.gate_parts import Check, Window, kept, points
from triage.learning.side_by_side import Codes

_MOST_NAMED = 3
Floats = NDArray[np.float64]


def recall(window: Window) -> Check:
    """Of the messages of each category, how many are found."""
    pair = window.pair
    right_before, right_after = pair.right(pair.before), pair.right(pair.after)
    of = pair.per_label(pair.truth, np.ones(len(pair), dtype=bool))
    lost = pair.per_label(pair.truth, right_before & ~right_after)
    gained = pair.per_label(pair.truth, ~right_before & right_after)
    drop = (lost - gained) / np.maximum(1, of)
    bad = _worse(window, drop, lost, gained)
    judged = of >= window.settings.fewest_in_class
    few = int(((of > 0) & (of < window.settings.fewest_in_class)).sum())
    worst = [f"{window.named(c)} loses {lost[c] - gained[c]} of {of[c]}" for c in _first(drop, bad)]
    unseen = (
        f" {_categories(few)} fewer than {window.settings.fewest_in_class} messages here; little can be told."
    )
    sentence = _of_classes("found less often", worst, len(bad), window, _largest(drop, judged)) + (
        unseen if few else ""
    )
    return _class_check("recall", bad, _largest(drop, judged | _only(bad, drop)), sentence, window)


def precision(window: Window) -> Check:
    """Of the messages that each category is given, how many belong there."""
    pair = window.pair
    everything = np.ones(len(pair), dtype=bool)
    wrong_before = ~pair.right(pair.before)
    wrong_after = ~pair.right(pair.after)
    given_before = pair.per_label(pair.before.guess, everything)
    given_after = pair.per_label(pair.after.guess, everything)
    false_before = pair.per_label(pair.before.guess, wrong_before)
    false_after = pair.per_label(pair.after.guess, wrong_after)
    # Wrong in both models' eyes is no difference; what one of them alone gets wrong is.
    same = (pair.before.guess == pair.after.guess) & wrong_before
    shared = pair.per_label(pair.before.guess, same)
    known = (given_before > 0) & (given_after > 0)
    drop = np.where(
        known, false_after / np.maximum(1, given_after) - false_before / np.maximum(1, given_before), 0.0
    )
    bad = _worse(window, drop, false_after - shared, false_before - shared)
    worst = [
        f"{window.named(c)} is wrong in {false_after[c]} of {given_after[c]}, "
        f"before in {false_before[c]} of {given_before[c]}"
        for c in _first(drop, bad)
    ]
    judged = known & (given_after >= window.settings.fewest_in_class)
    sentence = _of_classes("wrong more often", worst, len(bad), window, _largest(drop, judged))
    return _class_check("precision", bad, _largest(drop, judged | _only(bad, drop)), sentence, window)


def _worse(window: Window, drop: Floats, lost: Codes, gained: Codes) -> list[int]:
    """Categories that lost too much: more than the limit, more than one or two messages, and more than luck gives.

    Luck is how often a fair coin would turn so many of the changed messages to the worse. With many categories some
    coin always does, so each is allowed less of it.
    """
    settings = window.settings
    changed = lost + gained
    luck = binom.sf(lost - 1, np.maximum(changed, 1), 0.5)
    tried = max(1, int((changed > 0).sum()))
    found = (
        (drop > settings.lost_by_class)
        & (lost - gained >= settings.fewest_lost)
        & (luck <= max(settings.class_luck / tried, 2.0**-settings.fewest_lost / tried))
    )
    return [int(place) for place in np.flatnonzero(found)]


def _first(drop: Floats, bad: list[int]) -> list[int]:
    return sorted(bad, key=lambda place: -drop[place])[:_MOST_NAMED]


def _largest(drop: Floats, among: NDArray[np.bool_]) -> float:
    return max(0.0, float(drop[among].max())) if among.any() else 0.0


def _only(bad: list[int], drop: Floats) -> NDArray[np.bool_]:
    return np.isin(np.arange(len(drop)), bad)


def _of_classes(how: str, worst: list[str], bad: int, window: Window, largest: float) -> str:
    """`largest` is of categories with messages enough to tell."""
    allowed = window.settings.lost_by_class
    if worst:
        more = f" and {bad - len(worst)} more" if bad > len(worst) else ""
        return f"{'; '.join(worst)}{more}; {points(allowed)} are allowed."
    luck = ", which so few messages show by luck" if largest > allowed else ""
    return f"No category is clearly {how}; the largest drop is {points(largest)}{luck}."


def _class_check(name: str, bad: list[int], largest: float, sentence: str, window: Window) -> Check:
    return Check(name, not bad, True, kept(-largest), -window.settings.lost_by_class, sentence)


def _categories(count: int) -> str:
    return "One category has" if count == 1 else f"{count} categories have"
