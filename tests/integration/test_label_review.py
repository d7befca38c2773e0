"""The label review: worst first, never one's own label, and of two who answer at once the first one counts."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from zlib import crc32

import pytest
from factories import NOW, TEAM, person, settle
from outlooks import outlook_of
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.database import Database
from triage.classifier.outlook import Outlook
from triage.errors import NotAllowed, UnknownCategory
from triage.learning import review_filling
from triage.learning.review import (
    HELD_FOR,
    NothingToAnswer,
    OwnLabel,
    answer,
    listed,
    next_for,
    skip,
    to_review,
)
from triage.learning.review_filling import in_order, read
from triage.learning.review_offers import Question, Questions, offer
from triage.learning.review_table import LabelReview, OfferState, Why
from triage.tickets.labels import NO_CATEGORY, add_label
from triage.tickets.models import Category, Label, PastTicket, Prediction, Ticket
from triage.vocabulary import LabelField, LabelSource, Source, TicketStatus, Urgency


@pytest.fixture(autouse=True)
def people(database: Database) -> None:
    settle(database)
    with database.transaction() as session:
        session.add(Category(team_id=TEAM, key="vpn", name="VPN", description="VPN"))


def ticket(
    session: Session, question: str, *, label: str | None = None, by: str = "ben", days: int = 9
) -> int:
    """One that is long done; `by` labelled it."""
    at = NOW - timedelta(days=days)
    row = Ticket(
        team_id=TEAM,
        requester_id=person(session, "ada").id,
        source=Source.CHANNEL,
        channel_id="CHELP",
        thread_ts=f"{at.timestamp():.0f}.{crc32(question.encode()) % 1_000_000:06d}",
        question=question,
        status=TicketStatus.CLOSED,
        asked_at=at,
        resolved_at=at,
        closed_at=at,
    )
    session.add(row)
    session.flush()
    if label is not None:
        labelled(session, row.id, label, by)
    return row.id


def labelled(session: Session, ticket_id: int, value: str, by: str) -> None:
    add_label(
        session,
        ticket_id=ticket_id,
        field=LabelField.CATEGORY,
        value=value,
        predicted=None,
        by=person(session, by),
        source=LabelSource.RESOLVED,
        now=NOW,
    )


def offered(database: Database, count: int = 3, *, by: str = "ben") -> list[int]:
    """Tickets that Ben labelled as printing and that the champion doubts; the reviews' ids, worst first."""
    with database.transaction() as session:
        ids = [ticket(session, f"vpn drops number {n}", label="printing", by=by) for n in range(count)]
        offer(session, TEAM, [Question(f"ticket:{i}", Why.DOUBTFUL, "printing", "vpn") for i in ids], now=NOW)
        return list(session.scalars(select(LabelReview.id).order_by(LabelReview.place)))


def test_the_worst_comes_first_and_an_answer_becomes_a_label(database: Database) -> None:
    first, second, _ = offered(database)
    with database.transaction() as session:
        cleo = person(session, "cleo")
        asked = next_for(session, cleo, now=NOW)
        assert asked is not None
        assert (asked.id, asked.said, asked.thought, asked.why) == (first, "printing", "vpn", Why.DOUBTFUL)
        answer(session, first, "vpn", by=cleo, now=NOW)
    with database.transaction() as session:
        cleo = person(session, "cleo")
        newest = session.scalars(select(Label).order_by(Label.id.desc()).limit(1)).one()
        assert (newest.value, newest.by_id, newest.source) == ("vpn", cleo.id, LabelSource.REVIEWED)
        following = next_for(session, cleo, now=NOW)
        assert following is not None
        assert following.id == second
        assert to_review(session, cleo, now=NOW) == 2


def test_nobody_is_asked_about_their_own_label(database: Database) -> None:
    first = offered(database)[0]
    with database.transaction() as session:
        ben = person(session, "ben")
        assert next_for(session, ben, now=NOW) is None
        assert listed(session, ben, now=NOW, limit=9) == []
        with pytest.raises(OwnLabel):
            answer(session, first, "printing", by=ben, now=NOW)


def test_those_who_ask_do_not_review(database: Database) -> None:
    first = offered(database)[0]
    with database.transaction() as session:
        ada = person(session, "ada")
        for refused in (
            lambda: next_for(session, ada, now=NOW),
            lambda: answer(session, first, "vpn", by=ada, now=NOW),
            lambda: skip(session, first, by=ada, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_what_one_has_in_front_of_them_is_not_handed_to_another_for_a_while(database: Database) -> None:
    first, second, _ = offered(database)
    with database.transaction() as session:
        cleo, dee = person(session, "cleo"), person(session, "dee")
        for reviewer, expected in ((cleo, first), (dee, second), (cleo, first)):
            asked = next_for(session, reviewer, now=NOW)
            assert asked is not None
            assert asked.id == expected
        assert first not in [one.id for one in listed(session, dee, now=NOW, limit=9)]
        later = NOW + HELD_FOR
        assert first in [one.id for one in listed(session, dee, now=later, limit=9)]


def test_who_skips_is_not_asked_again_but_others_are(database: Database) -> None:
    first, second, _ = offered(database)
    with database.transaction() as session:
        cleo, dee = person(session, "cleo"), person(session, "dee")
        next_for(session, cleo, now=NOW)
        skip(session, first, by=cleo, now=NOW)
        skip(session, first, by=cleo, now=NOW)
        asked, others = next_for(session, cleo, now=NOW), next_for(session, dee, now=NOW)
        assert asked is not None
        assert others is not None
        assert (asked.id, others.id) == (second, first)


def test_an_answer_must_be_a_category_of_the_desk_or_none_of_them(database: Database) -> None:
    first, second, _ = offered(database)
    with database.transaction() as session:
        cleo = person(session, "cleo")
        with pytest.raises(UnknownCategory):
            answer(session, first, "deleted long ago", by=cleo, now=NOW)
        answer(session, first, NO_CATEGORY, by=cleo, now=NOW)
        with pytest.raises(NothingToAnswer):
            answer(session, first, "vpn", by=cleo, now=NOW)
        with pytest.raises(NothingToAnswer):
            answer(session, 99_999, "vpn", by=cleo, now=NOW)
        answer(session, second, "vpn", by=cleo, now=NOW)


def test_of_two_who_answer_at_once_one_is_told(database: Database) -> None:
    (first,) = offered(database, 1)
    ready = threading.Barrier(2)

    def side(name: str, value: str) -> Callable[[], Any]:
        def act() -> str:
            try:
                with database.transaction() as session:
                    who = person(session, name)
                    ready.wait(timeout=20)
                    answer(session, first, value, by=who, now=NOW)
                return "counted"
            except NothingToAnswer:
                return "told"

        return act

    # Both have read before either writes, where the database lets two write; on SQLite one waits for the other.
    if database.engine.dialect.name == "sqlite":
        ready = threading.Barrier(1)
    with ThreadPoolExecutor(2) as pool:
        outcomes = [
            f.result(timeout=60)
            for f in [pool.submit(side("cleo", "vpn")), pool.submit(side("dee", "printing"))]
        ]
    assert sorted(outcomes) == ["counted", "told"]
    with database.reading() as session:
        reviewed = select(func.count()).where(Label.source == LabelSource.REVIEWED)
        assert session.scalar(reviewed) == 1


def test_two_who_look_at_once_are_handed_different_questions(database: Database) -> None:
    offered(database, 2)

    def look(name: str) -> int | None:
        with database.transaction() as session:
            asked = next_for(session, person(session, name), now=NOW)
            return asked.id if asked else None

    with ThreadPoolExecutor(2) as pool:
        handed = list(pool.map(look, ["cleo", "dee"]))
    assert None not in handed
    assert len(set(handed)) == 2


def test_one_open_question_about_each_message(database: Database) -> None:
    offered(database, 1)
    with database.transaction() as session:
        ticket_id = session.scalars(select(LabelReview.ticket_id)).one()
        session.add(LabelReview(team_id=TEAM, ticket_id=ticket_id, why=Why.AUDIT, place=1, offered_at=NOW))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_offering_again_keeps_what_is_looked_at_and_drops_the_rest(database: Database) -> None:
    first, second, third = offered(database)
    with database.transaction() as session:
        cleo = person(session, "cleo")
        next_for(session, cleo, now=NOW)
        kept = session.get_one(LabelReview, third)
        questions = [Question(f"ticket:{kept.ticket_id}", Why.AUDIT, "vpn", None)]
        assert offer(session, TEAM, questions, now=NOW) == 0
    with database.reading() as session:
        states = {row.id: row.state for row in session.scalars(select(LabelReview))}
        assert states == {first: OfferState.OPEN, second: OfferState.DROPPED, third: OfferState.OPEN}
        again = session.get_one(LabelReview, third)
        assert (again.place, again.why, again.said) == (0, Why.AUDIT, "vpn")


# --- What is asked ----------------------------------------------------------------------------------


class Champion:
    """Stands in for the classifier: sure of VPN wherever the word stands, else unsure."""

    def look(self, texts: list[str]) -> Outlook:
        truth = ["vpn" if "vpn" in text.lower() else "printing" for text in texts]
        return outlook_of(truth, ("vpn", "printing"), wrong=0.0, sure=0.95)


def asked_of(database: Database) -> Questions:
    with database.reading() as session:
        material = read(session, TEAM, now=NOW)
    return in_order(material, Champion())  # type: ignore[arg-type]


def test_doubtful_labels_come_first_then_what_audits_and_what_teaches(database: Database) -> None:
    with database.transaction() as session:
        doubtful = ticket(session, "vpn is gone", label="printing", days=90)
        for n in range(8):
            ticket(session, f"printer {n} is jammed", label="printing", days=60 - n)
        newest = ticket(session, "vpn slow on the train", label="vpn", days=10)
        nobody = ticket(session, "the vpn asks for a code")
    asked = asked_of(database).asked
    assert [(one.ref, one.why) for one in asked[:3]] == [
        (f"ticket:{doubtful}", Why.DOUBTFUL),
        (f"ticket:{newest}", Why.AUDIT),
        (f"ticket:{nobody}", Why.TEACHES),
    ]
    assert (asked[0].said, asked[0].thought) == ("printing", "vpn")
    assert asked[2].said is None


def test_what_two_people_said_is_not_audited_again(database: Database) -> None:
    with database.transaction() as session:
        for n in range(5):
            labelled(session, ticket(session, f"printer {n} is jammed", label="printing"), "printing", "cleo")
    assert asked_of(database).asked == ()


def test_matters_for_a_person_alone_are_shown_to_no_reviewer(database: Database) -> None:
    with database.transaction() as session:
        private = ticket(session, "my manager keeps shouting at me")
        session.add(
            Prediction(
                ticket_id=private,
                at=NOW,
                model_version="starter",
                category=None,
                urgency=Urgency.MEDIUM,
                category_confidence=0.1,
                urgency_confidence=0.1,
                verdict={"needs_person": {"rule": "harassment"}},
                milliseconds=1.0,
            )
        )
    assert asked_of(database).asked == ()
    with database.transaction() as session:
        offer(session, TEAM, [Question(f"ticket:{private}", Why.TEACHES, None, None)], now=NOW)
        assert to_review(session, person(session, "cleo"), now=NOW) == 0, "even if it was offered"


def test_two_who_fill_at_once_offer_each_message_once(database: Database) -> None:
    with database.transaction() as session:
        asked = [Question(f"ticket:{ticket(session, 'vpn drops')}", Why.TEACHES, None, None)]

    def fill() -> int:
        with database.transaction() as session:
            return offer(session, TEAM, asked, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lambda _: fill(), range(2))) == [0, 1]


def test_a_hand_gone_astray_is_asked_about_before_all_and_counted_without_a_name(database: Database) -> None:
    with database.transaction() as session:
        for n in range(24):
            ticket(session, f"vpn trouble number {n}", label="printing", by="ben", days=90)
            ticket(session, f"printer {n} is jammed", label="printing", by="cleo", days=90)
        lone = ticket(session, "vpn gone again", label="printing", by="dee", days=90)
    found = asked_of(database)
    assert found.astray.people == 1
    assert "1 person" in found.astray.sentence
    doubtful = [one.ref for one in found.asked if one.why is Why.DOUBTFUL]
    assert doubtful.index(f"ticket:{lone}") == 24


def test_tickets_from_before_the_desk_are_asked_about_too(database: Database) -> None:
    with database.transaction() as session:
        past = PastTicket(team_id=TEAM, key="old-1", text="vpn was slow", imported_at=NOW)
        session.add(past)
        session.flush()
        offer(session, TEAM, [Question(f"past:{past.id}", Why.DOUBTFUL, "printing", "vpn")], now=NOW)
        cleo = person(session, "cleo")
        asked = next_for(session, cleo, now=NOW)
        assert asked is not None
        assert (asked.text, asked.ticket_id) == ("vpn was slow", None)
        answer(session, asked.id, "vpn", by=cleo, now=NOW)
        assert session.scalars(select(Label.past_id)).one() == past.id


def imported(session: Session, *texts: str) -> list[int]:
    rows = [
        PastTicket(team_id=TEAM, key=f"old-{text}", text=text, category="Network", imported_at=NOW)
        for text in texts
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def test_imported_tickets_without_a_category_can_teach_too(database: Database) -> None:
    with database.transaction() as session:
        unknown, known = imported(session, "vpn was slow", "printer was slow")
        add_label(
            session,
            past_id=known,
            field=LabelField.CATEGORY,
            value="printing",
            predicted=None,
            by=person(session, "ben"),
            source=LabelSource.REVIEWED,
            now=NOW,
        )
    assert [(one.ref, one.why) for one in asked_of(database).asked] == [(f"past:{unknown}", Why.TEACHES)]


def test_an_imported_matter_for_a_person_alone_is_not_offered(database: Database) -> None:
    with database.transaction() as session:
        imported(session, "my manager keeps shouting at me")
    assert asked_of(database).asked == ()


def test_of_a_large_import_only_the_newest_are_looked_at(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_filling, "_MOST_UNLABELLED", 6)
    monkeypatch.setattr(review_filling, "_FEWEST_IMPORTED", 2)
    with database.transaction() as session:
        old = imported(session, *(f"vpn drop {n}" for n in range(9)))
        for n in range(3):
            ticket(session, f"vpn trouble {n}")
    with database.reading() as session:
        looked_at = [one.ref for one in read(session, TEAM, now=NOW).unlabelled]
    assert len(looked_at) == 6
    assert looked_at[3:] == [f"past:{id_}" for id_ in reversed(old[-3:])]
    with database.transaction() as session:
        for n in range(3, 9):
            ticket(session, f"vpn trouble {n}")
    with database.reading() as session:
        looked_at = [one.ref for one in read(session, TEAM, now=NOW).unlabelled]
    assert looked_at[4:] == [f"past:{id_}" for id_ in reversed(old[-2:])], "however many tickets there are"
