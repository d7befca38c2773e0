"""The call budget: Slack's tiers a method, a message a second a channel, and nobody is made to wait inside it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.budget import OwnBudget as Budget

TEAM = "T1"
# The desks of other tests have threads that draw random numbers, which is not this test's doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module")


class Watch:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def budget(watch: Watch) -> Budget:
    return Budget(watch)


def spent(budget: Budget, method: str, channel: str, times: int) -> list[float]:
    return [budget.spend(TEAM, method, channel) for _ in range(times)]


def test_a_short_burst_of_messages_goes_out_at_once(budget: Budget) -> None:
    assert spent(budget, "chat.postMessage", "C1", 4) == [0.0] * 4


def test_after_the_burst_it_is_one_message_a_second(budget: Budget, watch: Watch) -> None:
    spent(budget, "chat.postMessage", "C1", 4)
    assert budget.spend(TEAM, "chat.postMessage", "C1") == pytest.approx(1.0)
    watch.seconds += 1
    assert budget.spend(TEAM, "chat.postMessage", "C1") == 0.0
    assert budget.spend(TEAM, "chat.postMessage", "C1") == pytest.approx(1.0)


def test_a_refused_call_costs_nothing(budget: Budget, watch: Watch) -> None:
    spent(budget, "chat.postMessage", "C1", 4)
    spent(budget, "chat.postMessage", "C1", 50)
    watch.seconds += 1
    assert budget.spend(TEAM, "chat.postMessage", "C1") == 0.0


def test_a_busy_channel_does_not_slow_another(budget: Budget) -> None:
    spent(budget, "chat.postMessage", "C1", 9)
    assert budget.spend(TEAM, "chat.postMessage", "C2") == 0.0


def test_other_methods_share_one_budget_over_all_channels(budget: Budget) -> None:
    assert spent(budget, "chat.update", "C1", 5) + spent(budget, "chat.update", "C2", 5) == [0.0] * 10
    assert budget.spend(TEAM, "chat.update", "C3") == pytest.approx(60 / 50)


def test_each_method_has_its_own(budget: Budget) -> None:
    spent(budget, "chat.update", "C1", 11)
    assert budget.spend(TEAM, "users.info", "") == 0.0


@pytest.mark.parametrize("method", ["views.open", "auth.test", "chat.getPermalink"])
def test_what_a_person_waits_for_is_never_held_back(budget: Budget, method: str) -> None:
    assert set(spent(budget, method, "", 500)) == {0.0}


def test_a_long_rest_gives_no_more_than_one_burst(budget: Budget, watch: Watch) -> None:
    spent(budget, "chat.postMessage", "C1", 4)
    watch.seconds += 3_600
    assert spent(budget, "chat.postMessage", "C1", 6)[-1] > 0


@settings(deadline=None)
@given(st.lists(st.floats(0, 5), max_size=60))
def test_whoever_waits_as_told_gets_through_and_slack_is_never_overrun(pauses: list[float]) -> None:
    watch = Watch()
    budget, sent = Budget(watch), []
    for pause in pauses:
        watch.seconds += pause
        if wait := budget.spend(TEAM, "chat.postMessage", "C1"):
            watch.seconds += wait + 1e-6
            assert budget.spend(TEAM, "chat.postMessage", "C1") == 0.0
        sent.append(watch.seconds)
    for n, moment in enumerate(sent):
        within_ten = [other for other in sent[: n + 1] if other > moment - 10]
        assert len(within_ten) <= 5 + 10 + 1
