"""What comes back of our own: told apart from everything else in a moment, and kept until it is written down."""

from contextlib import AbstractContextManager
from typing import Any, NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from bot.slack import echoes, events
from bot.slack.echoes import Echoes, stood_by
from triage.outbox_seen import Stood

OURS: dict[str, Any] = {
    "type": "message",
    "user": "UBOT",
    "bot_id": "BBOT",
    "app_id": "AOURS",
    "text": "Try this",
    "channel": "CHELP",
    "ts": "1.1",
    "channel_type": "channel",
}
CHANGED = {"type": "message", "subtype": "message_changed", "channel": "CHELP", "ts": "9.9", "message": OURS}
HERE = Stood("T1", "CHELP", "1.1")


@pytest.mark.parametrize(
    ("event", "stood"),
    [
        (OURS, HERE),
        (OURS | {"thread_ts": "0.1"}, HERE),
        (CHANGED, HERE),
        (OURS | {"app_id": "AOTHER"}, None),
        ({name: value for name, value in OURS.items() if name != "app_id"}, None),
        (OURS | {"type": "reaction_added"}, None),
        (OURS | {"ts": 5}, None),
        (OURS | {"message": "odd"}, None),
    ],
)
def test_only_this_app_s_messages_are_an_echo(event: dict[str, Any], stood: Stood | None) -> None:
    assert stood_by("T1", "AOURS", event) == stood


def test_that_one_of_ours_was_deleted_is_acted_on_and_its_coming_back_is_not() -> None:
    from bot.slack import listeners  # noqa: F401  (importing the listeners registers them)

    deleted = {"type": "message", "subtype": "message_deleted", "channel": "CHELP", "deleted_ts": "1.1"}
    assert events.wanted(deleted | {"previous_message": OURS})
    assert not events.wanted(OURS)
    assert not events.wanted(CHANGED)


class Away:
    """A database that nobody reaches."""

    def transaction(self) -> AbstractContextManager[NoReturn]:
        raise OperationalError("update", {}, Exception("the server closed the connection"))


def test_while_the_database_is_away_they_are_kept_and_the_newest_are_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(echoes, "_MOST", 3)
    kept = Echoes(Away())  # type: ignore[arg-type]  # only its transactions are used
    monkeypatch.setattr(kept, "_start", lambda: None)
    for number in range(5):
        kept.hear("T1", "AOURS", OURS | {"ts": f"1.{number}"})
    for _ in range(2):
        with pytest.raises(OperationalError):
            kept.see_to_all()
    assert [stood.ts for stood in kept._given] == ["1.2", "1.3", "1.4"]
