"""What every source of articles offers the importer: its articles, page by page, and where to go on from."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol

from kb.articles import Content, Placement
from kb.errors import KbError
from kb.importers.tidy import one_line
from kb.models import ArticleStatus

MAX_KEY = 255


class SourceTrouble(KbError):
    """The source cannot be read any further; what was imported stays, and the next run goes on from there."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


@dataclass(frozen=True)
class Remote:
    """One article as the source has it now, already in our form.

    The same `stamp` (an etag, a hash, a moment of change) means that nothing changed since. With a `slug` the
    article that has this name here is taken over; without, a free name is made from the title. `status` is None
    if the source has no opinion.
    """

    external_id: str
    stamp: str
    content: Content
    placement: Placement
    url: str = ""
    slug: str | None = None
    status: ArticleStatus | None = None

    @property
    def digest(self) -> str:
        """The same for the same words in the same place, whatever the source's stamp says."""
        said = json.dumps([asdict(self.content), asdict(self.placement)], sort_keys=True, default=str)
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Skipped:
    """Something that is at the source and does not become an article, with the reason for people to read."""

    external_id: str
    title: str
    why: str


@dataclass(frozen=True)
class Page:
    """A part of what the source holds. The last page has no cursor."""

    articles: tuple[Remote, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    unchanged: tuple[str, ...] = ()  # external ids that need not be read again
    cursor: str | None = None
    total: int | None = None  # how many the whole run will look at, if the source tells
    # Of the last page: what the next import should begin with, and whether this run saw everything there is.
    since: str | None = None
    whole: bool = True


@dataclass(frozen=True)
class Start:
    """Where a run begins: at a cursor if one was cut off, and what earlier imports left behind."""

    cursor: str | None = None
    since: str | None = None  # None: look at everything
    known: Mapping[str, str] = field(default_factory=dict)  # external id → stamp


class Source(Protocol):
    """A place that articles come from. `key` tells it from all other places and stays the same for ever."""

    @property
    def key(self) -> str: ...

    def pages(self, start: Start) -> Iterator[Page]: ...


def short_key(key: str) -> str:
    """The key itself, or a recognisable short form of a long one."""
    if len(key) <= MAX_KEY:
        return key
    return key[: MAX_KEY - 41] + "#" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:40]


def stamped(article: Remote) -> Remote:
    """For sources that tell no change by themselves: the words are the stamp."""
    return replace(article, stamp=article.digest)


def storable_key(key: str) -> str:
    return short_key(one_line(key))


def storable(article: Remote) -> Remote:
    """What a stranger's server calls things fits our columns, whatever signs it is made of."""
    return replace(
        article,
        external_id=storable_key(article.external_id),
        stamp=storable_key(article.stamp),
        url=one_line(article.url),
    )
