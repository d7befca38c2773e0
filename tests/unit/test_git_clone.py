"""Cloning with git: only from the web, only from addresses that were looked at, and never more than a wiki is."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.outbound import git
from bot.outbound.fetching import Credential
from bot.outbound.git import _environment, cloned
from bot.reach import Reach
from kb.importers.source import SourceTrouble


def committed(origin: Path) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", *command], cwd=origin, check=True)


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def git_served(root: Path) -> Iterator[str]:
    """What lies in the folder, as git's own server hands it out."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            environment = {
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "safe.directory",
                "GIT_CONFIG_VALUE_0": "*",
                "PATH_INFO": path.replace("/origin", "/origin/.git", 1),
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            done = subprocess.run(
                ["git", "http-backend"], input=body, env=environment, capture_output=True, check=True
            )
            head, _, said = done.stdout.partition(b"\r\n\r\n")
            lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
            status = next((value for name, value in lines if name == "Status"), "200 OK")
            self.send_response(int(status[:3]))
            for name, value in lines:
                if name != "Status":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    with served(Handler) as url:
        yield url


HERE = Reach.allowing(["127.0.0.1"])
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@needs_git
def test_git_clones_a_wiki_and_tidies_up(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    (origin / "Home.md").write_text("Welcome.")
    committed(origin)
    with git_served(tmp_path) as url:
        with cloned(f"{url}/origin", HERE) as clone:
            assert (clone / "Home.md").exists()
        assert not clone.exists()
        with pytest.raises(SourceTrouble, match="this machine itself"), cloned(f"{url}/origin", Reach()):
            pass


@needs_git
@pytest.mark.parametrize(
    "address",
    [
        "--upload-pack=touch x",
        "ext::sh -c touch% x",
        "file:///nowhere/at/all",
        "ssh://git@127.0.0.1/x",
        "https://-oProxyCommand=touch/x",
        "http://127.0.0.1:1/x",
        "http://127.0.0.1:99999/x",
    ],
)
def test_what_cannot_be_cloned_is_told_and_runs_nothing(address: str, tmp_path: Path) -> None:
    with pytest.raises(SourceTrouble, match="could not be cloned"), cloned(address, HERE):
        pass


@needs_git
def test_git_follows_nobody_to_another_address(tmp_path: Path) -> None:
    asked: list[str] = []

    class Leading(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/inside" + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with (
        served(Leading) as url,
        pytest.raises(SourceTrouble, match="could not be cloned"),
        cloned(f"{url}/x", HERE),
    ):
        pass
    assert [path for path in asked if path.startswith("/inside")] == []


@needs_git
def test_a_clone_that_fills_the_disk_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "_MOST_BYTES", 10)
    monkeypatch.setattr(git, "_LOOKS_EVERY", 0.001)
    origin = tmp_path / "origin"
    origin.mkdir()
    for number in range(300):
        (origin / f"{number}.md").write_text("x" * 50_000 + str(number))
    committed(origin)
    with git_served(tmp_path) as url, pytest.raises(SourceTrouble, match="larger than any wiki"):  # noqa: SIM117
        with cloned(f"{url}/origin", HERE):
            pass


def test_without_git_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with (
        pytest.raises(SourceTrouble, match="git is not installed") as trouble,
        cloned("https://x.example/y", HERE),
    ):
        pass
    assert "--source wiki" in trouble.value.remedy


def test_a_token_goes_to_git_by_environment_only() -> None:
    given = _environment(Credential(SecretStr("s3cret"), "x-access-token"))
    assert given["GIT_CONFIG_VALUE_0"].startswith("Authorization: Basic ")
    assert "GIT_CONFIG_COUNT" not in {key for key in _environment(None) if key.startswith("GIT_CONFIG")}
