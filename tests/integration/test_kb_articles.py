"""Articles on a real database: drafts, edits that collide, visibility, versions and the Markdown folder."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, create_engine
from sqlalchemy.orm import Session

from kb.articles import Content, Placement, archive, draft, edit, kb_version, publish, slug_of
from kb.base import Base
from kb.errors import ImportRefused, InvalidArticle, NoSuchArticle, SlugTaken, StaleRevision
from kb.importers.markdown import import_folder
from kb.models import Article, ArticleRevision, ArticleStatus, Audience, KbVersion
from kb.queries import count_articles, get_article, get_history, list_articles
from kb.starter import starter_folder

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
VPN = Content("VPN drops", "Keep the VPN up.", "Turn off power saving.", ("vpn disconnects",), (), ("809",))
TABLES: list[Table] = [model.__table__ for model in (Article, ArticleRevision, KbVersion)]  # type: ignore[misc]


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, tables=TABLES)
    with Session(engine) as session:
        yield session
    engine.dispose()


def drafted(session: Session, content: Content = VPN, *, team: str = "T1", category: str = "vpn") -> Article:
    return draft(session, team, content, placement=Placement(category), author="dee", now=NOW)


def test_a_draft_is_kept_whole(session: Session) -> None:
    placement = Placement("vpn", "en", Audience.AGENTS, "network team", date(2027, 6, 1))
    article = draft(session, "T1", VPN, placement=placement, author="dee", now=NOW)
    session.expire_all()

    seen = get_article(session, "T1", article.id)
    assert (seen.content, seen.placement) == (VPN, placement)
    assert (seen.slug, seen.status, seen.revision, seen.author) == (
        "vpn-drops",
        ArticleStatus.DRAFT,
        1,
        "dee",
    )
    assert seen.created_at == NOW
    assert get_article(session, "T1", "vpn-drops") == seen


def test_the_second_editor_is_told_and_nothing_is_overwritten(session: Session) -> None:
    article = drafted(session)
    first = Content("VPN drops", "", "First answer.")
    edit(session, "T1", article.id, first, based_on=1, author="ben", now=NOW + timedelta(minutes=1))

    with pytest.raises(StaleRevision) as refused:
        edit(session, "T1", article.id, Content("VPN", "", "Second."), based_on=1, author="cleo", now=NOW)

    assert refused.value.current == 2
    assert get_article(session, "T1", article.id).body == "First answer."
    assert [(r.number, r.author) for r in get_history(session, "T1", article.id)] == [
        (2, "ben"),
        (1, "dee"),
    ]


def test_an_edit_may_move_the_article(session: Session) -> None:
    article = drafted(session)
    moved = Placement("network", "de", Audience.PUBLIC, "desk")
    edit(session, "T1", article.id, VPN, based_on=1, author="ben", now=NOW, placement=moved)
    assert get_article(session, "T1", article.id).placement == moved


def test_publish_and_archive_and_back(session: Session) -> None:
    article = drafted(session)
    assert publish(session, "T1", article.id, now=NOW).status is ArticleStatus.PUBLISHED
    assert archive(session, "T1", article.id, now=NOW).status is ArticleStatus.ARCHIVED
    assert publish(session, "T1", article.id, now=NOW).status is ArticleStatus.PUBLISHED


def test_every_write_raises_the_version_of_its_workspace_only(session: Session) -> None:
    assert kb_version(session, "T1") == 0
    article = drafted(session)
    edit(session, "T1", article.id, VPN, based_on=1, author="ben", now=NOW)
    publish(session, "T1", article.id, now=NOW)
    assert kb_version(session, "T1") == 3
    publish(session, "T1", article.id, now=NOW)
    assert kb_version(session, "T1") == 3
    assert kb_version(session, "T2") == 0


def test_a_rolled_back_edit_leaves_the_version_alone(session: Session) -> None:
    article = drafted(session)
    session.commit()
    publish(session, "T1", article.id, now=NOW)
    session.rollback()
    assert kb_version(session, "T1") == 1
    assert get_article(session, "T1", article.id).status is ArticleStatus.DRAFT


def test_workspaces_do_not_see_each_other(session: Session) -> None:
    article = drafted(session)
    with pytest.raises(NoSuchArticle):
        get_article(session, "T2", article.id)
    with pytest.raises(NoSuchArticle):
        publish(session, "T2", article.id, now=NOW)
    with pytest.raises(NoSuchArticle):
        edit(session, "T2", article.id, VPN, based_on=1, author="eve", now=NOW)
    assert drafted(session, team="T2").slug == "vpn-drops"


def test_slugs_are_unique_and_made_from_titles(session: Session) -> None:
    assert slug_of("Größe & Été: VPN drops!") == "groe-ete-vpn-drops"
    assert slug_of("مرحبا") == "article"
    assert [drafted(session).slug, drafted(session).slug] == ["vpn-drops", "vpn-drops-2"]
    with pytest.raises(SlugTaken):
        draft(session, "T1", VPN, placement=Placement(), author="dee", now=NOW, slug="vpn-drops")
    with pytest.raises(InvalidArticle):
        draft(session, "T1", VPN, placement=Placement(), author="dee", now=NOW, slug="Not a slug")


@pytest.mark.parametrize(
    "content",
    [
        Content(" ", "", "x"),
        Content("x", "", " "),
        Content("x" * 301, "", "x"),
        Content("x", "", "x" * 1_000_001),
    ],
)
def test_content_that_cannot_be_an_article_is_refused(session: Session, content: Content) -> None:
    with pytest.raises(InvalidArticle):
        drafted(session, content)


def test_lists_are_filtered_and_counted(session: Session) -> None:
    publish(session, "T1", drafted(session).id, now=NOW)
    drafted(session, Content("Printer is 100% jammed", "", "Open the tray."), category="printing")

    assert [a.title for a in list_articles(session, "T1")] == ["Printer is 100% jammed", "VPN drops"]
    assert [a.title for a in list_articles(session, "T1", limit=1, offset=1)] == ["VPN drops"]
    assert [a.title for a in list_articles(session, "T1", status=ArticleStatus.PUBLISHED)] == ["VPN drops"]
    assert [a.title for a in list_articles(session, "T1", category="printing")] == ["Printer is 100% jammed"]
    assert [a.title for a in list_articles(session, "T1", text="0% print")] == ["Printer is 100% jammed"]
    assert count_articles(session, "T1", text="vpn") == 1
    assert count_articles(session, "T1") == 2


def page(folder: Path, name: str, head: str, body: str = "Do this.") -> Path:
    path = folder / name
    path.write_text(f"---\n{head}\n---\n{body}\n", encoding="utf-8")
    return path


def test_a_folder_is_imported_once_and_then_only_its_changes(session: Session, tmp_path: Path) -> None:
    page(
        tmp_path,
        "vpn-drops.md",
        'title: VPN drops\ncategory: vpn\ncodes: [809, 0x80070005]\naliases:\n  - "no"',
    )
    page(tmp_path, "print.md", "title: Print\nstatus: draft\naudience: agents\nreview: 2027-06-01")
    (tmp_path / "README.md").write_text("not an article")

    first = import_folder(session, "T1", tmp_path, author="dee", now=NOW)
    assert first.created == ("print", "vpn-drops")
    vpn, printing = get_article(session, "T1", "vpn-drops"), get_article(session, "T1", "print")
    assert (vpn.codes, vpn.aliases, vpn.status) == (("809", "0x80070005"), ("no",), ArticleStatus.PUBLISHED)
    assert (printing.status, printing.audience, printing.review_on) == ("draft", "agents", date(2027, 6, 1))

    version = kb_version(session, "T1")
    again = import_folder(session, "T1", tmp_path, author="dee", now=NOW)
    assert again.unchanged == ("print", "vpn-drops")
    assert kb_version(session, "T1") == version

    page(tmp_path, "print.md", "title: Print\nstatus: published\naudience: agents", "Do that.")
    third = import_folder(session, "T1", tmp_path, author="dee", now=NOW)
    assert (third.updated, third.unchanged) == (("print",), ("vpn-drops",))
    printing = get_article(session, "T1", "print")
    assert (printing.body, printing.revision, printing.status) == ("Do that.", 2, ArticleStatus.PUBLISHED)


def test_an_archived_article_stays_archived_when_its_file_changes(session: Session, tmp_path: Path) -> None:
    page(tmp_path, "vpn.md", "title: VPN")
    import_folder(session, "T1", tmp_path, author="dee", now=NOW)
    archive(session, "T1", get_article(session, "T1", "vpn").id, now=NOW)
    page(tmp_path, "vpn.md", "title: VPN", "New text.")
    assert import_folder(session, "T1", tmp_path, author="dee", now=NOW).updated == ("vpn",)
    assert get_article(session, "T1", "vpn").status is ArticleStatus.ARCHIVED


def test_one_wrong_file_stops_the_whole_import_and_all_problems_are_named(
    session: Session, tmp_path: Path
) -> None:
    page(tmp_path, "a-good.md", "title: Good")
    page(tmp_path, "b-key.md", "title: Key\ntags: x\nalias: y")
    page(tmp_path, "c-date.md", "title: Date\nreview: soon\naudience: all")
    (tmp_path / "d-open.md").write_text("---\ntitle: x\n")
    (tmp_path / "e-none.md").write_text("just text")
    (tmp_path / "f-latin.md").write_bytes(b"---\ntitle: caf\xe9\n---\nx")
    page(tmp_path, "g-yaml.md", "title: a: b")
    page(tmp_path, "h-empty.md", "title: Empty", "")
    page(tmp_path, "i-twice.md", "title: good")

    with pytest.raises(ImportRefused) as refused:
        import_folder(session, "T1", tmp_path, author="dee", now=NOW)

    said = [str(problem) for problem in refused.value.problems]
    assert [line.split(": ")[0] for line in said] == [
        "b-key.md:3", "b-key.md:4", "c-date.md:4", "c-date.md:3", "d-open.md:1", "e-none.md:1", "f-latin.md:1",
        "g-yaml.md:2", "h-empty.md:4", "i-twice.md:1",
    ]  # fmt: skip
    assert "Did you mean aliases?" in said[1]
    assert all(problem.remedy for problem in refused.value.problems)
    assert count_articles(session, "T1") == 0
    assert kb_version(session, "T1") == 0


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_articles_is_refused(session: Session, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImportRefused):
        import_folder(session, "T1", tmp_path / name, author="dee", now=NOW)


def test_the_starter_articles_import_cleanly(session: Session) -> None:
    report = import_folder(session, "T1", starter_folder(), author="starter", now=NOW)
    assert len(report.created) >= 40
    assert len({article.category for article in list_articles(session, "T1")}) >= 10
