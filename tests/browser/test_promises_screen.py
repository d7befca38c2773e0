"""Promises by clicking: the screen, the queue and a ticket; light and dark, at any width."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import knowledge
import pytest
from browsing import screen_overflow
from playwright.sync_api import Browser, Page, expect

from bot.demo import HELP_CHANNEL, Demo
from triage.people.models import Person
from triage.people.roster import meet
from triage.tickets import claims, closing
from triage.tickets.closing import Resolution
from triage.tickets.models import Ticket
from triage.tickets.transition import move, note
from triage.vocabulary import Source, TicketAction, Urgency

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text()
# Where pictures are put, for looking at them; without it none are taken.
PICTURES = os.environ.get("EVENHAND_PICTURES")


@pytest.fixture(scope="module")
def held(demo: Demo) -> int:
    """Half a year of tickets, some late; three open ones, the last of them on hold. Its number."""
    desk, now = demo.assembly.desk, demo.slack.now()
    with desk.database.transaction() as session:
        ben = meet(session, knowledge.TEAM, "UBEN", now=now)
        ada: Person = meet(session, knowledge.TEAM, "UADA", now=now)

        def asks(question: str, n: int, *, days: float, urgency: Urgency, claimed: bool = True) -> Ticket:
            at = now - timedelta(days=days)
            ticket = Ticket(
                team_id=knowledge.TEAM,
                requester_id=ada.id,
                source=Source.CHANNEL,
                channel_id=HELP_CHANNEL,
                thread_ts=f"17000000{n:02}.000100",
                question=question,
                urgency=urgency,
                asked_at=at,
            )
            session.add(ticket)
            session.flush()
            note(session, ticket, "asked", now=at, actor=ada)
            move(session, ticket, TicketAction.SUGGEST, policy=desk.rules, now=at)
            move(session, ticket, TicketAction.ESCALATE, policy=desk.rules, now=at, escalated_at=at)
            if claimed:
                claims.claim(session, ticket.id, agent=ben, policy=desk.rules, now=at)
            return ticket

        for n in range(48):
            urgency = list(Urgency)[n % 4]
            days = 5 + n * 3.5
            ticket = asks(f"Old question {n}", n, days=days, urgency=urgency)
            answers = (
                now - timedelta(days=days) + timedelta(hours=(6, 3, 0.7, 0.2)[n % 4] * (0.5 + n % 7 / 5))
            )
            claims.first_response(session, ticket, agent=ben, policy=desk.rules, now=answers)
            done = now - timedelta(days=days) + timedelta(hours=(30, 20, 6, 3)[n % 4] * (0.5 + n % 5 / 3))
            said = Resolution("Restarted it.", "hardware", urgency)
            closing.resolve(session, ticket.id, said, by=ben, policy=desk.rules, now=done)
        asks("The printer on the second floor prints blank pages", 60, days=0.05, urgency=Urgency.LOW)
        asks("My VPN drops every ten minutes", 61, days=0.8, urgency=Urgency.MEDIUM)
        asks("No sound in the big meeting room", 62, days=0.032, urgency=Urgency.HIGH, claimed=False)
        waits = asks("A new badge for the warehouse", 63, days=1.2, urgency=Urgency.MEDIUM)
        claims.first_response(session, waits, agent=ben, policy=desk.rules, now=now - timedelta(days=1))
        at = now - timedelta(hours=9)
        claims.hold(session, waits.id, agent=ben, policy=desk.rules, now=at, reason="the supplier")
        return waits.id


def looks(browser: Browser, demo: Demo) -> Iterator[tuple[str, Page]]:
    for scheme in ("light", "dark"):
        for width in (360, 1280):
            size = {"width": width, "height": 900}
            page = knowledge.signed_in(browser, demo, color_scheme=scheme, viewport=size)
            yield f"{scheme}-{width}", page
            page.context.close()


def test_targets_are_changed_and_everything_is_readable(browser: Browser, demo: Demo, held: int) -> None:
    page = knowledge.signed_in(browser, demo)
    page.goto(f"{demo.url}/console/promises")
    page.get_by_label("First answer within, high").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("High, first answer: “soon” is no time.")
    page.get_by_label("First answer within, high").fill("45 min")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Tickets that begin from now on get these")).to_be_visible()
    page.context.close()

    for name, look in looks(browser, demo):
        for path in ("promises", "?show=open&order=due", "?show=open&promise=late", f"tickets/{held}"):
            look.goto(f"{demo.url}/console/{path}")
            for opened in look.locator("details:has(.reasons) summary").all():
                opened.click()
            if PICTURES:
                shot = f"{path.strip('?').replace('&', '-').replace('/', '-').replace('=', '-')}-{name}.png"
                look.screenshot(path=f"{PICTURES}/{shot}", full_page=True)
            assert look.evaluate(AUDIT) == [], (name, path)
            assert screen_overflow(look) == [], (name, path)
