"""A desk with closed tickets that people labelled, and with models that may serve: for tests of what learns."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from factories import NOW, TEAM, person, settle
from sqlalchemy.orm import Session

from bot.database import Database
from triage.classifier import artifacts, registry
from triage.classifier.examples import Category, Example
from triage.classifier.pipeline import TrainedModel
from triage.classifier.training import train
from triage.tickets import models as tickets
from triage.tickets.models import Label, Prediction, Ticket
from triage.vocabulary import LabelField, LabelSource, Source, TicketStatus, Urgency

PASSED = {"gate": {"passed": True, "enough": True, "checks": []}}
CATEGORIES = (Category("vpn", "VPN", "tunnel"), Category("printing", "Printing", "toner, paper"))
SAYINGS = {
    "vpn": (
        "vpn tunnel drops in {}",
        "cannot reach {} through the vpn",
        "tunnel to {} is down",
        "vpn slow in {}",
    ),
    "printing": ("printer jam in {}", "toner is empty in {}", "cannot print in {}", "paper is stuck in {}"),
}
PLACES = ("Berlin", "Lyon", "Oslo", "Porto", "Graz", "Turin", "Gdansk", "Cork", "Ghent", "Malmo")


@cache
def tiny_model() -> TrainedModel:
    messages = [
        Example(saying.format(place), key)
        for key, said in SAYINGS.items()
        for saying in said
        for place in PLACES[:3]
    ]
    return train(messages, CATEGORIES)


@cache
def packed() -> tuple[bytes, dict[str, Any]]:
    return artifacts.to_bytes(tiny_model())


def settle_with_vpn(database: Database) -> Database:
    settle(database)
    with database.transaction() as session:
        session.add(tickets.Category(team_id=TEAM, key="vpn", name="VPN", description="tunnel"))
    return database


def add_model(database: Database, *names: str, metrics: dict[str, Any] = PASSED, at: datetime = NOW) -> None:
    with database.transaction() as session:
        for name in names:
            registry.add(session, TEAM, tiny_model(), packed=packed(), name=name, metrics=metrics, now=at)


def promote(database: Database, name: str, instead_of: str | None = None, *, at: datetime = NOW) -> None:
    with database.transaction() as session:
        registry.promote(session, TEAM, name, instead_of=instead_of, by=person(session, "dee"), now=at)


def messages(count: int) -> Iterable[tuple[str, str]]:
    """Question and category, in turns."""
    for number in range(count):
        key = ("vpn", "printing")[number % 2]
        said = SAYINGS[key]
        place = PLACES[number // (2 * len(said)) % len(PLACES)]
        yield said[number // 2 % len(said)].format(f"{place} {number}"), key


def ask(
    session: Session,
    question: str,
    *,
    number: int,
    at: datetime,
    said: str | None = None,
    by: tuple[str, ...] = ("ben",),
    predicted: str | None = None,
    version: str = "one",
    labelled_at: datetime | None = None,
    sure: float = 0.9,
) -> int:
    """A ticket that was closed a while ago: what the model said, and what people said."""
    ticket = Ticket(
        team_id=TEAM,
        requester_id=person(session, "ada").id,
        source=Source.CHANNEL,
        channel_id="CHELP",
        thread_ts=f"18{number:08d}.000100",
        question=question,
        status=TicketStatus.CLOSED,
        category=said,
        asked_at=at,
        resolved_at=at + timedelta(hours=1),
        closed_at=at + timedelta(days=1),
    )
    session.add(ticket)
    session.flush()
    session.add(
        Prediction(
            ticket_id=ticket.id,
            at=at,
            model_version=version,
            category=predicted,
            urgency=Urgency.MEDIUM,
            category_confidence=sure,
            urgency_confidence=0.1,
            verdict={"alternatives": [{"category": predicted or "vpn", "chance": sure}]},
            milliseconds=1.0,
        )
    )
    for name in by if said is not None else ():
        session.add(
            Label(
                ticket_id=ticket.id,
                field=LabelField.CATEGORY,
                value=said,
                predicted=predicted,
                source=LabelSource.RESOLVED,
                by_id=person(session, name).id,
                at=labelled_at or at + timedelta(hours=1),
            )
        )
    session.flush()
    return ticket.id


def teach(
    database: Database, count: int = 80, *, until: datetime = NOW, by: tuple[str, ...] = ("ben",)
) -> None:
    """Labelled tickets, one an hour, all of them long done."""
    with database.transaction() as session:
        for number, (question, key) in enumerate(messages(count)):
            at = until - timedelta(days=10) - timedelta(hours=count - number)
            ask(session, question, number=number, at=at, said=key, by=by, predicted=key)
