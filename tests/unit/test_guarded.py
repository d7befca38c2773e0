"""Asking the web without being led inside: names, spellings, redirects, and names that change their mind."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from urllib3.util import connection as wire

from bot.outbound.fetching import Fetcher
from bot.outbound.guarded import AddressRefused, guarded_session
from bot.outbound.pagers.calling import PagerRefused, call
from bot.reach import Reach
from kb.importers.source import SourceTrouble

HERE = Reach.allowing(["127.0.0.1"])


class Inside(BaseHTTPRequestHandler):
    """Something in the private network; `asked` says whether anybody came through."""

    asked: list[str]
    leads_to: str

    def do_GET(self) -> None:
        type(self).asked.append(f"{self.headers['Host']}{self.path}")
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", self.leads_to)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(handler: type[Inside], context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def inside() -> Iterator[tuple[type[Inside], int]]:
    handler = type("Handler", (Inside,), {"asked": [], "leads_to": ""})
    with served(handler) as port:
        yield handler, port


def named(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Has every name lead to these addresses, one answer after the other; gives back where connections went."""
    real, went = socket.getaddrinfo, []
    coming = iter(answers)

    def look_up(host: Any, port: Any, *rest: Any, **kinds: Any) -> Any:
        if str(host).endswith((".example", ".test")):
            return [
                (
                    socket.AF_INET6 if ":" in one else socket.AF_INET,
                    socket.SOCK_STREAM,
                    6,
                    "",
                    (one, port or 0),
                )
                for one in next(coming)
            ]
        return real(host, port, *rest, **kinds)

    def connect(address: tuple[str, int], *rest: Any, **kinds: Any) -> socket.socket:
        went.append(address[0])
        return socket.create_connection(address, timeout=5)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(wire, "create_connection", connect)
    return went


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "0x7f000001", "[::1]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "0", "LOCALHOST.", "127.0.0.1.", "①27.0.0.1"],
)  # fmt: skip
def test_no_spelling_of_this_machine_leads_to_it(inside: tuple[type[Inside], int], host: str) -> None:
    handler, port = inside
    with guarded_session(Reach()) as session, pytest.raises((AddressRefused, requests.RequestException)):
        session.get(f"http://{host}:{port}/secret", timeout=5)
    assert handler.asked == []


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "192.168.0.1", "fd00::1"])
def test_a_name_with_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    went = named(monkeypatch, [address])
    with guarded_session(Reach()) as session, pytest.raises(AddressRefused, match=r"harmless\.example"):
        session.get("http://harmless.example/", timeout=5)
    assert went == []


def test_one_private_address_among_others_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    went = named(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    with guarded_session(Reach()) as session, pytest.raises(AddressRefused):
        session.get("http://harmless.example/", timeout=5)
    assert went == []


def test_a_name_that_changes_its_mind_is_asked_only_once(
    monkeypatch: pytest.MonkeyPatch, inside: tuple[type[Inside], int]
) -> None:
    handler, port = inside
    went = named(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    with guarded_session(HERE) as session:
        assert session.get(f"http://rebinding.example:{port}/", timeout=5).status_code == 200
    assert went == ["127.0.0.1"]
    assert handler.asked == [f"rebinding.example:{port}/"]


def test_a_redirect_inside_is_refused(
    monkeypatch: pytest.MonkeyPatch, inside: tuple[type[Inside], int]
) -> None:
    handler, port = inside
    for target in ("http://127.0.0.2/", "http://169.254.169.254/latest/meta-data/", "http://2852039166/"):
        handler.leads_to = target
        with guarded_session(HERE) as session, pytest.raises(AddressRefused):
            session.get(f"http://127.0.0.1:{port}/away", timeout=5)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"])
def test_a_redirect_to_another_kind_of_address_is_refused(
    inside: tuple[type[Inside], int], target: str
) -> None:
    handler, port = inside
    handler.leads_to = target
    with guarded_session(HERE) as session, pytest.raises(requests.exceptions.InvalidSchema):
        session.get(f"http://127.0.0.1:{port}/away", timeout=5)


def test_going_round_in_circles_ends(inside: tuple[type[Inside], int]) -> None:
    handler, port = inside
    handler.leads_to = f"http://127.0.0.1:{port}/away"
    with guarded_session(HERE) as session, pytest.raises(requests.TooManyRedirects):
        session.get(f"http://127.0.0.1:{port}/away", timeout=5)
    assert len(handler.asked) == 6


def test_behind_a_proxy_what_is_asked_of_it_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, inside: tuple[type[Inside], int]
) -> None:
    handler, port = inside
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    with guarded_session(Reach()) as session, pytest.raises(AddressRefused):
        session.get("http://169.254.169.254/latest", timeout=5)
    assert handler.asked == []
    with guarded_session(Reach()) as session:
        assert session.get("http://93.184.216.34/fine", timeout=5).status_code == 200


def test_the_certificate_is_checked_for_the_name_and_not_for_the_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours, theirs = certificate(tmp_path, "wiki.test"), certificate(tmp_path, "other.test")
    handler = type("Handler", (Inside,), {"asked": [], "leads_to": ""})
    for pem, fits in ((ours, True), (theirs, False)):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        named(monkeypatch, ["127.0.0.1"])
        with served(handler, context) as port, guarded_session(HERE) as session:
            if fits:
                assert (
                    session.get(f"https://wiki.test:{port}/", verify=str(pem), timeout=5).status_code == 200
                )
            else:
                with pytest.raises(requests.exceptions.SSLError):
                    session.get(f"https://wiki.test:{port}/", verify=str(pem), timeout=5)


def certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


# --- Who uses it ------------------------------------------------------------------------------------


def test_an_import_from_inside_is_refused_with_what_to_set(inside: tuple[type[Inside], int]) -> None:
    handler, port = inside
    home = f"http://127.0.0.1:{port}"
    with pytest.raises(SourceTrouble, match="this machine itself") as trouble:
        Fetcher(home)(f"{home}/a")
    assert trouble.value.remedy.endswith("EVENHAND_ALLOW_PRIVATE_ADDRESSES=127.0.0.1")
    assert handler.asked == []
    assert Fetcher(home, reach=HERE)(f"{home}/a").status == 200


def test_a_webhook_inside_is_refused_once_and_for_all(inside: tuple[type[Inside], int]) -> None:
    handler, port = inside
    url = f"http://127.0.0.1:{port}/hook"
    with pytest.raises(PagerRefused, match="EVENHAND_ALLOW_PRIVATE_ADDRESSES"):
        call("POST", url, name="the webhook", reach=Reach())
    assert handler.asked == []
    call("POST", url, name="the webhook", reach=HERE)
    assert len(handler.asked) == 1
