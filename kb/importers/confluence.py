"""Confluence, in the cloud or on a server of one's own: the pages of one space, from their storage format."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from kb.articles import Content, Placement
from kb.importers.html import to_markdown
from kb.importers.source import Page, Remote, SourceTrouble, Start, short_key
from kb.importers.storage import display_address, to_html
from kb.importers.tidy import tidy_content, tidy_placement
from kb.importers.web import Fetch, NotAllowed, NotThere, inner, listed, words
from kb.models import ArticleStatus, Audience

_EXPAND = (
    "body.storage,version,metadata.labels,ancestors,"
    "restrictions.read.restrictions.user,restrictions.read.restrictions.group"
)
_AT_ONCE = "50"
_SPACE = re.compile(r"^(?P<context>.*?)/(?:wiki/)?(?:spaces|display)/(?P<space>[^/]+)")


@dataclass
class Confluence:
    """`base` is the address up to where /rest begins: https://acme.atlassian.net/wiki, https://docs.acme.com."""

    base: str
    space: str
    fetch: Fetch
    language: str = "en"
    _narrow: dict[str, bool] = field(default_factory=dict)  # page id → only some people may read it

    @property
    def key(self) -> str:
        address = urlsplit(self.base)
        return short_key(f"confluence:{address.netloc}{address.path}/{self.space}")

    def pages(self, start: Start) -> Iterator[Page]:
        address: str | None = start.cursor or self._first()
        # A place counted in pages shifts when one before it goes, and what slipped past would seem to be gone.
        whole = start.cursor is None or "cursor=" in start.cursor
        while address:
            said = self.fetch(address).json()
            following = self._next(said, address)
            found = listed(said, "results")
            links = words(inner(said, "_links", "base")) or self.base
            articles: list[Remote] = []
            unchanged: list[str] = []
            for page in found:
                external_id, stamp = str(page.get("id")), self._stamp(page)
                if start.known.get(external_id) == stamp:
                    unchanged.append(external_id)
                else:
                    articles.append(self._remote(external_id, stamp, page, links))
            total = said.get("totalSize")
            yield Page(
                tuple(articles),
                unchanged=tuple(unchanged),
                cursor=following,
                total=total if isinstance(total, int) else None,
                whole=whole,
            )
            address = following

    def _first(self) -> str:
        common = f"expand={quote(_EXPAND, safe=',.')}&limit={_AT_ONCE}"
        if (urlsplit(self.base).hostname or "").endswith(".atlassian.net"):
            # The cloud keeps this way of listing; the plain one is being taken away there.
            asked = quote(f'space="{self.space}" and type=page order by created')
            return f"{self.base}/rest/api/content/search?cql={asked}&{common}"
        return f"{self.base}/rest/api/content?spaceKey={quote(self.space)}&type=page&status=current&{common}"

    def _next(self, said: dict[str, Any], address: str) -> str | None:
        """Relative to the context, as Confluence writes it; absolute where a proxy rewrote it."""
        following = words(inner(said, "_links", "next"))
        if not following:
            return None
        if following.startswith("/") and not following.startswith(urlsplit(self.base).path + "/rest"):
            following = self.base + following
        following = urljoin(self.base + "/", following)
        if following == address:
            raise SourceTrouble("Confluence's list of pages leads to itself")
        return following

    def _remote(self, external_id: str, stamp: str, page: dict[str, Any], links: str) -> Remote:
        webui = words(inner(page, "_links", "webui"))
        url = webui if webui.startswith("http") else f"{links.rstrip('/')}{webui}"
        html = to_html(
            words(inner(page, "body", "storage", "value")),
            page_address=self._page_address,
            attachments=f"{self.base}/download/attachments/{external_id}",
        )
        content = Content(
            title=words(page.get("title")),
            summary="",
            body=to_markdown(html, base=url),
            aliases=tuple(_labels(page)),
        )
        placement = Placement(
            category=next(iter(_above(page)[1:]), ""),
            language=self.language,
            audience=Audience.AGENTS if self._is_narrow(page) else Audience.EVERYONE,
        )
        return Remote(
            external_id=external_id,
            stamp=stamp,
            content=tidy_content(content),
            placement=tidy_placement(placement),
            url=url,
            status=ArticleStatus.PUBLISHED,
        )

    def _page_address(self, space: str, title: str) -> str:
        return display_address(self.base, space or self.space, title)

    def _stamp(self, page: dict[str, Any]) -> str:
        """Labels, moves and restrictions count as changes, though Confluence makes no version of them."""
        around = json.dumps([_labels(page), _above(page), self._is_narrow(page)])
        return f"{inner(page, 'version', 'number')}-{hashlib.sha256(around.encode()).hexdigest()[:16]}"

    def _is_narrow(self, page: dict[str, Any]) -> bool:
        """Whether only some may read it, by its own restriction or by one on a page above it."""
        return _restricted(inner(page, "restrictions", "read")) or any(
            self._narrow_above(str(above.get("id"))) for above in listed(page, "ancestors")
        )

    def _narrow_above(self, page_id: str) -> bool:
        if page_id not in self._narrow:
            address = f"{self.base}/rest/api/content/{quote(page_id)}/restriction/byOperation/read"
            try:
                said = self.fetch(address, params={"expand": "restrictions.user,restrictions.group"}).json()
                self._narrow[page_id] = _restricted(said)
            except (NotThere, NotAllowed):
                self._narrow[page_id] = True  # what we may not know of is not for everybody
        return self._narrow[page_id]


def space_of(address: str) -> tuple[str, str]:
    """Base and space key out of the address of a space or of any page in it; raises `SourceTrouble`."""
    parts = urlsplit(address)
    found = _SPACE.match(parts.path)
    if not found:
        raise SourceTrouble(
            "The address does not say which space", "Open the space in Confluence and copy it: …/spaces/KEY"
        )
    in_wiki = "/wiki" if re.match(r"^.*?/wiki/(?:spaces|display)/", parts.path) else ""
    context = found["context"].removesuffix("/wiki") + in_wiki
    return f"{parts.scheme}://{parts.netloc}{context}", found["space"]


def _labels(page: dict[str, Any]) -> list[str]:
    labels = inner(page, "metadata", "labels")
    found = listed(labels, "results") if isinstance(labels, dict) else []
    return sorted(words(label.get("name")).replace("-", " ").replace("_", " ") for label in found)


def _above(page: dict[str, Any]) -> list[str]:
    return [words(above.get("title")) for above in listed(page, "ancestors")]


def _restricted(read: Any) -> bool:
    return any(
        bool(listed(who, "results"))
        for kind in ("user", "group")
        if isinstance(who := inner(read, "restrictions", kind), dict)
    )
