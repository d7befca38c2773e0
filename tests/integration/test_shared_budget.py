"""Slack counts a workspace's calls, whichever process makes them: so do all processes on one PostgreSQL."""

import threading

import pytest

from bot.database import Database
from bot.slack.budget import Budget, OwnBudget, SharedBudget, make_budget, unpaced

POST = "chat.postMessage"


@pytest.fixture
def two(database: Database) -> tuple[Budget, Budget]:
    """The budgets of two processes; on SQLite there is one process, and so one budget."""
    one = make_budget(database.engine)
    return one, one if database.engine.dialect.name == "sqlite" else make_budget(database.engine)


def test_each_kind_of_database_has_its_budget(database: Database) -> None:
    kind = SharedBudget if database.engine.dialect.name == "postgresql" else OwnBudget
    assert isinstance(make_budget(database.engine), kind)


def test_two_processes_spend_one_budget(two: tuple[Budget, Budget]) -> None:
    mine, theirs = two
    assert [budget.spend("T1", POST, "C1") for budget in (mine, theirs, mine, theirs)] == [0.0] * 4
    assert 0 < mine.spend("T1", POST, "C1") <= 1
    assert 0 < theirs.spend("T1", POST, "C1") <= 1


def test_each_workspace_channel_and_method_has_its_own(two: tuple[Budget, Budget]) -> None:
    mine, theirs = two
    while mine.spend("T1", POST, "C1") == 0:
        pass
    others = [("T2", POST, "C1"), ("T1", POST, "C2"), ("T1", "chat.update", "C1")]
    assert [theirs.spend(*other) for other in others] == [0.0] * 3


def test_what_slack_refused_to_one_nobody_tries(two: tuple[Budget, Budget]) -> None:
    mine, theirs = two
    mine.blocked("T1", POST, "C1", 30)
    assert 29 < theirs.spend("T1", POST, "C1") <= 30
    assert theirs.spend("T1", POST, "C2") == 0


def test_a_method_without_a_pace_waits_out_a_refusal_as_well(two: tuple[Budget, Budget]) -> None:
    mine, theirs = two
    assert [mine.spend("T1", "views.open", "") for _ in range(50)] == [0.0] * 50
    mine.blocked("T1", "views.open", "", 5)
    assert 4 < theirs.spend("T1", "views.open", "") <= 5


def test_a_shorter_refusal_does_not_end_a_longer_one(two: tuple[Budget, Budget]) -> None:
    mine, theirs = two
    mine.blocked("T1", POST, "C1", 30)
    theirs.blocked("T1", POST, "C1", 1)
    assert mine.spend("T1", POST, "C1") > 28


def test_of_many_that_ask_at_once_only_the_burst_gets_through(two: tuple[Budget, Budget]) -> None:
    got: list[float] = []

    def ask(budget: Budget) -> None:
        got.extend(budget.spend("T1", "conversations.list", "") for _ in range(5))

    threads = [threading.Thread(target=ask, args=(two[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(wait == 0 for wait in got) == 10


def test_without_limits_only_a_refusal_holds_back(database: Database) -> None:
    budget = make_budget(database.engine, limits=False)
    assert [budget.spend("T1", POST, "C1") for _ in range(50)] == [0.0] * 50
    budget.blocked("T1", POST, "C1", 9)
    assert budget.spend("T1", POST, "C1") > 8
    assert unpaced(POST) is None
