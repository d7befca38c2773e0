"""What many give is seen to together, in order, and before the process goes."""

import threading

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import CapturingLogger

from bot import gathering
from bot.gathering import Gathering

LONG = 30.0


class Numbers(Gathering[int]):
    """`refusals` is how often the database is away before it takes anything."""

    def __init__(self, *, wait: float = 0.0, at_once: int = 1_000, refusals: int = 0) -> None:
        super().__init__("numbers", wait=wait, at_once=at_once)
        self._refusals = refusals
        self.seen: list[list[int]] = []
        self.done = threading.Event()

    def see_to(self, together: list[int]) -> None:
        if self._refusals:
            self._refusals -= 1
            raise OperationalError("insert", {}, Exception("the server closed the connection"))
        self.seen.append(together)
        self.done.set()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "_TRY_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(gathering, "_GOODBYE_SECONDS", LONG)


def test_whoever_stops_it_waits_for_what_was_given_and_no_longer() -> None:
    numbers = Numbers(wait=2 * LONG, at_once=2)
    for number in range(5):
        numbers.give(number)
    numbers.stop()
    assert numbers.seen == [[0, 1], [2, 3], [4]]


def test_what_the_database_refuses_comes_again_in_its_order() -> None:
    numbers = Numbers(refusals=3)
    numbers.give(1)
    numbers.give(2)
    assert numbers.done.wait(LONG)
    numbers.stop()
    assert [number for some in numbers.seen for number in some] == [1, 2]


def test_who_comes_while_others_wait_waits_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, coming = Numbers(wait=LONG), iter((1, 2))

    def wait(_seconds: float) -> bool:
        if (number := next(coming, None)) is None:
            return numbers._stopping.is_set()
        numbers.give(number)
        return False

    monkeypatch.setattr(numbers._stopping, "wait", wait)
    numbers.give(0)
    numbers.stop()
    assert numbers.seen == [[0], [1], [2]]


class Careful(Numbers):
    def see_to(self, together: list[int]) -> None:
        if 0 in together:
            raise ZeroDivisionError(together)
        super().see_to(together)


def test_what_meets_a_fault_of_ours_is_given_up_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    logged = CapturingLogger()
    monkeypatch.setattr(gathering, "log", logged)
    numbers = Careful(at_once=1)
    for number in (1, 0, 0, 2):
        numbers.give(number)
    numbers.stop()
    assert numbers.seen == [[1], [2]]
    assert [(call.method_name, call.args) for call in logged.calls] == [("error", ("gathering.gave_up",))] * 2
    assert all(isinstance(call.kwargs["exc_info"], ZeroDivisionError) for call in logged.calls)


def test_one_that_was_given_nothing_has_no_thread() -> None:
    numbers = Numbers()
    numbers.stop()
    assert "numbers" not in {thread.name for thread in threading.enumerate()}
