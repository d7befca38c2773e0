"""What is said to whom asks in a language that the desk has no articles in: in their language, then in English.

The rest of what the desk says stands in copy.py.
"""

from collections.abc import Sequence
from typing import Final

from kb.language import NAMES, language_name

ONLY_ARTICLES_IN: Final = {
    "en": "I only have articles in {languages}.",
    "de": "Ich habe nur Artikel auf {languages}, darum antwortet dir hier ein Mensch.",
    "fr": "Je n'ai que des articles en {languages} : une personne te répondra ici.",
    "es": "Solo tengo artículos en {languages}, así que te responderá aquí una persona.",
    "pt": "Só tenho artigos em {languages}, por isso uma pessoa vai responder aqui.",
    "it": "Ho solo articoli in {languages}, quindi ti risponderà qui una persona.",
    "nl": "Ik heb alleen artikelen in het {languages}, dus een mens antwoordt je hier.",
}
AND: Final = {"en": "and", "de": "und", "fr": "et", "es": "y", "pt": "e", "it": "e", "nl": "en"}
LANGUAGE_NAMES: Final = {
    "en": NAMES,
    "de": {
        "en": "Englisch", "fr": "Französisch", "es": "Spanisch", "pt": "Portugiesisch", "it": "Italienisch",
        "nl": "Niederländisch",
    },
    "fr": {
        "en": "anglais", "de": "allemand", "es": "espagnol", "pt": "portugais", "it": "italien", "nl": "néerlandais",
    },
    "es": {"en": "inglés", "de": "alemán", "fr": "francés", "pt": "portugués", "it": "italiano", "nl": "neerlandés"},
    "pt": {"en": "inglês", "de": "alemão", "fr": "francês", "es": "espanhol", "it": "italiano", "nl": "holandês"},
    "it": {"en": "inglese", "de": "tedesco", "fr": "francese", "es": "spagnolo", "pt": "portoghese", "nl": "olandese"},
    "nl": {"en": "Engels", "de": "Duits", "fr": "Frans", "es": "Spaans", "pt": "Portugees", "it": "Italiaans"},
}  # fmt: skip


def only_articles_in(have: Sequence[str], *, asked_in: str) -> str:
    """The sentence in the language of the question and in English; in English alone where no more is spoken here."""
    spoken = [language for language in dict.fromkeys((asked_in, "en")) if language in ONLY_ARTICLES_IN]
    return "\n".join(
        ONLY_ARTICLES_IN[language].format(languages=_listed(have, language)) for language in spoken
    )


def _listed(codes: Sequence[str], language: str) -> str:
    names = [LANGUAGE_NAMES[language].get(code) or language_name(code) for code in codes]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {AND[language]} {names[-1]}"
