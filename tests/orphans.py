"""A PostgreSQL of our own goes when the tests go, also where nobody could say goodbye: killed, out of memory."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Waits until its input ends, which is when whoever started it is gone, however it went.
_GUARD = """
import os, shutil, subprocess, sys
sys.stdin.buffer.read()
pg_ctl, data, user = sys.argv[1:]
if os.path.exists(os.path.join(data, "postmaster.pid")):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([pg_ctl, "-D", data, "-m", "immediate", "stop"], user=user or None, **quiet)
    shutil.rmtree(data, ignore_errors=True)
"""


@contextmanager
def stopped_with_us(server: Any) -> Iterator[None]:
    """While this process lives the server does; afterwards a guard looks whether it is still there."""
    arguments = (str(server.bin_path / "pg_ctl"), str(server.pgdata), server.system_user or "")
    guard = subprocess.Popen(
        [sys.executable, "-c", _GUARD, *arguments],
        stdin=subprocess.PIPE,
        start_new_session=True,  # what kills us by our group must leave it alone
        cwd="/",
    )
    assert guard.stdin is not None
    try:
        yield
    finally:
        # The server was not stopped yet: that is for who started it, and the guard must not be quicker.
        guard.kill()
        guard.wait()
        guard.stdin.close()
