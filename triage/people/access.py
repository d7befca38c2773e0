"""The whole permission table: who may do what. Pure, so that it can be read and tested in one place."""

from enum import StrEnum

from triage.errors import NotAllowed
from triage.vocabulary import Role


class Permission(StrEnum):
    CLAIM = "claim"
    RELEASE = "release"
    TRANSFER = "transfer"
    HOLD = "hold"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    RATE = "rate"
    SEE_QUEUE = "see_queue"
    SEE_TICKET = "see_ticket"
    SEE_ARTICLES = "see_articles"
    EDIT_ARTICLES = "edit_articles"
    PUBLISH_ARTICLES = "publish_articles"
    ROLL_BACK_MEMORY = "roll_back_memory"
    SEE_WORK = "see_work"
    RETRY_WORK = "retry_work"
    SET_ONCALL = "set_oncall"
    SET_SKILLS = "set_skills"
    SWAP_SHIFTS = "swap_shifts"
    ARRANGE_COVER = "arrange_cover"
    SEE_ROTA = "see_rota"
    SEE_MODELS = "see_models"
    CHANGE_MODELS = "change_models"
    SEE_PROMISES = "see_promises"
    CHANGE_PROMISES = "change_promises"
    SIGN_IN = "sign_in"
    ANSWER_PAGE = "answer_page"
    SEE_ONCALL_POLICIES = "see_oncall_policies"
    CHANGE_ONCALL_POLICIES = "change_oncall_policies"
    SET_ROLES = "set_roles"
    SEE_AUDIT = "see_audit"
    CHANGE_WORKSPACE = "change_workspace"


_AGENT = frozenset(
    {
        Permission.CLAIM,
        Permission.RELEASE,
        Permission.TRANSFER,
        Permission.HOLD,
        Permission.RESOLVE,
        Permission.REOPEN,
        Permission.ESCALATE,
        # Offer a shift, take one, stand in for somebody.
        Permission.SWAP_SHIFTS,
        Permission.SEE_QUEUE,
        Permission.SEE_TICKET,
        Permission.SEE_ARTICLES,
        Permission.SEE_ROTA,
        # Whoever answers knows best what an article gets wrong. What everybody is shown at all, admins decide.
        Permission.EDIT_ARTICLES,
        # Whose labels a model learns from may read how good it is.
        Permission.SEE_MODELS,
        Permission.SEE_PROMISES,
        Permission.SIGN_IN,
        Permission.ANSWER_PAGE,
        # Who is asked, and when, is everybody's business who may be.
        Permission.SEE_ONCALL_POLICIES,
    }
)
_ADMIN = _AGENT | {
    Permission.PUBLISH_ARTICLES,
    Permission.ROLL_BACK_MEMORY,
    Permission.SEE_WORK,
    Permission.RETRY_WORK,
    Permission.SET_ONCALL,
    Permission.SET_SKILLS,
    # For others: put somebody in, and take back what somebody else arranged.
    Permission.ARRANGE_COVER,
    Permission.CHANGE_MODELS,
    Permission.CHANGE_PROMISES,
    Permission.CHANGE_ONCALL_POLICIES,
    # Where cards go, which channels ask, when the desk is open.
    Permission.CHANGE_WORKSPACE,
    Permission.SET_ROLES,
    # Who did what is for those who answer for it.
    Permission.SEE_AUDIT,
}

# On top of the role: what anybody may do with a ticket that they asked themselves.
_OWN_TICKET = frozenset(
    {
        Permission.RESOLVE,
        Permission.REOPEN,
        Permission.ESCALATE,
        Permission.RATE,
        Permission.SEE_TICKET,
    }
)

TABLE: dict[Role, frozenset[Permission]] = {
    Role.REQUESTER: frozenset(),
    Role.AGENT: _AGENT,
    Role.ADMIN: _ADMIN,
}


def may(role: Role, permission: Permission, *, own_ticket: bool = False) -> bool:
    return permission in TABLE[role] or (own_ticket and permission in _OWN_TICKET)


def require(role: Role, permission: Permission, *, own_ticket: bool = False) -> None:
    """Raises `NotAllowed` unless the table says yes."""
    if not may(role, permission, own_ticket=own_ticket):
        raise NotAllowed(permission)
