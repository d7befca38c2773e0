"""Which addresses the desk may ask: the open internet, and of private networks only what the settings name.

Whoever chooses an address that the desk fetches could otherwise look into the network it stands in.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62}\.?)*", re.IGNORECASE)
# Clouds tell whoever asks here the keys of the machine. Azure's own address looks like any other.
_METADATA = (ip_network("169.254.0.0/16"), ip_network("fe80::/10"), ip_network("168.63.129.16/32"))
_METADATA_V6 = ip_network("fd00:ec2::/32")
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


@dataclass(frozen=True)
class Reach:
    """`hosts` may have private addresses; `networks` may be asked whatever the host is called."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def allowing(cls, named: Iterable[str]) -> "Reach":
        """Hosts, addresses and networks as people write them. Raises ValueError with what is wrong."""
        hosts, networks = set(), []
        for item in named:
            try:
                networks.append(ip_network(item))
            except ValueError:
                if "/" in item or not _HOST.fullmatch(item):
                    shown = item[:60]
                    raise ValueError(
                        f"“{shown}” is no host or network: write it like wiki.intern or 10.1.0.0/16"
                    ) from None
                hosts.add(_plain(item))
        return cls(frozenset(hosts), tuple(networks))

    def refusal(self, host: str, address: str) -> str:
        """Why this address of the host is not asked; empty where it is."""
        at = ip_address(address)
        known = _read_as(at)
        if any(
            one.version == network.version and one in network for network in self.networks for one in known
        ):
            return ""
        if any(_is_metadata(one) for one in known):
            return "an address at which clouds keep their secrets"
        if all(_is_public(one) for one in known) or _plain(host) in self.hosts:
            return ""
        return "this machine itself" if any(one.is_loopback for one in known) else "a private network"


def _plain(host: str) -> str:
    return host.rstrip(".").lower()


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if address.is_multicast or address.is_reserved:
        return False
    return address.is_global and not (isinstance(address, IPv6Address) and address.is_site_local)


def _is_metadata(address: IPv4Address | IPv6Address) -> bool:
    return any(
        address.version == network.version and address in network for network in (*_METADATA, _METADATA_V6)
    )


def _read_as(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The addresses that it stands for: version 6 has several ways to write one of version 4."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if any(address in network for network in _NAT64):
        return [IPv4Address(int(address) & 0xFFFF_FFFF)]
    found = [address.sixtofour, *(address.teredo or ())]
    return [address, *(one for one in found if one is not None)]
