"""The figures: worked out by hand on a few verdicts."""

import pytest

from triage.classifier.evaluation import (
    category_report,
    class_scores,
    expected_calibration_error,
    urgency_report,
)
from triage.classifier.examples import Example
from triage.classifier.verdict import Abstained, Confidence, Verdict
from triage.vocabulary import Urgency


def verdict(guess: str, *, decided: bool, sure: float = 0.9, urgency: Urgency = Urgency.MEDIUM) -> Verdict:
    return Verdict(
        category=guess if decided else None,
        urgency=urgency,
        confidence=Confidence(sure, 0.5),
        abstained=Abstained(category=not decided, urgency=False),
        alternatives=((guess, sure),),
        words=(),
        reasons=(),
        model_version="test",
        milliseconds=1.0,
    )


def test_accuracy_counts_guesses_and_precision_counts_decisions():
    verdicts = [
        verdict("vpn", decided=True),
        verdict("vpn", decided=False),
        verdict("printing", decided=True),
        verdict("vpn", decided=True),  # a stray, decided: wrong
        verdict("vpn", decided=False),  # a stray, left alone: right
    ]
    examples = [
        Example("a", "vpn"),
        Example("b", "printing"),
        Example("c", "printing"),
        Example("d", None),
        Example("e", None),
    ]
    report = category_report(verdicts, examples)
    assert report.accuracy == pytest.approx(2 / 3)
    assert report.coverage == pytest.approx(2 / 3)
    assert report.precision_decided == pytest.approx(2 / 3)
    assert report.strays_left_alone == pytest.approx(1 / 2)
    assert (report.messages, report.strays) == (3, 2)


def test_scores_of_a_class():
    scores = class_scores(["a", "a", "b"], ["a", "b", "b"])
    assert (scores["a"].precision, scores["a"].recall) == (0.5, 1.0)
    assert (scores["b"].precision, scores["b"].recall) == (1.0, 0.5)
    assert scores["b"].f1 == pytest.approx(2 / 3)


def test_calibration_error_is_the_gap_between_said_and_true():
    assert expected_calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)
    assert expected_calibration_error([0.95] * 2, [True, False]) == pytest.approx(0.45)
    assert expected_calibration_error([], []) == 0


def test_critical_recall_and_precision():
    said = [Urgency.CRITICAL, Urgency.CRITICAL, Urgency.LOW]
    verdicts = [verdict("vpn", decided=True, urgency=urgency) for urgency in said]
    examples = [Example("x", "vpn", true) for true in (Urgency.CRITICAL, Urgency.HIGH, Urgency.CRITICAL)]
    report = urgency_report(verdicts, examples)
    assert (report.critical_recall, report.critical_precision) == (0.5, 0.5)
