"""The rota in a browser: by keyboard, on a phone, light and dark; told by words and never by colour alone."""

from collections.abc import Iterator
from pathlib import Path

import knowledge
import pytest
import rota_desk
from browsing import screen_overflow
from playwright.sync_api import Browser, Page, expect

from bot.demo import Demo

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text()
# What stands in a bar against what the bar is filled with.
FAINT = """() => {
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const channels = (text) => numbers(text).slice(0, 3).map((one) => (text.startsWith("color(") ? one : one / 255));
  const light = (text) => {
    const [red, green, blue] = channels(text).map((one) =>
      one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  return [...document.querySelectorAll(".picture-of .bar-of")].flatMap((bar) => {
    const text = bar.querySelector("text");
    if (!text) return [];
    const [one, other] = [getComputedStyle(text).fill, getComputedStyle(bar.querySelector(".fill")).fill].map(light);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    return ratio < 4.5 ? [`${ratio.toFixed(2)}: ${bar.dataset.told}`] : [];
  });
}"""
NAMELESS = """() => [...document.querySelectorAll(".picture-of .bar-of")]
  .filter((bar) => !bar.getAttribute("aria-label")).length"""


@pytest.fixture(scope="module", autouse=True)
def planned(demo: Demo) -> int:
    return rota_desk.fill(demo)


@pytest.fixture
def page(browser: Browser, demo: Demo) -> Iterator[Page]:
    page = knowledge.signed_in(browser, demo)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.context.close()
    assert complaints == []


def test_who_and_why_is_read_by_keyboard(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/console/rota")
    told = "document.activeElement.dataset.told"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(told):
            break
    first = page.evaluate(told)
    line = page.locator("[data-why]").first
    expect(line).to_have_text(first)
    page.keyboard.press("ArrowRight")
    second = page.evaluate(told)
    assert second not in ("", first)
    expect(line).to_have_text(second)
    page.keyboard.press("Enter")
    row = page.locator("tr:target")
    expect(row).to_be_visible()
    expect(row).to_contain_text(second)


def test_who_and_why_is_read_by_pointing(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/console/rota")
    page.locator(".bar-stands_in").first.hover()
    expect(page.locator("[data-why]").first).to_contain_text("Finn Aalto stands in for Cleo Martins")


def test_a_gap_is_said_in_words_and_somebody_is_put_on_it(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/console/rota?weeks=4")
    assert "Nobody is primary" in (page.locator(".bar-gap").first.get_attribute("aria-label") or "")
    page.goto(f"{demo.url}/console/look-ahead")
    page.get_by_role("link", name="See it on the rota: Nobody").first.click()
    expect(page.get_by_role("heading", name="Rota")).to_be_visible()
    expect(page.locator(".bar-gap").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_everything_fits_has_a_name_and_enough_contrast(
    browser: Browser, demo: Demo, planned: int, scheme: str, width: int
) -> None:
    page = knowledge.signed_in(browser, demo, color_scheme=scheme, viewport={"width": width, "height": 740})
    paths = (
        "rota",
        "rota?weeks=1",
        "rota?weeks=12",
        "my-oncall",
        "look-ahead",
        "rota/new",
        f"rota/{planned}/edit",
    )
    for path in paths:
        page.goto(f"{demo.url}/console/{path}")
        assert page.evaluate(AUDIT) == [], path
        assert screen_overflow(page) == [], path
        assert page.evaluate(FAINT) == [], path
        assert page.evaluate(NAMELESS) == 0, path
    page.context.close()


def test_on_a_phone_the_rota_is_a_list_by_day(browser: Browser, demo: Demo) -> None:
    page = knowledge.signed_in(browser, demo, viewport={"width": 360, "height": 740})
    page.goto(f"{demo.url}/console/rota")
    expect(page.locator(".picture-of").first).to_be_hidden()
    expect(page.locator(".rota-days").get_by_text("Cleo Martins (primary)").first).to_be_visible()
    expect(page.locator(".rota-days").get_by_text("Nobody (primary)").first).to_be_visible()
    page.context.close()
