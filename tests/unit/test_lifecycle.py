"""The table of a ticket's life: every action in every status, written out once more by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.tickets.lifecycle import TABLE, fold, next_status, sources
from triage.vocabulary import OPEN_STATUSES, TicketAction, TicketStatus

# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")

N, G, W, D = TicketStatus.NEW, TicketStatus.SUGGESTED, TicketStatus.WAITING, TicketStatus.DEFERRED
C, H, R, X = TicketStatus.CLAIMED, TicketStatus.ON_HOLD, TicketStatus.RESOLVED, TicketStatus.CLOSED
STATUSES = (N, G, W, D, C, H, R, X)

# One row an action, one column a status in the order above; None: refused.
EXPECTED: dict[TicketAction, tuple[TicketStatus | None, ...]] = {
    #                           new   sugg. wait. defer claim hold  resol closed
    TicketAction.SUGGEST: (G, None, None, None, None, None, None, None),
    TicketAction.ESCALATE: (W, W, None, W, None, None, None, None),
    TicketAction.DEFER: (D, D, None, None, None, None, None, None),
    TicketAction.PUT_OFF: (None, None, D, None, None, None, None, None),
    TicketAction.OPEN_DESK: (None, None, None, W, None, None, None, None),
    TicketAction.CLAIM: (C, C, C, C, None, None, None, None),
    TicketAction.RELEASE: (None, None, None, None, W, W, None, None),
    TicketAction.TRANSFER: (None, None, None, None, C, C, None, None),
    TicketAction.HOLD: (None, None, None, None, H, None, None, None),
    TicketAction.RESUME: (None, None, None, None, None, C, None, None),
    TicketAction.RESOLVE: (R, R, R, R, R, R, None, None),
    TicketAction.REOPEN: (None, None, None, None, None, None, W, None),
    TicketAction.CLOSE: (None, None, None, None, None, None, X, None),
    TicketAction.LAPSE: (None, X, None, None, None, None, None, None),
    TicketAction.WITHDRAW: (X, X, X, X, None, None, None, None),
}
CELLS = [
    (action, status, target)
    for action, row in EXPECTED.items()
    for status, target in zip(STATUSES, row, strict=True)
]


@pytest.mark.parametrize(("action", "status", "target"), CELLS)
def test_every_action_in_every_status(
    action: TicketAction, status: TicketStatus, target: TicketStatus | None
) -> None:
    assert next_status(status, action) is target


def test_no_action_and_no_status_is_forgotten() -> None:
    assert EXPECTED.keys() == set(TicketAction) == TABLE.keys()
    assert set(STATUSES) == set(TicketStatus)


@pytest.mark.parametrize("action", TicketAction)
def test_sources_are_where_the_action_is_allowed(action: TicketAction) -> None:
    assert sources(action) == {status for status in TicketStatus if next_status(status, action)}


def test_closed_is_the_end() -> None:
    assert [action for action in TicketAction if next_status(X, action)] == []


def test_a_new_ticket_can_reach_every_status() -> None:
    reached = {N}
    while more := {next_status(s, a) for s in reached for a in TicketAction} - reached - {None}:
        reached |= {status for status in more if status}
    assert reached == set(TicketStatus)


@pytest.mark.parametrize("status", sorted(OPEN_STATUSES))
def test_whatever_is_open_can_be_resolved(status: TicketStatus) -> None:
    assert next_status(status, TicketAction.RESOLVE) is R


def test_a_person_who_is_on_it_cannot_lose_it_to_a_second_claim() -> None:
    assert next_status(C, TicketAction.CLAIM) is None
    assert next_status(H, TicketAction.CLAIM) is None


def test_what_a_person_works_on_is_not_withdrawn_by_deleting_the_question() -> None:
    assert next_status(C, TicketAction.WITHDRAW) is None
    assert next_status(H, TicketAction.WITHDRAW) is None


def test_before_anything_happened_a_ticket_is_new() -> None:
    assert fold([]) is N
    assert fold([None, None]) is N


def test_lines_that_move_nothing_change_nothing() -> None:
    assert fold([None, G, None, W, None]) is W


@given(st.lists(st.sampled_from(TicketAction), max_size=30))
def test_the_status_is_the_fold_of_the_timeline(actions: list[TicketAction]) -> None:
    status, timeline = N, []
    for action in actions:
        target = next_status(status, action)
        timeline.append(target)
        status = target or status
    assert fold(timeline) is status
