"""CSV and JSONL, by whatever program they were written: read row by row, checked as a whole before the first one."""

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from kb.errors import ImportRefused
from kb.importers.frontmatter import read_article
from kb.importers.source import Page, Remote, Skipped, Start
from kb.importers.table import TableFile
from kb.models import ArticleStatus, Audience


def file(folder: Path, text: str | bytes, name: str = "articles.csv") -> TableFile:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return TableFile(path)


def read(table: TableFile, start: Start | None = None) -> list[Remote | Skipped]:
    return [one for page in table.pages(start or Start()) for one in (*page.articles, *page.skipped)]


def one(table: TableFile) -> Remote:
    [found] = read(table)
    assert isinstance(found, Remote)
    return found


def problems(table: TableFile) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        table.check()
    assert all(problem.remedy for problem in refused.value.problems)
    return [str(problem).removeprefix(str(table.path.parent) + "/") for problem in refused.value.problems]


def test_every_column_finds_its_place(tmp_path: Path) -> None:
    row = (
        "title,body,summary,aliases,symptoms,codes,category,language,audience,owner,review,slug,id,status,url\n"
        'VPN drops,"Turn off, then on.\nTwice.",Keep it up,vpn disconnects; vpn lost,"[""a; b""]",809;0x80,'
        "vpn,de,agents,Net team,2027-06-01,vpn,7,draft,https://a.example/7\n"
    )
    found = one(file(tmp_path, row))
    assert (found.content.title, found.content.body) == ("VPN drops", "Turn off, then on.\nTwice.")
    assert (found.content.aliases, found.content.symptoms) == (("vpn disconnects", "vpn lost"), ("a; b",))
    assert (found.content.codes, found.content.summary) == (("809", "0x80"), "Keep it up")
    place = found.placement
    assert (place.category, place.language, place.audience, place.owner) == (
        "vpn",
        "de",
        Audience.AGENTS,
        "Net team",
    )
    assert str(place.review_on) == "2027-06-01"
    assert (found.slug, found.external_id, found.status) == ("vpn", "7", ArticleStatus.DRAFT)
    assert found.url == "https://a.example/7"


@pytest.mark.parametrize(
    "text",
    [
        "title;body\nVPN;Do this\n",
        "Title\tBody\nVPN\tDo this\n",
        '\ufeff"title","body"\r\n"VPN","Do this"\r\n',
        "Question,Answer\nVPN,Do this\n",
        "title,body,Votes\nVPN,Do this,3\n",
        "\n\ntitle,body\n\nVPN,Do this\n,,\n",
        gzip.compress(b"title,body\nVPN,Do this\n"),
    ],
)
def test_any_program_s_csv_is_read(tmp_path: Path, text: str | bytes) -> None:
    found = one(file(tmp_path, text))
    assert (found.content.title, found.content.body) == ("VPN", "Do this")


def test_json_lines_hold_lists_and_numbers(tmp_path: Path) -> None:
    row = {
        "id": 7,
        "title": "VPN",
        "body": "Do\nthis",
        "codes": [809],
        "examples": ["a", "a", " "],
        "votes": {},
    }
    table = file(tmp_path, json.dumps(row) + "\n\n", "a.jsonl")
    found = one(table)
    assert (found.external_id, found.content.codes, found.content.aliases) == ("7", ("809",), ("a",))
    assert table.ignored == ("votes",)


def test_packed_json_lines_are_read(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"title": "VPN", "body": "Do this"}\n')
    assert one(file(tmp_path, packed, "a.jsonl.gz")).content.title == "VPN"


def test_html_in_a_csv_becomes_markdown(tmp_path: Path) -> None:
    assert one(file(tmp_path, "title,body\nVPN,<p>Do <b>this</b></p>\n")).content.body == "Do **this**"


def test_all_problems_are_named_with_their_lines(tmp_path: Path) -> None:
    text = (
        "title,body,audience,review,aliases\n"
        "Good,text,,,\n"
        '"Two\nlines",text,all,,\n'
        "Date,text,,soon,[broken\n"
        ",no title,,,\n"
        "Good,again,,,\n"
        "Many,cells,,,,,\n"
    )
    said = problems(file(tmp_path, text))
    assert [line.partition(": ")[0] for line in said] == [
        "articles.csv:3", "articles.csv:5", "articles.csv:5", "articles.csv:6", "articles.csv:7", "articles.csv:8",
    ]  # fmt: skip
    assert "the id 'good' stands on line 2 already" in said[4]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "", "a.csv:1: the file holds no articles"),
        ("a.csv", "title,body\n", "a.csv:1: the file holds no articles"),
        ("a.csv", "heading\nVPN\n", "a.csv:1: there is no title"),
        ("a.csv", "title,bodyy\nVPN,x\n", "a.csv:1: there is no body"),
        ("a.csv", "title,body,alises\nVPN,x,y\n", "a.csv:1: unknown column 'alises'. Did you mean aliases?"),
        ("a.csv", b"title,body\nok,fine\ncaf\xe9,x\n", "a.csv:3: the file is not UTF-8 text"),
        ("a.csv", "title,body\nVPN,x\n".encode("utf-16"), "a.csv:1: the file is UTF-16"),
        ("a.csv", 'title,body\nVPN,"never closed\nand on', "a.csv:2: the row cannot be read"),
        ("a.csv", gzip.compress(b"title,body\nVPN,x\n")[:-9], "a.csv:0: the gzip file is damaged"),
        ("a.jsonl", '{"title": "a", "body": "b"}\n{"title": \n', "a.jsonl:2: this is not JSON"),
        ("a.jsonl", '["a"]\n', "a.jsonl:1: this is a JSON list"),
        ("a.jsonl", '{"title": "a", "body": "b"}\n7\n', "a.jsonl:2: the line is no JSON object"),
        ("a.jsonl", '{"title": "a", "body": ["b"]}\n', "a.jsonl:1: body is no text"),
        (
            "a.jsonl",
            '{"title": "a", "body": "b", "aliases": [{}]}\n',
            "a.jsonl:1: aliases is no list of texts",
        ),
        ("a.jsonl", "[" * 100_000, "a.jsonl:1: this is a JSON list"),
        ("a.jsonl", '{"a":' * 100_000, "a.jsonl:1: this is not JSON"),
        ("a.jsonl", '{"title": "a", "body": "b", "slug": "No Slug"}', "a.jsonl:1: 'No Slug' is no slug"),
        ("a.jsonl", '{"title": "a", "body": "b", "language": "???"}', "a.jsonl:1: '???' is no language"),
    ],
)
def test_a_broken_file_says_where_and_what_to_do(
    tmp_path: Path, name: str, text: str | bytes, said: str
) -> None:
    assert problems(file(tmp_path, text, name))[0].startswith(said)


def test_signs_that_no_database_takes_are_left_out(tmp_path: Path) -> None:
    row = '{"title": "V\\u0000PN", "body": "a\\ud800b\\u0007", "aliases": ["x\\u0000"]}'
    found = one(file(tmp_path, row, "a.jsonl"))
    assert (found.content.title, found.content.body, found.content.aliases) == ("VPN", "ab", ("x",))


def test_empty_and_endless_texts_are_skipped_with_the_line(tmp_path: Path) -> None:
    text = f"title,body\nEmpty,\nLong,{'x' * 1_000_001}\nFine,text\n"
    found = read(file(tmp_path, text))
    assert [one.why for one in found if isinstance(one, Skipped)] == [
        "line 2: it has no text",
        "line 3: its text is over 1,000,000 characters: split it",
    ]
    assert len(found) == 3


def test_a_row_may_end_early_and_a_category_may_be_long(tmp_path: Path) -> None:
    found = one(file(tmp_path, f"title,body,category,owner\nVPN,x,{'long ' * 40}\n"))
    assert len(found.placement.category) <= 64


def pages(table: TableFile, cursor: str | None = None) -> list[Page]:
    return list(table.pages(Start(cursor)))


def test_many_rows_come_in_pages_and_a_cursor_skips_what_was_read(tmp_path: Path) -> None:
    rows = "".join(f"Title {n},Text {n}\n" for n in range(250))
    table = file(tmp_path, "title,body\n" + rows)
    whole = pages(table)
    assert [len(page.articles) for page in whole] == [100, 100, 50]
    assert {page.total for page in whole} == {250}
    rest = pages(table, whole[0].cursor)
    assert [len(page.articles) for page in rest] == [100, 50]
    assert rest[0].articles[0].content.title == "Title 100"


def test_a_cursor_into_a_changed_file_means_nothing(tmp_path: Path) -> None:
    table = file(tmp_path, "title,body\n" + "".join(f"T{n},x\n" for n in range(150)))
    cursor = pages(table)[0].cursor
    table = file(tmp_path, "title,body\nNew,x\n" + "".join(f"T{n},x\n" for n in range(150)))
    assert sum(len(page.articles) for page in pages(table, cursor)) == 151


def test_a_long_file_is_not_held_at_once(tmp_path: Path) -> None:
    table = file(tmp_path, "title,body\n" + "".join(f"T{n},{'x' * 5_000}\n" for n in range(2_000)))
    tracemalloc.start()
    held = max(len(page.articles) for page in table.pages(Start()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held == 100
    assert peak < 4_000_000  # of ten


# --- Front matter's own limits ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (f"title: x\ncategory: {'c' * 65}", "x.md:3: the category is over 64 characters"),
        (f"title: x\nowner: {'c' * 121}", "x.md:3: the owner is over 120 characters"),
        ("title: x\nlanguage: not one", "x.md:3: 'not one' is no language"),
        (f"title: x\nslug: {'s' * 101}", "x.md:3: '"),
        ("title: " + "[" * 50_000, "x.md:2: the front matter is not valid YAML"),
        ("title: &a [*a]", "x.md:2: "),
    ],
)
def test_front_matter_that_no_column_takes_is_told(tmp_path: Path, head: str, said: str) -> None:
    path = tmp_path / "x.md"
    path.write_text(f"---\n{head}\n---\nText\n")
    found = read_article(path, shown_as=Path("x.md"))
    assert isinstance(found, list)
    assert str(found[0]).startswith(said)
