"""Imports a folder of Markdown files with front matter, all of them or none, as often as wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from kb.articles import draft, edit
from kb.errors import FileProblem, ImportRefused, NoSuchArticle
from kb.importers.frontmatter import ArticleFile, read_article
from kb.importers.placing import place
from kb.importers.source import Page, Remote, Start, short_key, stamped
from kb.models import ArticleStatus
from kb.queries import ArticleView, get_article

_AT_ONCE = 100
_MOST_FILES = 50_000
_NOT_ARTICLES = frozenset({"readme.md", "contributing.md", "license.md", "changelog.md"})


@dataclass(frozen=True)
class ImportReport:
    """What an import did, by slug."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]

    def __str__(self) -> str:
        return f"{len(self.created)} created, {len(self.updated)} updated, {len(self.unchanged)} unchanged"


@dataclass(frozen=True)
class MarkdownFolder:
    """The folder as a source for imports of any size; `name` tells it from others that were imported."""

    folder: Path
    language: str = "en"
    name: str = ""

    @property
    def key(self) -> str:
        return short_key(f"markdown:{self.name or self.folder.resolve().name}")

    def pages(self, start: Start) -> Iterator[Page]:
        """Every file is checked before the first page. All are compared, so a cursor is of no use."""
        files = read_folder(self.folder, usual_language=self.language)
        for at in range(0, len(files), _AT_ONCE):
            articles = tuple(_remote(file) for file in files[at : at + _AT_ONCE])
            done = at + len(articles)
            yield Page(articles, cursor=str(done) if done < len(files) else None, total=len(files))


def import_folder(
    session: Session,
    team_id: str,
    folder: Path,
    *,
    author: str,
    now: datetime,
    status: ArticleStatus = ArticleStatus.PUBLISHED,
) -> ImportReport:
    """Brings the workspace's articles in line with the folder, by slug; nothing is written if any file is wrong.

    `status` is what new articles become unless their file says otherwise. An article that already exists keeps its
    status unless its file names one: what an agent archived stays archived.
    """
    created, updated, unchanged = [], [], []
    for file in read_folder(folder):
        existing = _existing(session, team_id, file.slug)
        if existing is None:
            _create(session, team_id, file, author=author, status=file.status or status, now=now)
            created.append(file.slug)
        elif _update(session, team_id, existing, file, author=author, now=now):
            updated.append(file.slug)
        else:
            unchanged.append(file.slug)
    return ImportReport(tuple(created), tuple(updated), tuple(unchanged))


def read_folder(folder: Path, *, usual_language: str = "en") -> list[ArticleFile]:
    """Every article below the folder, or of the one file; raises ImportRefused with all problems at once."""
    if folder.is_file():
        folder, paths = folder.parent, [folder]
    elif folder.is_dir():
        paths = _paths(folder)
    else:
        remedy = "Give the path of a folder that holds .md files"
        raise ImportRefused((FileProblem(folder, 0, "there is no such folder", remedy),))
    if len(paths) > _MOST_FILES:
        remedy = "Import its parts one by one"
        raise ImportRefused((FileProblem(folder, 0, f"it holds over {_MOST_FILES:,} .md files", remedy),))
    if not paths:
        raise ImportRefused((FileProblem(folder, 0, "the folder holds no .md files", "Give another folder"),))
    articles: list[ArticleFile] = []
    problems: list[FileProblem] = []
    for path in paths:
        read = read_article(path, shown_as=path.relative_to(folder), usual_language=usual_language)
        if isinstance(read, ArticleFile):
            articles.append(read)
        else:
            problems += read
    problems += _twice(articles)
    if problems:
        raise ImportRefused(tuple(problems))
    return articles


def _paths(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*.md")
        if path.name.lower() not in _NOT_ARTICLES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
        # A link that leads out of the folder is somebody's trick to have other files read.
        and path.resolve().is_relative_to(folder.resolve())
    )


def _remote(file: ArticleFile) -> Remote:
    return stamped(Remote(file.slug, "", file.content, file.placement, slug=file.slug, status=file.status))


def _twice(articles: Sequence[ArticleFile]) -> list[FileProblem]:
    problems: list[FileProblem] = []
    slugs: dict[str, ArticleFile] = {}
    titles: dict[str, ArticleFile] = {}
    for article in articles:
        other = slugs.setdefault(article.slug, article)
        if other is not article:
            said = f"the slug {article.slug!r} is also that of {other.file}"
            problems.append(FileProblem(article.file, 1, said, "Rename one of the files or give it a slug:"))
        other = titles.setdefault(article.content.title.casefold(), article)
        # Who gave both a name of their own knows that there are two.
        if other is not article and not (article.named and other.named):
            said = f"the title is also that of {other.file}"
            problems.append(FileProblem(article.file, 1, said, "Join the two articles or tell them apart"))
    return problems


def _existing(session: Session, team_id: str, slug: str) -> ArticleView | None:
    try:
        return get_article(session, team_id, slug)
    except NoSuchArticle:
        return None


def _create(
    session: Session, team_id: str, file: ArticleFile, *, author: str, status: ArticleStatus, now: datetime
) -> None:
    article = draft(
        session, team_id, file.content, placement=file.placement, author=author, now=now, slug=file.slug
    )
    place(session, team_id, article.id, article.status, wanted=status, now=now)


def _update(
    session: Session, team_id: str, existing: ArticleView, file: ArticleFile, *, author: str, now: datetime
) -> bool:
    changed = existing.content != file.content or existing.placement != file.placement
    if changed:
        edit(
            session,
            team_id,
            existing.id,
            file.content,
            based_on=existing.revision,
            author=author,
            now=now,
            placement=file.placement,
        )
    wanted = file.status or existing.status
    if wanted is ArticleStatus.DRAFT:
        wanted = existing.status  # what is published does not become a draft again by a file
    return place(session, team_id, existing.id, existing.status, wanted=wanted, now=now) or changed
