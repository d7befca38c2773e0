"""Who goes first where several messages wait for their turn in one channel."""

import pytest

from triage.outbox import Occasion, rank
from triage.vocabulary import Urgency
from triage.work import Deliver


def order(*waiting: Deliver) -> list[int]:
    return [job.say_id for job in sorted(waiting, key=lambda job: job.priority)]


def test_a_critical_card_goes_before_notices_and_other_cards() -> None:
    critical = Deliver(9, "CDESK", rank=rank(Occasion.CARD, Urgency.CRITICAL))
    usual = Deliver(5, "CDESK", rank=rank(Occasion.CARD, Urgency.LOW))
    notice = Deliver(1, "CDESK", rank=rank(Occasion.DESK_NOTICE, Urgency.CRITICAL))
    assert order(notice, usual, critical) == [9, 5, 1]


def test_an_answer_goes_before_notices_in_its_channel() -> None:
    answer, notice = (
        Deliver(8, "CHELP", rank=rank(Occasion.ANSWER)),
        Deliver(2, "CHELP", rank=rank(Occasion.NOTICE)),
    )
    assert order(notice, answer) == [8, 2]


def test_what_a_press_changes_goes_before_other_changes() -> None:
    assert rank(Occasion.ANSWER_REFRESH) < rank(Occasion.CARD_REFRESH)


def test_within_a_rank_the_older_goes_first() -> None:
    assert order(*(Deliver(n, "CHELP") for n in (3, 1, 2))) == [1, 2, 3]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (Occasion.OPENING, Occasion.ANSWER),
        (Occasion.ANSWER, Occasion.NOTICE),
        (Occasion.NOTICE, Occasion.RATING),
        (Occasion.CARD, Occasion.DESK_NOTICE),
    ],
)
def test_nothing_goes_before_what_it_hangs_under(first: Occasion, then: Occasion) -> None:
    assert rank(first) <= rank(then)


@pytest.mark.parametrize("occasion", Occasion)
def test_the_engine_can_count_so_far(occasion: Occasion) -> None:
    assert 0 < Deliver(2**40 - 1, "CHELP", rank=rank(occasion)).priority < 2**31
