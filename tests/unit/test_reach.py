"""Which addresses are asked: the open internet; of private networks what is allowed, however it is written."""

import pytest
from pydantic import ValidationError

from bot.reach import Reach
from bot.settings import Settings

PRIVATE = [
    "10.0.0.1", "172.16.5.4", "192.168.1.1", "127.0.0.1", "127.8.8.8", "0.0.0.0", "100.64.0.1", "169.254.169.254",
    "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "fec0::1", "168.63.129.16",
    "2001:0:7f00:1::1", "2001:db8::1", "fe80::1%eth0",
]  # fmt: skip
OPEN = [
    "93.184.216.34",
    "8.8.8.8",
    "2606:2800:220:1:248:1893:25c8:1946",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_on_the_open_internet_is_refused(address: str) -> None:
    assert Reach().refusal("innocent.example", address)


@pytest.mark.parametrize("address", OPEN)
def test_the_open_internet_is_asked(address: str) -> None:
    assert Reach().refusal("help.example", address) == ""


def test_a_named_host_may_be_private_and_another_may_not() -> None:
    reach = Reach.allowing(["Wiki.Intern"])
    assert reach.refusal("wiki.intern.", "10.0.0.1") == ""
    assert reach.refusal("notwiki.intern", "10.0.0.1") == "a private network"
    assert reach.refusal("evil.wiki.intern", "10.0.0.1") == "a private network"


def test_a_named_host_is_still_no_way_to_a_cloud_s_secrets() -> None:
    reach = Reach.allowing(["wiki.intern"])
    assert "secrets" in reach.refusal("wiki.intern", "169.254.169.254")
    assert "secrets" in reach.refusal("wiki.intern", "fd00:ec2::254")
    assert Reach.allowing(["169.254.169.254"]).refusal("x", "169.254.169.254") == ""


def test_a_named_network_may_be_asked_under_any_name_and_in_any_spelling() -> None:
    reach = Reach.allowing(["10.1.0.0/16", "::1"])
    assert (
        reach.refusal("x", "10.1.2.3")
        == reach.refusal("x", "::ffff:10.1.2.3")
        == reach.refusal("x", "::1")
        == ""
    )
    assert reach.refusal("x", "10.2.0.1") == "a private network"
    assert reach.refusal("x", "127.0.0.1") == "this machine itself"


@pytest.mark.parametrize(
    "named", ["10.1.0.0/99", "http://wiki.intern/", "wiki intern", "*", "a/b", "", "x" * 400]
)
def test_what_is_neither_host_nor_network_is_told(named: str) -> None:
    with pytest.raises(ValueError, match=r"wiki\.intern or 10\.1\.0\.0/16"):
        Reach.allowing([named])


def test_the_setting_is_checked_at_the_start() -> None:
    assert Settings(allow_private_addresses="wiki.intern, 10.1.0.0/16").reach.hosts == {"wiki.intern"}
    with pytest.raises(ValidationError, match="no host or network"):
        Settings(allow_private_addresses="https://wiki.intern")
