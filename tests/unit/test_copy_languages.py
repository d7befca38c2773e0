"""The words for a question in a language without articles."""

import string

import pytest

from bot.slack.copy_languages import AND, LANGUAGE_NAMES, ONLY_ARTICLES_IN, only_articles_in


def test_it_is_said_in_the_question_s_language_and_in_english() -> None:
    assert only_articles_in(["en"], asked_in="de").splitlines() == [
        "Ich habe nur Artikel auf Englisch, darum antwortet dir hier ein Mensch.",
        "I only have articles in English.",
    ]
    assert (
        only_articles_in(["de", "fr", "nl"], asked_in="en")
        == "I only have articles in German, French and Dutch."
    )
    assert only_articles_in(["en", "de"], asked_in="pl") == "I only have articles in English and German."
    assert "anglais et Danish" in only_articles_in(["en", "da"], asked_in="fr")


@pytest.mark.parametrize("language", ONLY_ARTICLES_IN)
def test_every_language_that_is_spoken_has_its_words(language: str) -> None:
    (field,) = (name for _, name, _, _ in string.Formatter().parse(ONLY_ARTICLES_IN[language]) if name)
    assert field == "languages"
    assert AND[language]
    assert LANGUAGE_NAMES[language].keys() >= ONLY_ARTICLES_IN.keys() - {language}
    assert len(only_articles_in(["en", "de", "fr"], asked_in=language)) < 200
