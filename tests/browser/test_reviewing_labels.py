"""The label review in a browser: light and dark, at any width, and by the keyboard alone."""

from datetime import timedelta
from pathlib import Path

import knowledge
import pytest
from browsing import screen_overflow
from playwright.sync_api import Browser, expect

from bot.demo import HELP_CHANNEL, Demo
from triage.learning.agreement import Astray
from triage.learning.review_offers import Question, Questions
from triage.learning.review_rounds import fill
from triage.learning.review_table import Why
from triage.people.roster import meet
from triage.tickets.labels import NO_CATEGORY, add_label
from triage.tickets.models import Ticket
from triage.vocabulary import LabelField, LabelSource, Source, TicketStatus

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text()
# What was asked, what Ben said, why it comes up, and what the model would say.
ASKED = (
    ("The tunnel closes whenever I lock my screen on the train", "printing", Why.DOUBTFUL, "vpn"),
    (
        "payslip for May is missing\nhttps://example.com/" + "very-long-address/" * 9,
        "vpn",
        Why.DOUBTFUL,
        "people",
    ),
    ("Who waters the plants on the third floor?", NO_CATEGORY, Why.AUDIT, "people"),
    ("My mouse double-clicks by itself", "hardware", Why.AUDIT, "hardware"),
    ("how do I share my calendar with the team", None, Why.TEACHES, "meetings"),
)


@pytest.fixture(scope="module")
def reviews(demo: Demo) -> None:
    desk, now = demo.assembly.desk, demo.slack.now()
    with desk.database.transaction() as session:
        ada = meet(session, knowledge.TEAM, "UADA", now=now)
        ben = meet(session, knowledge.TEAM, "UBEN", now=now)
        questions = []
        for number, (text, said, why, thought) in enumerate(ASKED):
            at = now - timedelta(days=9, minutes=number)
            ticket = Ticket(
                team_id=knowledge.TEAM,
                requester_id=ada.id,
                source=Source.CHANNEL,
                channel_id=HELP_CHANNEL,
                thread_ts=f"17000000{number:02}.000100",
                question=text,
                status=TicketStatus.CLOSED,
                asked_at=at,
                resolved_at=at,
                closed_at=at,
            )
            session.add(ticket)
            session.flush()
            if said is not None:
                add_label(
                    session,
                    ticket_id=ticket.id,
                    field=LabelField.CATEGORY,
                    value=said,
                    predicted=thought,
                    by=ben,
                    source=LabelSource.RESOLVED,
                    now=at,
                )
            questions.append(Question(f"ticket:{ticket.id}", why, said, thought))
        fill(session, knowledge.TEAM, Questions(tuple(questions), Astray(1, ())), now=now)


@pytest.mark.usefixtures("reviews")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_screen_has_names_and_contrast_and_fits(
    browser: Browser, demo: Demo, scheme: str, width: int
) -> None:
    for name, path in (("Dee", "/console/models/review"), ("Ben", "/console/models/review/mine")):
        page = knowledge.signed_in(
            browser, demo, name=name, color_scheme=scheme, viewport={"width": width, "height": 740}
        )
        page.goto(demo.url + path)
        assert page.evaluate(AUDIT) == [], path
        assert screen_overflow(page) == [], path
        page.context.close()


@pytest.mark.usefixtures("reviews")
def test_a_press_of_a_key_confirms_and_the_next_one_is_ready(browser: Browser, demo: Demo) -> None:
    page = knowledge.signed_in(browser, demo, name="Cleo")
    page.goto(f"{demo.url}/console/models/review")
    expect(page.get_by_text("5 questions for you")).to_be_visible()
    page.get_by_role("button", name="VPN").first.press("Enter")

    expect(page.get_by_text("4 questions for you")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('article') === document.querySelector('article')")
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 questions for you")).to_be_visible()
    page.context.close()
