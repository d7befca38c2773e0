"""Why a user group could not be read, and what an admin does about it: for the doctor and for the console."""

from dataclasses import dataclass

from triage.people.role_groups import NO_ADMIN_LEFT
from triage.vocabulary import Role

AWAY = "not_reached"


@dataclass(frozen=True)
class GroupFault:
    what: str
    remedy: str

    def banner(self, role: Role, group_id: str) -> str:
        return (
            f"The user group {group_id} gives the role {role}, and {self.what}. "
            f"Nobody gained or lost a role by it. {self.remedy}"
        )


_FAULTS = {
    "missing_scope": GroupFault(
        "the app may not read it (the scope usergroups:read is missing)",
        "Paste the manifest again (evenhand manifest) and reinstall the app.",
    ),
    "no_such_subteam": GroupFault(
        "there is no such group in this workspace",
        "Check its id: in the console under Workspace, or EVENHAND_ADMIN_GROUP and EVENHAND_AGENT_GROUP.",
    ),
    AWAY: GroupFault("Slack does not answer", "It is asked again every few minutes."),
    NO_ADMIN_LEFT: GroupFault(
        "by it there would be no admin left", "Add an admin to the group, or name one in EVENHAND_ADMINS."
    ),
}


def group_fault(error: str) -> GroupFault:
    """Slack's word for it where we know no better one."""
    other = GroupFault(f"Slack refuses to show it ({error})", "Ask the doctor: evenhand check")
    return _FAULTS.get(error, other)
