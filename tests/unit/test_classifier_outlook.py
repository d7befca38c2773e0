"""Looking at many messages at once says the same as deciding them one by one."""

import pytest

from triage.classifier import starter
from triage.classifier.predict import Classifier, rules_only
from triage.vocabulary import Urgency

MESSAGES = [
    "my laptop screen flickers since this morning",
    "Nobody in the whole office can log in, 200 people stand still",
    "...",
    "what is the meaning of life",
    "please unlock my account, no rush",
]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return starter.classifier()


def test_a_look_agrees_with_each_decision(classifier: Classifier) -> None:
    outlook = classifier.look(MESSAGES)
    for row, message in enumerate(MESSAGES):
        verdict = classifier.decide(message)
        assert outlook.decided[row] == (verdict.category is not None)
        assert outlook.sure[row] == pytest.approx(verdict.confidence.category)
        assert outlook.urgencies[row] is verdict.urgency
        if verdict.alternatives:
            assert outlook.best[row] == verdict.alternatives[0][0]


def test_progress_is_told_to_the_end(classifier: Classifier) -> None:
    told: list[int] = []
    classifier.look(["the printer is jammed"] * 300, progress=told.append)
    assert told == [256, 300]


def test_nothing_to_look_at_is_an_empty_outlook(classifier: Classifier) -> None:
    assert len(classifier.look([])) == 0


def test_without_a_model_only_the_urgency_is_known() -> None:
    outlook = rules_only("none here").look(MESSAGES)
    assert outlook.best == (None,) * len(MESSAGES)
    assert not outlook.decided.any()
    assert outlook.urgencies[1] is Urgency.CRITICAL
