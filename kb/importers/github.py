"""The Markdown files of a GitHub repository: one question lists them all, and only changed files are read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit

from kb.importers.loose import ENDINGS, NOT_ARTICLES, read_loose
from kb.importers.source import Page, Remote, Skipped, SourceTrouble, Start, short_key
from kb.importers.web import NOT_MODIFIED, Fetch, inner, listed, words

_AT_ONCE = 25  # files are asked for one by one, so a page of many would take long to be safe
_LARGEST = 4_000_000  # bytes
_RAW = {"Accept": "application/vnd.github.raw+json"}


@dataclass
class Repository:
    """`site` is where people read it, `api` where programs do; `folder` limits what is read."""

    site: str
    api: str
    name: str  # owner/repository
    fetch: Fetch
    ref: str = "HEAD"
    folder: str = ""
    language: str = "en"

    @property
    def key(self) -> str:
        host = urlsplit(self.site).netloc
        return short_key(f"github:{host}/{self.name}@{self.ref}/{self.folder}".rstrip("/"))

    def pages(self, start: Start) -> Iterator[Page]:
        tree, last = json.loads(start.cursor) if start.cursor else (self.ref, None)
        etag = start.since if not start.cursor else None
        answer = self.fetch(
            f"{self._repository}/git/trees/{quote(tree, safe='')}",
            params={"recursive": "1"},
            headers={"If-None-Match": etag} if etag else None,
        )
        if answer.status == NOT_MODIFIED:
            yield Page(unchanged=tuple(start.known), since=etag)
            return
        said = answer.json()
        if said.get("truncated"):
            raise SourceTrouble(
                f"{self.name} has more files than GitHub lists at once",
                "Name the folder that holds the articles: …/tree/BRANCH/FOLDER",
            )
        etag = answer.headers.get("etag") if tree == self.ref else None
        yield from self._read(listed(said, "tree"), words(said.get("sha")) or tree, last, etag, start)

    def _read(
        self, tree: list[dict[str, Any]], sha: str, last: str | None, etag: str | None, start: Start
    ) -> Iterator[Page]:
        """First what did not change, then the rest in the order of paths, so that a path says how far it got."""
        files = sorted((file for file in tree if self._is_ours(file)), key=_path)
        known = [file for file in files if start.known.get(short_key(_path(file))) == words(file.get("sha"))]
        if last is None:
            unchanged = tuple(short_key(_path(file)) for file in known)
            yield Page(unchanged=unchanged, cursor=json.dumps([sha, ""]), total=len(files))
        ids = {id(file) for file in known}
        left = [file for file in files if id(file) not in ids and _path(file) > (last or "")]
        for begin in range(0, len(left), _AT_ONCE):
            part = left[begin : begin + _AT_ONCE]
            read = [self._one(file) for file in part]
            yield Page(
                tuple(one for one in read if isinstance(one, Remote)),
                tuple(one for one in read if isinstance(one, Skipped)),
                cursor=json.dumps([sha, _path(part[-1])]),
                total=len(files),
            )
        yield Page(since=etag, total=len(files))

    def _is_ours(self, file: dict[str, Any]) -> bool:
        path = PurePosixPath(_path(file))
        return (
            file.get("type") == "blob"
            and file.get("mode") != "120000"  # a symbolic link holds a path, not an article
            and path.suffix.lower() in ENDINGS
            and path.stem.lower() not in NOT_ARTICLES
            and not any(part.startswith(".") for part in path.parts)
            and (not self.folder or path.is_relative_to(self.folder))
        )

    def _one(self, file: dict[str, Any]) -> Remote | Skipped:
        path, sha = _path(file), words(file.get("sha"))
        size = inner(file, "size")
        if isinstance(size, int) and size > _LARGEST:
            return Skipped(short_key(path), path, "the file is over 4 MB")
        answer = self.fetch(f"{self._repository}/git/blobs/{quote(sha)}", headers=_RAW)
        try:
            text = answer.text()
        except UnicodeDecodeError:
            return Skipped(short_key(path), path, "the file is not UTF-8 text")
        pages, files = (f"{self.site}/{self.name}/{kind}/{quote(self.ref)}/" for kind in ("blob", "raw"))
        found = read_loose(path, text, pages=pages, files=files, language=self.language)
        return Remote(
            external_id=short_key(path),
            stamp=sha,
            content=found.content,
            placement=found.placement,
            url=pages + quote(path),
            status=found.status,
        )

    @property
    def _repository(self) -> str:
        return f"{self.api}/repos/{self.name}"


def _path(file: dict[str, Any]) -> str:
    return words(file.get("path"))
