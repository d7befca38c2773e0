"""Who asks: the address a request came from, and what a proxy says of it where the settings trust that proxy."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from flask import Request

Network = IPv4Network | IPv6Network


def networks(listed: Sequence[str]) -> tuple[Network, ...]:
    return tuple(ip_network(part) for part in listed)


def client_address(request: Request, trusted: Sequence[Network]) -> str:
    """The nearest address that is no trusted proxy's. What stands before it in the header anybody could write."""
    came_from = request.remote_addr or ""
    hops = [part.strip() for part in ",".join(request.headers.getlist("X-Forwarded-For")).split(",")]
    while hops and _is_in(came_from, trusted):
        said = hops.pop()
        if _address(said) is None:
            break
        came_from = said
    return came_from


def _is_in(address: str, trusted: Sequence[Network]) -> bool:
    known = _address(address)
    return known is not None and any(known in network for network in trusted)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        known = ip_address(text)
    except ValueError:
        return None
    # A proxy that listens on both kinds sees IPv4 in the clothes of IPv6.
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return mapped or known
