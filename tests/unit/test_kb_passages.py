"""Which lines of an article are shown."""

import pytest
from meaning_model import needs_the_model, the_encoder

from kb.entries import Entry
from kb.index import build_index
from kb.meaning.parts import parts_of
from kb.meaning.vectors import Coded, Meaning, Shelf
from kb.passages import best_passage
from kb.search import consider
from kb.starter import starter_index


def test_a_cut_never_leaves_the_bare_number_of_a_list_item() -> None:
    step = "Open the settings of the printer and choose the drawer that holds the labels you need today."
    body = "\n".join(f"{number}. {step}" for number in range(1, 9))
    passage = best_passage(body, "Labels", {"label": 1.0})
    assert passage.splitlines()[-1].endswith("today.")


@pytest.mark.parametrize(
    ("question", "slug", "answer"),
    [
        # What all of the article is about points to its first section, not to wherever the word stands again.
        ("outlok keeps nagging me for pasword", "outlook-keeps-asking-for-password", "1. Sign in to mail"),
        ("inbox says it is full and i cannot send", "mailbox-full", "1. Empty Deleted Items"),
        ("clicked on a weird link in a mail", "clicked-phishing-link", "1. Tell the desk now"),
        ("everytime i am in the train the tunnel goes away", "vpn-drops-on-mobile-networks", "1. Windows 11"),
        # What only one line is about points to that line.
        ("there is an echo in our call", "no-sound-or-microphone-in-meeting", "Echo: two devices"),
        ("camera error 0xA00F4244", "camera-not-working-in-meeting", "0xA00F4244 means"),
        ("vpn drops when i tether through my iphone", "vpn-drops-on-mobile-networks", "On an iPhone"),
    ],
)
def test_the_lines_answer_what_was_asked(question: str, slug: str, answer: str) -> None:
    found = next(
        match for match in consider(starter_index(), question, limit=10).considered if match.slug == slug
    )
    assert answer in found.passage


def test_a_heading_speaks_for_its_section() -> None:
    body = "## Windows\nOpen the settings.\n\n## On a Mac\nPress the apple."
    assert best_passage(body, "", {"mac": 2.0, "window": 0.1}) == "Press the apple."


def test_lines_that_would_be_cut_off_speak_for_nothing() -> None:
    body = f"First steps.\n{'Words ' * 50}\n{'more ' * 40}\nThe spooler."
    assert "spooler" in best_passage(body.replace("\n", "\n\n"), "", {"spooler": 1.0})


def test_without_a_word_in_common_the_nearest_stretch_by_meaning_answers() -> None:
    parts = ["Open the list of printers.", "Pull out the plug.", "Ask for a new cable."]
    body = "\n\n".join(f"## Part\n{part}" for part in parts)
    near = [(parts[0], 0.1), (parts[1], 0.2), (parts[2], 0.6)]
    assert best_passage(body, "", {"wire": 1.0}, windows=near) == parts[2]
    assert best_passage(body, "", {"wire": 1.0}) == parts[0]


@needs_the_model
def test_a_long_article_is_opened_where_it_means_what_was_asked() -> None:
    filler = (
        "Fill in the form of the travel office and hand it to your manager before the first of the month. "
        * 8
    )
    answer = "A stolen notebook has to be reported at once, so that it can be wiped from afar."
    body = f"## Travel\n{filler}\n\n## Hotels\n{filler}\n\n## Mishaps\n{answer}\n\n## Meals\n{filler}"
    entry = Entry(article_id=1, slug="rules", revision=1, title="Rules", summary="", body=body)
    encoder, parts = the_encoder(), parts_of(entry)
    vectors = encoder.encode([part.text for part in parts])
    shelf = Shelf.of([Coded.of(1, [part.kind for part in parts], vectors)], encoder.dims)
    index = build_index([entry])
    index = index.with_meaning(Meaning.of([shelf], index.article_ids).with_encoder(encoder))
    assert consider(index, "someone nicked my computer").considered[0].passage == answer
