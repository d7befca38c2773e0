"""The starter model as it is shipped: current, loadable, good on messages it never saw, calm with odd text."""

import json
import logging
import shutil
from pathlib import Path

import pytest

from triage.classifier import artifacts, starter
from triage.classifier.evaluation import evaluate
from triage.classifier.examples import read_messages
from triage.classifier.predict import rules_only
from triage.vocabulary import Urgency

HOLDOUT = Path(__file__).parents[1] / "data" / "holdout.jsonl"


@pytest.fixture(scope="module")
def classifier():
    return starter.classifier()


@pytest.fixture(scope="module")
def report(classifier):
    holdout = tuple(read_messages(HOLDOUT.read_text(encoding="utf-8").splitlines()))
    return evaluate(classifier.decide, holdout)


def test_the_shipped_model_was_trained_on_the_shipped_messages():
    model = artifacts.load(starter.MODEL_FOLDER)
    assert starter.is_current(model), "run: python -m triage.classifier.starter"


def test_the_shipped_model_is_small():
    assert (starter.MODEL_FOLDER / artifacts.WEIGHTS_FILE).stat().st_size < 3_000_000


def test_holdout_messages_are_not_in_the_training_data():
    seen = {example.text.casefold().strip() for example in starter.messages()}
    holdout = read_messages(HOLDOUT.read_text(encoding="utf-8").splitlines())
    assert not [example.text for example in holdout if example.text.casefold().strip() in seen]


def test_when_it_decides_nine_of_ten_are_right_and_it_decides_most(report):
    assert report.category.precision_decided >= 0.90
    assert report.category.coverage >= 0.70


def test_its_confidence_can_be_believed(report):
    assert report.category.ece <= 0.06


def test_most_messages_without_a_category_are_left_alone(report):
    assert report.category.strays_left_alone >= 0.7


def test_critical_messages_are_found_without_crying_wolf(report):
    assert report.urgency.critical_recall >= 0.95
    assert report.urgency.critical_precision >= 0.6


def test_it_explains_itself_in_the_askers_words(classifier):
    verdict = classifier.decide("My VPN drops every few minutes, no rush")
    assert verdict.category == "vpn"
    assert verdict.urgency is Urgency.LOW
    assert dict(verdict.words).keys() >= {"vpn", "drops"}
    assert verdict.reasons[0].startswith("“vpn”")
    assert "VPN and remote access" in verdict.reasons[0]
    assert any("no rush" in reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "what a lovely day for a picnic",
        "who won the match last night?",
        "zxqv wrrt plmk",
        "two plus two is four",
    ],
)
def test_what_belongs_to_no_category_is_not_forced_into_one(classifier, text):
    verdict = classifier.decide(text)
    assert verdict.category is None
    assert verdict.abstained.category
    assert verdict.reasons[0].startswith("Nothing points clearly")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t ",
        "?",
        ":tada:",
        "🔥🔥🔥",
        "12345 67890",
        "<@U123> <https://example.com|link>",
        "```" + "at com.example.Main(Main.java:1)\n" * 2_000 + "```",
        "vpn " * 20_000,
        "a" * 50_000,
        "not " * 5_000,
        "مرحبا لا أستطيع الدخول",
        "打印机坏了",
        "\x00\x01\x02 null",
        "{}%s{words}{0}",
        "\ud83d broken surrogate",
    ],
)
def test_odd_text_gets_a_verdict(classifier, text):
    verdict = classifier.decide(text)
    assert 0 <= verdict.confidence.category <= 1
    assert verdict.reasons
    json.dumps(verdict.as_json(), allow_nan=False)


@pytest.mark.parametrize(
    ("plain", "wrapped"),
    [
        (
            "the vpn keeps disconnecting at home",
            "Hi team,\nthe vpn keeps disconnecting at home\nThanks,\nAda",
        ),
        ("printer on floor 2 has a paper jam", "<@U1> *printer* on floor 2 has a `paper jam` :cry:"),
        ("I forgot my password", "i forgot my pasword"),
    ],
)
def test_wrapping_and_typos_do_not_change_the_category(classifier, plain, wrapped):
    category = classifier.decide(plain).category
    assert category is not None
    assert classifier.decide(wrapped).category == category


def test_the_model_raises_and_never_lowers(classifier):
    for example in starter.messages()[::7]:
        with_model = classifier.decide(example.text).urgency
        assert with_model.rank >= rules_only("").decide(example.text).urgency.rank


@pytest.mark.parametrize(
    "text",
    [
        "nobody is hurt",
        "all good, thanks everyone",
        "my password expired, nobody else is affected",
        "the printer is jammed but nobody is waiting",
        "my headset is broken, this is not an emergency",
    ],
)
def test_a_reassurance_is_no_alarm(classifier, text):
    assert classifier.decide(text).urgency.rank <= Urgency.MEDIUM.rank


def test_an_alarm_names_its_words(classifier):
    text = "ticket machines in all metro stations show an error since 6, no passenger can buy anything"
    verdict = classifier.decide(text)
    assert verdict.urgency is Urgency.CRITICAL
    assert any("“" in reason for reason in verdict.reasons[1:])


def test_without_a_model_urgency_and_human_matters_still_work():
    verdict = rules_only("The model is missing.").decide("The whole warehouse is down, someone is hurt")
    assert verdict.urgency is Urgency.CRITICAL
    assert verdict.category is None
    assert verdict.model_version == "rules"
    assert "The category model is missing, so only rules were used." in verdict.reasons


def test_a_damaged_starter_file_is_replaced_by_training_here(tmp_path, caplog, monkeypatch):
    # All of them take half a minute.
    few, short = starter.messages()[::4], starter.phrases()[::4]
    monkeypatch.setattr(starter, "messages", lambda: few)
    monkeypatch.setattr(starter, "phrases", lambda: short)
    shutil.copytree(starter.MODEL_FOLDER, tmp_path / "model")
    weights = tmp_path / "model" / artifacts.WEIGHTS_FILE
    weights.write_bytes(weights.read_bytes()[:5000])
    with caplog.at_level(logging.WARNING):
        healed = starter.load_or_train(tmp_path / "model")
    assert healed.decide("my vpn drops all the time").category == "vpn"
    assert any("trained again on this machine" in reason for reason in healed.decide("vpn").reasons)
    assert "starter model retrained" in caplog.text


def test_without_file_and_messages_the_rules_serve(tmp_path, monkeypatch):
    monkeypatch.setattr(starter, "FOLDER", tmp_path)
    verdict = starter.load_or_train(tmp_path).decide("there is smoke")
    assert verdict.urgency is Urgency.CRITICAL
    assert verdict.category is None
