"""An old desk's export: which column is what, which old name is which category, and files that cannot be read."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kb.importers.rows import Unreadable
from triage.classifier.examples import Category
from triage.learning.history_columns import Columns, Named, NoSuchColumn, columns_of
from triage.learning.history_file import HistoryFile, NoRows, PastRow, Survey, UnreadableDates, moment
from triage.learning.history_labelled import as_categories, as_messages
from triage.learning.history_names import Names, key_of, match_categories, match_urgencies, not_here
from triage.vocabulary import Urgency

HERE = (
    Category("network", "Network and VPN", ""),
    Category("printing", "Printing", ""),
    Category("email", "E-mail", ""),
)
PLAIN = "id,text,category,priority,created_at\n1,Printer prints blanks,Printing,P1,2026-05-01T08:00:00Z\n"


def written(folder: Path, content: str | bytes, name: str = "old.csv") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def surveyed(folder: Path, content: str | bytes, name: str = "old.csv", **more: object) -> Survey:
    return HistoryFile(written(folder, content, name), **more).survey()  # type: ignore[arg-type]


def rows(folder: Path, content: str | bytes, name: str = "old.csv", **more: object) -> list[PastRow]:
    file = HistoryFile(written(folder, content, name), **more)  # type: ignore[arg-type]
    return list(file.rows(file.survey().columns))


# Columns


def test_columns_are_found_under_their_usual_names() -> None:
    found = columns_of(
        ["Number", "Short Description", "Description", "Assignment group", "Priority", "Opened"], Named()
    )
    assert found == Columns(
        text=("Short Description", "Description"),
        category="Assignment group",
        urgency="Priority",
        at="Opened",
        id="Number",
    )


def test_a_named_column_goes_before_a_usual_one_and_may_be_written_a_little_differently() -> None:
    found = columns_of(["text", "Long Text", "label", "Topic"], Named(text=("long_text",), category="Topic"))
    assert (found.text, found.category) == (("Long Text",), "Topic")


@pytest.mark.parametrize(
    ("columns", "named", "what", "close"),
    [
        (["a", "category"], Named(), "text", ""),
        (["text", "b"], Named(), "category", ""),
        (["text", "category"], Named(category="categry"), "category", "category"),
    ],
)
def test_a_missing_column_says_which_and_what_there_is(
    columns: list[str], named: Named, what: str, close: str
) -> None:
    with pytest.raises(NoSuchColumn) as missing:
        columns_of(columns, named)
    assert (missing.value.what, missing.value.found, missing.value.close) == (what, tuple(columns), close)


# The file


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("old.csv", PLAIN),
        ("old.tsv", PLAIN.replace(",", "\t")),
        ("old.csv.gz", gzip.compress(PLAIN.encode())),
        ("old.csv", "\ufeff" + PLAIN),
        (
            "old.jsonl",
            '{"id": 1, "text": "Printer prints blanks", "category": "Printing", "priority": "P1",'
            ' "created_at": 1777622400}\n',
        ),
    ],
)
def test_the_same_ticket_in_every_form(tmp_path: Path, name: str, content: str | bytes) -> None:
    (row,) = rows(tmp_path, content, name)
    assert (row.text, row.category, row.urgency) == ("Printer prints blanks", "Printing", "P1")
    assert row.asked_at == datetime(2026, 5, 1, 8, tzinfo=UTC)


def test_subject_and_text_are_read_one_after_the_other(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "subject,body,queue\nNo paper,It says empty,Printing\n")
    assert row.text == "No paper\nIt says empty"


def test_a_first_row_that_ends_early_hides_no_column(tmp_path: Path) -> None:
    found = surveyed(tmp_path, "text,category\nno paper\n")
    assert (found.columns.category, found.unlabelled) == ("category", 1)


def test_what_is_missing_is_counted_and_lost_nowhere(tmp_path: Path) -> None:
    content = "text,category,created\na printer,Printing,2026-05-01\n,Printing,2026-05-01\na mail,,\n"
    found = surveyed(tmp_path, content)
    assert (found.rows, found.without_text, found.unlabelled, found.undated) == (3, 1, 1, 1)
    assert found.categories == {"Printing": 1}
    assert [row.text for row in rows(tmp_path, content)] == ["a printer", "a mail"]


def test_broken_rows_are_told_with_their_line_and_the_others_are_read(tmp_path: Path) -> None:
    content = "text,category\na printer,Printing\na,b,c,d\na mail,E-mail\n"
    found = surveyed(tmp_path, content)
    assert (found.rows, found.broken, found.problems[0].line) == (2, 1, 3)
    told = surveyed(tmp_path, '{"text": "a", "category": "b"}\nnot json\n', "old.jsonl").problems[0]
    assert "{“text”: …, “category”: …}" in told.remedy


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,category\nDrucker läuft nicht,Printing\n".encode("latin-1"), "not UTF-8"),
        (PLAIN.encode("utf-16"), "UTF-16"),
        (gzip.compress(PLAIN.encode() * 50)[:-20], "damaged"),
    ],
)
def test_a_file_in_the_wrong_encoding_is_refused_as_a_whole(
    tmp_path: Path, content: bytes, said: str
) -> None:
    with pytest.raises(Unreadable, match=said) as refused:
        surveyed(tmp_path, content)
    assert said == "damaged" or "“CSV UTF-8” in Excel" in refused.value.problem.remedy


@pytest.mark.parametrize("content", ["", "text,category\n"])
def test_a_file_without_tickets_says_so(tmp_path: Path, content: str) -> None:
    with pytest.raises(NoRows):
        surveyed(tmp_path, content)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be opened"):
        HistoryFile(tmp_path / "nothing.csv").survey()


# Dates


@pytest.mark.parametrize(
    ("written_as", "form"),
    [
        ("2026-05-01T10:00:00+02:00", None),
        ("2026-05-01 08:00", None),
        ("1777622400", None),
        ("1777622400000", None),
        ("05/01/2026 08:00", "%m/%d/%Y %H:%M"),
    ],
)
def test_dates_as_exports_write_them(written_as: str, form: str | None) -> None:
    assert moment(written_as, form) == datetime(2026, 5, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("written_as", ["", "soon", "05/01/2026", "99999999999999999999999", "2026-13-01"])
def test_what_is_no_date_is_none(written_as: str) -> None:
    assert moment(written_as) is None


def test_dates_in_another_form_are_refused_with_an_example_and_single_slips_are_not(tmp_path: Path) -> None:
    good = "a printer,Printing,2026-05-01\n" * 20
    with pytest.raises(UnreadableDates, match="05/01/2026"):
        surveyed(tmp_path, "text,category,created\n" + "a,Printing,05/01/2026\n" * 3)
    assert surveyed(tmp_path, f"text,category,created\n{good}a,Printing,soon\n").undated == 1


# Keys


def test_the_same_row_again_has_the_same_key_and_its_second_appearance_another(tmp_path: Path) -> None:
    content = "text,category\nno paper,Printing\nno paper,Printing\n"
    first, second = rows(tmp_path, content)
    assert first.key != second.key
    assert [row.key for row in rows(tmp_path, content)] == [first.key, second.key]


def test_a_category_that_was_corrected_there_is_still_the_same_ticket(tmp_path: Path) -> None:
    before, after = (rows(tmp_path, f"text,category\nno paper,{name}\n")[0] for name in ("A", "B"))
    assert before.key == after.key


def test_a_number_that_two_old_desks_used_loses_no_ticket(tmp_path: Path) -> None:
    keys = [row.key for row in rows(tmp_path, "id,text,category\n7,no paper,A\n7,no toner,A\n")]
    assert len(set(keys)) == 2


def test_signs_that_no_database_keeps_are_left_out(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, '{"text": "no\\u0000 paper \\ud800", "category": "a\\u0000"}\n', "old.jsonl")
    assert (row.text, row.category) == ("no paper ?", "a")


def test_a_text_is_kept_redacted_and_without_markup(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "text,category\n<p>Write to <b>ada@example.com</b> about paper</p>,A\n")
    assert "example.com" not in row.readable()
    assert "<" not in row.readable()


# Names


def test_names_that_are_written_alike_are_known_and_others_get_a_suggestion() -> None:
    counts = {"printing": 5, "E-Mail": 3, "Netwrk & VPN": 9, "Parking": 1}
    known, unknown = match_categories(counts, HERE, {})
    assert known == {"printing": "printing", "E-Mail": "email"}
    assert [one.name for one in unknown] == ["Netwrk & VPN", "Parking"]
    assert (unknown[0].tickets, unknown[0].suggestion) == (9, "network")


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("Login", None),
        ("Facilities", None),
        ("Mail & files", None),
        ("Network", "network-vpn"),
        ("VPN and Netwrk", "network-vpn"),
        ("File", "files"),
        ("and", None),
    ],
)
def test_only_what_has_the_same_words_is_suggested(name: str, suggestion: str | None) -> None:
    keys = {"people": "People", "files": "Files", "network-vpn": "Network and VPN", "mail": "Mail"}
    here = [Category(key, written, "") for key, written in keys.items()]
    (one,) = match_categories({name: 1}, here, {})[1]
    assert one.suggestion == suggestion


def test_what_was_said_by_hand_goes_before_and_may_be_no_category() -> None:
    known, unknown = match_categories(
        {"Printing": 1, "Chit chat": 1}, HERE, {"printing": "email", "Chit chat": ""}
    )
    assert known == {"Printing": "email", "Chit chat": ""}
    assert unknown == ()


def test_a_mapping_to_a_category_that_was_deleted_is_noticed() -> None:
    assert not_here({"a": "network", "b": "gone", "c": ""}, HERE) == ("gone",)


def test_the_usual_urgencies_are_known_and_a_desk_s_own_are_said() -> None:
    counts = {"P1": 1, "2 - High": 1, "Normal": 1, "trivial": 1, "Gold": 2}
    known, unknown = match_urgencies(counts, {})
    assert known == {
        "P1": Urgency.CRITICAL, "2 - High": Urgency.HIGH, "Normal": Urgency.MEDIUM, "trivial": Urgency.LOW,
    }  # fmt: skip
    assert [(one.name, one.tickets) for one in unknown] == [("Gold", 2)]
    assert match_urgencies(counts, {"Gold": Urgency.HIGH})[0]["Gold"] is Urgency.HIGH


def test_keys_are_made_of_names_and_never_twice() -> None:
    assert key_of("Net & VPN", ()) == "net-vpn"
    assert key_of("Net & VPN", {"net-vpn", "net-vpn-2"}) == "net-vpn-3"
    assert key_of("???", ()) == "category"
    assert len(key_of("x" * 500, ())) <= 64


# Without a database


def test_a_file_becomes_labelled_messages_oldest_first_and_matters_for_a_person_stay_out(
    tmp_path: Path,
) -> None:
    content = (
        "text,category,created\nno paper,Printing,2026-05-02\nvpn drops,Network,2026-05-01\n"
        "my boss harasses me every day,HR,2026-05-03\nno label,,2026-05-04\n"
    )
    keys, categories = as_categories(["Printing", "Network", "HR"])
    found = as_messages(rows(tmp_path, content), Names(keys, {}), most=10)
    assert [(one.text, one.category) for one in found] == [("vpn drops", "network"), ("no paper", "printing")]
    assert {category.key for category in categories} == {"printing", "network", "hr"}


def test_fifty_thousand_rows_are_looked_through(tmp_path: Path) -> None:
    file = tmp_path / "old.csv.gz"
    with gzip.open(file, "wt", compresslevel=1) as out:
        out.write("id,text,category,created\n")
        for number in range(50_000):
            out.write(f"{number},printer {number % 977} prints blanks,Printing,2026-05-01T08:00:00Z\n")
    old = HistoryFile(file)
    found = old.survey()
    assert (found.rows, found.categories, found.broken) == (50_000, {"Printing": 50_000}, 0)
    newest = as_messages(old.rows(found.columns), Names({"Printing": "printing"}, {}), most=100)
    assert (len(newest), newest[-1].ref) == (100, "line:50001")
