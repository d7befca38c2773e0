"""The life of a model by clicking: train, look on, promote, compare, roll back; light and dark, at any width."""

from collections.abc import Iterator
from pathlib import Path

import knowledge
import pytest
from browsing import screen_overflow
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from bot.demo import Demo
from bot.tour.learning import bring_in_old_tickets
from triage.people.roster import meet
from triage.tickets.models import Category

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text()


@pytest.fixture(scope="module")
def taught(demo: Demo) -> None:
    """Old tickets, and categories in words of the desk's own: these need no examples of the starter set, so that a
    training is short."""
    desk, now = demo.assembly.desk, demo.slack.now()
    with desk.database.transaction() as session:
        session.execute(update(Category).values(description=Category.description + " And the like."))
    with desk.database.transaction() as session:
        dee = meet(session, knowledge.TEAM, "UDEE", now=now)
    bring_in_old_tickets(desk, dee)


def trained(page: Page, url: str) -> str:
    """Presses the button, and sees the page look again by itself until the model is there."""
    page.goto(f"{url}/console/models")
    page.get_by_role("button", name="Train now").click()
    expect(page.get_by_text("This page looks again by itself.")).to_be_visible()
    last = page.get_by_text("Last:").get_by_role("link")
    expect(last).to_be_visible(timeout=240_000)
    return last.inner_text()


def looks(browser: Browser, demo: Demo) -> Iterator[Page]:
    for scheme in ("light", "dark"):
        for width in (360, 1280):
            size = {"width": width, "height": 740}
            page = knowledge.signed_in(browser, demo, color_scheme=scheme, viewport=size)
            yield page
            page.context.close()


@pytest.mark.usefixtures("taught")
def test_a_model_comes_serves_and_goes_by_clicking(browser: Browser, demo: Demo) -> None:
    page = knowledge.signed_in(browser, demo)
    first, second = trained(page, demo.url), trained(page, demo.url)

    page.get_by_role("link", name=second).first.click()
    expect(page.get_by_role("heading", name="speaks against it")).to_be_visible()
    if (why := page.get_by_label("Why it may serve all the same")).count():
        why.fill("To see how one takes over")
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_text(f"{second} serves from now on.")).to_be_visible()

    paths = ("", f"/one/{first}", f"/one/{second}", f"/compare?one={second}&other={first}")
    for look in looks(browser, demo):
        for path in paths:
            look.goto(f"{demo.url}/console/models{path}")
            assert look.evaluate(AUDIT) == [], path
            assert screen_overflow(look) == [], path

    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("The starter model serves again.")).to_be_visible()
    page.context.close()
