"""The permission table, written out once more by hand: a change to it should be a decision."""

import pytest

from triage.errors import NotAllowed
from triage.people.access import TABLE, Permission, may, require
from triage.vocabulary import Role

AGENT, ADMIN = {Role.AGENT, Role.ADMIN}, {Role.ADMIN}

# Who may do it with anybody's ticket, and whether it is everybody's right with a ticket of their own.
EXPECTED: dict[Permission, tuple[set[Role], bool]] = {
    Permission.CLAIM: (AGENT, False),
    Permission.RELEASE: (AGENT, False),
    Permission.TRANSFER: (AGENT, False),
    Permission.HOLD: (AGENT, False),
    Permission.RESOLVE: (AGENT, True),
    Permission.REOPEN: (AGENT, True),
    Permission.ESCALATE: (AGENT, True),
    Permission.RATE: (set(), True),
    Permission.SEE_QUEUE: (AGENT, False),
    Permission.SEE_TICKET: (AGENT, True),
    Permission.SEE_ARTICLES: (AGENT, False),
    Permission.EDIT_ARTICLES: (AGENT, False),
    Permission.PUBLISH_ARTICLES: (ADMIN, False),
    Permission.ROLL_BACK_MEMORY: (ADMIN, False),
    Permission.SEE_WORK: (ADMIN, False),
    Permission.RETRY_WORK: (ADMIN, False),
    Permission.SET_ONCALL: (ADMIN, False),
    Permission.SET_ROLES: (ADMIN, False),
    Permission.SEE_AUDIT: (ADMIN, False),
    Permission.SET_SKILLS: (ADMIN, False),
    Permission.SEE_MODELS: (AGENT, False),
    Permission.CHANGE_MODELS: (ADMIN, False),
    Permission.SEE_PROMISES: (AGENT, False),
    Permission.CHANGE_PROMISES: (ADMIN, False),
    Permission.SIGN_IN: (AGENT, False),
    Permission.ANSWER_PAGE: (AGENT, False),
    Permission.SEE_ONCALL_POLICIES: (AGENT, False),
    Permission.CHANGE_ONCALL_POLICIES: (ADMIN, False),
    Permission.CHANGE_WORKSPACE: (ADMIN, False),
    Permission.SWAP_SHIFTS: (AGENT, False),
    Permission.ARRANGE_COVER: (ADMIN, False),
    Permission.SEE_ROTA: (AGENT, False),
}
CELLS = [(role, permission) for role in Role for permission in Permission]


def test_no_permission_is_forgotten() -> None:
    assert EXPECTED.keys() == set(Permission)
    assert TABLE.keys() == set(Role)


@pytest.mark.parametrize(("role", "permission"), CELLS)
def test_each_role_with_somebody_elses_ticket(role: Role, permission: Permission) -> None:
    assert may(role, permission) is (role in EXPECTED[permission][0])


@pytest.mark.parametrize(("role", "permission"), CELLS)
def test_each_role_with_their_own_ticket(role: Role, permission: Permission) -> None:
    roles, own = EXPECTED[permission]
    assert may(role, permission, own_ticket=True) is (own or role in roles)


@pytest.mark.parametrize(("role", "permission"), CELLS)
def test_require_raises_exactly_where_the_table_says_no(role: Role, permission: Permission) -> None:
    if may(role, permission):
        require(role, permission)
    else:
        with pytest.raises(NotAllowed) as refused:
            require(role, permission)
        assert refused.value.action is permission


def test_admins_may_all_that_agents_may() -> None:
    assert TABLE[Role.AGENT] < TABLE[Role.ADMIN]


def test_nobody_rates_the_help_that_somebody_else_got() -> None:
    assert [role for role in Role if may(role, Permission.RATE)] == []
