"""The label review in the console: worst first, one press each, one's own agreement for oneself alone."""

import itertools
import re
from datetime import timedelta
from typing import cast

import pytest
import sqlalchemy as sa
from console_desk import NOW, TEAM, ConsoleDesk, Page
from outlooks import outlook_of
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.worker.reviewing import ReviewFiller, fill_review
from triage.classifier.current import CurrentClassifier
from triage.classifier.outlook import Outlook
from triage.learning.review_offers import Question, offer
from triage.learning.review_rounds import FILLED_EVERY, ReviewRound, is_due, last_round
from triage.learning.review_table import LabelReview, Why
from triage.tickets.labels import NO_CATEGORY, add_label
from triage.tickets.models import Label, Ticket
from triage.vocabulary import LabelField, LabelSource, TicketStatus

# No two questions of a test come in the same moment.
_minute = itertools.count()


@pytest.fixture
def desk(bare_engine: sa.Engine) -> ConsoleDesk:
    return ConsoleDesk(bare_engine)


def labelled(desk: ConsoleDesk, question: str, category: str, by: str = "ben", *, days: int = 9) -> int:
    """A ticket that is long done, labelled by somebody."""
    ticket_id = desk.ticket(question, minutes_ago=days * 24 * 60 + next(_minute))
    with desk.database.transaction() as session:
        done = NOW - timedelta(days=days)
        session.execute(
            update(Ticket)
            .where(Ticket.id == ticket_id)
            .values(status=TicketStatus.CLOSED, resolved_at=done, closed_at=done)
        )
        says(desk, session, ticket_id, category, by)
    return ticket_id


def says(desk: ConsoleDesk, session: Session, ticket_id: int, category: str, by: str) -> None:
    add_label(
        session,
        ticket_id=ticket_id,
        field=LabelField.CATEGORY,
        value=category,
        predicted=None,
        by=desk.someone(session, by),
        source=LabelSource.RESOLVED,
        now=NOW,
    )


@pytest.fixture
def doubted(desk: ConsoleDesk) -> list[int]:
    ids = [labelled(desk, f"VPN drops, number {n}", "printing") for n in range(3)]
    with desk.database.transaction() as session:
        offer(session, TEAM, [Question(f"ticket:{i}", Why.DOUBTFUL, "printing", "vpn") for i in ids], now=NOW)
    return ids


def first(page: Page) -> int:
    found = re.search(r"/models/review/(\d+)", page.html)
    assert found is not None
    return int(found[1])


@pytest.mark.usefixtures("doubted")
def test_an_agent_confirms_corrects_and_skips_with_a_press_each(desk: ConsoleDesk) -> None:
    cleo = desk.browser("cleo")
    page = cleo.get("/models/review")
    for words in ("3 questions for you", "This label looks doubtful", "VPN drops, number 0", "Somebody said"):
        assert words in page.text
    assert "autofocus" not in page.html
    assert "Ben" not in page.text

    after = cleo.post(f"/models/review/{first(page)}", follow=True, answer="say:vpn")
    assert "Noted: VPN and remote access." in after.text
    assert "number 0" not in after.text
    assert "autofocus" in after.html, "the next one is a press away"
    after = cleo.post(f"/models/review/{first(after)}", follow=True, answer="other", category="sign_in")
    assert "Noted: Signing in." in after.text
    after = cleo.post(f"/models/review/{first(after)}", follow=True, answer="skip")
    assert "Nothing to review" in after.text
    with desk.database.reading() as session:
        said = session.scalars(select(Label.value).where(Label.source == LabelSource.REVIEWED)).all()
        assert list(said) == ["vpn", "sign_in"]


@pytest.mark.usefixtures("doubted")
def test_of_two_who_press_the_second_is_told_and_nothing_is_said_twice(desk: ConsoleDesk) -> None:
    cleo, dee = desk.browser("cleo"), desk.browser("dee")
    review = first(cleo.get("/models/review"))
    dee.get("/models/review")
    cleo.post(f"/models/review/{review}", answer="say:vpn")
    late = dee.post(
        f"/models/review/{review}", follow=True, answer="say:printing", back="/console/models/review"
    )
    assert "a moment quicker" in late.text
    with desk.database.reading() as session:
        count = select(func.count()).where(Label.source == LabelSource.REVIEWED)
        assert session.scalar(count) == 1


@pytest.mark.usefixtures("doubted")
def test_whoever_labelled_it_does_not_confirm_it(desk: ConsoleDesk) -> None:
    ben = desk.browser("ben")
    assert "Nothing to review" in ben.get("/models/review").text
    review = first(desk.browser("cleo").get("/models/review"))
    said = ben.post(
        f"/models/review/{review}", follow=True, answer="say:printing", back="/console/models/review"
    )
    assert "You labelled that one yourself" in said.text


@pytest.mark.usefixtures("doubted")
@pytest.mark.parametrize("pressed", ["", "say", "vpn", "say:gone", "other"])
def test_nonsense_says_nothing(desk: ConsoleDesk, pressed: str) -> None:
    cleo = desk.browser("cleo")
    review = first(cleo.get("/models/review"))
    assert cleo.post(f"/models/review/{review}", answer=pressed, category="-").status in (302, 303)
    assert cleo.post("/models/review/99999", follow=True, answer="skip").status == 200
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).where(Label.source == LabelSource.REVIEWED)) == 0


def test_words_that_look_like_markup_stay_words(desk: ConsoleDesk) -> None:
    ticket_id = labelled(desk, "<script>alert(1)</script> VPN", "printing")
    with desk.database.transaction() as session:
        offer(session, TEAM, [Question(f"ticket:{ticket_id}", Why.AUDIT, NO_CATEGORY, None)], now=NOW)
    page = desk.browser("cleo").get("/models/review")
    assert "<script>alert" not in page.html
    assert "none of the categories" in page.text


# --- What fills it ----------------------------------------------------------------------------------


class Champion:
    """Knows VPN from printing by the word."""

    def look(self, texts: list[str]) -> Outlook:
        truth = ["vpn" if "vpn" in text.lower() else "printing" for text in texts]
        return outlook_of(truth, ("vpn", "printing"), wrong=0.0, sure=0.95)

    def for_team(self, *_: object) -> "Champion":
        return self


@pytest.fixture
def champion(desk: ConsoleDesk) -> None:
    desk.desk.classifiers = cast(CurrentClassifier, Champion())


@pytest.mark.usefixtures("champion")
def test_the_review_fills_itself_once_a_day_and_again_when_little_is_left(desk: ConsoleDesk) -> None:
    filler = ReviewFiller(desk.desk)
    assert filler.fill_where_due() == 0, "nobody labelled anything yet"
    labelled(desk, "VPN drops", "printing")
    assert filler.fill_where_due() == 1
    assert filler.fill_where_due() == 0
    assert "VPN drops" in desk.browser("cleo").get("/models/review").text
    desk.now += timedelta(hours=2)
    with desk.database.reading() as session:
        assert is_due(session, TEAM, now=desk.now), "only one question is left"
        latest = last_round(session, TEAM)
        assert latest is not None
        assert (latest.asked, latest.astray) == (1, 0)
        assert is_due(session, TEAM, now=desk.now + FILLED_EVERY)


@pytest.mark.usefixtures("champion")
def test_a_person_s_own_agreement_is_theirs_and_admins_see_a_count(desk: ConsoleDesk) -> None:
    for n in range(25):
        labelled(desk, f"VPN trouble number {n}", "printing", by="ben")
        labelled(desk, f"Printer {n} is jammed", "printing", by="cleo")
    fill_review(desk.desk.database, desk.desk.classifiers, desk.desk.clock, TEAM)

    mine = desk.browser("ben").get("/models/review/mine")
    assert "0 of your 25 labels agree" in mine.text
    assert "VPN trouble number 3" in mine.text
    assert "25 of your 25 labels agree" in desk.browser("cleo").get("/models/review/mine").text

    page = desk.browser("dee").get("/models/review")
    assert "The labels of 1 person differ a lot; the review asks about them first." in page.text
    assert "Ben" not in page.text
    assert "1 person" not in desk.browser("cleo").get("/models/review").text
    assert "None of your labels" in desk.browser("dee").get("/models/review/mine").text


def test_no_table_of_the_review_says_whose_labels_stood_out() -> None:
    """The round holds a number; a question holds who answered it, and nothing of who labelled it before."""
    assert not [column.name for column in ReviewRound.__table__.columns if "person" in column.name]
    people = {
        c.name for c in LabelReview.__table__.columns if c.foreign_keys and "person" in str(c.foreign_keys)
    }
    assert people == {"held_by_id", "answered_by_id"}
