"""A thank-you that names what for asks nothing; one that is followed by a question still asks it."""

import pytest

from kb.text import is_greeting_or_thanks, is_thanks

THANKED_FOR = [
    "Thanks for the help yesterday!",
    "thanks for your help",
    "Thank you so much for the help again",
    "Thanks for all your help last week",
    "many thanks for your support this morning!",
    "Thanks for the quick fix earlier :pray:",
    "Thank you all for helping me yesterday",
    "cheers for that",
    "Thanks again for sorting it out so fast",
    "thank you for your patience",
]
QUESTIONS = [
    "my vpn is down",
    "it fails again",
    "the printer stopped",
    "how do I scan",
    "the laptop died yesterday",
    "I need help with my password",
    "help with my account please",
    "can you help me again?",
    "since yesterday nothing works",
    "my manager keeps harassing me",
]


@pytest.mark.parametrize("said", THANKED_FOR)
def test_thanks_for_something_ask_nothing(said: str) -> None:
    assert is_thanks(said)


@pytest.mark.parametrize("thanks", THANKED_FOR)
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("between", [" ", ", ", "\n", " but ", " and "])
def test_thanks_before_a_question_do_not_swallow_it(thanks: str, between: str, question: str) -> None:
    assert not is_greeting_or_thanks(thanks + between + question)


@pytest.mark.parametrize(
    "said",
    ["help", "please help me", "thanks, help me", "yesterday", "thanks, it worked yesterday but no more"],
)
def test_the_words_of_a_thank_you_do_not_make_one(said: str) -> None:
    assert not is_thanks(said)
