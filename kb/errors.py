"""What can go wrong with articles. Each error carries the facts; the edges put them into kind words."""

from dataclasses import dataclass
from pathlib import Path


class KbError(Exception):
    """Anything the knowledge base refuses to do."""


class NoSuchArticle(KbError):
    """There is no such article in this workspace."""

    def __init__(self, team_id: str, article: int | str) -> None:
        super().__init__(f"no article {article!r} in workspace {team_id}")
        self.team_id, self.article = team_id, article


class NoSuchRevision(NoSuchArticle):
    """The article never had this revision."""

    def __init__(self, team_id: str, article: int | str, number: int) -> None:
        super().__init__(team_id, article)
        self.number = number


class SlugTaken(KbError):
    """Another article of the workspace already has this lasting name."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"the name {slug!r} is taken")
        self.slug = slug


class InvalidArticle(KbError):
    """The content cannot be an article; `problem` says what is missing or too much."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class StaleRevision(KbError):
    """Somebody saved the article after the editor opened it; nothing was overwritten."""

    def __init__(self, article_id: int, *, based_on: int, current: int) -> None:
        super().__init__(f"article {article_id} is at revision {current}, the edit is based on {based_on}")
        self.article_id, self.based_on, self.current = article_id, based_on, current


@dataclass(frozen=True)
class FileProblem:
    """One thing to mend in one file, with the line to look at and what to do about it."""

    file: Path
    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}. {self.remedy}"


class ImportRefused(KbError):
    """Nothing was imported, because these files have to be mended first."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
