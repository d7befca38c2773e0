"""The main job, as a newcomer does it in the browser: ask, solve, escalate, claim, resolve."""

import re

import pytest
from browsing import Playground
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PRINTER = "The label printer in room 214 prints every second label blank since this morning"
WORN = "The roll was worn; a new one is in."


def test_from_the_first_question_to_a_rated_resolution(page: Playground) -> None:
    ada_solves_an_example(page)
    ada_asks_for_a_person(page)
    ben_claims_from_the_card(page)
    ben_resolves_in_the_form(page)
    ada_reads_and_rates(page)


def ada_solves_an_example(page: Playground) -> None:
    example = page.page.get_by_test_id("example").first
    question = example.inner_text()
    example.click()
    page.opens_thread_of(question)
    page.reads("I'm the desk's bot")
    page.presses("That solved it")
    page.reads("Glad that it's solved")
    expect(page.thread.get_by_role("button", name="Talk to a person")).to_have_count(0)


def ada_asks_for_a_person(page: Playground) -> None:
    page.asks(PRINTER)
    page.opens_thread_of(PRINTER)
    page.reads("Printing and scanning")
    page.presses("Talk to a person")
    page.reads(re.compile("I've asked the desk. Someone will answer here"))


def ben_claims_from_the_card(page: Playground) -> None:
    page.becomes("Ben")
    page.goes_to("#desk")
    card = page.message(PRINTER)
    expect(card).to_contain_text("Ada Okafor asked today at")
    page.presses("Claim", card)
    expect(card).to_contain_text("@Ben Lindqvist is on it since today at")
    card.get_by_role("link", name="open the thread").click()
    page.reads(PRINTER)
    expect(page.page.locator("[data-user=UBEN] input"), "a link keeps who one is").to_be_checked()
    page.replies("Hello Ada, I'm on my way with a new roll.")


def ben_resolves_in_the_form(page: Playground) -> None:
    page.goes_to("#desk")
    card = page.message(PRINTER)
    page.presses("Resolve", card)
    form = page.form
    how = form.get_by_label("What it was, and how it was solved")
    expect(how).to_be_focused()
    page.presses("Resolve", form)
    expect(form.get_by_text("Please fill this in.")).to_be_visible()
    how.fill("   ")
    page.presses("Resolve", form)
    expect(form.get_by_text("Write in a sentence what it was")).to_be_visible()
    expect(form.get_by_label("Category")).to_have_value("printing")
    how.fill(WORN)
    article = form.get_by_label("Article that solved it")
    article.fill("print")
    offered = form.locator("datalist option").first
    expect(offered).to_be_attached()
    article.fill(offered.get_attribute("value") or "")
    page.presses("Resolve", form)
    expect(form).to_be_hidden()
    expect(card).to_contain_text(f"Resolved by @Ben Lindqvist: {WORN}")


def ada_reads_and_rates(page: Playground) -> None:
    page.becomes("Ada")
    page.goes_to("#help")
    page.opens_thread_of(PRINTER)
    page.reads(f"Fixed: {WORN}")
    page.presses("Good")
    page.reads("Thanks, noted: Good.")
    home = page.goes_home()
    expect(home.get_by_text("Nothing open. Enjoy the quiet.")).to_be_visible()


def test_home_shows_how_things_stand_however_one_gets_there(page: Playground) -> None:
    page.becomes("Eli")
    page.asks("The projector in the big room has turned everything purple")
    page.opens_thread_of("projector")
    page.presses("Talk to a person")
    page.reads("I've asked the desk")
    home = page.goes_home()
    expect(home.get_by_text("projector")).to_be_visible()
    page.becomes("Ben")
    waiting = home.get_by_role("button", name="Claim")
    expect(waiting).to_have_count(1)
    waiting.click()
    expect(home.get_by_role("button", name="Resolve")).to_have_count(1)
    expect(home.get_by_text("Nobody is waiting.")).to_be_visible()


def test_the_drawer_explains_the_decision(page: Playground) -> None:
    page.becomes("Eli")
    page.asks("the printer on the 3rd floor says offline but its clearly on??")
    drawer = page.drawer
    for part in ("Category", "Words that moved the category", "Urgency", "Articles considered"):
        expect(drawer.get_by_role("heading", name=part, exact=True)).to_be_visible()
    expect(drawer.locator(".chance-chosen").first).to_contain_text("Printing and scanning")
    assert drawer.locator(".bar").count() >= 4
    article = drawer.locator(".article").first
    expect(article).to_contain_text("shown")
    article.locator("summary").click()
    expect(article.locator("blockquote")).to_be_visible()
    expect(drawer.locator(".timeline")).to_contain_text("Eli Novak asked · in a help channel")
    expect(drawer.locator(".jobs")).to_contain_text("read the message")
    expect(drawer.locator(".jobs tr").filter(has_text="answer")).to_contain_text("sent")


def test_somebody_else_sees_the_same_moment_in_their_own_zone(page: Playground) -> None:
    page.becomes("Eli")
    page.asks("The whole warehouse can't scan parcels, trucks are waiting")
    page.becomes("Ben")
    page.goes_to("#desk")
    # The one that the card itself says, not the message's own stamp beside the name.
    asked = page.message("warehouse").locator(".block time[datetime]").first
    moment, in_stockholm = asked.get_attribute("datetime"), asked.inner_text()
    page.becomes("Cleo")
    expect(asked).not_to_have_text(in_stockholm)
    assert asked.get_attribute("datetime") == moment
