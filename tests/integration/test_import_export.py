"""What is exported and imported again is what it was: nothing is written, whatever stood in it."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importing import NOW, TEAM

from bot.database import Database
from kb.articles import Content, Placement, archive, draft, kb_version, publish, slug_of
from kb.importers.export import articles_to_export, file_name, json_lines, to_json_line, to_markdown_file
from kb.importers.frontmatter import ArticleFile, read_article
from kb.importers.markdown import MarkdownFolder, import_folder
from kb.importers.source import Remote, Start
from kb.importers.sync import bring_in
from kb.importers.table import TableFile
from kb.importers.tidy import folded
from kb.importers.wish import Wish
from kb.models import ArticleStatus, Audience
from kb.queries import get_article
from kb.starter import starter_folder

NASTY = (
    Content(
        "Error: 0x80070005 # no",
        "yes",
        "---\ntitle: trap\n---\n\nText",
        ("no", "null", "1.0", "a: b"),
        ("- x",),
        ("0x10", "007"),
    ),
    Content(
        "“Quoted” 'single' \"double\" \\ back",
        "",
        "Line\r\nother  \n\n    code\n\ttab",
        ("🙂", "ümläut"),
        ("[x]", "{y}"),
        (),
    ),
    Content("README", "", "# Heading\n\n```\n---\n```"),
    Content("Two  blanks\tand a tab", "a\nb", "\u2028odd\x85lines\u2029", ("a  b", "a b")),
)


def filled(database: Database) -> None:
    with database.transaction() as session:
        import_folder(session, TEAM, starter_folder(), author="starter", now=NOW)
        for number, content in enumerate(NASTY):
            placement = Placement("a: b", "de", Audience.AGENTS, "Team “x”", date(2027, 6, 1))
            made = draft(session, TEAM, content, placement=placement, author="dee", now=NOW)
            if number == 1:
                publish(session, TEAM, made.id, now=NOW)
            if number == 2:
                archive(session, TEAM, made.id, now=NOW)


def with_a_namesake(database: Database) -> None:
    with database.transaction() as session:
        for words in ("One way.", "Another way."):
            content = Content("Two of a kind", "", words)
            draft(session, TEAM, content, placement=Placement(), author="dee", now=NOW)


def exported(database: Database) -> list[Any]:
    with database.reading() as session:
        return articles_to_export(session, TEAM, archived=True)


def write(folder: Path, articles: list[Any]) -> None:
    for one in articles:
        (folder / file_name(one)).write_text(to_markdown_file(one), encoding="utf-8", newline="\n")


@pytest.mark.parametrize("form", ["markdown", "jsonl"])
def test_importing_an_export_changes_nothing(database: Database, tmp_path: Path, form: str) -> None:
    filled(database)
    with_a_namesake(database)
    before = exported(database)
    write(tmp_path, before)
    (tmp_path / "all.jsonl").write_text("".join(json_lines(before)), encoding="utf-8")
    with database.reading() as session:
        version = kb_version(session, TEAM)

    source = MarkdownFolder(tmp_path) if form == "markdown" else TableFile(tmp_path / "all.jsonl")
    report = bring_in(database, source, TEAM, Wish("Import"), clock=lambda: NOW)
    assert (report.created, report.updated, report.unchanged) == (0, 0, len(before))
    assert exported(database) == before
    with database.reading() as session:
        assert kb_version(session, TEAM) == version


def test_an_export_fills_an_empty_workspace_with_the_same(database: Database, tmp_path: Path) -> None:
    filled(database)
    before = exported(database)
    write(tmp_path, before)
    bring_in(database, MarkdownFolder(tmp_path), "T2", Wish("Import"), clock=lambda: NOW)
    with database.reading() as session:
        after = articles_to_export(session, "T2", archived=True)
    assert [(one.slug, one.status, folded(one.content), one.placement) for one in after] == [
        (one.slug, one.status, folded(one.content), one.placement) for one in before
    ]


def test_an_exported_file_that_was_edited_is_a_revision(database: Database, tmp_path: Path) -> None:
    filled(database)
    write(tmp_path, exported(database))
    source = MarkdownFolder(tmp_path)
    bring_in(database, source, TEAM, Wish("Import"), clock=lambda: NOW)
    file = (
        tmp_path / "vpn-drops.md"
        if (tmp_path / "vpn-drops.md").exists()
        else sorted(tmp_path.glob("*.md"))[0]
    )
    file.write_text(file.read_text("utf-8") + "\nOne more line.\n", "utf-8")
    report = bring_in(database, source, TEAM, Wish("Import"), clock=lambda: NOW)
    assert report.updated == 1
    with database.reading() as session:
        said = get_article(session, TEAM, file.stem)
    assert said.body.endswith("One more line.")


def test_an_article_called_readme_is_not_taken_for_a_note(database: Database) -> None:
    filled(database)
    names = {one.slug: file_name(one) for one in exported(database)}
    assert names["readme"] == "readme-article.md"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
contents = st.builds(
    Content,
    title=texts.filter(lambda text: bool(folded(Content(text, "", "")).title)),
    summary=texts,
    body=texts.filter(lambda text: bool(folded(Content("", "", text)).body)),
    aliases=st.lists(texts, max_size=3).map(tuple),
    symptoms=st.lists(texts, max_size=2).map(tuple),
    codes=st.lists(texts, max_size=2).map(tuple),
)


def view(content: Content) -> Any:
    placement = Placement("it", "en", Audience.PUBLIC, "", None)
    return SimpleNamespace(
        slug=slug_of(content.title),
        status=ArticleStatus.DRAFT,
        **{
            name: getattr(placement, name)
            for name in ("category", "language", "audience", "owner", "review_on")
        },
        **{
            name: getattr(content, name)
            for name in ("title", "summary", "body", "aliases", "symptoms", "codes")
        },
    )


@given(contents)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_words_survive_the_way_out_and_back(tmp_path: Path, content: Content) -> None:
    stored = Content(
        content.title.strip(), content.summary.strip(), content.body.strip(),
        content.aliases, content.symptoms, content.codes,
    )  # fmt: skip
    path = tmp_path / "x.md"
    path.write_text(to_markdown_file(view(stored)), encoding="utf-8", newline="\n")
    back = read_article(path, shown_as=path)
    assert isinstance(back, ArticleFile), back
    assert folded(back.content) == folded(stored)

    rows = tmp_path / "x.jsonl"
    rows.write_text(to_json_line(view(stored)), encoding="utf-8", newline="\n")
    [page] = TableFile(rows).pages(Start())
    [row] = page.articles
    assert isinstance(row, Remote)
    assert folded(row.content) == folded(stored)
