"""A database that is busy is waited for; nobody loads anything large while all others wait for the write lock."""

import threading
from datetime import datetime
from typing import Any, cast

import pytest
from cast import Actor, Desk
from sqlalchemy.orm import Session

from bot.slack.desk import Desk as RealDesk
from bot.turns import WriteLockTimeout
from bot.worker.engine import _until_done
from bot.worker.history import History
from triage.classifier.current import CurrentClassifier

VPN = "My VPN drops every ten minutes on the train"


class Timeless(threading.Event):
    """Pauses pass at once."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


class Forgetful:
    """Keeps nothing of what happened to a job."""

    def note(self, *_what: object) -> None:
        return


def test_waiting_in_vain_for_a_turn_to_write_is_no_fault_and_is_tried_until_it_comes() -> None:
    calls: list[int] = []

    def busy_for_long(number: int, _desk: RealDesk) -> None:
        calls.append(number)
        if len(calls) < 20:
            raise WriteLockTimeout("no turn to write within 30 s")

    nobody, nothing = cast(RealDesk, None), cast(History, Forgetful())
    _until_done("handle_event", busy_for_long, nobody, Timeless(), nothing)(1)

    assert len(calls) == 20


def test_the_model_is_loaded_before_the_transaction_that_asks_it(
    desk: Desk, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, how = CurrentClassifier.for_team, []

    def for_team(self: CurrentClassifier, session: Session, team_id: str, now: datetime) -> Any:
        how.append("jobs" in session.info)  # what only a session that may write carries
        return really(self, session, team_id, now)

    monkeypatch.setattr(CurrentClassifier, "for_team", for_team)
    ada.says(VPN)

    assert how[0] is False
    assert True in how
