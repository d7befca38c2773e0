"""Somebody asks to be erased: nothing that leads to them is left, in any table and in no byte of the files."""

import zlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories import NOW, POLICY, TEAM, settle
from planting import DIRECT, ID, NAME, WORDS, two_people

from bot.compacting import compact
from bot.database import Database
from bot.tables import metadata
from triage.learning.frozen import FrozenDataset, Line, keep, text_digest
from triage.learning.proof import prove
from triage.learning.runs import TrainingRun
from triage.people.roster import known, meet
from triage.privacy.erasing import Erased, erase
from triage.privacy.hindrances import hindrances
from triage.tickets.models import Ticket
from triage.vocabulary import Role

CANARIES = (ID, NAME, DIRECT, WORDS)


@pytest.fixture
def planted(database: Database) -> Database:
    settle(database)
    two_people(database)
    return database


def dumped(database: Database) -> str:
    """Everything that the database holds, as somebody with its files or a dump would read it."""
    engine = database.engine
    if engine.dialect.name == "sqlite":
        compact(engine)
        file = Path(engine.url.database or "")
        files = [file, file.with_name(file.name + "-wal")]
        return "".join(one.read_bytes().decode("utf-8", "replace") for one in files if one.exists())
    with engine.connect() as connection:
        rows = [
            str(row[0])
            for table in metadata.sorted_tables
            for row in connection.exec_driver_sql(f'SELECT t::text FROM "{table.name}" t')
        ]
    return "\n".join(rows)


def erase_them(database: Database) -> Erased:
    with database.transaction() as session:
        person = known(session, TEAM, ID)
        assert person is not None
        assert hindrances(session, person, now=NOW) == []
        return erase(session, person, policy=POLICY, now=NOW)


def counts(database: Database) -> dict[str, int]:
    kept = ("ticket", "label", "timeline", "prediction", "suggestion", "satisfaction", "shift_record", "swap")
    with database.reading() as session:
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(metadata.tables[name])) or 0
            for name in kept
        }


def test_nothing_that_leads_to_them_is_left_and_the_counts_are(planted: Database) -> None:
    before = dumped(planted)
    assert [canary for canary in CANARIES if canary not in before] == [], "planted for nothing"
    counted = counts(planted)

    erased = erase_them(planted)

    after = dumped(planted)
    left = [after[max(0, after.index(c) - 60) : after.index(c) + 60] for c in CANARIES if c in after]
    assert left == []
    assert NAME.upper() not in after
    assert counts(planted) == counted
    assert erased.tickets == 1
    assert erased.renamed["article_revision"] == 2


def test_other_people_keep_theirs(planted: Database) -> None:
    erase_them(planted)
    after = dumped(planted)
    assert all(kept in after for kept in ("UBYSTAND", "Olive Standing", "DBYSTAND", "bystandwords"))
    with planted.reading() as session:
        resolution = session.scalars(
            sa.select(Ticket.resolution).where(Ticket.channel_id == "DBYSTAND")
        ).one()
    assert resolution == "bystandwords: told somebody somebody somebody"


def test_erased_twice_is_fine_and_who_writes_again_is_somebody_new(planted: Database) -> None:
    with planted.reading() as session:
        before = known(session, TEAM, ID)
    erase_them(planted)
    with planted.transaction() as session:
        assert known(session, TEAM, ID) is None
        fresh = meet(session, TEAM, ID, now=NOW)
        assert before is not None
        assert (fresh.id != before.id, fresh.name, fresh.role) == (True, None, Role.REQUESTER)
        assert session.scalar(sa.select(sa.func.count()).where(Ticket.requester_id == fresh.id)) == 0


def test_datasets_withhold_their_lines_and_the_models_that_learned_from_them_are_named(
    planted: Database,
) -> None:
    with planted.transaction() as session:
        ticket = session.scalars(sa.select(Ticket.id).where(Ticket.channel_id == DIRECT)).one()
        lines = [
            Line.of("learn", f"ticket:{ticket}", "vpn", None, WORDS),
            Line.of("learn", "past:999999", "vpn", None, "x"),
        ]
        frozen = keep(session, TEAM, lines, counts=(2, 0, 0), left_out={}, now=NOW)
        before = session.get_one(FrozenDataset, frozen).hash
        run = session.scalars(sa.select(TrainingRun).limit(1)).one()
        run.dataset_id, run.dataset_hash, run.model = frozen, before, "2027-03-a"

    erased = erase_them(planted)

    assert erased.learned.models == ("2027-03-a",)
    assert erased.learned.datasets == 1
    with planted.reading() as session:
        proof = prove(session, TEAM, frozen)
        assert proof is not None
        assert (proof.whole, proof.withheld, proof.changed) == (True, 1, ())
        after = session.get_one(FrozenDataset, frozen)
        assert after.hash != before
        assert text_digest(WORDS) not in zlib.decompress(after.rows).decode()
        assert session.scalars(
            sa.select(TrainingRun.dataset_hash).where(TrainingRun.dataset_id == frozen)
        ).all() == [after.hash]
