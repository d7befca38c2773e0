"""What the screen about escalation says. Pure."""

from typing import Final

from triage.errors import TriageError
from triage.escalation.checking import Problem
from triage.escalation.dry_run import StepKind
from triage.escalation.policies import NoSuchPolicy, PolicyChanged, PolicyRefused
from triage.escalation.values import How

SAVED: Final = "“{name}” is saved. Tickets that come from now on follow it; what is under way is not changed."
DELETED: Final = "“{name}” is deleted. Tickets that come from now on follow another policy."
CHANGED: Final = (
    "Somebody saved this policy while you were writing. Nothing is lost: what you wrote is below."
)
GONE: Final = "This policy is not there any more."
NO_MOMENT: Final = "This is no moment. Write it like “Sunday 03:10”, “today 22:00” or “2027-03-07 03:10”."
DOES: Final = {
    StepKind.WAITS: "Nobody is asked yet",
    StepKind.ASKS: "Asked",
    StepKind.CALLS: "Called",
    StepKind.SKIPS: "Skipped",
    StepKind.REPEATS: "Round again",
    StepKind.LAST_RESORT: "Last resort",
    StepKind.STARTS_AGAIN: "Starts again",
}
HOWS: Final = {How.ONE: "One after the other", How.ALL: "All at once"}


def problem(found: Problem) -> str:
    level = found.path[1] if len(found.path) > 1 and found.path[0] == "levels" else None
    where = f"Level {level + 1}: " if isinstance(level, int) else ""
    return f"{where}{found.what}. {found.remedy}"


def refused(error: TriageError) -> str | None:
    match error:
        case PolicyRefused(problems=problems):
            return " ".join(problem(found) for found in problems)
        case PolicyChanged():
            return CHANGED
        case NoSuchPolicy():
            return GONE
    return None
