"""What this process has taken of the machine."""

import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_megabytes() -> float:
    """The most memory the process held at once."""
    return _from_status("VmHWM") or _from_usage()


def megabytes_now() -> float:
    return _from_status("VmRSS") or _from_usage()


def _from_status(key: str) -> float | None:
    # The kernel's own counter begins with this program; getrusage also remembers whoever started it.
    if not _STATUS.exists():
        return None
    for line in _STATUS.read_text(encoding="ascii").splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    return None


def _from_usage() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 / 1024 if sys.platform == "darwin" else most / 1024
