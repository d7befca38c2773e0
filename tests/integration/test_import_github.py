"""A GitHub repository by its tree, and a wiki from a clone: only changed files are read."""

from pathlib import Path
from typing import Any

import pytest
import responses
from importing import NOW, TEAM, article

from bot.database import Database
from bot.outbound.fetching import Fetcher
from kb.articles import Content, edit
from kb.importers.github import Repository
from kb.importers.loose import read_loose
from kb.importers.report import Report
from kb.importers.source import Source, SourceTrouble
from kb.importers.sync import bring_in
from kb.importers.wiki import Wiki
from kb.importers.wish import Wish
from kb.models import ArticleStatus
from kb.queries import count_articles

API = "https://api.github.com"
REPO = f"{API}/repos/acme/docs"


def bring(database: Database, source: Source, **wishes: Any) -> Report:
    return bring_in(database, source, TEAM, Wish("Import", **wishes), clock=lambda: NOW)


def repository(folder: str = "") -> Repository:
    fetch = Fetcher(API, clock=lambda: NOW, sleep=lambda _: None)
    return Repository("https://github.com", API, "acme/docs", fetch, "main", folder)


class Tree:
    """The files of a repository, path → text."""

    def __init__(self, web: responses.RequestsMock, **files: str) -> None:
        self.web, self.read = web, []  # type: ignore[var-annotated]
        self.show(
            "one", {path.replace("__", "/").replace("_md", ".md"): text for path, text in files.items()}
        )

    def show(self, etag: str, files: dict[str, str], *, truncated: bool = False) -> None:
        for url in {str(one.url) for one in self.web.registered()}:
            self.web.remove("GET", url)
        shas = {path: f"sha{abs(hash(text))}" for path, text in files.items()}
        tree = [
            {"path": path, "type": "blob", "mode": "100644", "sha": sha, "size": 9}
            for path, sha in shas.items()
        ]
        said = {"sha": "tree1", "tree": tree, "truncated": truncated}
        for name in ("main", "tree1"):
            self.web.get(
                f"{REPO}/git/trees/{name}",
                status=304,
                match=[responses.matchers.header_matcher({"If-None-Match": etag})],
            )
            self.web.get(f"{REPO}/git/trees/{name}", json=said, headers={"ETag": etag})
        for path, sha in shas.items():
            self.web.get(f"{REPO}/git/blobs/{sha}", body=files[path].encode())

    def asked(self) -> list[str]:
        found = [str(call.request.url).removeprefix(REPO) for call in self.web.calls]
        self.web.calls.reset()
        return [url for url in found if "/blobs/" in url]


@pytest.fixture
def web() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        yield web


FILES = {
    "docs__vpn_md": "# VPN drops\n\nSee [the list](codes.md) and ![a picture](../img/x.png).",
    "docs__codes_md": "---\ntitle: Error codes\naliases: [codes]\nlayout: page\n---\n\nA list.",
    "README_md": "# About",
    "src__x": "code",
}


def test_markdown_files_become_articles(database: Database, web: responses.RequestsMock) -> None:
    Tree(web, **FILES)
    assert bring(database, repository()).created == 2
    seen = article(database, "vpn-drops")
    assert seen.body == (
        "See [the list](https://github.com/acme/docs/blob/main/docs/codes.md)"
        " and [a picture](https://github.com/acme/docs/raw/main/img/x.png)."
    )
    assert seen.category == "docs"
    assert article(database, "error-codes").aliases == ("codes",)


def test_an_unchanged_tree_costs_one_question(database: Database, web: responses.RequestsMock) -> None:
    tree = Tree(web, **FILES)
    bring(database, repository())
    assert len(tree.asked()) == 2
    report = bring(database, repository())
    assert (report.unchanged, report.whole, tree.asked()) == (2, True, [])
    assert len(web.calls) == 0


def test_only_the_changed_file_is_read_and_the_deleted_one_archived(
    database: Database, web: responses.RequestsMock
) -> None:
    tree = Tree(web, a_md="# A\n\none", b_md="# B\n\none", c_md="# C\n\none")
    bring(database, repository())
    tree.asked()
    tree.show("two", {"a.md": "# A\n\none", "b.md": "# B\n\ntwo"})
    report = bring(database, repository())
    assert (report.unchanged, report.updated, report.archived.count) == (1, 1, 1)
    assert len(tree.asked()) == 1


def test_a_folder_limits_what_is_read(database: Database, web: responses.RequestsMock) -> None:
    Tree(web, docs__a_md="# A\n\nx", other__b_md="# B\n\nx", docsy__c_md="# C\n\nx")
    assert bring(database, repository("docs")).created == 1


def test_more_files_than_github_lists_is_said(database: Database, web: responses.RequestsMock) -> None:
    tree = Tree(web)
    tree.show("x", {"a.md": "x"}, truncated=True)
    with pytest.raises(SourceTrouble, match="more files") as trouble:
        bring(database, repository())
    assert "folder" in trouble.value.remedy


def test_a_run_that_broke_off_reads_only_the_rest(database: Database, web: responses.RequestsMock) -> None:
    names = [f"n{number:02}" for number in range(60)]
    tree = Tree(web, **{f"{name}_md": f"# {name}\n\ntext" for name in names})
    broken = next(
        one for one in web.registered() if f"{abs(hash('# n40' + chr(10) * 2 + 'text'))}" in str(one.url)
    )
    web.remove("GET", str(broken.url))
    web.get(str(broken.url), status=404)
    with pytest.raises(SourceTrouble):
        bring(database, repository())
    with database.reading() as session:
        assert count_articles(session, TEAM) == 25
    tree.asked()
    web.remove("GET", str(broken.url))
    web.get(str(broken.url), body=b"# n40\n\ntext")
    assert bring(database, repository()).created == 60
    assert len(tree.asked()) == 35


# --- Markdown as people keep it elsewhere -----------------------------------------------------------


def loose(text: str, path: str = "docs/VPN-drops_often.md") -> Any:
    return read_loose(path, text, pages="https://a.example/", files="https://a.example/raw/", language="en")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# VPN drops\n\nText", "VPN drops", "Text"),
        ("VPN drops\n=========\n\nText", "VPN drops", "Text"),
        ("Text without a heading", "VPN drops often", "Text without a heading"),
        ("---\ntitle: VPN\n---\n# Steps\n\nText", "VPN", "# Steps\n\nText"),
        ("---\ntitle: VPN\n---\n# VPN\n\nText", "VPN", "Text"),
        (
            "---\ntitle: [broken\n---\n# VPN\n\nText",
            "VPN drops often",
            "---\ntitle: [broken\n---\n# VPN\n\nText",
        ),
        ("\ufeff# VPN\r\n\r\nText<!-- secret -->", "VPN", "Text"),
    ],
)
def test_the_title_is_found_where_people_put_it(text: str, title: str, body: str) -> None:
    found = loose(text)
    assert (found.content.title, found.content.body) == (title, body)


def test_links_in_code_stay_as_they_are() -> None:
    text = "# T\n\n```\n[a](b.md)\n```\n[a](b.md) [c](/d.md) [e](https://x.example) [f](#g)"
    assert loose(text).content.body == (
        "```\n[a](b.md)\n```\n[a](https://a.example/docs/b.md) [c](https://a.example/d.md)"
        " [e](https://x.example) [f](#g)"
    )


def test_a_draft_by_its_front_matter_stays_one() -> None:
    assert loose("---\ntitle: T\ndraft: true\n---\nText").status is ArticleStatus.DRAFT


# --- Wiki -------------------------------------------------------------------------------------------


def wiki(folder: Path) -> Path:
    (folder / "Home.md").write_text("Welcome, see [[VPN drops]] or [[the list|Error codes]].")
    (folder / "VPN-drops.md").write_text("Turn off power saving.")
    (folder / "_Sidebar.md").write_text("menu")
    (folder / "latin.md").write_bytes(b"caf\xe9")
    return folder


def test_a_cloned_wiki_becomes_articles(database: Database, tmp_path: Path) -> None:
    source = Wiki(wiki(tmp_path), "acme/docs", "https://github.com/acme/docs/wiki")
    report = bring(database, source)
    assert (report.created, report.skipped.first[0].why) == (2, "the file is not UTF-8 text")
    assert article(database, "vpn-drops").body == "Turn off power saving."
    assert article(database, "home").body == (
        "Welcome, see [VPN drops](https://github.com/acme/docs/wiki/VPN-drops)"
        " or [the list](https://github.com/acme/docs/wiki/Error-codes)."
    )
    assert bring(database, source).unchanged == 2


def test_a_link_out_of_the_clone_is_not_read(database: Database, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "a.md").write_text("fine")
    (clone / "b.md").symlink_to(tmp_path / "secret.md")
    assert bring(database, Wiki(clone, "x")).created == 1


def test_overwriting_reads_again_what_was_edited_here(
    database: Database, web: responses.RequestsMock
) -> None:
    tree = Tree(web, a_md="# A\n\none", b_md="# B\n\none")
    bring(database, repository())
    seen = article(database, "a")
    with database.transaction() as session:
        edit(session, TEAM, seen.id, Content("A", "", "Ours."), based_on=1, author="dee", now=NOW)
    tree.asked()
    assert bring(database, repository()).unchanged == 2
    report = bring(database, repository(), overwrite=True)
    assert (report.updated, report.unchanged, report.conflicts.count) == (1, 1, 0)
    assert article(database, "a").body == "one"
