"""Files for those who run a desk: alert rules, a dashboard, a unit. `evenhand operations files` copies them."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path


class AlreadyThere(Exception):
    """A file of that name, with something else in it, is in the folder."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is there already, and says something else")
        self.file = file


def names() -> list[str]:
    return sorted(each.name for each in files(__name__).iterdir() if not each.name.startswith("__"))


def text_of(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def write_to(folder: Path, *, force: bool = False) -> Iterator[Path]:
    """Nothing that somebody changed is lost: raises `AlreadyThere` before anything is written, unless told to."""
    for name in names():
        file = folder / name
        if not force and file.exists() and file.read_text("utf-8") != text_of(name):
            raise AlreadyThere(file)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names():
        (folder / name).write_text(text_of(name), "utf-8")
        yield folder / name
