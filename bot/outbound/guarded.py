"""Sessions for the web that do not let themselves be led into private networks, whatever a name or redirect says.

A name is resolved once, every address it has is looked at, and the connection goes to one of these: a name that
answers differently a moment later changes nothing. The certificate is still checked for the name.
"""

import socket
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util import parse_url

from bot.reach import Reach

_MOST_REDIRECTS = 5


class AddressRefused(Exception):
    """The way leads into a private network that nobody allowed. No error of the network: trying again is no use."""

    def __init__(self, host: str, why: str) -> None:
        super().__init__(f"{host} is {why}")
        self.host, self.why = host, why

    @property
    def remedy(self) -> str:
        return f"If that is meant, set EVENHAND_ALLOW_PRIVATE_ADDRESSES={self.host}"


def addresses(host: str, port: int | None, reach: Reach) -> list[str]:
    """Where the host is, in the order to try. Raises `AddressRefused`, or gaierror where nobody knows."""
    bare = host.strip("[]")
    found = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)
    every = list(dict.fromkeys(str(where[4][0]) for where in found))
    for one in every:
        # One that leads inside among others that do not is a trick as well.
        if why := reach.refusal(bare, one):
            raise AddressRefused(bare, why)
    return every


def guarded_session(reach: Reach) -> requests.Session:
    session = requests.Session()
    session.max_redirects = _MOST_REDIRECTS
    adapter = _GuardedAdapter(reach)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _Checked(HTTPConnection):
    """Connects to an address that was looked at, and to no other."""

    reach = Reach()

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            known = addresses(name, self.port, self.reach)
        except (socket.gaierror, UnicodeError) as unknown:
            raise NameResolutionError(
                name, self, socket.gaierror(socket.EAI_NONAME, str(unknown))
            ) from unknown
        try:
            for address in known[:-1]:
                self._dns_host = address
                try:
                    return super()._new_conn()
                except NewConnectionError:
                    continue
            self._dns_host = known[-1]
            return super()._new_conn()
        finally:
            self._dns_host = name  # the certificate has to be this name's


class _CheckedTls(_Checked, HTTPSConnection):
    pass


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, **named)
        plain = type("Plain", (_Checked,), {"reach": self._reach})
        tls = type("Tls", (_CheckedTls,), {"reach": self._reach})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> ConnectionPool:
        if select_proxy(str(request.url), proxies):
            # The proxy connects, to what it takes the name for; what we know of the name is looked at all the same.
            self._look(str(request.url))
        return super().get_connection_with_tls_context(request, verify, proxies=proxies, cert=cert)

    def _look(self, url: str) -> None:
        try:
            addresses(parse_url(url).host or "", None, self._reach)
        except (socket.gaierror, UnicodeError):
            return
