"""What the desk promises: how long a first response and a solution may take, by urgency. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from triage.errors import TriageError
from triage.vocabulary import Promise, Urgency

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=90)
LEAST_SHARE, MOST_SHARE = 0.1, 0.95
LONGEST_GRACE = timedelta(hours=8)
_TIME = re.compile(r"(?:(?P<hours>\d{1,4})\s*h)?\s*(?:(?P<minutes>\d{1,5})\s*m(?:in)?)?", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """Where a definition is wrong, what is wrong there, and what to write instead."""

    path: tuple[str, ...]
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{' '.join(self.path)}: {self.what} {self.remedy}".lstrip(": ")


class PromisesRefused(TriageError):
    """Every problem at once; nothing was kept."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Target:
    """Time within opening hours; with `around_the_clock`, any time."""

    first_response: timedelta
    resolution: timedelta
    around_the_clock: bool = False

    def of(self, promise: Promise) -> timedelta:
        return self.first_response if promise is Promise.FIRST_RESPONSE else self.resolution


@dataclass(frozen=True)
class SlaPolicy:
    """One version. `warn_share` of the time used up is “soon”; a reopened ticket gets at least `grace`."""

    version: int
    targets: Mapping[Urgency, Target]
    warn_share: float = 0.75
    grace: timedelta = timedelta(minutes=30)

    @property
    def around_the_clock(self) -> frozenset[Urgency]:
        return frozenset(urgency for urgency, target in self.targets.items() if target.around_the_clock)

    def times(self, promise: Promise) -> dict[Urgency, timedelta]:
        return {urgency: target.of(promise) for urgency, target in self.targets.items()}

    def as_json(self) -> dict[str, Any]:
        return {
            "targets": {
                str(urgency): {
                    "first_response": in_words(target.first_response),
                    "resolution": in_words(target.resolution),
                    "around_the_clock": target.around_the_clock,
                }
                for urgency, target in self.targets.items()
            },
            "warn_share": self.warn_share,
            "grace": in_words(self.grace),
        }


def _hours(first: float, solved: float, *, around_the_clock: bool = False) -> Target:
    return Target(timedelta(hours=first), timedelta(hours=solved), around_the_clock)


BUILT_IN = SlaPolicy(
    0,
    {
        Urgency.LOW: _hours(8, 40),
        Urgency.MEDIUM: _hours(4, 24),
        Urgency.HIGH: _hours(1, 8),
        Urgency.CRITICAL: _hours(0.25, 4, around_the_clock=True),
    },
)


def in_words(time: timedelta) -> str:
    """`1 h 30 min`, and back through `parse_time`."""
    minutes = round(time.total_seconds() / 60)
    hours, minutes = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{minutes} min"] if minutes or not hours else [])
    return " ".join(parts)


def parse_time(text: str) -> timedelta:
    """Reads `45m`, `4h` or `1 h 30 min`. Raises `ValueError`."""
    match = _TIME.fullmatch(text.strip())
    if match is None or not (match["hours"] or match["minutes"]):
        raise ValueError(text)
    return timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))


def policy_from(given: Any, *, version: int) -> SlaPolicy:
    """Reads what `as_json` writes. Raises `PromisesRefused` with every problem."""
    reading = _Reading()
    policy = reading.policy(given, version)
    if not reading.problems:
        reading.problems += _at_odds(policy)
    if reading.problems:
        raise PromisesRefused(reading.problems)
    return policy


class _Reading:
    """Goes on after a problem, with a value that does no harm, so that all of them are said at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def policy(self, given: Any, version: int) -> SlaPolicy:
        known = self._keys(given, (), {"targets", "warn_share", "grace"})
        targets = self._keys(known.get("targets"), ("targets",), {str(urgency) for urgency in Urgency})
        return SlaPolicy(
            version,
            {urgency: self._target(urgency, targets.get(str(urgency))) for urgency in Urgency},
            self._share(known.get("warn_share", BUILT_IN.warn_share)),
            self._time(known.get("grace", in_words(BUILT_IN.grace)), ("grace",), timedelta(0), LONGEST_GRACE),
        )

    def _target(self, urgency: Urgency, given: Any) -> Target:
        usual = BUILT_IN.targets[urgency]
        if given is None:
            self._say((str(urgency),), "This urgency has no targets.", "Name one for each urgency.")
            return usual
        known = self._keys(given, (str(urgency),), {"first_response", "resolution", "around_the_clock"})
        always = known.get("around_the_clock", False)
        if not isinstance(always, bool):
            self._say(
                (str(urgency), "around_the_clock"), "This is neither yes nor no.", "Write true or false."
            )
        times = [
            self._time(known.get(str(promise)), (str(urgency), str(promise)), SHORTEST, LONGEST)
            for promise in Promise
        ]
        return Target(times[0], times[1], bool(always))

    def _keys(self, given: Any, path: tuple[str, ...], known: set[str]) -> dict[str, Any]:
        if not isinstance(given, dict):
            self._say(path, "Something else is expected here.", f"Name: {', '.join(sorted(known))}.")
            return {}
        for key in sorted(map(str, given.keys() - known)):
            self._say((*path, key), f"“{key}” is not known here.", f"Known: {', '.join(sorted(known))}.")
        return given

    def _time(self, given: Any, path: tuple[str, ...], least: timedelta, most: timedelta) -> timedelta:
        try:
            time = parse_time(str(given if given is not None else ""))
        except ValueError:
            self._say(path, f"“{str(given)[:40]}” is no time.", "Write it like 45 min, 4 h or 1 h 30 min.")
            return least
        if not least <= time <= most:
            self._say(
                path,
                f"{in_words(time)} is too {'short' if time < least else 'long'}.",
                f"From {in_words(least)} to {in_words(most)}.",
            )
            return least
        return time

    def _share(self, given: Any) -> float:
        if (
            isinstance(given, bool)
            or not isinstance(given, int | float)
            or not LEAST_SHARE <= given <= MOST_SHARE
        ):
            self._say(
                ("warn_share",),
                f"“{str(given)[:40]}” is no share to be warned at.",
                f"From {LEAST_SHARE} to {MOST_SHARE}, for example 0.75.",
            )
            return BUILT_IN.warn_share
        return float(given)

    def _say(self, path: tuple[str, ...], what: str, remedy: str) -> None:
        self.problems.append(Problem(path, what, remedy))


def _at_odds(policy: SlaPolicy) -> list[Problem]:
    """What each time may be by itself, and still makes no sense together."""
    problems = [
        Problem(
            (str(urgency), "resolution"),
            f"It may be solved in {in_words(target.resolution)}, before the first response is due.",
            f"At least {in_words(target.first_response)}.",
        )
        for urgency, target in policy.targets.items()
        if target.resolution < target.first_response
    ]
    for milder, graver in pairwise(Urgency):
        for promise in Promise:
            most = policy.targets[milder].of(promise)
            if policy.targets[graver].of(promise) > most:
                problems.append(
                    Problem(
                        (str(graver), str(promise)),
                        f"It takes longer than where it is only {milder}.",
                        f"At most {in_words(most)}.",
                    )
                )
    return problems
