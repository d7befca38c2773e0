"""Languages: which one a short question is in, and how each is split into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.function_words import ASKING, STOP_WORDS
from kb.language import LANGUAGES, detect, foreign
from kb.text import fold_accents, is_stop_word, stem, stems, tokens

ASKED = {
    "en": """How do I reset my password? / VPN keeps disconnecting on the train / my laptop is very slow
        / I can't log in since this morning / second monitor is not detected / please unlock my account
        / wifi password for guests / account locked after too many attempts / is the server down?""",
    "de": """Wie setze ich mein Passwort zurück? / VPN bricht im Zug ständig ab / mein Laptop ist sehr langsam
        / Ich kann mich seit heute früh nicht anmelden / zweiter Monitor wird nicht erkannt / Drucker druckt nicht
        / bitte mein Konto entsperren / wo finde ich meine Gehaltsabrechnung / kann Anhänge nicht öffnen""",
    "fr": """Comment réinitialiser mon mot de passe ? / le VPN se coupe sans arrêt dans le train
        / mon ordinateur est très lent / je n'arrive plus à me connecter / l'imprimante n'imprime pas
        / où trouver ma fiche de paie / le site est bloqué / compte bloqué après trop de tentatives""",
    "es": """¿Cómo restablezco mi contraseña? / la VPN se corta todo el tiempo en el tren / mi portátil va muy lento
        / no puedo entrar en Outlook desde esta mañana / no detecta el segundo monitor / no se abren los adjuntos
        / cuenta bloqueada tras demasiados intentos / por favor desbloqueen mi cuenta""",
    "pt": """Como faço para redefinir minha senha? / meu notebook está muito lento / a impressora não imprime
        / não consigo entrar no Outlook desde hoje de manhã / o segundo monitor não é detectado
        / conta bloqueada depois de muitas tentativas / por favor desbloqueiem minha conta / não abre os anexos""",
    "it": """Come reimposto la mia password? / il mio portatile è molto lento / la stampante non stampa
        / non riesco ad accedere a Outlook da stamattina / il secondo monitor non viene rilevato
        / account bloccato dopo troppi tentativi / non si aprono gli allegati / il sito è bloccato""",
    "nl": """Hoe reset ik mijn wachtwoord? / mijn laptop is erg traag / ik kan sinds vanochtend niet inloggen
        / tweede scherm wordt niet herkend / toegang tot de gedeelde schijf aanvragen / wie kan software installeren
        / account geblokkeerd na te veel pogingen / kan bijlagen niet openen""",
    "pl": "Jak zresetować hasło? / nie mogę zalogować się do Outlooka",
    "sv": "Hur återställer jag mitt lösenord? / jag kan inte logga in",
    "da": "Hvordan nulstiller jeg min adgangskode? / jeg kan ikke logge ind",
    "ru": "Как сбросить пароль? / принтер не печатает",
    "uk": "Як скинути пароль на комп'ютері і в пошті?",
    "el": "Πώς αλλάζω τον κωδικό μου;",
    "ar": "كيف أعيد تعيين كلمة المرور؟",
    "he": "איך מאפסים סיסמה?",
    "hi": "पासवर्ड कैसे रीसेट करें?",
    "ja": "パスワードをリセットするには?",
    "ko": "비밀번호를 어떻게 재설정하나요?",
    "zh": "如何重置密码?",
}
QUESTIONS = [(" ".join(text.split()), lang) for lang, listed in ASKED.items() for text in listed.split(" / ")]


@pytest.mark.parametrize(("question", "language"), QUESTIONS)
def test_a_question_s_language_is_told(question: str, language: str) -> None:
    assert detect(question) == language


@pytest.mark.parametrize(
    "question",
    ["", "VPN", "outlook error 0x80070005", "teams zoom webex", "🔥", "12345", "https://intranet.example/de/fr",
     "is las vegas safe", "cancel oder", "Ada Lovelace", "SAP GUI login", "wifi", "ok"],
)  # fmt: skip
def test_what_could_be_any_language_is_not_guessed(question: str) -> None:
    assert detect(question) in {None, "en"}


def test_only_the_languages_asked_for_are_answered() -> None:
    assert detect("Wie setze ich mein Passwort zurück?", among=("en", "fr")) is None
    assert detect("Как сбросить пароль?", among=("en", "de")) is None
    assert detect("Wie setze ich mein Passwort zurück?", among=("de",)) == "de"
    assert detect("anything at all", among=()) is None


@pytest.mark.parametrize(
    "question",
    ["why does my statement contain an extra fee?", "wat is the password for guests", "the vpn is so langsam today",
     "es ist important: reset my password please"],
)  # fmt: skip
def test_a_question_that_mixes_languages_is_not_sent_away(question: str) -> None:
    assert foreign(question, ("en",)) is None


def test_a_question_that_is_surely_in_another_language_is_told() -> None:
    assert foreign("Wie setze ich mein Passwort zurück?", ("en", "fr")) == "de"
    assert foreign("Wie setze ich mein Passwort zurück?", ("en", "de")) is None
    assert foreign("Как сбросить пароль?", ("en",)) == "ru"
    assert foreign("Wie setze ich mein Passwort zurück?", ()) == "de"
    assert foreign("", ("en",)) is None


@given(st.text(max_size=400))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert detect(text) in {None, *LANGUAGES}


@pytest.mark.parametrize("language", STOP_WORDS)
def test_question_and_negation_words_are_no_stop_words(language: str) -> None:
    assert not [word for word in ASKING[language] if is_stop_word(word, language)]


# --- words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said", "words"),
    [
        ("fr", "L’imprimante n'imprime pas, qu'est-ce qui bloque ?",
         ["imprimante", "imprime", "pas", "est", "ce", "qui", "bloque"]),
        ("it", "non accedo all'unità dell'ufficio", ["non", "accedo", "unità", "ufficio"]),
        ("de", "Das WLAN-Paßwort geht's", ["das", "wlan", "passwort", "geht", "s"]),
        ("en", "l'oreal can't", ["l", "oreal", "can", "not"]),
    ],
)  # fmt: skip
def test_words_are_split_by_the_language_s_own_rules(language: str, said: str, words: list[str]) -> None:
    assert tokens(said, language) == words


@pytest.mark.parametrize(
    ("language", "said", "telling"),
    [
        ("de", "Ich kann mich nicht bei der VPN anmelden", "nicht vpn anmeld"),
        ("fr", "je ne peux pas ouvrir la pièce jointe", "ne pas ouvr piec joint"),
        ("es", "¿por qué no puedo abrir el archivo?", "que no abrir archiv"),
        ("pt", "não consigo abrir o arquivo", "nao consig abrir arquiv"),
        ("it", "perché non posso aprire il file", "non aprir fil"),
        ("nl", "waarom kan ik het bestand niet openen", "waarom bestand niet open"),
    ],
)
def test_small_words_go_and_the_question_stays(language: str, said: str, telling: str) -> None:
    assert stems(said, language) == telling.split()


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("fr", "imprimé imprimée imprimées imprimees imprimer imprime"),
        ("fr", "réinitialiser reinitialiser réinitialisation"),
        ("es", "configuración configuracion configuraciones"),
        ("es", "contraseña contrasena contraseñas"),
        ("pt", "configuração configuracao configurações configuracoes"),
        ("pt", "conexão conexao conexões conexoes"),
        ("de", "Gerät Geräte Geraete gerat"),
        ("de", "Passwort Passwörter Passwoerter"),
        ("it", "funzionalità funzionalita"),
        ("en", "café cafe"),
    ],
)
def test_who_types_no_accents_finds_the_word_all_the_same(language: str, forms: str) -> None:
    assert len({stem(form.casefold(), language) for form in forms.split()}) == 1


def test_only_latin_letters_lose_their_marks() -> None:
    assert fold_accents("Çà coûte, Łódź straße") == "Ca coute, Lodz strasse"
    for text in ("कि", "й", "が", "ά", "한국어"):
        assert fold_accents(text) == text


def test_regional_names_of_a_language_are_understood() -> None:
    assert stems("as configurações", "pt-BR") == stems("configuracoes", "pt")
    assert is_stop_word("der", "de-AT")
    assert not is_stop_word("der", "en")
    assert not is_stop_word("die", "en")
    assert not is_stop_word("der", "xx")
