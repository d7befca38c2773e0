"""What every answer of the app carries, and what no page of it holds: walked route by route."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pydantic import SecretStr
from werkzeug.test import TestResponse

from bot.assembly import Assembly, assemble, prepare_database
from bot.demo import demo_settings
from bot.playground.server import register
from bot.playground.slack import LocalSlack
from bot.settings import Settings
from triage.desk import ensure_desk
from triage.oncall.calendar.subscriptions import FeedKind, subscribe
from triage.people import visits
from triage.people.roster import appoint, known
from triage.people.visits import SignedInBy
from triage.vocabulary import Role

TEAM = "TGUARD"
HOST = "https://desk.example.com"
COOKIE = "__Host-evenhand_console"
TOKEN = "a-token-for-metrics"


class Web:
    """The whole app of the web process, and Dee's browser in it."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.client = assembly.web.test_client()
        desk = assembly.desk
        now = desk.clock()
        with desk.database.transaction() as session:
            ensure_desk(session, TEAM, now=now)
            appoint(session, TEAM, ["UDEE"], Role.ADMIN, now=now)
            dee = known(session, TEAM, "UDEE")
            assert dee is not None
            dee.name = "Dee"
            self.secret = visits.begin(session, dee, way=SignedInBy.LINK, now=now)
            self.feed = subscribe(session, dee, FeedKind.MINE, now=now)[1]

    def get(self, path: str, *, signed_in: bool = False, **headers: str) -> TestResponse:
        if signed_in:
            with self.client.session_transaction(base_url=HOST) as cookie:
                cookie["visit"] = self.secret
        return self.client.get(path, base_url=HOST, headers=headers, buffered=True)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    settings = Settings(
        data_folder=tmp_path_factory.mktemp("guarded"),
        slack_bot_token=SecretStr("xoxb-guarded"),
        slack_signing_secret=SecretStr("a-secret-that-signs"),
        slack_app_token=None,
        slack_api_url="http://127.0.0.1:9/api/",  # nobody listens there
        slack_client_id="1.2",
        slack_client_secret=SecretStr("a-client-secret"),
        metrics_token=SecretStr(TOKEN),
        desk_channel="CDESK",
        public_url=HOST,
    )
    prepare_database(settings, always=True)
    assembly = assemble(settings)
    try:
        yield Web(assembly)
    finally:
        assembly.close()


class Inline(HTMLParser):
    """Finds what a strict policy forbids: scripts and styles in the page, handlers, addresses that run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found += [f"<{tag} {name}>" for name in named if name.startswith("on") or name == "style"]
        self.found += [
            f"<{tag} {name}={value}>"
            for name, value in named.items()
            if (value or "").strip().lower().startswith(("javascript:", "data:text"))
        ]
        if tag == "style" or (tag == "script" and not named.get("src")):
            self.found.append(f"<{tag}>")
        if named.get("src", "").startswith(("http:", "https:", "//")):  # type: ignore[union-attr]
            self.found.append(f"{tag} from {named['src']}")


def inline(page: str) -> list[str]:
    reader = Inline()
    reader.feed(page)
    return reader.found


def pages(web: Web) -> list[str]:
    """Every address that can be looked at, with one number for all numbers."""
    known = {"token": web.feed, "signed": "x.y", "name": "starter", "filename": "console.css", "_rest": "x"}
    found = []
    for rule in web.assembly.web.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            parts = {part: known.get(part, "claim" if part == "_action" else 1) for part in rule.arguments}
            with web.assembly.web.test_request_context(base_url=HOST):
                found.append(rule.build(parts)[1])  # type: ignore[index]
    return sorted(found)


def is_guarded(answer: TestResponse) -> None:
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert "Cache-Control" in headers
    assert "Werkzeug" not in headers.get("Server", "")


@pytest.mark.parametrize("signed_in", [True, False])
def test_every_page_is_guarded_and_holds_nothing_inline(web: Web, signed_in: bool) -> None:
    looked_at = pages(web)
    assert len(looked_at) > 40
    for path in looked_at:
        if not signed_in:
            web.client.delete_cookie(COOKIE, domain="desk.example.com", path="/")
        answer = web.get(path, signed_in=signed_in)
        assert answer.status_code < 500 or path == "/readyz", path
        is_guarded(answer)
        if answer.mimetype == "text/html":
            assert inline(answer.text) == [], path


def test_what_is_not_there_and_what_breaks_is_guarded_too(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("/", "/nowhere", "/console/nowhere", "/calendar/x.ics", "/slack/events"):
        is_guarded(web.get(path))
    is_guarded(web.client.post("/slack/events", base_url=HOST, data=b"{}"))
    is_guarded(web.client.post("/console/leave", base_url=HOST))

    def breaks(*_: object) -> None:
        raise RuntimeError("a secret in an error")

    monkeypatch.setattr(web.assembly.desk.database, "reading", breaks)
    for path in ("/console/", "/metrics"):
        broken = web.get(path, signed_in=True, Authorization=f"Bearer {TOKEN}")
        is_guarded(broken)
        assert "a secret" not in broken.text
        assert inline(broken.text) == []


def test_no_answer_believes_the_host_of_the_request(web: Web) -> None:
    """Links lead to EVENHAND_PUBLIC_URL, or stay within the page's own site."""
    for path in pages(web):
        answer = web.client.get(
            path,
            base_url="https://evil.example",
            headers={"X-Forwarded-Host": "worse.example"},
            buffered=True,
        )
        told = answer.text + " ".join(answer.headers.values())
        assert not re.search(r"(evil|worse)\.example", told), path


def test_metrics_are_for_those_who_hold_the_token(web: Web) -> None:
    assert web.get("/metrics", Authorization=f"Bearer {TOKEN}").status_code == 200
    for wrong in ("", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ü"):
        refused = web.get("/metrics", Authorization=wrong)
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "evenhand_" not in refused.text


def test_readiness_tells_no_secrets(web: Web) -> None:
    told = web.get("/readyz").text
    assert not re.search(r"xox|sqlite|postgres|/tmp|secret|@", told)


def test_the_local_slack_s_pages_hold_nothing_inline(tmp_path: Path) -> None:
    settings = demo_settings(Settings(data_folder=tmp_path), port=8899)
    assert settings.host == "127.0.0.1"
    prepare_database(settings, always=True)
    slack = LocalSlack(None)
    assembly = assemble(settings, local_sign_in=True)
    try:
        register(assembly.web, slack)
        client = assembly.web.test_client()
        asked = f"client_id={settings.slack_client_id}&redirect_uri=http://127.0.0.1:8899/console/signed-in"
        sign_in = f"/openid/connect/authorize?response_type=code&scope=openid&state=s&nonce=n&{asked}"
        for path in ("/playground/", sign_in, "/playground/static/app.js", "/playground/nowhere"):
            answer = client.get(path, base_url="http://127.0.0.1:8899", buffered=True)
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"], path
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            if answer.mimetype == "text/html":
                assert inline(answer.text) == [], path
        # For this machine alone: no other name, no other address.
        for foreign in (
            {"base_url": "http://evil.example:8899"},
            {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}},
        ):
            for path in ("/playground/", sign_in, "/openid/connect/keys", "/console/"):
                assert client.get(path, **foreign).status_code == 403  # type: ignore[arg-type]
    finally:
        assembly.close()
        slack.close()
