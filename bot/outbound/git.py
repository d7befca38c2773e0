"""Clones with the git program, for what no API lists. Nothing of the machine's own sign-ins is asked for."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.outbound.fetching import Credential
from kb.importers.source import SourceTrouble

_SECONDS = 600


@contextmanager
def cloned(address: str, credential: Credential | None = None) -> Iterator[Path]:
    """A shallow clone that is gone afterwards."""
    program = shutil.which("git")
    if program is None:
        raise SourceTrouble(
            "A wiki can only be read with git, and git is not installed",
            "Install git; or clone the wiki elsewhere and give the folder with --source wiki",
        )
    with TemporaryDirectory(prefix="evenhand-wiki-") as folder:
        target = Path(folder) / "wiki"
        command = [
            program,
            "-c",
            "core.symlinks=false",
            "clone",
            "--quiet",
            "--depth=1",
            "--",
            address,
            str(target),
        ]
        try:
            done = subprocess.run(
                command, env=_environment(credential), capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise SourceTrouble(f"Cloning {address} took over {_SECONDS // 60} minutes") from None
        if done.returncode:
            # git's words may repeat what it was given, so only its last line is told, and never with a token.
            said = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"])[-1]
            raise SourceTrouble(
                f"{address} could not be cloned: {said[:200]}",
                "Is there a wiki with a first page? A private one needs EVENHAND_GITHUB_TOKEN",
            )
        yield target


def _environment(credential: Credential | None) -> dict[str, str]:
    # The token travels by environment: arguments can be seen by everybody on the machine.
    given = {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_ALLOW_PROTOCOL": "https:http:file",
        "LC_ALL": "C",
    }
    if credential is not None:
        given |= {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "http.extraHeader",
            "GIT_CONFIG_VALUE_0": f"Authorization: {credential.header()}",
        }
    return {**os.environ, **given}
