"""Between two tries the worker pauses; a stop ends the pause, and no pause is ever too long to be counted."""

import threading
from typing import Any, cast

import pytest

from bot.slack.desk import Desk
from bot.slack.gateway import RateLimited
from bot.slack.speaking import NotYet
from bot.worker import engine
from bot.worker.engine import Stopping, _until_done
from bot.worker.history import History

NOBODY = cast(Desk, None)
NOTHING_NOTED = cast(History, None)  # waiting for Slack is no news


class Clockless(threading.Event):
    """Pauses pass at once and are written down."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        return self.is_set()


def test_a_job_that_waits_out_slack_leaves_when_the_process_stops() -> None:
    stopping = threading.Event()

    def told_to_wait(_argument: Any, _desk: Desk) -> None:
        stopping.set()
        raise RateLimited("chat.postMessage", 3600)

    with pytest.raises(Stopping):
        _until_done("deliver", told_to_wait, NOBODY, stopping, NOTHING_NOTED)(1)


def test_a_job_that_has_not_begun_when_the_process_stops_stays_for_the_next_one() -> None:
    stopping = threading.Event()
    stopping.set()
    calls: list[int] = []

    with pytest.raises(Stopping):
        _until_done("deliver", lambda number, _desk: calls.append(number), NOBODY, stopping, NOTHING_NOTED)(1)

    assert calls == []


def test_leaving_is_no_failure_that_the_engine_would_record() -> None:
    assert not issubclass(Stopping, Exception)


def test_a_message_may_wait_for_another_one_for_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    # Stories that ran before this one may have shortened them for the whole session.
    monkeypatch.setattr(engine, "_FIRST_PAUSE", 1.0)
    monkeypatch.setattr(engine, "_LONGEST_PAUSE", 60.0)
    stopping, calls = Clockless(), [0]

    def ready_at_last(_argument: Any, _desk: Desk) -> None:
        calls[0] += 1
        if calls[0] < 1_300:
            raise NotYet("the first message is still on its way")

    _until_done("deliver", ready_at_last, NOBODY, stopping, NOTHING_NOTED)(1)

    assert calls[0] == 1_300
    assert max(stopping.pauses) == 60.0
    assert sorted(stopping.pauses) == stopping.pauses
