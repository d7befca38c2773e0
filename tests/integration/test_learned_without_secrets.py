"""People write passwords and numbers into questions. Nothing that is learned from these, or made of them, has them."""

import zlib
from datetime import timedelta

from factories import NOW, TEAM, article, person
from labelled_desk import CATEGORIES, ask, settle_with_vpn, teach
from sqlalchemy import select

from bot.database import Database
from kb.memory import RememberedQuestion, SaidBy, remember
from triage.classifier import artifacts
from triage.classifier.training import train
from triage.learning.dataset import examples, freeze, gather
from triage.learning.frozen import FrozenDataset
from triage.reports.gap_drafts import propose
from triage.tickets.alike import TicketLink
from triage.tickets.models import Ticket
from triage.tickets.writing_up import proposal

SECRETS = {
    "mail": "zazie.quint@example.com",
    "phone": "+49 170 5551234",
    "card": "4111 1111 1111 1111",
    "account": "DE89 3704 0044 0532 0130 00",
    "slack": "xoxb-123456789012-qwertyzuiop",
    "aws": "AKIAQQQQQQQQQQQQQQQQ",
    "github": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "password": "password: zebrafink77",
    "german": "das Passwort ist goldhamster88",
    "russian": "пароль: бурундук99",
}
# What somebody would look for in a file that got out.
CANARIES = (
    "zazie.quint",
    "5551234",
    "1111 1111",
    "0044 0532",
    "qwertyzuiop",
    "AKIAQQQQ",
    "16C7e42F",
    "zebrafink",
    "goldhamster",
    "бурундук",
)


def left_in(text: str) -> list[str]:
    folded = text.casefold()
    return [canary for canary in CANARIES if canary.casefold() in folded]


def test_neither_datasets_nor_models_nor_memory_nor_drafts_hold_what_was_secret(database: Database) -> None:
    settle_with_vpn(database)
    teach(database, 20)
    said = f"The vpn tunnel drops, error 809. {', '.join(SECRETS.values())}"
    assert left_in(said) == list(CANARIES)
    with database.transaction() as session:
        one, other = (
            ask(session, said, number=900 + n, at=NOW - timedelta(days=9), said="vpn", predicted="vpn")
            for n in (1, 2)
        )
        ticket = session.get_one(Ticket, one)
        ticket.resolution = f"Reset it. {said}"
        session.add(TicketLink(ticket_id=one, other_id=other, likeness=0.9, made_at=NOW))
        dataset = gather(session, TEAM, now=NOW)
        frozen = session.get_one(FrozenDataset, freeze(session, TEAM, dataset, now=NOW))
        written = proposal(session, ticket, by=person(session, "ben"))
        gap = propose(session, TEAM, [ticket, session.get_one(Ticket, other)])
        remember(
            session, TEAM, text=said, article_id=article(session), helped=True, said_by=SaidBy.AGENT, now=NOW
        )
        remembered = session.scalars(select(RememberedQuestion.text)).one()

    texts = " ".join(message.text for message in (*dataset.learn, *dataset.judge))
    assert "error 809" in texts
    assert left_in(texts) == []
    assert left_in(zlib.decompress(frozen.rows).decode()) == []
    assert left_in(f"{written} {gap} {remembered}") == []
    weights, description = artifacts.to_bytes(train(examples((*dataset.learn, *dataset.judge)), CATEGORIES))
    assert left_in(weights.decode("latin-1") + str(description)) == []
