"""What the screen of promises says. Pure."""

from typing import Final

from triage.sla.targets import Problem, PromisesRefused
from triage.sla.versions import PromisesChanged

SAVED: Final = (
    "Saved. Tickets that begin from now on get these; those that run keep the ones they began with."
)
NOTHING_CHANGED: Final = "Nothing was changed."
CHANGED_MEANWHILE: Final = (
    "Somebody else changed the promises meanwhile. Load this page again to see theirs first."
)

_PLACES: Final = {
    "first_response": "first answer",
    "resolution": "solution",
    "around_the_clock": "around the clock",
    "warn_share": "“due soon”",
    "grace": "after a reopening",
}


def refused(error: PromisesRefused | PromisesChanged) -> str:
    if isinstance(error, PromisesChanged):
        return CHANGED_MEANWHILE
    return "\n".join(map(told, error.problems))


def told(problem: Problem) -> str:
    """Where it is wrong, what is wrong, and what to write instead, in one line."""
    place = ", ".join(_PLACES.get(part, part) for part in problem.path)
    return f"{place[:1].upper()}{place[1:]}: {problem.what} {problem.remedy}".lstrip(": ")
