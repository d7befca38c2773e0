"""The page for everybody: by keyboard alone, on a phone, in the dark, and for a screen reader."""

from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import Playground, let_it_work, screen_overflow
from playwright.sync_api import Page, expect

from bot.demo import HELP_CHANNEL, Demo
from bot.slack import ids

pytestmark = pytest.mark.browser

AUDIT = (Path(__file__).parent / "audit.js").read_text()
QUESTION = "teams camera shows black picture in meetings"
WAITING = "The label printer in room 214 prints every second label blank since this morning"
CRITICAL = "The whole warehouse can't scan parcels, trucks are waiting"

Opening = Callable[..., Playground]


@pytest.fixture(scope="module", autouse=True)
def conversation(demo: Demo) -> None:
    """Something of everything: an answer with an article, one without, a critical one, cards."""
    for person, question in (("UADA", QUESTION), ("UADA", WAITING), ("UELI", CRITICAL)):
        demo.slack.advance(minutes=2)
        ts = demo.slack.say(person, HELP_CHANNEL, question)
        let_it_work(demo)
        if question == WAITING:
            answer = demo.slack.replies(HELP_CHANNEL, ts)[0]
            demo.slack.click(person, HELP_CHANNEL, answer["ts"], ids.ASK_PERSON)
            let_it_work(demo)


PLACES = (
    "as=UADA&c=CHELP",
    "as=UBEN&c=CDESK",
    "as=UBEN&home=1",
    "as=UADA&home=1",
    "as=UADA&c=CRANDOM",
)


# By keyboard alone


def test_a_question_is_asked_and_solved_without_a_mouse(playground_with: Opening) -> None:
    playground = playground_with().opens("as=UELI&c=CHELP")
    page, keys = playground.page, playground.page.keyboard
    keys.press("Tab")
    expect(page.get_by_role("button", name="Skip to the message field")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_test_id("composer")).to_be_focused()
    playground.demo.slack.advance(minutes=2)
    keys.type("my camera stays black in a teams meeting")
    keys.press("Enter")
    expect(playground.message("my camera stays black").get_by_test_id("replies")).to_be_visible()
    tab_to(page, "1 reply", backwards=True)
    keys.press("Enter")
    playground.reads("Camera does not work in a meeting")
    tab_to(page, "That solved it")
    keys.press("Enter")
    playground.reads("Glad that it's solved")
    tab_to(page, "Close the thread", backwards=True)
    keys.press("Enter")
    expect(page.get_by_test_id("composer")).to_be_focused()


def test_a_form_opens_on_its_first_field_and_escape_leads_back(playground_with: Opening) -> None:
    playground = playground_with().opens("as=UDEE&home=1")
    page = playground.page
    expect(page.get_by_role("button", name="Ask a question")).to_be_visible()
    tab_to(page, "Ask a question")
    page.keyboard.press("Enter")
    expect(playground.form.get_by_label("What do you need?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(playground.form).to_be_hidden()
    expect(page.get_by_role("button", name="Ask a question")).to_be_focused()


def tab_to(page: Page, label: str, *, backwards: bool = False) -> None:
    """Presses Tab until the control with this name has the focus, as one would by ear."""
    focused = (
        "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).trim()"
    )
    passed: list[str] = []
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        name = str(page.evaluate(focused))
        if name.startswith(label):
            return
        passed.append(name[:30])
    raise AssertionError(f"“{label}” was not reached; passed by {passed}")


# For everybody's eyes and ears


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_has_a_name_and_enough_contrast(playground_with: Opening, scheme: str) -> None:
    playground = playground_with(color_scheme=scheme)
    for place in PLACES:
        playground.opens(place)
        assert _complaints(playground) == [], place
    playground.opens("as=UADA&c=CHELP")
    playground.opens_thread_of(QUESTION)
    expect(playground.drawer.locator(".chances").first).to_be_visible()
    assert _complaints(playground) == [], "a thread"
    playground.opens("as=UBEN&home=1")
    playground.presses("Ask a question", playground.page.get_by_test_id("home-view"))
    expect(playground.form).to_be_visible()
    # The button's words are faded until its press is answered, which may come after the form.
    expect(playground.page.locator("[aria-busy=true]")).to_have_count(0)
    complaints = _complaints(playground)
    playground.presses("Cancel", playground.form)
    expect(playground.form).to_be_hidden()
    assert complaints == [], "a form"


# Colours that are on their way are nobody's colours yet. What never ends is not waited for.
STILL = """Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished)).then(() => true)"""


def _complaints(playground: Playground) -> list[str]:
    playground.page.wait_for_function("document.fonts.ready.then(() => true)")
    playground.page.wait_for_function(STILL)
    return list(playground.page.evaluate(AUDIT))


def test_dark_and_light_follow_the_system_until_one_chooses(playground_with: Opening) -> None:
    playground = playground_with(color_scheme="dark").opens()
    page = playground.page
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="Use light colours").click()
    light = page.evaluate(background)
    assert dark != light
    page.reload()
    expect(page.get_by_role("button", name="Use dark colours")).to_be_visible()
    assert page.evaluate(background) == light


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_runs_over_the_edge(playground_with: Opening, width: int) -> None:
    playground = playground_with(viewport={"width": width, "height": 720})
    for place in PLACES:
        playground.opens(place)
        assert screen_overflow(playground.page) == [], place


def test_on_a_phone_the_columns_are_tabs(playground_with: Opening) -> None:
    playground = playground_with(viewport={"width": 360, "height": 720}, has_touch=True)
    page = playground.opens("as=UADA&c=CHELP").page
    playground.opens_thread_of(QUESTION)
    expect(page.get_by_test_id("tab-thread")).to_have_attribute("aria-selected", "true")
    reply = page.get_by_test_id("thread-composer")
    expect(reply).to_be_visible()
    box = reply.bounding_box()
    assert box is not None
    assert box["height"] >= 20, "there is a line to write on"
    for tab in ("why", "channels", "chat", "thread"):
        page.get_by_test_id(f"tab-{tab}").click()
        assert screen_overflow(page) == [], tab
    page.get_by_test_id("tab-channels").click()
    playground.becomes("Ben")
    playground.goes_to("#desk")
    expect(page.get_by_role("button", name="Claim").first).to_be_visible()
