"""The articles a new desk begins with; README.md beside this file tells how to make them one's own."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from kb.importers.markdown import read_folder
from kb.index import Entry, Index, build_index


def starter_folder() -> Path:
    """The installed folder of starter articles. The package is always unpacked, so a plain path is enough."""
    return Path(str(files(__name__)))


@cache
def starter_index() -> Index:
    """The starter articles laid out for searching, without a database; ids are places in the list."""
    articles = read_folder(starter_folder())
    return build_index(
        [
            Entry.of(number, article.slug, 1, article.content, article.placement)
            for number, article in enumerate(articles, start=1)
        ]
    )
