"""Old tickets come in once, however often the import is repeated, cut off or run twice at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from factories import NOW, TEAM, person, settle, waiting
from sqlalchemy import func, select

from bot.database import Database
from triage.audit import AuditEntry
from triage.learning.dataset import gather
from triage.learning.history import (
    Brought,
    bring_in,
    categories_of,
    create_categories,
    make_ready,
    note_import,
)
from triage.learning.history_file import HistoryFile
from triage.learning.history_forget import Imported, forget, imported
from triage.learning.history_names import Names
from triage.learning.review_table import LabelReview, ReviewSkip, Why
from triage.tickets.labels import add_label
from triage.tickets.models import Category, Label, PastTicket
from triage.vocabulary import LabelField, LabelSource, Urgency

FILE = """text,category,priority,created
Printer prints blanks,Printers,P1,2026-05-01
No paper in the tray,Printers,P3,2026-05-02
Write to ada@example.com about the tunnel,Network,P9,2026-05-03
Nobody said what this is,,,
"""
PRINTERS = Names({"Printers": "printing"}, {"P1": Urgency.CRITICAL, "P3": Urgency.MEDIUM})


@pytest.fixture
def settled(database: Database) -> Database:
    settle(database)
    return database


def old(folder: Path, content: str = FILE) -> HistoryFile:
    file = folder / "old.csv"
    file.write_text(content, "utf-8")
    return HistoryFile(file)


def bring(database: Database, file: HistoryFile, names: Names = PRINTERS, *, size: int = 2) -> Brought:
    done = Brought()
    for batch in file.batches(file.survey().columns, size):
        with database.reading() as session:
            ready = make_ready(session, TEAM, batch)
        with database.transaction() as session:
            done += bring_in(session, TEAM, ready, names, now=NOW)
    return done


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_tickets_come_in_with_the_labels_that_are_known_and_without_names_and_addresses(
    settled: Database, tmp_path: Path
) -> None:
    done = bring(settled, old(tmp_path))
    assert done == Brought(new=4, categories=2, urgencies=2)
    with settled.reading() as session:
        kept = session.scalars(select(PastTicket).order_by(PastTicket.id)).all()
        labels = session.scalars(select(Label)).all()
    assert [one.category for one in kept] == ["Printers", "Printers", "Network", ""]
    assert "example.com" not in kept[2].text
    assert {label.source for label in labels} == {LabelSource.IMPORTED}
    assert {label.by_id for label in labels} == {None}


def test_repeating_adds_nothing(settled: Database, tmp_path: Path) -> None:
    bring(settled, old(tmp_path))
    assert bring(settled, old(tmp_path)) == Brought(already=4)
    assert (count(settled, PastTicket), count(settled, Label)) == (4, 4)


def test_one_that_was_cut_off_goes_on(settled: Database, tmp_path: Path) -> None:
    lines = FILE.splitlines(keepends=True)
    bring(settled, old(tmp_path, "".join(lines[:3])))
    assert bring(settled, old(tmp_path)) == Brought(new=2, already=2)
    assert count(settled, PastTicket) == 4


def test_a_better_mapping_labels_what_is_there_and_a_changed_one_is_the_newer_word(
    settled: Database, tmp_path: Path
) -> None:
    bring(settled, old(tmp_path))
    assert bring(settled, old(tmp_path), Names({"Network": "printing"}, {})) == Brought(
        already=4, categories=1
    )
    assert bring(settled, old(tmp_path), Names({"Network": ""}, {})) == Brought(already=4, categories=1)
    with settled.reading() as session:
        made = gather(session, TEAM, now=NOW + timedelta(days=1))
    assert sorted((one.text.split()[0], one.category) for one in (*made.learn, *made.judge)) == sorted(
        [("Printer", "printing"), ("No", "printing"), ("Write", None)], key=lambda pair: pair[0]
    )
    assert {one.standing for one in made.learn} == {1}


def test_a_batch_comes_in_as_a_whole_or_not_at_all(settled: Database, tmp_path: Path) -> None:
    file = old(tmp_path)
    (batch,) = file.batches(file.survey().columns, 10)

    def killed() -> None:
        with settled.transaction() as session:
            bring_in(session, TEAM, make_ready(session, TEAM, batch), PRINTERS, now=NOW)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert (count(settled, PastTicket), count(settled, Label)) == (0, 0)


def test_two_imports_at_once_bring_each_ticket_once(settled: Database, tmp_path: Path) -> None:
    file, together = old(tmp_path), Barrier(2)

    def one(_: int) -> Brought:
        (batch,) = file.batches(file.survey().columns, 10)
        with settled.reading() as session:
            ready = make_ready(session, TEAM, batch)
        together.wait()
        with settled.transaction() as session:
            return bring_in(session, TEAM, ready, PRINTERS, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(one, range(2)))
    assert sorted(each.new for each in done) == [0, 4]
    assert (count(settled, PastTicket), count(settled, Label)) == (4, 4)


def test_matters_for_a_person_and_what_says_nothing_are_not_kept(settled: Database, tmp_path: Path) -> None:
    content = "text,category\nMy boss harasses me every day,Printers\n\u200b,Printers\nNo paper,Printers\n"
    assert bring(settled, old(tmp_path, content)) == Brought(
        new=1, without_text=1, for_a_person=1, categories=1
    )


def test_a_date_that_has_not_come_yet_does_not_make_a_ticket_the_newest(
    settled: Database, tmp_path: Path
) -> None:
    bring(settled, old(tmp_path, "text,category,created\nNo paper,Printers,2099-01-01\n"))
    with settled.reading() as session:
        assert session.scalars(select(PastTicket)).one().asked_at is None


def test_categories_are_made_once_also_of_names_that_are_spelt_differently(settled: Database) -> None:
    names = ["Net & VPN", "net / vpn", "Printing "]
    with settled.transaction() as session:
        made = create_categories(session, TEAM, names, by=None, now=NOW)
        note_import(session, TEAM, Brought(new=3), by=None, now=NOW)
    assert made == {"Net & VPN": "net-vpn", "net / vpn": "net-vpn", "Printing ": "printing-2"}
    with settled.reading() as session:
        assert {one.key for one in categories_of(session, TEAM)} == {"net-vpn", "printing", "printing-2"}
        assert session.get_one(Category, (TEAM, "net-vpn")).name == "Net & VPN"
        what = session.scalars(select(AuditEntry.what)).all()
    assert (what.count("history.imported"), what.count("category.created")) == (1, 2)


def test_a_person_s_word_on_an_imported_ticket_makes_two(settled: Database, tmp_path: Path) -> None:
    bring(settled, old(tmp_path, "text,category\nNo paper,Printers\n"))
    with settled.transaction() as session:
        add_label(
            session,
            past_id=session.scalars(select(PastTicket.id)).one(),
            field=LabelField.CATEGORY,
            value="printing",
            predicted=None,
            by=person(session, "cleo"),
            source=LabelSource.REVIEWED,
            now=NOW,
        )
    with settled.reading() as session:
        (message,) = gather(session, TEAM, now=NOW).learn
    assert message.standing == 2


def test_imported_history_can_be_taken_out_again_and_the_desk_s_own_stays(
    settled: Database, tmp_path: Path
) -> None:
    bring(settled, old(tmp_path))
    ticket = waiting(settled)
    with settled.transaction() as session:
        past, ben = session.scalars(select(PastTicket.id)).first(), person(session, "ben")
        for of in ({"past_id": past}, {"ticket_id": ticket}):
            add_label(
                session,
                **of,
                field=LabelField.CATEGORY,
                value="printing",
                predicted=None,
                by=ben,
                source=LabelSource.REVIEWED,
                now=NOW,
            )
            review = LabelReview(team_id=TEAM, **of, why=Why.AUDIT, place=1, offered_at=NOW)
            session.add(review)
            session.flush()
            session.add(ReviewSkip(review_id=review.id, person_id=ben.id, at=NOW))
    with settled.transaction() as session:
        assert imported(session, TEAM) == Imported(tickets=4, labels=5, reviewed=1)
        assert forget(session, TEAM, by=ben, now=NOW) == Imported(tickets=4, labels=5, reviewed=1)
        assert forget(session, TEAM, by=ben, now=NOW) == Imported(0, 0, 0)
    assert [count(settled, table) for table in (PastTicket, Label, LabelReview, ReviewSkip)] == [0, 1, 1, 1]
    with settled.reading() as session:
        assert session.scalars(select(AuditEntry.what)).all().count("history.forgotten") == 1
