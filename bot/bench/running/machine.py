"""The machine, the day and the versions that figures hold for."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bot.clock import system_clock

_NAMED = ("evenhand", "slack-bolt", "sqlalchemy", "dbos", "scikit-learn", "numpy")


def about() -> dict[str, Any]:
    return {
        "machine": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.system(),
        "date": system_clock().date().isoformat(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _NAMED}},
    }


def in_words(about: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    return f"{about['date']}: {about['machine']}, {about['cores']} cores; {versions}."


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
