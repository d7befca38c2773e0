"""The backup's file: a ZIP with the database and a manifest that says what it is and proves that it is whole."""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = "database"
_PIECE = 1 << 20


class BackupRefused(Exception):
    """Not made, or not put back: what is wrong, and what to do about it. Nothing was changed."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


@dataclass(frozen=True)
class Manifest:
    kind: str  # "sqlite" or "postgresql"
    revision: str
    made_at: str
    program: str
    sha256: str
    size: int
    counts: Mapping[str, int]
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def pack(database: Path, manifest: Manifest, target: Path) -> None:
    """The file appears when all of it is on the disk, or not at all."""
    half = target.with_name(f".{target.name}.half")
    try:
        with half.open("wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
                package.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))
                package.write(database, _DATABASE)
            raw.flush()
            os.fsync(raw.fileno())
        # Everything that the desk knows is in it.
        half.chmod(0o600)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def read_manifest(file: Path) -> Manifest:
    try:
        with zipfile.ZipFile(file) as package:
            told: dict[str, Any] = json.loads(package.read(_MANIFEST))
    except FileNotFoundError:
        raise BackupRefused(f"There is no file {file}.") from None
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        raise BackupRefused(
            f"{file} is no backup of Evenhand, or only a part of one.",
            "Choose a file that evenhand db backup made.",
        ) from None
    if told.get("format") != FORMAT:
        raise BackupRefused(
            f"{file} was made by another version of Evenhand (format {told.get('format')}).",
            "Install the version that made it, and restore with that.",
        )
    try:
        return Manifest(**told)
    except TypeError:
        raise BackupRefused(f"The manifest in {file} is damaged.", "Choose another backup.") from None


def unpack(file: Path, manifest: Manifest, target: Path) -> None:
    """Writes the database beside where it is to go, and refuses what is not byte by byte what was packed."""
    try:
        with zipfile.ZipFile(file) as package:
            if package.getinfo(_DATABASE).file_size != manifest.size:
                raise BackupRefused(
                    f"{file} is damaged: it has not the size that it says.", "Choose another backup."
                )
            with package.open(_DATABASE) as content, target.open("wb") as out:
                shutil.copyfileobj(content, out, _PIECE)
                out.flush()
                os.fsync(out.fileno())
    except (zipfile.BadZipFile, KeyError, EOFError, zipfile.LargeZipFile) as broken:
        raise BackupRefused(f"{file} is damaged: {broken}.", "Choose another backup.") from None
    if digest(target) != manifest.sha256:
        raise BackupRefused(
            f"{file} is damaged: its contents are not what was saved.", "Choose another backup."
        )
