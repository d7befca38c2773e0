"""The starter model and the rules on messages they never saw, with floors below which nothing is shipped.

`holdout.jsonl` came first. `outsiders.jsonl` was written afterwards in the manner of other people (terse, rambling, not
in their first language, angry, with typos, wrapped in greetings and signatures) and labelled before it was measured.
`personal.jsonl` holds matters for a person and near misses; those marked `unseen` were written after the rules.
What was missed taught in other words, never in the messages' own. `newcomers.jsonl` was written after all of that and
measured once: nothing was mended by it, and few as they are, its floors leave room.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from triage.classifier import sound, starter
from triage.classifier.evaluation import Report, evaluate
from triage.classifier.examples import read_messages
from triage.classifier.predict import Classifier
from triage.classifier.rules import judge
from triage.classifier.starter import personal

DATA = Path(__file__).parents[1] / "data"
SETS = ("holdout", "outsiders")


def lines(name: str) -> list[str]:
    return (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(name)]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return starter.classifier()


@pytest.fixture(scope="module", params=SETS)
def report(request: pytest.FixtureRequest, classifier: Classifier) -> Report:
    return evaluate(classifier.decide, tuple(read_messages(lines(request.param))))


@pytest.fixture(scope="module")
def asks_for_a_person(classifier: Classifier) -> dict[str, bool]:
    every = [row["text"] for name in (*SETS, "personal") for row in rows(name)]
    return {text: classifier.decide(text).needs_person is not None for text in every}


def test_when_it_decides_nine_of_ten_are_right_and_it_decides_most(report: Report) -> None:
    assert report.category.precision_decided >= 0.90
    assert report.category.coverage >= 0.70


def test_critical_messages_are_found_without_crying_wolf(report: Report) -> None:
    assert report.urgency.critical_recall >= 0.95
    assert report.urgency.critical_precision >= 0.6


def test_newcomers_are_read_as_well_as_those_before(classifier: Classifier) -> None:
    report = evaluate(classifier.decide, tuple(read_messages(lines("newcomers"))))
    assert report.category.precision_decided >= 0.85
    assert report.category.coverage >= 0.70
    assert report.urgency.critical_recall >= 0.8


def test_what_belongs_to_no_category_is_left_alone(report: Report) -> None:
    assert report.category.strays_left_alone >= 0.8


def test_matters_for_a_person_reach_one_in_words_no_rule_was_written_for(
    asks_for_a_person: dict[str, bool],
) -> None:
    unseen = [asks_for_a_person[row["text"]] for row in rows("personal") if row.get("unseen")]
    assert sum(unseen) / len(unseen) >= 0.8
    outsiders = [asks_for_a_person[row["text"]] for row in rows("outsiders") if row["human_first"]]
    assert sum(outsiders) / len(outsiders) >= 0.95


def test_ordinary_messages_seldom_do(asks_for_a_person: dict[str, bool]) -> None:
    ordinary = [asks_for_a_person[row["text"]] for row in rows("outsiders") if not row["human_first"]]
    assert sum(ordinary) / len(ordinary) <= 0.015
    near_misses = [asks_for_a_person[row["text"]] for row in rows("personal") if not row["human_first"]]
    assert sum(near_misses) / len(near_misses) <= 0.25


def test_no_hold_out_message_is_taught() -> None:
    personal_ones, ordinary, near_misses = personal.messages()
    taught = {text.casefold().strip() for text in (*personal_ones, *ordinary, *near_misses)}
    taught |= {example.text.casefold().strip() for example in starter.messages()}
    for name in (*SETS, "personal", "newcomers"):
        assert not [row["text"] for row in rows(name) if row["text"].casefold().strip() in taught]


def test_the_shipped_words_were_learned_from_the_shipped_messages() -> None:
    assert personal.is_current(), "run: python -m triage.classifier.starter"


def test_the_words_that_sound_personal_are_named() -> None:
    (reason,) = [judge("they treat me like a thief and I cannot sleep any more").needs_person]
    assert reason is not None
    assert reason.rule == "sounds_personal"
    assert reason.words
    assert "a person should read it" in reason.sentence


@pytest.mark.parametrize(
    "text", ["", "me", "he she they", "ich habe angst vor ihm", "打印机坏了", "i " * 500]
)
def test_too_little_to_go_by_sounds_like_nothing(text: str) -> None:
    assert sound.shipped().hears(text) == ()


def test_where_many_stand_still_that_is_read_first() -> None:
    said = judge(
        "I feel sick about it, I cannot sleep: the whole warehouse can't scan, trucks are waiting outside"
    )
    assert said.needs_person is None or said.needs_person.rule != "sounds_personal"
