"""Gaps, and what stands beside a ticket, in a browser: light and dark, at any width."""

from datetime import timedelta
from pathlib import Path

import knowledge
import pytest
from browsing import screen_overflow
from playwright.sync_api import Browser, expect

from bot.demo import HELP_CHANNEL, Demo
from kb.articles import publish
from triage.people.models import Person
from triage.people.roster import meet
from triage.reports.gap_drafts import draft_for_gap
from triage.tickets import claims, closing
from triage.tickets.models import Ticket
from triage.tickets.transition import move, note
from triage.vocabulary import Source, TicketAction, Urgency

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text()
BADGE = (
    "My badge does not open the parking gate since Monday",
    "The parking gate does not open with my badge",
    "badge will not open the gate of the parking, 20 people behind me",
)
BEAMER = ("The beamer in Lyon shows no picture", "no picture on the beamer in room Lyon")


@pytest.fixture(scope="module")
def places(demo: Demo) -> dict[str, str]:
    """Two gaps, one of them written about; the page of a solved ticket and of one like it."""
    desk, now = demo.assembly.desk, demo.slack.now()
    with desk.database.transaction() as session:
        ben = meet(session, knowledge.TEAM, "UBEN", now=now)

        def asks(slack_id: str, question: str, n: int) -> Ticket:
            at = now - timedelta(minutes=90 - n)
            person: Person = meet(session, knowledge.TEAM, slack_id, now=now)
            ticket = Ticket(
                team_id=knowledge.TEAM,
                requester_id=person.id,
                source=Source.CHANNEL,
                channel_id=HELP_CHANNEL,
                thread_ts=f"18000000{n:02}.000100",
                question=question,
                asked_at=at,
            )
            session.add(ticket)
            session.flush()
            note(session, ticket, "asked", now=at, actor=person)
            move(session, ticket, TicketAction.SUGGEST, policy=desk.rules, now=at)
            move(session, ticket, TicketAction.ESCALATE, policy=desk.rules, now=at, escalated_at=at)
            claims.claim(session, ticket.id, agent=ben, policy=desk.rules, now=at)
            return ticket

        badges = [
            asks(who, text, n)
            for n, (who, text) in enumerate(zip(("UADA", "UELI", "UDEE"), BADGE, strict=True))
        ]
        beamers = [
            asks(who, text, 10 + n)
            for n, (who, text) in enumerate(zip(("UADA", "UELI"), BEAMER, strict=True))
        ]
        said = closing.Resolution("The badge had run out; Ben renewed it.", "hardware", Urgency.LOW)
        closing.resolve(session, badges[0].id, said, by=ben, policy=desk.rules, now=now)
        article, _ = draft_for_gap(session, knowledge.TEAM, [one.id for one in beamers], by=ben, now=now)
        publish(session, knowledge.TEAM, article.id, now=now)
        return {
            "gaps": "/console/gaps",
            "solved": f"/console/tickets/{badges[0].id}",
            "like it": f"/console/tickets/{badges[1].id}",
        }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_screen_has_names_and_contrast_and_fits(
    browser: Browser, demo: Demo, places: dict[str, str], scheme: str, width: int
) -> None:
    page = knowledge.signed_in(browser, demo, color_scheme=scheme, viewport={"width": width, "height": 740})
    for name, path in places.items():
        page.goto(demo.url + path)
        page.evaluate("for (const one of document.querySelectorAll('td details')) one.open = true")
        assert page.evaluate(AUDIT) == [], name
        assert screen_overflow(page) == [], name
    page.context.close()


def test_one_tap_drafts_the_article(browser: Browser, demo: Demo, places: dict[str, str]) -> None:
    page = knowledge.signed_in(browser, demo, name="Ben")
    page.goto(demo.url + places["gaps"])
    expect(page.get_by_text("too few to tell")).to_be_visible()

    page.get_by_role("button", name="Draft an article").first.click()

    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    expect(page.get_by_text("somebody renewed it")).to_be_visible()
    page.goto(demo.url + places["like it"])
    expect(page.get_by_role("heading", name="Like this, and solved")).to_be_visible()
    page.context.close()
