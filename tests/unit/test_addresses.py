"""Who asks: a proxy is believed where the settings name it, and nobody else."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from bot.settings import SettingsRefused, load
from bot.web.addresses import client_address, networks

OURS = networks(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"])


def asked(peer: str, *said: str) -> Request:
    headers = [("X-Forwarded-For", value) for value in said]
    return Request(EnvironBuilder(environ_base={"REMOTE_ADDR": peer}, headers=headers).get_environ())


@pytest.mark.parametrize(
    ("peer", "said", "address"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        # Nobody is believed who is no proxy of ours.
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        # What the client wrote itself stands further left.
        ("10.0.0.1", ("127.0.0.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("127.0.0.1", "198.51.100.1, 10.0.0.2"), "198.51.100.1"),
        ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("2001:db8::5", ("2001:4860::1",), "2001:4860::1"),
        # Nonsense ends the chain.
        ("10.0.0.1", ("unknown",), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1, , 10.0.0.2",), "10.0.0.2"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("", ("198.51.100.1",), ""),
    ],
)
def test_the_nearest_address_that_is_no_proxy_of_ours(peer: str, said: tuple[str, ...], address: str) -> None:
    assert client_address(asked(peer, *said), OURS) == address


def test_without_the_setting_no_header_is_believed() -> None:
    assert client_address(asked("127.0.0.1", "198.51.100.1"), ()) == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("EVENHAND_TRUSTED_PROXIES", "10.0.0.0/8, proxy", "“proxy” is no address or network"),
        ("EVENHAND_TRUSTED_PROXIES", "10.0.0.1/8", "is no address or network"),
        ("EVENHAND_ADMIN_GROUP", "admins", "is no user group id"),
        ("EVENHAND_METRICS_TOKEN", "short", "16 characters"),
        ("EVENHAND_VISIT_HOURS", "0", "greater than or equal"),
    ],
)
def test_a_setting_of_the_door_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsRefused) as refused:
        load()
    assert name in str(refused.value)
    assert says in str(refused.value)
    assert (
        "short" not in str(refused.value)
        or name != "EVENHAND_METRICS_TOKEN"
        or "too short" in str(refused.value)
    )
