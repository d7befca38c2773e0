"""Notices articles that say the same as another one, while they are imported."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from kb.articles import Content
from kb.likeness import Likeness
from kb.models import ArticleStatus
from kb.queries import all_articles

# Real help articles, read by hand: at 0.75 two versions of one, at 0.73 “cannot send” beside “cannot receive”.
ALIKE = 0.75
_BODY_START = 400


class Doubles:
    """All titles, summaries and beginnings that are in use, growing with the import."""

    def __init__(self, session: Session, team_id: str) -> None:
        self._titles: dict[int, str] = {}
        self._by_title: dict[str, set[int]] = {}
        texts = []
        for status in (ArticleStatus.PUBLISHED, ArticleStatus.DRAFT):
            for article in all_articles(session, team_id, status=status):
                self._name(article.id, article.title)
                texts.append((article.id, _text(article.content)))
        self._likeness = Likeness.of(texts)

    def meet(self, arrived: Iterable[tuple[int, Content]]) -> list[tuple[int, int, float]]:
        """The new ones that are like another: (new, other, likeness up to 1), each pair once."""
        new = dict(arrived)
        self._likeness = self._likeness.plus((key, _text(content)) for key, content in new.items())
        for key, content in new.items():
            self._name(key, content.title)
        pairs: dict[tuple[int, int], tuple[int, int, float]] = {}
        for key, content in new.items():
            same_title = self._by_title[content.title.casefold()] - {key}
            found = [(other, 1.0) for other in sorted(same_title)[:1]] or [
                (near.key, near.likeness)
                for near in self._likeness.near(_text(content), count=2, least=ALIKE)
                if near.key != key
            ][:1]
            for other, likeness in found:
                pairs.setdefault((min(key, other), max(key, other)), (key, other, likeness))
        return list(pairs.values())

    def title(self, key: int) -> str:
        return self._titles[key]

    def _name(self, key: int, title: str) -> None:
        before = self._titles.get(key)
        if before is not None:
            self._by_title[before.casefold()].discard(key)
        self._titles[key] = title
        self._by_title.setdefault(title.casefold(), set()).add(key)


def _text(content: Content) -> str:
    return f"{content.title}\n{content.summary}\n{content.body[:_BODY_START]}"
