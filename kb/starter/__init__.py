"""The articles a new desk begins with; README.md beside this file tells how to make them one's own."""

from importlib.resources import files
from pathlib import Path


def starter_folder() -> Path:
    """The installed folder of starter articles. The package is always unpacked, so a plain path is enough."""
    return Path(str(files(__name__)))
