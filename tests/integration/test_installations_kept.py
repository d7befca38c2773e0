"""The table of installations, on both databases: one at a time exchanges a token, and what is gone stays gone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from factories import NOW, TEAM, settle

from bot.database import Database
from bot.sealing import Sealer, new_key
from bot.slack.installations import (
    Installed,
    Tokens,
    claim_refresh,
    expiring,
    installation,
    refreshed,
    take_off,
    write_down,
)

SEALER = Sealer([new_key()])
TOLD = Installed(TEAM, "UBOT", "Team one")


def install(database: Database, tokens: Tokens) -> str:
    with database.transaction() as session:
        write_down(session, TOLD, tokens, sealer=SEALER, now=NOW)
        row = installation(session, TEAM)
        assert row is not None
        return str(row.sealed_bot_token)


def test_of_two_who_exchange_a_token_at_once_one_may(database: Database) -> None:
    settle(database)
    seen = install(database, Tokens("one", "refresh-one", NOW + timedelta(hours=1)))
    start = Barrier(2)

    def claim(_number: int) -> str | None:
        start.wait()
        with database.transaction() as session:
            return claim_refresh(session, TEAM, seen=seen, now=NOW)

    with ThreadPoolExecutor(2) as both:
        claimed = [one for one in both.map(claim, range(2)) if one]
    assert [SEALER.open(one) for one in claimed] == ["refresh-one"]
    with database.transaction() as session:
        assert expiring(session, now=NOW) == []
        # Whoever had it and died keeps nobody from it for long.
        assert expiring(session, now=NOW + timedelta(minutes=2)) == [TEAM]
        new = Tokens("two", "refresh-two", NOW + timedelta(hours=12))
        assert refreshed(session, TEAM, new, used=claimed[0], sealer=SEALER)
        assert not refreshed(session, TEAM, new, used=claimed[0], sealer=SEALER)
        assert claim_refresh(session, TEAM, seen=seen, now=NOW) is None


def test_an_exchange_that_ends_after_the_app_was_taken_off_brings_no_token_back(database: Database) -> None:
    settle(database)
    seen = install(database, Tokens("one", "refresh-one", NOW))
    with database.transaction() as session:
        used = claim_refresh(session, TEAM, seen=seen, now=NOW)
        assert used is not None
        assert take_off(session, TEAM, at=NOW, now=NOW)
        assert not refreshed(session, TEAM, Tokens("two", "r"), used=used, sealer=SEALER)
        assert installation(session, TEAM) is None
        assert not take_off(session, TEAM, at=NOW, now=NOW)
    install(database, Tokens("three"))
    with database.reading() as session:
        row = installation(session, TEAM)
        assert row is not None
        assert SEALER.open(str(row.sealed_bot_token)) == "three"
