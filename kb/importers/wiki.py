"""A GitHub wiki, from a clone of it: git is the only way to list a wiki's pages."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kb.importers.loose import ENDINGS, NOT_ARTICLES, read_loose
from kb.importers.source import Page, Remote, Skipped, SourceTrouble, Start, short_key

_AT_ONCE = 50
_LARGEST = 4_000_000  # bytes
_WIKI_LINK = re.compile(r"\[\[([^\]|\n]{1,300})(?:\|([^\]\n]{1,300}))?\]\]")


@dataclass(frozen=True)
class Wiki:
    """`site` is where the wiki's pages are read, or empty where nobody said."""

    clone: Path
    name: str
    site: str = ""
    language: str = "en"

    @property
    def key(self) -> str:
        return short_key(f"wiki:{self.name}")

    def pages(self, start: Start) -> Iterator[Page]:
        """All files are at hand, so a run that was cut off only compares them again."""
        files = sorted(path for path in self.clone.rglob("*") if self._is_ours(path))
        if not files:
            raise SourceTrouble(f"The wiki {self.name} holds no Markdown pages")
        for at in range(0, len(files), _AT_ONCE):
            read = [self._one(path) for path in files[at : at + _AT_ONCE]]
            done = at + len(read)
            yield Page(
                tuple(one for one in read if isinstance(one, Remote)),
                tuple(one for one in read if isinstance(one, Skipped)),
                cursor=str(done) if done < len(files) else None,
                total=len(files),
            )

    def _is_ours(self, path: Path) -> bool:
        inside = path.relative_to(self.clone)
        return (
            path.suffix.lower() in ENDINGS
            and path.stem.lower() not in NOT_ARTICLES
            and not any(part.startswith(".") for part in inside.parts)
            and path.is_file()
            # A link that leads out of the clone is somebody's trick to have other files read.
            and path.resolve().is_relative_to(self.clone.resolve())
        )

    def _one(self, path: Path) -> Remote | Skipped:
        inside = path.relative_to(self.clone).as_posix()
        external_id = short_key(inside)
        if path.stat().st_size > _LARGEST:
            return Skipped(external_id, inside, "the file is over 4 MB")
        body = path.read_bytes()
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            return Skipped(external_id, inside, "the file is not UTF-8 text")
        url = f"{self.site}/{quote(path.stem)}" if self.site else ""
        text = _WIKI_LINK.sub(self._linked, text)
        top = f"{self.site}/" if self.site else ""
        found = read_loose(inside, text, pages=top, files=top, language=self.language)
        return Remote(
            external_id=external_id,
            stamp=hashlib.sha256(body).hexdigest(),
            content=found.content,
            placement=found.placement,
            url=url,
            status=found.status,
        )

    def _linked(self, found: re.Match[str]) -> str:
        """[[Page]] and [[words|Page]]."""
        text, page = found[1].strip(), (found[2] or found[1]).strip()
        address = quote(page.replace(" ", "-"))
        return f"[{text}]({self.site}/{address})" if self.site else text
