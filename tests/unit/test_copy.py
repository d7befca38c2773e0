"""The voice, held to on every sentence: calm, short, concrete, plain; see design notes on voice and look."""

import importlib
import re
import string
from pathlib import Path
from typing import Any

import pytest

import bot
from bot.slack import copy

PACKAGE = Path(bot.__file__).parent
# Every room of the desk may keep its words in a file of its own; those in other languages are tested by themselves.
WORDS = [
    importlib.import_module(f"bot.slack.{file.stem}")
    for file in sorted((PACKAGE / "slack").glob("copy*.py"))
    if file.stem != "copy_languages"
]

# What stands for what a person or the desk fills in, so that a sentence is judged as it is read.
SAMPLES = {
    "article": "Reset your VPN",
    "articles": "“Reset your VPN”",
    "category": "VPN",
    "count": "14",
    "first": "Signing in",
    "how": "The old profile was still there.",
    "id": "42",
    "level": "2",
    "likes": "ticket 12 (VPN)",
    "link": "https://desk.example.com",
    "mark": "●",
    "opening": "at nine",
    "pager": "opsgenie",
    "people": "Ben, Cleo",
    "person": "Ben",
    "quote": "my VPN drops",
    "rating": "Good",
    "reason": "It says VPN.",
    "reasons": "It says VPN.",
    "second": "VPN and remote access",
    "sentence": "Nobody is on for “Desk” from Mon 2 Mar, 09:00 to 17:00",
    "state": "a draft",
    "status": "On hold",
    "sure": "0.93",
    "time": "20 minutes",
    "told": "My team, I am stuck",
    "title": "Reset your VPN",
    "urgency": "High",
    "wait": "Usual wait: 20 minutes.",
    "when": "today",
    "words": "whole warehouse",
}
FIELDS = {"UNDERSTOOD": {"urgency": "something that slows you down"}}


def every_text() -> dict[str, str]:
    found: dict[str, str] = {}
    for words in WORDS:
        for name, value in vars(words).items():
            if not name.isupper() or (value is vars(copy).get(name) and words is not copy):
                continue
            known = name if name not in found else f"{name}.{words.__name__}"
            if isinstance(value, str):
                found[known] = value
            elif isinstance(value, dict):
                found |= {f"{known}.{key}": text for key, text in value.items()}
    return found


TEXTS = every_text()
MARKS = {name: text for name, text in TEXTS.items() if name.startswith("URGENCY_MARK")}
BUTTONS = {
    name: text
    for name, text in TEXTS.items()
    if name.startswith(("BUTTON_", "RATINGS"))
    or name.endswith(("_SUBMIT", "_ASK"))
    or name in ("CANCEL", "HOME_CONSOLE")
}
SENTENCES = {
    name: text
    for name, text in TEXTS.items()
    if text.rstrip().endswith((".", "?", ":")) and name not in MARKS
}


class _Filled(dict[str, str]):
    """A gap without a sample is as long as its name, which is near enough to judge a sentence."""

    def __missing__(self, gap: str) -> str:
        return gap.replace("_", " ")


def as_read(name: str, text: str) -> str:
    """Filled in, without Slack's marks and without what is typed rather than read."""
    filled = text.format_map(_Filled(SAMPLES | FIELDS.get(name.partition(".")[0], {})))
    filled = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", filled)
    filled = re.sub(r"`[^`]*`", "that", filled)
    return re.sub(r"[*_]", "", filled)


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.!?])\s+", text.strip()) if re.search(r"\w", s)]


# --- How hard it is to read -------------------------------------------------------------------------


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end: near enough for a grade."""
    word = word.lower().strip("'’")
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1:
        groups -= 1
    return max(1, groups)


def reading_grade(text: str) -> float:
    """Flesch-Kincaid: the school year in which one reads this with ease."""
    words = re.findall(r"[A-Za-z’']+", text)
    parts = max(1, len([s for s in re.split(r"[.!?:;]+", text) if re.search(r"[A-Za-z]", s)]))
    if not words:
        return 0.0
    return 0.39 * len(words) / parts + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_grade_tells_plain_from_stilted() -> None:
    plain = "I've asked the desk. Someone will answer here, usually within 20 minutes."
    stilted = "Your request has been successfully escalated to the appropriate organisational department."
    assert reading_grade(plain) < 8 < reading_grade(stilted)


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_a_reading_grade_of_eight_or_less(name: str) -> None:
    text = as_read(name, TEXTS[name])
    if len(re.findall(r"\w+", text)) >= 4:  # a grade of three words says nothing
        assert reading_grade(text) <= 8, f"{reading_grade(text):.1f}: {text}"


# --- How it speaks ----------------------------------------------------------------------------------

NEVER = (
    "unfortunately|please note|as per|apologi[sz]e|apologies|inconvenience|successfully|kindly|hereby|utili[sz]e"
    "|regarding|in order to|invalid|illegal|error occurred|permission denied|oops|whoops|yay|awesome|your request"
    "|rest assured|at your earliest|do not hesitate|tier \\d|\\bSLA\\b|escalat"
)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_phrase_that_nobody_would_say(name: str) -> None:
    assert not re.search(NEVER, TEXTS[name], re.IGNORECASE)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_exclamation_mark_and_no_shouting(name: str) -> None:
    said = re.sub(r"<![^>]*>|EVENHAND_\w+", "", TEXTS[name])
    assert "!" not in said
    assert not re.search(r"\b[A-Z]{4,}\b", said)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_no_emoji(name: str) -> None:
    """A mark stands beside the word for the urgency; nothing else is said by a picture."""
    assert not re.search(r":[a-z_+-]+:", TEXTS[name])
    assert not re.search(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]", TEXTS[name])


def test_a_mark_never_stands_without_its_word() -> None:
    views = (PACKAGE / "slack" / "views").glob("*.py")
    for file in views:
        source = file.read_text("utf-8")
        assert source.count("URGENCY_MARK[") <= source.count("URGENCY_NAME["), file.name
    for name, text in TEXTS.items():
        if "{mark}" in text:
            assert "{urgency}" in text, name


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_one_idea_in_at_most_three_sentences(name: str) -> None:
    # What a person wrote in between (a reason, how it was solved) is not ours to count.
    said = re.sub(r"\{(?:reasons?|how|wait|quote)\}", "this", TEXTS[name])
    assert len(sentences(as_read(name, said))) <= 3


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_a_sentence_begins_with_a_capital_and_is_not_long(name: str) -> None:
    said = as_read(name, TEXTS[name])
    assert re.match(r"[A-Z“(]", said) or TEXTS[name].startswith(("{", "`")), said
    assert max(len(sentence.split()) for sentence in sentences(said)) <= 22


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_typography_is_one(name: str) -> None:
    said = re.sub(r"`[^`]*`", "that", TEXTS[name])
    assert '"' not in said, "use “ and ”"
    assert "..." not in said, "use …"
    assert "  " not in said
    assert said == said.strip(" ")


@pytest.mark.parametrize("name", sorted(BUTTONS))
def test_a_button_has_four_short_words_at_most(name: str) -> None:
    label = TEXTS[name]
    assert len(label.split()) <= 4
    assert len(label) <= 24, "more is cut on a phone"
    assert not label.endswith(".")
    assert label[0].isupper()


def test_titles_of_forms_fit() -> None:
    for name, text in TEXTS.items():
        if name.endswith("_TITLE") and "{" not in text:
            assert len(text) <= 24, name


# --- That all of it is used, and complete -----------------------------------------------------------


def test_no_sentence_is_left_over() -> None:
    sources = "\n".join(file.read_text("utf-8") for file in PACKAGE.rglob("*.py"))
    used = set(re.findall(r"\w\.([A-Z][A-Z0-9_]*)\b", sources))
    unused = [
        f"{words.__name__}: {name}"
        for words in WORDS
        for name in vars(words)
        if name.isupper() and name not in used
    ]
    assert unused == []


def test_no_sentence_stands_outside() -> None:
    """Whole sentences in the views and listeners belong into the one file that a desk can change."""
    for folder in ("views", "listeners"):
        for file in (PACKAGE / "slack" / folder).glob("*.py"):
            source = re.sub(r'"""[\s\S]*?"""|#.*', "", file.read_text("utf-8"))
            said = re.findall(r'"([A-Z][a-z]+(?: [\w\']+){2,}[.?])"', source)
            assert said == [], file.name


@pytest.mark.parametrize("name", sorted(name for name in TEXTS if name in vars(copy)))
def test_every_gap_is_known_here(name: str) -> None:
    gaps = {field for _, field, _, _ in string.Formatter().parse(TEXTS[name]) if field}
    assert gaps <= SAMPLES.keys()


@pytest.mark.parametrize("words", [copy.URGENCY_NAME, copy.URGENCY_IN_WORDS, copy.STATUS_NAME, copy.RATINGS])
def test_no_two_words_are_the_same(words: dict[Any, str]) -> None:
    assert len(set(words.values())) == len(words)
