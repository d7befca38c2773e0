"""Any mix of edits there, edits here, deletions, breaks and imports: nobody's words get lost, nothing is doubled."""

from databases import empty
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importing import NOW, TEAM, Shelf, bring, remote
from sqlalchemy import select

from bot.database import Database
from kb.articles import Content, edit
from kb.importers.models import ArticleSource
from kb.importers.source import SourceTrouble
from kb.models import ArticleStatus
from kb.queries import ArticleView, all_articles, get_history

numbers = st.integers(0, 7)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("there"), numbers),
        st.tuples(st.just("here"), numbers),
        st.tuples(st.just("delete"), numbers),
        st.tuples(st.just("import"), st.none()),
        st.tuples(st.just("break"), st.integers(0, 3)),
    ),
    max_size=14,
)


class Story:
    """What is at the source and what people wrote here, beside the database that has to bear it."""

    def __init__(self, database: Database) -> None:
        self.database, self.count = database, 0
        self.there = {n: remote(n) for n in range(8)}
        self.written_here: dict[int, str] = {}

    def take(self, step: str, number: int | None) -> None:
        self.count += 1
        if step == "there" and number is not None:
            self.there[number] = remote(number, f"There {self.count}.")
        elif step == "delete" and number is not None:
            self.there.pop(number, None)
        elif step == "here" and number is not None:
            self.edit_here(number)
        else:
            self.bring(number if step == "break" else None)

    def bring(self, breaks_before: int | None) -> None:
        shelf = Shelf([self.there[n] for n in sorted(self.there)], breaks_before=breaks_before)
        try:
            bring(self.database, shelf, allow_deletions=True)
        except SourceTrouble:
            assert breaks_before is not None

    def edit_here(self, number: int) -> None:
        seen = self.articles().get(number)
        if seen is None or seen.status is ArticleStatus.ARCHIVED:
            return
        words = f"Here {self.count}."
        with self.database.transaction() as session:
            content = Content(seen.title, "", words)
            edit(session, TEAM, seen.id, content, based_on=seen.revision, author="dee", now=NOW)
        self.written_here[seen.id] = words

    def articles(self) -> dict[int, ArticleView]:
        """By their number at the source; fails if one is there twice."""
        with self.database.reading() as session:
            origins = {
                row.article_id: int(row.external_id)
                for row in session.scalars(select(ArticleSource).where(ArticleSource.team_id == TEAM))
            }
            found = [one for status in ArticleStatus for one in all_articles(session, TEAM, status=status)]
        assert sorted(origins) == sorted(one.id for one in found)
        assert len(set(origins.values())) == len(found)
        return {origins[one.id]: one for one in found}

    def check(self) -> None:
        articles = self.articles()
        for article in articles.values():
            with self.database.reading() as session:
                history = get_history(session, TEAM, article.id)
            assert [revision.number for revision in history] == list(range(len(history), 0, -1))
            mine = self.written_here.get(article.id)
            if mine is not None:
                # Only somebody here, or the source saying the same, may follow words that were written here.
                assert article.body == mine
                assert article.status is not ArticleStatus.ARCHIVED

    def check_after_a_whole_import(self) -> None:
        articles = self.articles()
        for number, article in articles.items():
            if article.id in self.written_here:
                continue
            if number in self.there:
                assert article.body == self.there[number].content.body
                assert article.status is ArticleStatus.PUBLISHED
            else:
                assert article.status is ArticleStatus.ARCHIVED
        assert set(self.there) <= set(articles)


@given(steps)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
def test_any_story_ends_well(database: Database, story_steps: list[tuple[str, int | None]]) -> None:
    empty(database.engine, work=False)
    story = Story(database)
    for step, number in story_steps:
        story.take(step, number)
        story.check()
    story.bring(None)
    story.bring(
        None
    )  # the first may have gone on with one that was cut off, over a shelf that changed meanwhile
    story.check()
    story.check_after_a_whole_import()
