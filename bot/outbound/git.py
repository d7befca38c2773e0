"""Clones with the git program, for what no API lists. Nothing of the machine's own sign-ins is asked for."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bot.outbound.fetching import Credential
from bot.outbound.guarded import AddressRefused, addresses
from bot.reach import Reach
from kb.importers.source import SourceTrouble

_SECONDS = 600
_MOST_BYTES = 1024 * 1024 * 1024
_MOST_FILES = 200_000
_LOOKS_EVERY = 1.0
_PORTS = {"https": 443, "http": 80}
# Attributes in the clone may name a filter that the machine has; it would ask for files at addresses of theirs.
_NO_FILTERS = ("filter.lfs.smudge=", "filter.lfs.process=", "filter.lfs.required=false")


@contextmanager
def cloned(address: str, reach: Reach, credential: Credential | None = None) -> Iterator[Path]:
    """A shallow clone that is gone afterwards. Only of https and http, and of nothing in a private network."""
    program = shutil.which("git")
    if program is None:
        raise SourceTrouble(
            "A wiki can only be read with git, and git is not installed",
            "Install git; or clone the wiki elsewhere and give the folder with --source wiki",
        )
    pinned = _pinned(address, reach)
    with tempfile.TemporaryDirectory(prefix="evenhand-wiki-") as folder:
        target = Path(folder) / "wiki"
        settings = ("core.symlinks=false", "http.followRedirects=false", *_NO_FILTERS, pinned)
        given = [part for setting in settings for part in ("-c", setting)]
        how = ("--quiet", "--depth=1", "--single-branch", "--no-tags", "--template=")
        _clone([program, *given, "clone", *how, "--", address, str(target)], address, target, credential)
        yield target


def _pinned(address: str, reach: Reach) -> str:
    """The setting that has git ask the very address that was looked at."""
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise SourceTrouble(f"{address[:200]} could not be cloned: it is no web address", "Write https://…")
    try:
        port = parts.port or _PORTS[parts.scheme]
        known = addresses(parts.hostname, port, reach)
    except AddressRefused as refused:
        raise SourceTrouble(f"{address[:200]} could not be cloned: {refused}", refused.remedy) from None
    except (socket.gaierror, ValueError):
        raise SourceTrouble(
            f"{address[:200]} could not be cloned: nobody knows {parts.hostname}",
            "Look whether the address is right",
        ) from None
    shown = ",".join(f"[{one}]" if ":" in one else one for one in known)
    return f"http.curloptResolve={parts.hostname}:{port}:{shown}"


def _clone(command: list[str], address: str, target: Path, credential: Credential | None) -> None:
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            command,
            env=_environment(credential),
            stdout=subprocess.DEVNULL,
            stderr=said,
            stdin=subprocess.DEVNULL,
        )
        try:
            _watch(running, address, target)
        finally:
            running.kill()
            running.wait()
        if running.returncode:
            # git's words may repeat what it was given, so only its last line is told, and never with a token.
            said.seek(0)
            lines = said.read(65_536).decode("utf-8", "replace").strip().splitlines()
            raise SourceTrouble(
                f"{address} could not be cloned: {(lines or ['no reason given'])[-1][:200]}",
                "Is there a wiki with a first page? A private one needs EVENHAND_GITHUB_TOKEN",
            )


def _watch(running: subprocess.Popen[bytes], address: str, target: Path) -> None:
    """Until git is done; one that fills the disk or takes for ever is ended."""
    for _ in range(int(_SECONDS / _LOOKS_EVERY)):
        try:
            running.wait(_LOOKS_EVERY)
        except subprocess.TimeoutExpired:
            if _too_large(target):
                raise SourceTrouble(f"{address} is larger than any wiki should be") from None
        else:
            return
    raise SourceTrouble(f"Cloning {address} took over {_SECONDS // 60} minutes")


def _too_large(folder: Path) -> bool:
    files = size = 0
    for here, _, names in os.walk(folder):
        for name in names:
            files += 1
            try:
                size += os.lstat(os.path.join(here, name)).st_size
            except OSError:
                continue  # git has just moved it
        if files > _MOST_FILES or size > _MOST_BYTES:
            return True
    return False


def _environment(credential: Credential | None) -> dict[str, str]:
    # The token travels by environment: arguments can be seen by everybody on the machine.
    given = {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_ALLOW_PROTOCOL": "https:http",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }
    if credential is not None:
        given |= {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "http.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: {credential.header()}",
        }
    return {**os.environ, **given}
