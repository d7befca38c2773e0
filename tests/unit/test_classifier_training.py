"""Training: the same messages give the same model, and bad data gets a clear answer."""

import json

import pytest

from triage.classifier import artifacts
from triage.classifier.errors import OneCategoryOnly, TooFewExamples, UnknownLabels
from triage.classifier.examples import Category, Example, read_messages, read_phrases
from triage.classifier.predict import Classifier
from triage.classifier.training import Settings, train, training_hash
from triage.vocabulary import Urgency

VPN = Category("vpn", "VPN", "The tunnel drops, the client does not connect from home")
PRINTING = Category("printing", "Printing", "Paper jam, toner, printer offline")
CATEGORIES = (VPN, PRINTING)
MESSAGES = [
    *(
        Example(f"the vpn tunnel drops at {place}", "vpn")
        for place in ("home", "the hotel", "the station", "work")
    ),
    *(
        Example(f"vpn client cannot connect, error {code}", "vpn")
        for code in ("timeout", "certificate", "gateway")
    ),
    *(Example(f"printer {name} has a paper jam", "printing") for name in ("alpha", "beta", "gamma", "delta")),
    *(Example(f"no toner in the printer on {floor}", "printing") for floor in ("one", "two", "three")),
]


@pytest.fixture(scope="module")
def small():
    return train(MESSAGES, CATEGORIES)


def test_the_same_messages_and_seed_give_the_same_model(small):
    again = train(MESSAGES, CATEGORIES)
    assert artifacts.to_bytes(again)[1]["calibration"] == artifacts.to_bytes(small)[1]["calibration"]
    assert (again.linear.weights == small.linear.weights).all()
    text = "my vpn does not connect"
    assert (
        Classifier(again, "a").decide(text).alternatives == Classifier(small, "a").decide(text).alternatives
    )


def test_two_categories_are_enough(small):
    verdict = Classifier(small, "small").decide("paper jam in the printer again")
    assert verdict.alternatives[0][0] == "printing"
    assert sum(chance for _, chance in verdict.alternatives) == pytest.approx(1, abs=1e-6)


def test_a_category_without_any_message_is_known_by_its_description():
    badge = Category("badge", "Door badges", "Badge does not open the door, lost badge, turnstile")
    model = train(MESSAGES, (*CATEGORIES, badge))
    assert Classifier(model, "new").decide("my badge does not open the door").alternatives[0][0] == "badge"


def test_phrases_teach_what_no_message_says():
    phrases = read_phrases(json.dumps({"printing": ["plotter", "plotter offline"], "": ["lunch"]}))
    model = train(MESSAGES, CATEGORIES, phrases=phrases)
    assert Classifier(model, "phrases").decide("plotter").alternatives[0][0] == "printing"


def test_the_hash_changes_with_messages_categories_and_settings():
    first = training_hash(MESSAGES, CATEGORIES)
    assert first == training_hash(list(MESSAGES), list(CATEGORIES))
    assert first != training_hash(MESSAGES[1:], CATEGORIES)
    assert first != training_hash(MESSAGES, CATEGORIES[::-1])
    assert first != training_hash(MESSAGES, CATEGORIES, settings=Settings(precision=0.95))


def test_one_category_is_refused():
    with pytest.raises(OneCategoryOnly):
        train([Example(f"vpn trouble {i}", "vpn") for i in range(20)], CATEGORIES)


def test_too_few_messages_are_refused_with_the_number_needed():
    with pytest.raises(TooFewExamples, match="2 labelled messages"):
        train(MESSAGES[:2], CATEGORIES)


def test_empty_messages_do_not_count():
    with pytest.raises(TooFewExamples):
        train([Example("   ", "vpn") for _ in range(30)], CATEGORIES)


def test_a_deleted_category_is_named():
    with pytest.raises(UnknownLabels, match="fax"):
        train([*MESSAGES, Example("fax is dead", "fax")], CATEGORIES)


def test_without_enough_urgent_messages_there_is_no_alarm(small):
    assert small.raisers == ()


def test_messages_are_read_from_json_lines():
    lines = [
        '{"text": "vpn down", "category": "vpn", "urgency": "high"}',
        "",
        '{"text": "lunch?", "category": null}',
    ]
    assert list(read_messages(lines)) == [Example("vpn down", "vpn", Urgency.HIGH), Example("lunch?", None)]
