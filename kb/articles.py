"""The write side of the knowledge base: draft, edit, publish and archive articles."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb.errors import InvalidArticle, NoSuchArticle, SlugTaken, StaleRevision
from kb.models import Article, ArticleRevision, ArticleStatus, Audience, KbVersion

MAX_TITLE = 300
MAX_BODY = 1_000_000
MAX_SLUG = 100
# PostgreSQL refuses NUL, and no encoding takes half a surrogate pair.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Content:
    """What one revision says. `body` is Markdown; aliases are other ways people ask for it."""

    title: str
    summary: str
    body: str
    aliases: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placement:
    """Where an article belongs, who may read it and who keeps it right."""

    category: str = ""
    language: str = "en"
    audience: Audience = Audience.EVERYONE
    owner: str = ""
    review_on: date | None = None


def draft(
    session: Session,
    team_id: str,
    content: Content,
    *,
    placement: Placement,
    author: str,
    now: datetime,
    slug: str | None = None,
) -> Article:
    """A new article that nobody is shown yet. Without a slug one is made from the title."""
    content = _writable(content)
    _check(content)
    version = _count_write(session, team_id)  # its lock makes two drafts at once see each other's slug
    if slug is None:
        slug = _free_slug(session, team_id, slug_of(content.title))
    elif not SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        raise InvalidArticle(
            f"the name {slug!r} may hold small letters, digits and hyphens, at most {MAX_SLUG}"
        )
    if _slug_exists(session, team_id, slug):
        raise SlugTaken(slug)
    article = Article(
        team_id=team_id,
        slug=slug,
        status=ArticleStatus.DRAFT,
        audience=placement.audience,
        language=placement.language,
        category=placement.category,
        owner=placement.owner,
        review_on=placement.review_on,
        revision=1,
        changed_in=version,
        created_at=now,
        updated_at=now,
    )
    session.add(article)
    session.flush()
    _save(session, article.id, 1, content, author=author, now=now)
    return article


def edit(
    session: Session,
    team_id: str,
    article_id: int,
    content: Content,
    *,
    based_on: int,
    author: str,
    now: datetime,
    placement: Placement | None = None,
) -> Article:
    """Saves a new revision, unless somebody saved one after `based_on`. A published article changes at once."""
    content = _writable(content)
    _check(content)
    version = _count_write(session, team_id)
    moved = session.execute(
        update(Article)
        .where(Article.team_id == team_id, Article.id == article_id, Article.revision == based_on)
        .values(revision=based_on + 1, changed_in=version, updated_at=now)
        .returning(Article.id)
    ).first()
    article = _article(session, team_id, article_id)
    if moved is None:
        raise StaleRevision(article_id, based_on=based_on, current=article.revision)
    if placement is not None:
        article.category, article.language = placement.category, placement.language
        article.audience, article.owner = placement.audience, placement.owner
        article.review_on = placement.review_on
    _save(session, article_id, based_on + 1, content, author=author, now=now)
    return article


def publish(session: Session, team_id: str, article_id: int, *, now: datetime) -> Article:
    """From now on search may suggest it. Publishing twice changes nothing."""
    return _move(session, team_id, article_id, to=ArticleStatus.PUBLISHED, now=now)


def archive(session: Session, team_id: str, article_id: int, *, now: datetime) -> Article:
    """Takes it out of search; its history stays, and it can be published again."""
    return _move(session, team_id, article_id, to=ArticleStatus.ARCHIVED, now=now)


def back_to_draft(session: Session, team_id: str, article_id: int, *, now: datetime) -> Article:
    """Takes it out of search to be worked on; it can be published again."""
    return _move(session, team_id, article_id, to=ArticleStatus.DRAFT, now=now)


def slug_of(title: str) -> str:
    """A readable name for addresses and files: “VPN drops!” → vpn-drops."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))
    return words[:MAX_SLUG].strip("-") or "article"


def kb_version(session: Session, team_id: str) -> int:
    """How often this workspace's articles were written to; 0 if never."""
    return session.scalar(select(KbVersion.version).where(KbVersion.team_id == team_id)) or 0


def _writable(content: Content) -> Content:
    """The same without signs that no database keeps."""

    def without(text: str) -> str:
        return _UNWRITABLE.sub("", text)

    return Content(
        without(content.title),
        without(content.summary),
        without(content.body),
        *(tuple(map(without, listed)) for listed in (content.aliases, content.symptoms, content.codes)),
    )


def _check(content: Content) -> None:
    if not content.title.strip():
        raise InvalidArticle("the title is empty")
    if len(content.title) > MAX_TITLE:
        raise InvalidArticle(f"the title has {len(content.title)} characters, at most {MAX_TITLE} fit")
    if not content.body.strip():
        raise InvalidArticle("the body is empty")
    if len(content.body) > MAX_BODY:
        raise InvalidArticle(f"the body has {len(content.body):,} characters, at most {MAX_BODY:,} fit")


def _count_write(session: Session, team_id: str) -> int:
    """Raises the workspace's version and returns it: the stamp of what is written in this transaction."""
    # The lock on this row is held until commit, so the order of versions is the order of commits;
    # a database sequence would not promise that, and a reader could miss an edit for good.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return session.execute(
        insert(KbVersion)
        .values(team_id=team_id, version=1)
        .on_conflict_do_update(index_elements=[KbVersion.team_id], set_={"version": KbVersion.version + 1})
        .returning(KbVersion.version)
    ).scalar_one()


def _move(session: Session, team_id: str, article_id: int, *, to: ArticleStatus, now: datetime) -> Article:
    article = _article(session, team_id, article_id)
    if article.status == to:
        return article
    # Before the article's own row, as everywhere, so that no two writers deadlock.
    version = _count_write(session, team_id)
    first = {"published_at": func.coalesce(Article.published_at, now)}
    session.execute(
        update(Article)
        .where(Article.team_id == team_id, Article.id == article_id, Article.status != to)
        .values(
            status=to,
            changed_in=version,
            updated_at=now,
            **(first if to is ArticleStatus.PUBLISHED else {}),
        )
    )
    return _article(session, team_id, article_id)


def _article(session: Session, team_id: str, article_id: int) -> Article:
    article = session.scalar(
        select(Article)
        .where(Article.team_id == team_id, Article.id == article_id)
        .execution_options(populate_existing=True)
    )
    if article is None:
        raise NoSuchArticle(team_id, article_id)
    return article


def _save(
    session: Session, article_id: int, number: int, content: Content, *, author: str, now: datetime
) -> None:
    session.add(
        ArticleRevision(
            article_id=article_id,
            number=number,
            title=content.title.strip(),
            summary=content.summary.strip(),
            body=content.body.strip(),
            aliases=list(content.aliases),
            symptoms=list(content.symptoms),
            codes=list(content.codes),
            author=author,
            created_at=now,
        )
    )
    session.flush()


def _slug_exists(session: Session, team_id: str, slug: str) -> bool:
    found = session.scalar(select(Article.id).where(Article.team_id == team_id, Article.slug == slug))
    return found is not None


def _free_slug(session: Session, team_id: str, wanted: str) -> str:
    """The name itself, or with a number after it. Few questions, though thousands may share the name."""
    if not _slug_exists(session, team_id, wanted):
        return wanted
    stem = wanted[: MAX_SLUG - 8].rstrip("-")

    def taken(number: int) -> bool:
        return _slug_exists(session, team_id, f"{stem}-{number}")

    free = 2
    while taken(free):
        free *= 2
    known_taken = free // 2
    while free - known_taken > 1:
        middle = (free + known_taken) // 2
        known_taken, free = (middle, free) if taken(middle) else (known_taken, middle)
    return f"{stem}-{free}"
