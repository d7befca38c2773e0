"""Zendesk Help Center: all articles of one locale, and between whole looks only those that changed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kb.articles import Content, Placement
from kb.importers.html import to_markdown
from kb.importers.source import Page, Remote, Skipped, SourceTrouble, Start, short_key
from kb.importers.tidy import language_of, tidy_content, tidy_placement
from kb.importers.web import Fetch, NotAllowed, listed, words
from kb.models import ArticleStatus, Audience

_PAGE = {"page[size]": "100"}
_LARGEST_CHANGES_PAGE = 1_000


@dataclass
class Zendesk:
    """`base` is the address without a path; without a locale the help centre's own default is taken."""

    base: str
    fetch: Fetch
    given_locale: str = ""

    @cached_property
    def locale(self) -> str:
        """As the help centre writes it: “en” may be its en-us."""
        wanted = self.given_locale.lower()
        said = self.fetch(f"{self._api}/locales.json").json()
        there = [str(locale).lower() for locale in said.get("locales") or ()]
        if not wanted:
            return words(said.get("default_locale")).lower() or "en-us"
        if not there or wanted in there:
            return wanted
        close = [locale for locale in there if language_of(locale) == language_of(wanted)]
        if not close:
            host = urlsplit(self.base).hostname
            raise SourceTrouble(f"{host} has nothing in {self.given_locale}", f"It has {', '.join(there)}")
        return close[0]

    @property
    def key(self) -> str:
        return short_key(f"zendesk:{urlsplit(self.base).netloc}/{self.locale}")

    def pages(self, start: Start) -> Iterator[Page]:
        at = _Cursor.read(start.cursor)
        if at is None and start.since:
            at = _Cursor(f"{self._api}/incremental/articles.json?start_time={start.since}", changes=True)
            try:
                yield from self._walk(at, start)
                return
            except NotAllowed:
                at = None  # only agents may ask for changes; everybody may ask for everything
        yield from self._walk(at or _Cursor(f"{self._api}/{self.locale}/articles.json", changes=False), start)

    def _walk(self, at: "_Cursor", start: Start) -> Iterator[Page]:
        while True:
            params = _PAGE if "?" not in at.url and not at.changes else None
            said = self.fetch(at.url, params=params).json()
            found = listed(said, "articles")
            latest = max([at.latest, *(_seconds(article.get("updated_at")) for article in found)])
            following = _next_changes(said, at.url) if at.changes else _next(said)
            cursor = _Cursor(following, at.changes, latest).write() if following else None
            total = None if at.changes else said.get("count")
            yield self._page(found, start, cursor, total, latest, at.changes)
            if not following:
                return
            at = _Cursor(following, at.changes, latest)

    def _page(
        self,
        found: list[dict[str, Any]],
        start: Start,
        cursor: str | None,
        total: object,
        latest: int,
        changes: bool,
    ) -> Page:
        articles: list[Remote] = []
        skipped: list[Skipped] = []
        unchanged: list[str] = []
        for article in found:
            external_id, title = str(article.get("id")), words(article.get("title"))
            if words(article.get("locale")).lower() not in ("", self.locale):
                why = f"it is in another language ({words(article.get('locale'))})"
                skipped.append(Skipped(external_id, title, why))
            elif start.known.get(external_id) == _stamp(article):
                unchanged.append(external_id)
            else:
                articles.append(self._remote(external_id, article))
        return Page(
            tuple(articles),
            tuple(skipped),
            tuple(unchanged),
            cursor=cursor,
            total=total if isinstance(total, int) else None,
            since=str(latest) if latest and cursor is None else None,
            whole=not changes,
        )

    def _remote(self, external_id: str, article: dict[str, Any]) -> Remote:
        url = words(article.get("html_url"))
        labels = article.get("label_names") or []
        content = Content(
            title=words(article.get("title")) or words(article.get("name")),
            summary="",
            body=to_markdown(words(article.get("body")), base=url),
            aliases=tuple(label for label in labels if isinstance(label, str)),
        )
        placement = Placement(
            category=self._sections.get(str(article.get("section_id")), ""),
            language=language_of(self.locale) or "en",
            audience=self._audience(article),
        )
        return Remote(
            external_id=external_id,
            stamp=_stamp(article),
            content=tidy_content(content),
            placement=tidy_placement(placement),
            url=url,
            status=ArticleStatus.DRAFT if article.get("draft") else ArticleStatus.PUBLISHED,
        )

    def _audience(self, article: dict[str, Any]) -> Audience:
        """Everybody's articles are public; what a narrower group may read stays with the desk."""
        several = article.get("user_segment_ids")
        segments = several if isinstance(several, list) and several else [article.get("user_segment_id")]
        named = {str(segment) for segment in segments if segment is not None}
        if not named:
            return Audience.PUBLIC
        return Audience.EVERYONE if named & self._signed_in else Audience.AGENTS

    @cached_property
    def _signed_in(self) -> frozenset[str]:
        """The segments that hold everyone who is signed in; unknown ones are taken to be narrow."""
        narrowing = ("tags", "or_tags", "organization_ids", "group_ids")
        try:
            segments = list(self._all("user_segments"))
        except NotAllowed:
            return frozenset()
        return frozenset(
            str(segment.get("id"))
            for segment in segments
            if segment.get("user_type") == "signed_in_users"
            and not any(segment.get(name) for name in narrowing)
        )

    @cached_property
    def _sections(self) -> dict[str, str]:
        """The name of each section, or of its category where it has none."""
        categories = {str(one.get("id")): words(one.get("name")) for one in self._all("categories")}
        return {
            str(section.get("id")): words(section.get("name"))
            or categories.get(str(section.get("category_id")), "")
            for section in self._all("sections")
        }

    def _all(self, what: str) -> Iterator[dict[str, Any]]:
        place = what if what == "user_segments" else f"{self.locale}/{what}"
        address, params = f"{self._api}/{place}.json", dict(_PAGE)
        while address:
            said = self.fetch(address, params=params).json()
            yield from listed(said, what)
            address, params = _next(said) or "", {}

    @property
    def _api(self) -> str:
        return f"{self.base}/api/v2/help_center"


@dataclass(frozen=True)
class _Cursor:
    """The next address, whether it asks for changes, and the latest change that was met."""

    url: str
    changes: bool
    latest: int = 0

    def write(self) -> str:
        return json.dumps([self.url, self.changes, self.latest])

    @classmethod
    def read(cls, kept: str | None) -> "_Cursor | None":
        return cls(*json.loads(kept)) if kept else None


def _stamp(article: dict[str, Any]) -> str:
    return f"{article.get('updated_at')} {article.get('section_id')} {bool(article.get('draft'))}"


def _next(said: dict[str, Any]) -> str | None:
    """By cursor where there is one; older help centres count pages."""
    meta, links = said.get("meta"), said.get("links")
    if isinstance(meta, dict) and isinstance(links, dict):
        return words(links.get("next")) or None if meta.get("has_more") else None
    return words(said.get("next_page")) or None


def _next_changes(said: dict[str, Any], address: str) -> str | None:
    """A page of changes always names a next one; it is the last when it is not full or leads to itself."""
    following = words(said.get("next_page"))
    if not following or len(listed(said, "articles")) < _LARGEST_CHANGES_PAGE:
        return None
    same = _start_time(following) == _start_time(address)
    return None if same else following


def _start_time(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query).get("start_time", [])


def _seconds(moment: object) -> int:
    try:
        return int(datetime.fromisoformat(words(moment)).timestamp())
    except (ValueError, OverflowError):
        return 0
