"""One engine for all sources: what is written, what is left alone, and where a run that was cut off goes on."""

from datetime import timedelta

import pytest
from importing import NOW, TEAM, Shelf, article, bring, remote, status
from sqlalchemy import func, select

from bot.database import Database
from kb.articles import Content, Placement, archive, draft, edit, kb_version
from kb.importers.models import ArticleSource, ImportRun
from kb.importers.source import Skipped, SourceTrouble
from kb.importers.sync import bring_in
from kb.importers.wish import Wish
from kb.models import Article, ArticleRevision, ArticleStatus
from kb.queries import count_articles, get_revision
from kb.review import ArticleFlag, FlagReason


def counted(database: Database) -> tuple[int, int, int]:
    """Articles, revisions and origins."""
    with database.reading() as session:
        return tuple(  # type: ignore[return-value]
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Article, ArticleRevision, ArticleSource)
        )


def edited_here(database: Database, slug: str, body: str) -> None:
    seen = article(database, slug)
    content = Content(seen.title, "", body)
    with database.transaction() as session:
        edit(session, TEAM, seen.id, content, based_on=seen.revision, author="dee", now=NOW)


def flags(database: Database, slug: str) -> list[FlagReason]:
    with database.reading() as session:
        wanted = select(ArticleFlag).where(ArticleFlag.article_id == article(database, slug).id)
        return [flag.reason for flag in session.scalars(wanted)]


def test_what_is_new_is_published_and_what_did_not_change_is_not_written(database: Database) -> None:
    shelf = Shelf([remote(n) for n in range(5)])
    assert str(bring(database, shelf)) == "5 created, 0 updated, 0 unchanged"
    assert status(database, "printer-jams-0") is ArticleStatus.PUBLISHED
    with database.reading() as session:
        version = kb_version(session, TEAM)

    assert str(bring(database, shelf)) == "0 created, 0 updated, 5 unchanged"
    assert counted(database) == (5, 5, 5)
    with database.reading() as session:
        assert kb_version(session, TEAM) == version


def test_a_change_there_becomes_a_revision_here(database: Database) -> None:
    shelf = Shelf([remote(0), remote(1)])
    bring(database, shelf)
    shelf.articles[1] = remote(1, "Do that.")
    assert str(bring(database, shelf)) == "0 created, 1 updated, 1 unchanged"
    seen = article(database, "vpn-drops-1")
    assert (seen.body, seen.revision, seen.author) == ("Do that. 1", 2, "Import from shelf")


def test_another_stamp_on_the_same_words_writes_no_revision(database: Database) -> None:
    shelf = Shelf([remote(0)])
    bring(database, shelf)
    shelf.articles[0] = remote(0, stamp="touched")
    assert bring(database, shelf).unchanged == 1
    assert article(database, "printer-jams-0").revision == 1
    assert dict(shelf.starts[-1].known) == {"0": "Do this.0"}
    bring(database, shelf)
    assert dict(shelf.starts[-1].known) == {"0": "touched"}


def test_an_import_that_was_cut_off_goes_on_where_it_was(database: Database) -> None:
    shelf = Shelf([remote(n) for n in range(7)], breaks_before=2)
    with pytest.raises(SourceTrouble):
        bring(database, shelf)
    assert counted(database) == (4, 4, 4)

    shelf.breaks_before, shelf.asked = None, []
    report = bring(database, shelf)
    assert shelf.asked == [2, 3]
    assert (report.created, report.resumed) == (7, True)
    assert counted(database) == (7, 7, 7)
    assert bring(database, shelf).resumed is False


def test_restart_begins_again_and_makes_no_doubles(database: Database) -> None:
    shelf = Shelf([remote(n) for n in range(7)], breaks_before=2)
    with pytest.raises(SourceTrouble):
        bring(database, shelf)
    shelf.breaks_before, shelf.asked = None, []
    assert str(bring(database, shelf, restart=True)) == "3 created, 0 updated, 4 unchanged"
    assert shelf.asked == [0, 1, 2, 3]
    assert counted(database) == (7, 7, 7)


def test_a_run_of_yesterday_is_not_continued(database: Database) -> None:
    shelf = Shelf([remote(n) for n in range(7)], breaks_before=2)
    with pytest.raises(SourceTrouble):
        bring(database, shelf)
    shelf.breaks_before, shelf.asked = None, []
    bring(database, shelf, now=NOW + timedelta(days=2))
    assert shelf.asked == [0, 1, 2, 3]


def test_of_two_imports_at_once_one_stops_and_nothing_is_doubled(database: Database) -> None:
    first, second = Shelf([remote(n) for n in range(6)]), Shelf([remote(n) for n in range(6)])

    def meanwhile() -> None:
        bring(database, second)

    pages = first.pages

    def interrupted(start):  # type: ignore[no-untyped-def]
        for number, page in enumerate(pages(start)):
            if number == 1:
                meanwhile()
            yield page

    first.pages = interrupted  # type: ignore[method-assign]
    with pytest.raises(SourceTrouble, match="Another import"):
        bring(database, first)
    assert counted(database) == (6, 6, 6)


def test_reports_of_long_ago_are_not_kept_for_ever(database: Database) -> None:
    shelf = Shelf([remote(0)])
    for days in (0, 50, 100):
        bring(database, shelf, now=NOW + timedelta(days=days))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportRun)) == 2


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database) -> None:
    shelf = Shelf([remote(n) for n in range(5)], skipped=(Skipped("9", "Old", "it is a draft"),))
    planned = bring(database, shelf, dry_run=True)
    assert counted(database) == (0, 0, 0)
    with database.reading() as session:
        assert session.scalars(select(ImportRun)).all() == []
    done = bring(database, shelf)
    planned.dry_run = False
    assert planned == done

    shelf.articles = [remote(0), remote(1, "Do that."), remote(2), remote(3), remote(8)]
    planned = bring(database, shelf, dry_run=True)
    done = bring(database, shelf)
    planned.dry_run = False
    assert planned == done
    assert str(done) == "1 created, 1 updated, 3 unchanged, 1 archived, 1 skipped"


def test_what_is_gone_there_is_archived_here_and_comes_back_with_it(database: Database) -> None:
    shelf = Shelf([remote(n) for n in range(5)])
    bring(database, shelf)
    shelf.articles = [remote(n) for n in range(4)]
    report = bring(database, shelf)
    assert [note.title for note in report.archived.first] == ["Screen flickers 4"]
    assert status(database, "screen-flickers-4") is ArticleStatus.ARCHIVED
    assert bring(database, shelf).archived.count == 0

    shelf.articles = [remote(n) for n in range(5)]
    assert bring(database, shelf).returned == 1
    assert status(database, "screen-flickers-4") is ArticleStatus.PUBLISHED


def test_what_somebody_archived_here_stays_archived(database: Database) -> None:
    shelf = Shelf([remote(0), remote(1)])
    bring(database, shelf)
    with database.transaction() as session:
        archive(session, TEAM, article(database, "vpn-drops-1").id, now=NOW)
    shelf.articles[1] = remote(1, "Do that.")
    bring(database, shelf)
    assert status(database, "vpn-drops-1") is ArticleStatus.ARCHIVED


def test_when_most_is_gone_nothing_is_archived_unless_that_is_wished(database: Database) -> None:
    shelf = Shelf([remote(n) for n in range(6)])
    bring(database, shelf)
    shelf.articles = [remote(0), remote(1)]
    report = bring(database, shelf)
    assert (report.held_back, report.archived.count) == (4, 0)
    with database.reading() as session:
        assert count_articles(session, TEAM, status=ArticleStatus.PUBLISHED) == 6

    assert bring(database, shelf, keep_missing=True).held_back == 0
    assert bring(database, shelf, allow_deletions=True).archived.count == 4


def test_a_look_at_changes_alone_archives_nothing(database: Database) -> None:
    shelf = Shelf([remote(n) for n in range(3)], since="monday")
    bring(database, shelf)
    shelf.articles, shelf.whole, shelf.since = [remote(1, "Do that.")], False, "tuesday"
    report = bring(database, shelf)
    assert (report.updated, report.archived.count, report.whole) == (1, 0, False)
    assert shelf.starts[-1].since == "monday"

    bring(database, shelf)
    assert shelf.starts[-1].since == "tuesday"
    bring(database, shelf, now=NOW + timedelta(days=8))
    assert shelf.starts[-1].since is None  # it is time to look at everything
    bring(database, shelf, full=True)
    assert (shelf.starts[-1].since, dict(shelf.starts[-1].known)) == (None, {})


def test_what_was_edited_here_is_kept_until_somebody_says_otherwise(database: Database) -> None:
    shelf = Shelf([remote(0), remote(1)])
    bring(database, shelf)
    edited_here(database, "vpn-drops-1", "Ours.")
    assert str(bring(database, shelf)) == "0 created, 0 updated, 2 unchanged"
    assert bring(database, shelf, full=True).unchanged == 2

    shelf.articles[1] = remote(1, "Do that.")
    report = bring(database, shelf)
    assert [note.title for note in report.conflicts.first] == ["VPN drops 1"]
    assert article(database, "vpn-drops-1").body == "Ours."
    assert bring(database, shelf).conflicts.count == 1  # it is said again, not once and forgotten
    assert flags(database, "vpn-drops-1") == [FlagReason.CONFLICT]

    assert bring(database, shelf, overwrite=True).updated == 1
    seen = article(database, "vpn-drops-1")
    assert seen.body == "Do that. 1"
    with database.reading() as session:
        said = [get_revision(session, TEAM, seen.id, number).content.body for number in (3, 2, 1)]
    assert said == ["Do that. 1", "Ours.", "Do this. 1"]
    assert bring(database, shelf).conflicts.count == 0


def test_the_same_edit_on_both_sides_is_no_conflict(database: Database) -> None:
    shelf = Shelf([remote(0)])
    bring(database, shelf)
    edited_here(database, "printer-jams-0", "Do that. 0")
    shelf.articles[0] = remote(0, "Do that.")
    assert bring(database, shelf).unchanged == 1
    shelf.articles[0] = remote(0, "Do a third thing.")
    assert bring(database, shelf).updated == 1


def test_what_is_gone_there_but_was_edited_here_is_kept(database: Database) -> None:
    shelf = Shelf([remote(n) for n in range(4)])
    bring(database, shelf)
    edited_here(database, "phone-silent-3", "Ours.")
    shelf.articles.pop()
    report = bring(database, shelf)
    assert (report.archived.count, report.conflicts.count) == (0, 1)
    assert flags(database, "phone-silent-3") == [FlagReason.SOURCE_GONE]
    assert status(database, "phone-silent-3") is ArticleStatus.PUBLISHED


def test_a_slug_takes_over_the_article_that_has_it(database: Database) -> None:
    with database.transaction() as session:
        mine = Content("VPN", "", "Old words.")
        old = draft(session, TEAM, mine, placement=Placement(), author="dee", now=NOW, slug="vpn")
    shelf = Shelf([remote(0, slug="vpn")])
    report = bring(database, shelf)
    assert (report.created, report.updated, report.taken_over.count) == (0, 1, 1)
    assert (article(database, "vpn").id, article(database, "vpn").revision) == (old.id, 2)


def test_without_a_slug_an_article_of_the_same_title_is_another_one_and_flagged(database: Database) -> None:
    bring(database, Shelf([remote(0)]))
    report = bring(database, Shelf([remote(0)], key="shelf:two"))
    assert report.created == 1
    assert article(database, "printer-jams-0-2").title == "Printer jams 0"
    assert [note.why for note in report.duplicates.first] == ["has the same title as “Printer jams 0”"]
    assert flags(database, "printer-jams-0-2") == [FlagReason.NEAR_DUPLICATE]


def test_articles_that_say_nearly_the_same_are_flagged_once(database: Database) -> None:
    words = (
        "Open the settings of the office printer, choose the paper tray and calibrate the toner drum again."
    )
    one = remote(0, content=Content("Printer streaks on paper", "", words))
    other = remote(1, content=Content("Printer streaks on the paper", "", words))
    report = bring(database, Shelf([one, other, remote(2), remote(3)]))
    assert [(note.title, "Printer streaks" in note.why) for note in report.duplicates.first] == [
        ("Printer streaks on paper", True)
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (Content("Empty", "", ""), "it has no text"),
        (Content("", "", "Text."), "it has no title"),
        (Content("Long", "", "x" * 1_000_001), "over 1,000,000"),
        (Content("x" * 301, "", "Text."), "over 300"),
    ],
)
def test_what_cannot_be_an_article_is_skipped_with_the_reason(
    database: Database, content: Content, why: str
) -> None:
    report = bring(database, Shelf([remote(0, content=content), remote(1)]))
    assert (report.created, report.skipped.count) == (1, 1)
    assert why in report.skipped.first[0].why


def test_odd_signs_in_what_a_server_calls_things_break_nothing(database: Database) -> None:
    odd = "\x00\ud800\x07"
    shelf = Shelf(
        [
            remote(0, external_id=f"a{odd}", url=f"https://a.example/{odd}", stamp=f"s{odd}" + "x" * 400),
            remote(1),
        ],
        skipped=(Skipped(f"b{odd}", f"t{odd}" * 1_000, f"why{odd}"),),
    )
    assert str(bring(database, shelf)) == "2 created, 0 updated, 0 unchanged, 1 skipped"
    assert bring(database, shelf).unchanged == 2


def test_what_becomes_empty_there_is_skipped_and_not_archived(database: Database) -> None:
    shelf = Shelf([remote(0), remote(1), remote(2)])
    bring(database, shelf)
    shelf.articles[0] = remote(0, content=Content("Printer jams 0", "", ""), stamp="emptied")
    report = bring(database, shelf)
    assert (report.skipped.count, report.archived.count) == (1, 0)
    assert article(database, "printer-jams-0").body == "Do this. 0"


def test_a_withdrawal_there_is_followed_and_so_is_its_return(database: Database) -> None:
    shelf = Shelf([remote(0, status=ArticleStatus.PUBLISHED), remote(1, status=ArticleStatus.DRAFT)])
    bring(database, shelf)
    assert status(database, "printer-jams-0") is ArticleStatus.PUBLISHED
    assert status(database, "vpn-drops-1") is ArticleStatus.DRAFT

    shelf.articles[0] = remote(0, status=ArticleStatus.DRAFT)
    bring(database, shelf)
    assert status(database, "printer-jams-0") is ArticleStatus.DRAFT
    shelf.articles[0] = remote(0, status=ArticleStatus.PUBLISHED)
    bring(database, shelf)
    assert status(database, "printer-jams-0") is ArticleStatus.PUBLISHED


def test_what_an_agent_archived_is_not_published_by_the_source(database: Database) -> None:
    shelf = Shelf([remote(0, status=ArticleStatus.DRAFT), remote(1), remote(2)])
    bring(database, shelf)
    with database.transaction() as session:
        archive(session, TEAM, article(database, "printer-jams-0").id, now=NOW)
    shelf.articles[0] = remote(0, status=ArticleStatus.PUBLISHED)
    bring(database, shelf)
    assert status(database, "printer-jams-0") is ArticleStatus.ARCHIVED


def test_hundreds_of_titles_without_latin_letters_get_names_of_their_own(database: Database) -> None:
    titles = [
        remote(n, content=Content(f"プリンター{chr(0x3042 + n)}", "", f"直し方 {n}")) for n in range(40)
    ]
    assert bring(database, Shelf(titles, size=20)).created == 40
    assert {article(database, "article").slug, article(database, "article-40").slug} == {
        "article",
        "article-40",
    }


def test_draft_makes_new_articles_wait_for_a_look(database: Database) -> None:
    shelf = Shelf([remote(0, status=ArticleStatus.PUBLISHED), remote(1)])
    bring(database, shelf, draft=True)
    bring(database, shelf)
    assert [status(database, slug) for slug in ("printer-jams-0", "vpn-drops-1")] == ["draft", "draft"]


def test_others_get_their_turn_between_pages_that_were_written(database: Database) -> None:
    turns: list[int] = []
    shelf = Shelf([remote(n) for n in range(120)], size=120)

    def breathe() -> None:
        with database.transaction() as session:  # would wait for ever inside another one
            turns.append(session.scalar(select(func.count()).select_from(Article)) or 0)

    for _ in range(2):
        bring_in(database, shelf, TEAM, Wish("Import"), clock=lambda: NOW, breathe=breathe)
    assert turns == [50, 100, 120]  # and none in the second import, which wrote nothing


def test_the_same_article_twice_on_shifting_pages_is_one(database: Database) -> None:
    report = bring(database, Shelf([remote(0), remote(1), remote(1), remote(1), remote(2)]))
    assert (report.created, report.unchanged) == (3, 2)
    assert counted(database) == (3, 3, 3)
