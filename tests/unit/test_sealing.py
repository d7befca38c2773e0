"""Tokens are sealed with the newest key and open with any of them."""

import pytest

from bot.sealing import BadKey, SealBroken, Sealer, new_key
from bot.settings import SettingsRefused, load


def test_what_was_sealed_opens_and_does_not_show() -> None:
    sealer = Sealer([new_key()])
    sealed = sealer.seal("xoxb-1")
    assert "xoxb" not in sealed
    assert sealer.open(sealed) == "xoxb-1"
    assert sealed not in repr(sealer)


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    old, new = new_key(), new_key()
    sealed = Sealer([old]).seal("xoxb-1")
    both = Sealer([new, old])
    assert both.open(sealed) == "xoxb-1"
    assert not both.by_newest(sealed)
    assert both.by_newest(both.seal("xoxb-1"))


@pytest.mark.parametrize("broken", ["", "gAAAA", "x" * 200])
def test_what_no_key_opens_is_said_and_not_guessed(broken: str) -> None:
    with pytest.raises(SealBroken):
        Sealer([new_key()]).open(broken)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealBroken):
        Sealer([new_key()]).open(Sealer([new_key()]).seal("xoxb-1"))


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(BadKey):
        Sealer([])


def test_a_bad_key_in_the_settings_is_named_by_its_place_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EVENHAND_ENCRYPTION_KEYS", f"{new_key()}, not-a-key")
    with pytest.raises(SettingsRefused) as refused:
        load()
    assert "key 2" in str(refused.value)
    assert "not-a-key" not in str(refused.value)


def test_several_workspaces_need_the_apps_own_id_and_no_bot_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    assert load().several_workspaces
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert not load().several_workspaces
