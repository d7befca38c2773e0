"""Imports a folder of Markdown files with front matter, all of them or none, as often as wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from kb.articles import archive, draft, edit, publish
from kb.errors import FileProblem, ImportRefused, NoSuchArticle
from kb.importers.frontmatter import ArticleFile, read_article
from kb.models import ArticleStatus
from kb.queries import ArticleView, get_article

_NOT_ARTICLES = frozenset({"readme.md", "contributing.md", "license.md", "changelog.md"})


@dataclass(frozen=True)
class ImportReport:
    """What an import did, by slug."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]

    def __str__(self) -> str:
        return f"{len(self.created)} created, {len(self.updated)} updated, {len(self.unchanged)} unchanged"


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


def read_folder(folder: Path) -> list[ArticleFile]:
    """Every article below the folder; raises ImportRefused with all problems of all files at once."""
    if not folder.is_dir():
        remedy = "Give the path of a folder that holds .md files"
        raise ImportRefused((FileProblem(folder, 0, "there is no such folder", remedy),))
    paths = sorted(
        path
        for path in folder.rglob("*.md")
        if path.name.lower() not in _NOT_ARTICLES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    if not paths:
        raise ImportRefused((FileProblem(folder, 0, "the folder holds no .md files", "Give another folder"),))
    articles: list[ArticleFile] = []
    problems: list[FileProblem] = []
    for path in paths:
        read = read_article(path, shown_as=path.relative_to(folder))
        if isinstance(read, ArticleFile):
            articles.append(read)
        else:
            problems += read
    problems += _twice(articles)
    if problems:
        raise ImportRefused(tuple(problems))
    return articles


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
        if other is not article:
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
    _settle(session, team_id, article.id, article.status, wanted=status, now=now)


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
    return _settle(session, team_id, existing.id, existing.status, wanted=wanted, now=now) or changed


def _settle(
    session: Session,
    team_id: str,
    article_id: int,
    current: ArticleStatus,
    *,
    wanted: ArticleStatus,
    now: datetime,
) -> bool:
    """Gives the article the wanted status; a published one does not become a draft again."""
    if wanted == current or wanted is ArticleStatus.DRAFT:
        return False
    if wanted is ArticleStatus.PUBLISHED:
        publish(session, team_id, article_id, now=now)
    else:
        archive(session, team_id, article_id, now=now)
    return True
