"""However a question is wrapped or typed, the decision stays; and who asks is no input at all."""

import inspect
import json
from pathlib import Path

import pytest
from disturbances import ALL, disturbed

from triage.classifier import starter
from triage.classifier.predict import Classifier

DATA = Path(__file__).parents[1] / "data"
# Shares of messages whose category, and whose urgency, stay as they were: measured by tests/benchmarks/robust.py, with
# a margin. Typing errors change words themselves, so most of all is lost there.
FLOORS = {
    "typos": (0.80, 0.85),
    "Slack markup": (0.98, 0.98),
    "greeting": (0.98, 0.98),
    "signature": (0.97, 0.97),
    "quoted text": (0.97, 0.97),
    "pasted log": (0.97, 0.97),
    "mixed languages": (0.95, 0.95),
    "capitals": (0.96, 0.95),
    "no punctuation": (0.96, 0.94),
}


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return starter.classifier()


@pytest.fixture(scope="module")
def texts() -> list[str]:
    lines = (DATA / "outsiders.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


@pytest.mark.parametrize("kind", ALL)
def test_the_decision_stays_however_it_is_sent(kind: str, classifier: Classifier, texts: list[str]) -> None:
    pairs = [(classifier.decide(text), classifier.decide(disturbed(kind, text))) for text in texts]
    category = sum(before.category == after.category for before, after in pairs) / len(pairs)
    urgency = sum(before.urgency == after.urgency for before, after in pairs) / len(pairs)
    assert (category, urgency) >= FLOORS[kind]
    assert urgency >= FLOORS[kind][1]


def test_nothing_but_the_text_is_asked() -> None:
    assert [*inspect.signature(Classifier.decide).parameters] == ["self", "text"]
