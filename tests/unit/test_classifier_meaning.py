"""Categories by meaning: what company a message keeps, what happens without a sentence model, and misspelt words."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from triage.classifier import artifacts
from triage.classifier.examples import Category, Example
from triage.classifier.fit_company import RIDGE, WORDING, fit_company
from triage.classifier.meaning_head import SHARPNESS
from triage.classifier.opinion import Opinion
from triage.classifier.pipeline import Guesses
from triage.classifier.predict import Classifier
from triage.classifier.reader import RememberingReader
from triage.classifier.training import train

VPN = Category("vpn", "VPN", "The tunnel drops, the client does not connect from home")
PRINTING = Category("printing", "Printing", "Paper jam, toner, printer offline")
BADGES = Category("badges", "Badges", "The badge does not open the door")
CATEGORIES = (VPN, PRINTING, BADGES)
PLACES = ("home", "the hotel", "the station", "work", "abroad", "the lake")
MESSAGES = [
    Example(f"{said} at {place}", category, ref=f"ticket:{number}")
    for number, (said, category, place) in enumerate(
        (said, category, place)
        for said, category in (
            ("the vpn tunnel drops", "vpn"),
            ("printer has a paper jam", "printing"),
            ("my badge opens no door", "badges"),
        )
        for place in PLACES
    )
]
SENSES = {
    "vpn": 0, "tunnel": 0, "remote": 0, "dial": 0, "printer": 1, "paper": 1, "toner": 1, "sheets": 1,
    "badge": 2, "door": 2, "keycard": 2, "gate": 2,
}  # fmt: skip


class Toy:
    """Reads a few words by what they are about, and all others as next to nothing."""

    id = "toy"

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.read += texts
        vectors = np.full((len(texts), 4), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, SENSES.get(word, 3)] += 1 if word in SENSES else 0.05
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def knows(self, word: str) -> bool:
        return word in SENSES

    def encode_question(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self.encode([text])[0])


@pytest.fixture(scope="module")
def model():
    return train(MESSAGES, CATEGORIES, encoder=Toy())


def test_words_that_no_message_holds_are_understood_by_their_meaning(model):
    question = "keycard and gate"
    assert Classifier(model, "m", encoder=Toy()).decide(question).alternatives[0][0] == "badges"
    assert Classifier(model, "m", encoder=Toy()).decide(question).nearest[0].category == "badges"


def test_the_nearest_messages_are_named_but_never_quoted(model):
    nearest = Classifier(model, "m", encoder=Toy()).decide("the vpn tunnel drops").nearest
    assert [one.category for one in nearest] == ["vpn"] * 3
    assert all(one.ref.startswith("ticket:") for one in nearest)
    assert 0.9 < nearest[0].likeness <= 1
    _weights, description = artifacts.to_bytes(model)
    assert "the hotel" not in str(description)


def test_without_the_sentence_model_words_decide(model):
    assert Classifier(model, "m").decide("vpn tunnel drops at the hotel").alternatives[0][0] == "vpn"


def test_vectors_of_another_sentence_model_are_not_compared(model):
    class Another(Toy):
        id = "another"

    other = Another()
    assert Classifier(model, "m", encoder=other).decide("vpn tunnel drops").alternatives[0][0] == "vpn"
    assert other.read == []


def test_a_saved_model_with_meaning_decides_as_before(model):
    again = artifacts.from_bytes(*artifacts.to_bytes(model))
    question = "the remote dial in is gone"
    before, after = (Classifier(one, "m", encoder=Toy()).decide(question) for one in (model, again))
    assert (after.alternatives, after.nearest, after.confidence) == (
        before.alternatives,
        before.nearest,
        before.confidence,
    )


def test_a_misspelt_word_is_read_as_the_word_it_means(model):
    toy = Toy()
    verdict = Classifier(model, "m", encoder=toy).decide("the pritner has a papr jam")
    assert toy.read == ["the printer has a paper jam"]
    assert verdict.alternatives[0][0] == "printing"


def test_codes_numbers_and_names_stay_as_they_are(model):
    reading = model.spelling.read("INC0042 on SRV-9 for Zhengyi: vpn 0x80070005", Toy().knows)
    assert reading.text == "INC0042 on SRV-9 for Zhengyi: vpn 0x80070005"
    assert 0 < reading.unknown < 1


def test_what_is_said_of_unseen_messages_equals_fitting_without_them():
    random = np.random.default_rng(0)
    vectors = random.normal(size=(30, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    words = csr_matrix(np.abs(random.normal(size=(30, 9))).astype(np.float32) / 3)
    labels, classes = [str(row % 3) for row in range(30)], ["0", "1", "2"]
    folds = [np.arange(30)[np.arange(30) % 5 == fold] for fold in range(5)]

    _, unseen = fit_company(vectors, words, labels, classes, folds)

    own = np.exp(SHARPNESS * (vectors @ vectors.T - 1)) + WORDING / 2 * (words @ words.T).toarray()
    targets = np.where(np.array(labels)[:, None] == np.array(classes)[None, :], 1, -1)
    for fold in folds:
        rest = np.setdiff1d(np.arange(30), fold)
        say = np.linalg.solve(own[np.ix_(rest, rest)] + RIDGE * np.eye(len(rest)), targets[rest])
        assert unseen[fold] == pytest.approx(own[np.ix_(fold, rest)] @ say, abs=1e-4)


@pytest.mark.parametrize(
    ("chances", "decided", "either"),
    [
        ((0.5, 0.4, 0.1), False, ("vpn", "printing")),
        ((0.5, 0.4, 0.1), True, None),  # sure enough: nobody is asked
        ((0.85, 0.1, 0.05), False, None),  # one is far ahead, and doubtful all the same
        ((0.35, 0.33, 0.32), False, None),  # a question between two would not settle it
    ],
)
def test_only_two_close_categories_are_worth_a_question(chances, decided, either):
    nothing = np.zeros((1, 0), dtype=np.float32)
    seen = Opinion(
        rows=csr_matrix((1, 1)),
        guesses=Guesses(np.array([chances]), np.zeros((1, 2))),
        sure=np.array([0.5]),
        decided=np.array([decided]),
        likeness=nothing,
        labels=(),
        refs=(),
    )
    assert seen.either(0, ("vpn", "printing", "badges")) == either


def test_a_remembering_reader_reads_each_text_once():
    toy = Toy()
    reader = RememberingReader(toy)
    first = reader.encode(["vpn", "door", "vpn"])
    assert (reader.encode(["door", "vpn"]) == first[[1, 0]]).all()
    assert toy.read == ["vpn", "door"]
    assert (reader.encode_question("vpn") == first[0]).all()
