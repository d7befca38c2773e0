"""Which of the desk's messages are learned from, with which label, and what a frozen dataset keeps."""

import zlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from factories import NOW, POLICY, TEAM, person, settle, waiting
from sqlalchemy import select, update

from bot.database import Database
from triage.learning.dataset import Dataset, DatasetSettings, freeze, gather
from triage.learning.frozen import FrozenDataset, lines_of
from triage.learning.proof import prove
from triage.people.models import Person
from triage.tickets import closing
from triage.tickets.alike import TicketLink
from triage.tickets.claims import claim
from triage.tickets.closing import Resolution
from triage.tickets.labels import NO_CATEGORY, add_label
from triage.tickets.models import Category, Label, PastTicket, Prediction, Ticket
from triage.vocabulary import LabelField, LabelSource, Role, Urgency

LATER = NOW + timedelta(days=9)
THREE = DatasetSettings(judged=0.34)


@pytest.fixture
def settled(database: Database) -> Database:
    settle(database)
    with database.transaction() as session:
        session.add(Category(team_id=TEAM, key="email", name="E-mail", description="Mail and calendar"))
    return database


def asked(database: Database, question: str, *, number: int = 1, at: datetime = NOW) -> int:
    ticket_id = waiting(database, ts=f"1803981{number:03d}.000100")
    with database.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == ticket_id).values(question=question, asked_at=at))
    return ticket_id


def resolved(
    database: Database, question: str, *, number: int = 1, category: str = "printing", close: bool = True
) -> int:
    """Asked, resolved by Ben with a confirmed label, and closed for good a week later."""
    ticket_id = asked(database, question, number=number, at=NOW + timedelta(minutes=number))
    with database.transaction() as session:
        ben = person(session, "ben")
        claim(session, ticket_id, agent=ben, policy=POLICY, now=NOW)
        done = Resolution("Did it.", category, Urgency.HIGH)
        closing.resolve(session, ticket_id, done, by=ben, policy=POLICY, now=NOW)
        if close:
            ticket = session.get_one(Ticket, ticket_id)
            closing.close(session, ticket, policy=POLICY, now=NOW + POLICY.reopen_window)
    return ticket_id


def says(
    database: Database,
    who: str,
    value: str,
    *,
    ticket: int | None = None,
    past: int | None = None,
    at: datetime = NOW,
    source: LabelSource = LabelSource.REVIEWED,
) -> None:
    with database.transaction() as session:
        add_label(
            session,
            ticket_id=ticket,
            past_id=past,
            field=LabelField.CATEGORY,
            value=value,
            predicted=None,
            by=person(session, who),
            source=source,
            now=at,
        )


def gathered(database: Database, *, now: datetime = LATER, settings: DatasetSettings = THREE) -> Dataset:
    with database.reading() as session:
        return gather(session, TEAM, now=now, settings=settings)


def test_a_resolved_ticket_teaches_what_the_agent_confirmed(settled: Database) -> None:
    ticket = resolved(settled, "Hello! Printer 3 prints blanks, mail me: ada@example.com")
    (message,) = gathered(settled).learn
    assert (message.ref, message.category, message.urgency) == (f"ticket:{ticket}", "printing", Urgency.HIGH)
    assert "example.com" not in message.text
    assert message.text.startswith("Printer 3 prints blanks")
    assert (message.standing, message.channel_id) == (1, "CHELP")
    with settled.reading() as session:
        labels = session.scalars(select(Label)).all()
    assert {label.source for label in labels} == {LabelSource.RESOLVED}


def test_what_nobody_labelled_is_not_learned_from(settled: Database) -> None:
    asked(settled, "Printer prints blanks")
    made = gathered(settled)
    assert (len(made), made.left_out) == (0, {})


# Left out


def test_a_ticket_that_may_come_back_is_left_out(settled: Database) -> None:
    resolved(settled, "Printer prints blanks", close=False)
    assert gathered(settled).left_out == {"just_closed": 1}


def test_three_days_pass_even_where_the_time_to_reopen_is_shorter(settled: Database) -> None:
    resolved(settled, "Printer prints blanks")
    assert gathered(settled, now=NOW + timedelta(hours=71)).left_out == {"just_closed": 1}
    assert len(gathered(settled, now=NOW + timedelta(hours=72))) == 1


def test_a_reopened_ticket_is_left_out(settled: Database) -> None:
    ticket = resolved(settled, "Printer prints blanks", close=False)
    with settled.transaction() as session:
        ada, ben = person(session, "ada"), person(session, "ben")
        closing.reopen(session, ticket, by=ada, policy=POLICY, now=NOW)
        again = Resolution("Again.", "printing", Urgency.LOW)
        closing.resolve(session, ticket, again, by=ben, policy=POLICY, now=NOW)
        closing.close(session, session.get_one(Ticket, ticket), policy=POLICY, now=NOW)
    assert gathered(settled).left_out == {"reopened": 1}


def test_an_open_and_a_withdrawn_ticket_are_left_out(settled: Database) -> None:
    for number in (1, 2):
        ticket = asked(settled, "Printer prints blanks", number=number)
        says(settled, "ada", "printing", ticket=ticket, source=LabelSource.CHOSEN)
    with settled.transaction() as session:
        ada = person(session, "ada")
        closing.withdraw(session, session.get_one(Ticket, ticket), by=ada, policy=POLICY, now=NOW)
    assert gathered(settled).left_out == {"still_open": 1, "withdrawn": 1}


def test_a_deleted_category_is_counted_and_left_out(settled: Database) -> None:
    resolved(settled, "Printer prints blanks", category="email")
    resolved(settled, "Where is the paper", number=2)
    with settled.transaction() as session:
        session.delete(session.get_one(Category, (TEAM, "email")))
    made = gathered(settled)
    assert (len(made), made.left_out) == (1, {"deleted_category": 1})


def test_a_matter_for_a_person_is_never_learned_from(settled: Database) -> None:
    ticket = resolved(settled, "My manager shouts at me every day")
    with settled.transaction() as session:
        session.add(
            Prediction(
                ticket_id=ticket,
                at=NOW,
                model_version="rules",
                urgency=Urgency.HIGH,
                category_confidence=0,
                urgency_confidence=0,
                verdict={"needs_person": {"rule": "harassment"}},
                milliseconds=1,
            )
        )
    assert gathered(settled).left_out == {"for_a_person": 1}


def test_a_text_of_nothing_but_signs_and_one_without_a_category_label_are_counted(settled: Database) -> None:
    resolved(settled, "   ")
    ticket = resolved(settled, "Printer prints blanks", number=2)
    with settled.transaction() as session:
        of_it = (Label.ticket_id == ticket, Label.field == LabelField.CATEGORY)
        session.execute(sa.delete(Label).where(*of_it))
    assert gathered(settled).left_out == {"no_text": 1, "no_category_label": 1}


# Which label stands


def test_the_requester_and_the_agent_together_are_two(settled: Database) -> None:
    ticket = resolved(settled, "Printer prints blanks")
    says(settled, "ada", "printing", ticket=ticket, source=LabelSource.CHOSEN)
    (message,) = gathered(settled).learn
    with settled.reading() as session:
        assert (message.standing, message.by) == (2, (person(session, "ben").id,))


def test_one_person_twice_is_one_and_their_newer_word_counts(settled: Database) -> None:
    ticket = resolved(settled, "Where did my invitation go")
    says(settled, "ben", "email", ticket=ticket, at=LATER)
    (message,) = gathered(settled).learn
    assert (message.category, message.standing) == ("email", 1)


def test_the_word_of_most_people_stands_and_of_as_many_the_newer(settled: Database) -> None:
    ticket = resolved(settled, "Where did my invitation go")
    says(settled, "cleo", "email", ticket=ticket, at=LATER)
    (message,) = gathered(settled).learn
    assert (message.category, message.standing) == ("email", 1)
    says(settled, "dee", "printing", ticket=ticket, at=LATER - timedelta(days=1))
    (message,) = gathered(settled).learn
    assert (message.category, message.standing) == ("printing", 2)
    with settled.reading() as session:
        assert message.by == tuple(sorted((person(session, "ben").id, person(session, "dee").id)))


def test_a_person_may_say_that_it_belongs_to_no_category(settled: Database) -> None:
    ticket = resolved(settled, "Who won the match")
    says(settled, "cleo", NO_CATEGORY, ticket=ticket, at=LATER)
    (message,) = gathered(settled).learn
    assert message.category is None


def test_a_ticket_from_before_the_desk_counts_once_somebody_labelled_it(settled: Database) -> None:
    with settled.transaction() as session:
        past = PastTicket(team_id=TEAM, key="1", text="no paper", imported_at=NOW)
        session.add(past)
        session.flush()
        number = past.id
    assert len(gathered(settled)) == 0
    says(settled, "cleo", "printing", past=number)
    (message,) = gathered(settled).learn
    assert (message.ref, message.at, message.urgency) == (f"past:{number}", NOW, None)


def test_a_label_is_of_one_message_and_by_somebody(settled: Database) -> None:
    ticket = asked(settled, "Printer prints blanks")
    with pytest.raises(sa.exc.IntegrityError), settled.transaction() as session:
        session.add(Label(field=LabelField.CATEGORY, value="printing", by_id=1, at=NOW))
    with pytest.raises(sa.exc.IntegrityError), settled.transaction() as session:
        session.add(Label(ticket_id=ticket, field=LabelField.CATEGORY, value="printing", at=NOW))


# Who asked


def test_who_asked_makes_no_difference(settled: Database) -> None:
    for number, question in enumerate(("Printer prints blanks", "No paper", "Toner is empty"), start=1):
        resolved(settled, question, number=number)
    before = gathered(settled)
    with settled.transaction() as session:
        eli = person(session, "eli")
        someone = Person(
            team_id=TEAM, slack_id="UNEW", time_zone="UTC", role=Role.REQUESTER, is_guest=True, created_at=NOW
        )
        session.add(someone)
        session.flush()
        for ticket in session.scalars(select(Ticket)):
            ticket.requester_id = eli.id if ticket.id % 2 else someone.id
    assert gathered(settled) == before


def test_a_direct_conversation_is_not_told_because_it_would_say_who(settled: Database) -> None:
    resolved(settled, "Printer prints blanks")
    with settled.transaction() as session:
        session.execute(update(Ticket).values(channel_id="DADA"))
    (message,) = gathered(settled).learn
    assert message.channel_id is None
    assert not {"requester", "requester_id", "author"} & set(message.__dataclass_fields__)


# Families and sides


def test_linked_and_near_identical_tickets_stay_on_one_side(settled: Database) -> None:
    texts = ("VPN drops", "No paper", "Toner is empty", "The tunnel falls over again", "vpn drops!")
    ids = [resolved(settled, text, number=number) for number, text in enumerate(texts, start=1)]
    with settled.transaction() as session:
        session.add(TicketLink(ticket_id=ids[3], other_id=ids[0], likeness=0.9, made_at=NOW))
    made = gathered(settled, settings=replace(THREE, judged=0.6))
    assert [one.ref for one in made.judge] == [f"ticket:{ids[2]}"]
    assert {one.ref for one in made.learn} == {f"ticket:{ids[n]}" for n in (0, 1, 3, 4)}
    assert len({one.family for one in made.learn}) == 2


# Frozen


def test_a_frozen_dataset_keeps_labels_and_no_text_and_the_same_one_once(settled: Database) -> None:
    for number, question in enumerate(("Printer prints blanks", "No paper", "Toner is empty"), start=1):
        resolved(settled, question, number=number)
    made = gathered(settled)
    with settled.transaction() as session:
        first = freeze(session, TEAM, made, now=NOW)
        assert freeze(session, TEAM, gather(session, TEAM, now=LATER, settings=THREE), now=LATER) == first
    with settled.reading() as session:
        kept = session.get_one(FrozenDataset, first)
        lines = lines_of(kept)
    assert (kept.hash, kept.learn, kept.judge, kept.audited) == (made.hash, 2, 1, 0)
    assert [(line.side, line.category) for line in lines] == [("judge", "printing")] + [
        ("learn", "printing")
    ] * 2
    assert not any("paper" in str(line).lower() for line in lines)


def test_a_corrected_label_gives_another_hash(settled: Database) -> None:
    ticket = resolved(settled, "Where did my invitation go")
    before = gathered(settled).hash
    says(settled, "dee", "email", ticket=ticket, at=LATER)
    assert gathered(settled).hash != before


def test_a_frozen_dataset_can_be_proved_later_and_says_what_changed(settled: Database) -> None:
    ids = [
        resolved(settled, question, number=number)
        for number, question in enumerate(("Printer prints blanks", "No paper", "Toner is empty"), start=1)
    ]
    with settled.transaction() as session:
        frozen = freeze(session, TEAM, gathered(settled), now=NOW)
    with settled.reading() as session:
        proof = prove(session, TEAM, frozen)
        assert proof is not None
        assert (proof.holds, proof.messages) == (True, 3)
        assert prove(session, "T2", frozen) is None
    with settled.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == ids[0]).values(question="Something else"))
        kept = session.get_one(FrozenDataset, frozen)
        kept.rows = zlib.compress(zlib.decompress(kept.rows).replace(b"printing", b"email"))
    with settled.reading() as session:
        proof = prove(session, TEAM, frozen)
    assert proof is not None
    assert (proof.holds, proof.whole, proof.gone, proof.changed) == (False, False, (), (f"ticket:{ids[0]}",))


def test_of_very_many_messages_the_newest_are_taken_and_the_others_counted(settled: Database) -> None:
    for number, question in enumerate(("Printer prints blanks", "No paper", "Toner is empty"), start=1):
        resolved(settled, question, number=number)
    made = gathered(settled, settings=replace(THREE, most=2))
    assert (len(made), made.left_out) == (2, {"older_than_needed": 1})
