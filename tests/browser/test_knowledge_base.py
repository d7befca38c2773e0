"""The knowledge base in a browser: light and dark, at any width, by keyboard, with and without scripts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import knowledge
import pytest
from browsing import Playground, screen_overflow
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from bot.demo import Demo

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text()


@pytest.fixture(scope="module")
def places(demo: Demo) -> dict[str, str]:
    return knowledge.fill(demo)


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complains about, a blocked script or style among it."""
    found: list[str] = []
    yield found
    assert found == []


def window(browser: Browser, demo: Demo, complaints: list[str], **look: object) -> Page:
    page = knowledge.signed_in(browser, demo, **look)  # type: ignore[arg-type]
    page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def _is_complaint(said: ConsoleMessage) -> bool:
    # That a form was sent back with what is missing is an answer, and no fault of the page.
    return said.type in ("error", "warning") and "status of 422" not in said.text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_has_names_and_enough_contrast(
    browser: Browser, demo: Demo, places: dict[str, str], complaints: list[str], scheme: str
) -> None:
    page = window(browser, demo, complaints, color_scheme=scheme)
    for name, path in places.items():
        page.goto(demo.url + path)
        assert page.evaluate(AUDIT) == [], name
    knowledge.filled_in_badly(page, demo)
    assert page.evaluate(AUDIT) == [], "a form with what is missing"
    page.context.close()


@pytest.mark.parametrize("width", [360, 768, 1000])
def test_nothing_runs_over_the_edge(
    browser: Browser, demo: Demo, places: dict[str, str], complaints: list[str], width: int
) -> None:
    page = window(browser, demo, complaints, viewport={"width": width, "height": 740})
    for name, path in places.items():
        page.goto(demo.url + path)
        assert screen_overflow(page) == [], name
    page.context.close()


def test_two_people_at_once_see_both_versions(browser: Browser, demo: Demo, places: dict[str, str]) -> None:
    for scheme, width in (("light", 1280), ("dark", 360)):
        page = knowledge.signed_in(
            browser, demo, color_scheme=scheme, viewport={"width": width, "height": 740}
        )
        knowledge.conflicted(page, demo, places["editor"])
        assert page.evaluate(AUDIT) == []
        assert screen_overflow(page) == []
        expect(page.get_by_label("Text, in Markdown")).to_have_value("## Try this first\n1. Wait a minute.")
        page.context.close()


def test_an_article_is_written_and_published_without_a_mouse(
    browser: Browser, demo: Demo, complaints: list[str]
) -> None:
    page = window(browser, demo, complaints)
    keys = page.keyboard
    page.goto(f"{demo.url}/console/articles")
    page.get_by_role("link", name="New article").focus()
    keys.press("Enter")
    page.get_by_label("Title", exact=True).focus()
    keys.type("Coffee machine shows E11")
    keys.press("Tab")
    keys.type("Get the coffee going again.")
    keys.press("Tab")
    keys.type("1. Empty the **tray**.\n2. Close the door.")
    looks = page.get_by_role("region", name="The window in Slack")
    expect(looks).to_contain_text("Empty the tray.")
    expect(looks.locator("strong")).to_have_text("tray")
    page.get_by_role("button", name="Save and publish").focus()
    keys.press("Enter")

    expect(page.get_by_role("heading", name="Coffee machine shows E11")).to_be_visible()
    expect(page.get_by_text("Published. Search finds it from now on.")).to_be_visible()
    page.goto(f"{demo.url}/console/articles/try?q=cofee machine shows e11")
    expect(page.get_by_role("link", name="Coffee machine shows E11")).to_be_visible()
    page.context.close()


def test_the_preview_works_without_scripts(browser: Browser, demo: Demo, places: dict[str, str]) -> None:
    page = knowledge.signed_in(browser, demo, java_script_enabled=False)
    page.goto(demo.url + places["editor"])
    page.get_by_label("Text, in Markdown").fill("Press *Reconnect* now.")
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_role("region", name="The window in Slack").locator("em")).to_have_text("Reconnect")
    expect(page.get_by_label("Text, in Markdown")).to_have_value("Press *Reconnect* now.")
    page.context.close()


def test_who_read_an_article_in_slack_says_whether_it_helped(
    playground_with: Callable[..., Playground],
) -> None:
    ada = playground_with().opens("as=UADA&c=CHELP")
    ada.asks("my camera stays black in a teams meeting")
    ada.opens_thread_of("my camera stays black")
    ada.presses("Read it all")
    expect(ada.form.get_by_text("Did this article help you?")).to_be_visible()
    ada.presses("Helpful", ada.form)
    expect(ada.form.get_by_text("Thanks, noted: it helped.")).to_be_visible()
