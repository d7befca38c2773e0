"""Reads one Markdown file with front matter, and says for every mistake where it is and how to mend it."""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

import yaml

from kb.articles import MAX_BODY, MAX_TITLE, SLUG, Content, Placement, slug_of
from kb.bounded_yaml import TextLoader
from kb.errors import FileProblem
from kb.importers.tidy import MAX_CATEGORY, MAX_OWNER, MAX_SLUG, each_once, language_of, one_line, tidy
from kb.models import ArticleStatus, Audience

KEYS = (
    "title", "summary", "category", "language", "audience", "owner", "review", "aliases", "symptoms", "codes",
    "status", "slug",
)  # fmt: skip
LISTS = frozenset({"aliases", "symptoms", "codes"})
_FENCE = "---"
_LARGEST = 4_000_000  # bytes
_LONGEST_HEAD = 100_000
_Choice = TypeVar("_Choice", Audience, ArticleStatus)


@dataclass(frozen=True)
class ArticleFile:
    """One file, understood. `status` is None if the file leaves it to the importer; `named` if it holds its slug."""

    file: Path
    slug: str
    content: Content
    placement: Placement
    status: ArticleStatus | None
    named: bool = False


@dataclass
class Reading:
    """An article while it is read; problems are collected, so that one run names them all."""

    file: Path
    values: dict[str, str]
    lists: dict[str, tuple[str, ...]]
    lines: dict[str, int]
    problems: list[FileProblem]

    def refuse(self, line: int, problem: str, remedy: str) -> None:
        self.problems.append(FileProblem(self.file, line, problem, remedy))

    def line_of(self, key: str) -> int:
        return self.lines.get(key, 1)


def read_article(
    path: Path, *, shown_as: Path, usual_language: str = "en"
) -> ArticleFile | list[FileProblem]:
    """The article in a file, or everything that has to be mended before it is one."""
    reading = Reading(shown_as, {}, {}, {}, [])
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        reading.refuse(1, "the file is not UTF-8 text", "Save it as UTF-8")
        return reading.problems
    except OSError as trouble:
        reading.refuse(1, f"the file cannot be read ({trouble.strerror})", "Look at its rights")
        return reading.problems
    if len(content) > _LARGEST:
        reading.refuse(1, f"the file is over {_LARGEST // 1_000_000} MB", "Split it into several articles")
        return reading.problems
    head, body, starts = _split(text, reading)
    if not reading.problems:
        _read_head(head, reading)
    if reading.problems:
        return reading.problems
    article = understand(tidy(body), starts, reading, usual_language=usual_language)
    return reading.problems or article


def _split(text: str, reading: Reading) -> tuple[str, str, int]:
    """Front matter, body, and the line on which the body starts."""
    lines = text.split("\n")  # not at the other signs that Python takes for line ends
    if lines[0].rstrip() != _FENCE:
        reading.refuse(
            1, "there is no front matter", f"Begin with a line {_FENCE}, then title: …, then {_FENCE}"
        )
        return "", "", 1
    for at, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:at]), "\n".join(lines[at + 1 :]).strip(), at + 2
    reading.refuse(1, "the front matter never ends", f"Close it with a line {_FENCE} before the text")
    return "", "", 1


def _read_head(head: str, reading: Reading) -> None:
    if len(head) > _LONGEST_HEAD:
        reading.refuse(1, f"the front matter is over {_LONGEST_HEAD:,} characters", "Move the text below it")
        return
    try:
        # BaseLoader leaves every value as it was typed: 0x80070005 and 809 stay text.
        node = yaml.compose(head, Loader=TextLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        said = getattr(error, "problem", None) or "it cannot be read"
        remedy = "Put values with a colon, quote or # in double quotes, and indent lists by two spaces"
        reading.refuse(line, f"the front matter is not valid YAML ({said})", remedy)
        return
    if not isinstance(node, yaml.MappingNode):
        reading.refuse(
            2, "the front matter holds no keys", "Write it as lines of key: value, such as title: …"
        )
        return
    for key_node, value in node.value:
        _read_key(str(key_node.value), value, key_node.start_mark.line + 2, reading)


def _read_key(key: str, value: yaml.Node, line: int, reading: Reading) -> None:
    if key not in KEYS:
        close = get_close_matches(key, KEYS, n=1)
        meant = f"Did you mean {close[0]}?" if close else f"Known keys: {', '.join(KEYS)}"
        reading.refuse(line, f"unknown key {key!r}", meant)
        return
    if key in reading.lines:
        reading.refuse(line, f"{key} stands twice (first on line {reading.lines[key]})", "Keep one of them")
        return
    reading.lines[key] = line
    if key not in LISTS:
        if isinstance(value, yaml.ScalarNode):
            reading.values[key] = one_line(value.value)
        else:
            reading.refuse(line, f"{key} must be one value", f"Write {key}: and the text on one line")
        return
    items = value.value if isinstance(value, yaml.SequenceNode) else None
    if items is None and isinstance(value, yaml.ScalarNode) and not value.value:
        items = []
    if items is None or not all(isinstance(item, yaml.ScalarNode) for item in items):
        reading.refuse(
            line, f"{key} must be a list of texts", "Write each on its own line after “  - ”, in quotes"
        )
        return
    reading.lists[key] = each_once(item.value for item in items)


def understand(body: str, starts: int, reading: Reading, *, usual_language: str = "en") -> ArticleFile:
    """Checks every value; `starts` is the line to name for the body. What is wrong stands in the reading."""
    values = reading.values
    title = values.get("title", "")
    if not title:
        reading.refuse(
            reading.line_of("title"), "the title is missing", "Add title: in the words of the asker"
        )
    elif len(title) > MAX_TITLE:
        reading.refuse(reading.line_of("title"), f"the title is over {MAX_TITLE} characters", "Shorten it")
    if not body:
        reading.refuse(
            starts, "there is no text after the front matter", "Write the answer below the second ---"
        )
    elif len(body) > MAX_BODY:
        reading.refuse(starts, f"the text is over {MAX_BODY:,} characters", "Split it into several articles")
    slug = values.get("slug") or slug_of(reading.file.stem)
    if not SLUG.fullmatch(slug) or len(slug) > MAX_SLUG:
        remedy = f"Use small letters, digits and hyphens, at most {MAX_SLUG}"
        reading.refuse(reading.line_of("slug"), f"{slug[:MAX_SLUG]!r} is no slug", remedy)
    for key, most in (("category", MAX_CATEGORY), ("owner", MAX_OWNER)):
        if len(values.get(key, "")) > most:
            reading.refuse(reading.line_of(key), f"the {key} is over {most} characters", "Shorten it")
    language = values.get("language") or usual_language
    if language_of(language) is None:
        reading.refuse(
            reading.line_of("language"), f"{language[:40]!r} is no language", "Write it as en or pt-BR"
        )
    placement = Placement(
        category=values.get("category", ""),
        language=language,
        audience=_one_of(Audience, "audience", reading) or Audience.EVERYONE,
        owner=values.get("owner", ""),
        review_on=_review_on(reading),
    )
    content = Content(
        title=title,
        summary=values.get("summary", ""),
        body=body,
        aliases=reading.lists.get("aliases", ()),
        symptoms=reading.lists.get("symptoms", ()),
        codes=reading.lists.get("codes", ()),
    )
    status = _one_of(ArticleStatus, "status", reading)
    return ArticleFile(reading.file, slug, content, placement, status, named="slug" in reading.lines)


def _one_of(kind: type[_Choice], key: str, reading: Reading) -> _Choice | None:
    value = reading.values.get(key)
    if not value:
        return None
    try:
        return kind(value.lower())
    except ValueError:
        known = ", ".join(member.value for member in kind)
        reading.refuse(reading.line_of(key), f"{key} cannot be {value!r}", f"Use one of: {known}")
        return None


def _review_on(reading: Reading) -> date | None:
    value = reading.values.get("review")
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        reading.refuse(reading.line_of("review"), f"review {value!r} is no date", "Write it as 2027-06-01")
        return None
