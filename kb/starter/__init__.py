"""The articles a new desk begins with; README.md beside this file tells how to make them one's own."""

from importlib.resources import files
from pathlib import Path

from kb.importers.markdown import read_folder
from kb.index import Entry, Index, build_index


def starter_folder() -> Path:
    """The installed folder of starter articles. The package is always unpacked, so a plain path is enough."""
    return Path(str(files(__name__)))


def starter_index() -> Index:
    """The starter articles laid out for searching, without a database; ids are places in the list."""
    return build_index(
        [
            Entry(
                article_id=number,
                slug=file.slug,
                revision=1,
                title=file.content.title,
                summary=file.content.summary,
                body=file.content.body,
                aliases=tuple(file.content.aliases),
                symptoms=tuple(file.content.symptoms),
                codes=tuple(file.content.codes),
                category=file.placement.category,
                language=file.placement.language,
                audience=file.placement.audience,
            )
            for number, file in enumerate(read_folder(starter_folder()), start=1)
        ]
    )
