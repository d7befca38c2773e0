"""What stands in the editor: every field as it was typed, so that nothing is lost whatever is wrong with it. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date

from bot.slack.incoming import storable
from bot.web.console import typed
from kb.articles import MAX_BODY, MAX_TITLE, Content, Placement
from kb.models import Audience
from kb.queries import ArticleView

LONGEST_NAME = 120
# Nobody reads a book on a screen of the console, and drawing it takes seconds.
LONGEST_SHOWN = 200_000
# From the fewest readers to the most.
_READERS = (Audience.AGENTS, Audience.EVERYONE, Audience.PUBLIC)


@dataclass(frozen=True)
class Written:
    title: str = ""
    summary: str = ""
    body: str = ""
    aliases: str = ""
    symptoms: str = ""
    codes: str = ""
    category: str = ""
    language: str = "en"
    audience: str = Audience.EVERYONE.value
    owner: str = ""
    review_on: str = ""

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "Written":
        """Browsers send lines with CR LF."""
        return cls(
            **{
                part.name: storable(form.get(part.name, "")).replace("\r\n", "\n").strip()
                for part in fields(cls)
            }
        )

    @classmethod
    def of(cls, content: Content, placement: Placement) -> "Written":
        return cls(
            title=content.title,
            summary=content.summary,
            body=content.body,
            aliases="\n".join(content.aliases),
            symptoms="\n".join(content.symptoms),
            codes="\n".join(content.codes),
            category=placement.category,
            language=placement.language,
            audience=placement.audience.value,
            owner=placement.owner,
            review_on=placement.review_on.isoformat() if placement.review_on else "",
        )

    @property
    def content(self) -> Content:
        return Content(
            title=self.title,
            summary=self.summary,
            body=self.body,
            aliases=_lines(self.aliases),
            symptoms=_lines(self.symptoms),
            codes=_lines(self.codes),
        )

    @property
    def placement(self) -> Placement:
        """What cannot be read stands at its usual value; `problems` says so before anything is saved."""
        return Placement(
            category=self.category,
            language=self.language,
            audience=typed.one_of(Audience, self.audience) or Audience.EVERYONE,
            owner=self.owner,
            review_on=_day(self.review_on),
        )

    def problems(
        self,
        *,
        categories: Collection[str],
        languages: Collection[str],
        widest: Audience = Audience.PUBLIC,
    ) -> dict[str, str]:
        """Field → what to do about it. `widest` is the most readers that this editor may give the article."""
        found: dict[str, str] = {}
        if not self.title:
            found["title"] = "Give it a title, best in the words of those who ask."
        elif len(self.title) > MAX_TITLE:
            found["title"] = f"The title has {len(self.title)} characters; {MAX_TITLE} fit."
        if not self.body:
            found["body"] = "Write what to do."
        elif len(self.body) > MAX_BODY:
            found["body"] = f"The text has {len(self.body):,} characters; {MAX_BODY:,} fit."
        if self.category and self.category not in categories:
            found["category"] = "This category is gone. Pick another one."
        if self.language not in languages:
            found["language"] = "Pick the language it is written in."
        audience = typed.one_of(Audience, self.audience)
        if audience is None:
            found["audience"] = "Pick who may read it."
        elif _READERS.index(audience) > _READERS.index(widest):
            found["audience"] = "It is published, and only an admin can open it to more people."
        if len(self.owner) > LONGEST_NAME:
            found["owner"] = f"At most {LONGEST_NAME} characters fit."
        if self.review_on and _day(self.review_on) is None:
            found["review_on"] = "Write the day like 2027-06-30."
        return found


def kept_apart(theirs: ArticleView, mine: Written) -> list[tuple[str, str, str]]:
    """Where it belongs, as far as two editors see it differently: field, theirs, mine."""
    saved = asdict(Written.of(theirs.content, theirs.placement))
    typed_in = asdict(mine)
    places = ("category", "audience", "language", "owner", "review_on")
    return [(place, saved[place], typed_in[place]) for place in places if saved[place] != typed_in[place]]


def _lines(text: str) -> tuple[str, ...]:
    """One a line, each once, blank lines left out."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
