"""Escalation by clicking: a policy is written and rehearsed by keyboard; light and dark, at any width."""

import os
import re
from pathlib import Path

import knowledge
import pytest
import rota_desk
from browsing import screen_overflow
from playwright.sync_api import Browser, Page, expect

from bot.demo import Demo

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text()
# Where pictures are put, for looking at them; without it none are taken.
PICTURES = os.environ.get("EVENHAND_PICTURES")
PATHS = {
    "policies": "escalation",
    "dry-run": "escalation?urgency=critical&at=Sunday+03:10#dry-run",
    "waits": "escalation?urgency=low&at=Sunday+03:10#dry-run",
    "wrong": "escalation?urgency=low&at=soon#dry-run",
    "new": "escalation/policy",
    "change": "escalation/policy?name=Nights",
}


@pytest.fixture(scope="module", autouse=True)
def planned(demo: Demo) -> int:
    return rota_desk.fill(demo)


def tab_to(page: Page, name: str) -> None:
    """Goes to a button, field or link the way somebody without a mouse does."""
    wanted = page.get_by_label(name, exact=True).or_(page.get_by_role("button", name=name, exact=True)).first
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach “{name}”")


def test_a_policy_is_written_and_rehearsed_by_keyboard(browser: Browser, demo: Demo) -> None:
    page = knowledge.signed_in(browser, demo)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{demo.url}/console/escalation/policy")
    tab_to(page, "Name")
    page.keyboard.type("Nights")
    tab_to(page, "Critical")
    page.keyboard.press("Space")
    tab_to(page, "Minutes to wait for each")
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    tab_to(page, "Add a level")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Level 2")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Nights")
    page.get_by_role("group", name="Level 2").get_by_label("Ask").select_option(label="Gwen Baker")
    tab_to(page, "Minutes from the last resort to the next start")
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Nights” is saved.")).to_be_visible()

    tab_to(page, "Show")
    page.keyboard.press("Enter")
    expect(page.locator(".levels").first).to_contain_text("3 min")
    steps = page.locator(".steps .step")
    expect(steps.first).to_contain_text(re.compile(r"Sun \d+ \w+ 03:10"))
    expect(steps.last).to_contain_text("Starts again")
    expect(page.locator(".steps").get_by_text("Last resort")).to_be_visible()
    assert complaints == []
    page.context.close()


def test_what_is_wrong_is_said_and_nothing_is_lost(browser: Browser, demo: Demo) -> None:
    page = knowledge.signed_in(browser, demo)
    page.goto(f"{demo.url}/console/escalation/policy")
    page.get_by_label("Name").fill("Weekends")
    page.get_by_label("Minutes to wait for each").fill("soon")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("Level 1: “soon” is no number")
    expect(page.get_by_label("Name")).to_have_value("Weekends")
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_everything_fits_has_a_name_and_enough_contrast(
    browser: Browser, demo: Demo, scheme: str, width: int
) -> None:
    page = knowledge.signed_in(browser, demo, color_scheme=scheme, viewport={"width": width, "height": 740})
    for name, path in PATHS.items():
        page.goto(f"{demo.url}/console/{path}")
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/escalation-{name}-{scheme}-{width}.png", full_page=True)
        assert page.evaluate(AUDIT) == [], path
        assert screen_overflow(page) == [], path
    page.context.close()
