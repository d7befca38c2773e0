"""What the index keeps of an article, to show it and to say why it was found."""

from dataclasses import dataclass

from kb.articles import Content, Placement
from kb.models import Audience


@dataclass(frozen=True, slots=True)
class Entry:
    article_id: int
    slug: str
    revision: int
    title: str
    summary: str
    body: str
    aliases: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    category: str = ""
    language: str = "en"
    audience: Audience = Audience.EVERYONE

    @classmethod
    def of(cls, article_id: int, slug: str, revision: int, content: Content, placement: Placement) -> "Entry":
        return cls(
            article_id=article_id,
            slug=slug,
            revision=revision,
            title=content.title,
            summary=content.summary,
            body=content.body,
            aliases=content.aliases,
            symptoms=content.symptoms,
            codes=content.codes,
            category=placement.category,
            language=placement.language,
            audience=placement.audience,
        )

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The title and every other way people put it, in the order of the index's phrasing units."""
        return (self.title, *self.aliases, *self.symptoms)
