"""How long it takes to find what is like a ticket among 50,000: `python tests/benchmarks/similar_tickets.py [COUNT]`.

Made-up tickets in a SQLite file of its own; the promise is under 100 ms for the agent's card.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from bot.assembly import prepare_database
from bot.database import Database, make_engine
from bot.settings import Settings
from triage.people.models import Person, Team
from triage.tickets import alike
from triage.tickets.asked import AskedQuestions
from triage.tickets.models import Ticket
from triage.tickets.solved_before import solved_before
from triage.vocabulary import Role, Source, TicketStatus, Urgency

NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
THINGS = [
    "vpn",
    "printer",
    "outlook",
    "badge",
    "laptop",
    "monitor",
    "calendar",
    "phone",
    "dock",
    "wifi",
    "camera",
]
TROUBLES = [
    "drops",
    "freezes",
    "prints",
    "crashes",
    "locks",
    "shows",
    "slow",
    "asks",
    "beeps",
    "flickers",
    "blank",
]
PLACES = [
    "train",
    "office",
    "home",
    "warehouse",
    "Leeds",
    "Lyon",
    "kitchen",
    "lobby",
    "hotel",
    "airport",
    "depot",
]
WORDS = [f"word{n}" for n in range(4_000)]


def question(chance: random.Random) -> str:
    about = [chance.choice(THINGS), *chance.sample(TROUBLES, 3), chance.choice(PLACES)]
    return " ".join([*about, *chance.choices(WORDS, k=chance.randint(4, 18))])


def fill(database: Database, count: int) -> None:
    chance = random.Random(1)
    with database.transaction() as session:
        session.add(Team(id="T1", created_at=NOW))
        session.flush()
        for n in range(500):
            name = f"Person{n} Surname{n}"
            session.add(
                Person(team_id="T1", slack_id=f"U{n}", name=name, role=Role.REQUESTER, created_at=NOW)
            )
        session.flush()
        people = list(session.scalars(select(Person.id)))
        rows = [
            {
                "team_id": "T1",
                "requester_id": chance.choice(people),
                "source": Source.CHANNEL,
                "channel_id": "CHELP",
                "thread_ts": f"{1_700_000_000 + n}.000100",
                "question": question(chance),
                "status": TicketStatus.CLOSED if n < count - 300 else TicketStatus.WAITING,
                "urgency": Urgency.MEDIUM,
                "resolution": f"Did thing {n}." if n < count - 300 else None,
                "resolved_at": NOW if n < count - 300 else None,
                "generation": 0,
                "level": 0,
                "reopened": 0,
                "asked_at": NOW - timedelta(minutes=count - n),
            }
            for n in range(count)
        ]
        session.execute(insert(Ticket), rows)


def timed(what: str, act: Callable[[], object], times: int) -> None:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    p99 = taken[min(len(taken) - 1, int(0.99 * len(taken)))]
    sys.stdout.write(f"{what}: p50 {statistics.median(taken):.1f} ms, p99 {p99:.1f} ms ({times} times)\n")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{Path(folder) / 'desk.sqlite'}")
        prepare_database(settings, always=True)
        database = Database(make_engine(settings.url))
        fill(database, count)
        asked = AskedQuestions()
        with database.reading() as session:
            timed(f"reading {count:,} questions, once a process", lambda: asked.for_team(session, "T1"), 1)
            timed("looking for new ones", lambda: asked.for_team(session, "T1"), 200)
            tickets = list(session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(200)))
            held, turn = asked.for_team(session, "T1"), iter(tickets * 3)
            timed(
                "three solved tickets like it, with what worked",
                lambda: solved_before(session, next(turn), held, help_channels={"CHELP"}),
                200,
            )
        with database.transaction() as session:
            timed("linking it to open ones", lambda: alike.link(session, next(turn), held, now=NOW), 200)
        database.engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
