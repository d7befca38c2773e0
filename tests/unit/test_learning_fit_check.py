"""The fit check: what could be decided, judged on newer messages alone, and the sentence that follows from it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from factories import NOW

from bot.cli import model_fit_check
from triage.classifier.errors import OneCategoryOnly, TooFewExamples
from triage.classifier.examples import Category
from triage.classifier.training import DEFAULT
from triage.learning import fit_check as checking
from triage.learning.fit_advice import CategoryFit, FitCheck, Kind, advice, kind_of, sentences
from triage.learning.fit_check import NothingNew, fit_check
from triage.learning.labelled import LabelledMessage
from triage.vocabulary import Mode

THINGS = {
    "printing": ("printer", "toner", "paper", "scanner", "tray"),
    "network": ("tunnel", "wifi", "router", "cable", "vpn"),
    "email": ("mailbox", "calendar", "invitation", "signature", "folder"),
}
TROUBLES = (
    "is broken",
    "does not start",
    "is very slow",
    "shows an error",
    "vanished over night",
    "makes me wait",
)
CATEGORIES = tuple(Category(key, key.capitalize(), "") for key in THINGS)


def messages(count: int, *, labels: tuple[str, ...] = tuple(THINGS)) -> list[LabelledMessage]:
    """Each a text of its own, so that none is another's near-twin."""
    made = []
    for number in range(count):
        category = labels[number % len(labels)]
        thing = THINGS[category][number // 3 % 5]
        trouble = TROUBLES[number // 15 % 6]
        made.append(
            LabelledMessage(
                ref=f"past:{number}",
                text=f"the {thing} {trouble} since case{number}",
                category=category,
                urgency=None,
                at=NOW + timedelta(hours=number),
                channel_id=None,
                by=(),
                standing=1,
                family=number,
            )
        )
    return made


@pytest.fixture(scope="module")
def found() -> FitCheck:
    return fit_check(messages(240), CATEGORIES)


def test_a_desk_whose_messages_tell_what_they_are_about_may_decide(found: FitCheck) -> None:
    assert found.advice.mode is Mode.DECIDE
    assert found.share_low <= found.share
    assert found.precision_low >= found.target
    assert "Let it decide" in found.advice.sentence


def test_with_few_messages_the_newest_three_fifths_are_judged(found: FitCheck) -> None:
    assert (found.messages, found.looked_at, found.judged) == (240, 240, 144)


def test_every_category_is_told(found: FitCheck) -> None:
    assert {one.category for one in found.categories} == set(THINGS)
    assert {one.kind for one in found.categories} == {Kind.GOOD}
    assert sum(one.judged for one in found.categories) == found.judged


def test_what_was_found_can_be_kept_and_read_again(found: FitCheck) -> None:
    assert FitCheck.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_a_message_whose_near_twin_is_older_is_not_judged() -> None:
    twins = [replace(one, family=number % 30) for number, one in enumerate(messages(120))]
    with pytest.raises(NothingNew):
        fit_check(twins, CATEGORIES)
    some = [
        *twins,
        *(replace(one, family=number) for number, one in enumerate(messages(240)[120:], start=120)),
    ]
    found = fit_check(some, CATEGORIES)
    assert (found.judged, found.twins) == (120, 24)


def test_labels_without_sense_are_not_decided() -> None:
    mixed = [
        replace(one, category=list(THINGS)[number * 7 % 11 % 3]) for number, one in enumerate(messages(200))
    ]
    found = fit_check(mixed, CATEGORIES)
    assert found.advice.mode is not Mode.DECIDE


def test_one_category_and_two_messages_are_refused_with_what_is_missing() -> None:
    with pytest.raises(OneCategoryOnly):
        fit_check(messages(60, labels=("email",)), CATEGORIES)
    with pytest.raises(TooFewExamples, match="2 labelled messages"):
        fit_check(messages(2), CATEGORIES)


def test_only_the_newest_are_looked_at_where_there_are_very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST", 120)
    found = fit_check(messages(180), CATEGORIES)
    assert (found.messages, found.looked_at) == (180, 120)


# Advice

FIT = FitCheck(
    messages=1000, looked_at=1000, judged=200, twins=0, audited=0, target=0.9, accuracy=0.8, share=0.6, share_low=0.55,
    precision=0.93, precision_low=0.9, own_share=0.6, own_precision=0.92, categories=(),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "mode", "said"),
    [
        ({}, Mode.DECIDE, "60% of the newest messages (at least 55%)"),
        ({"judged": 60}, Mode.MONITOR, "Only 60 messages could be judged"),
        ({"share": 0.1, "share_low": 0.08}, Mode.RECOMMEND, "only 10% could be decided with 90% of it right"),
        ({"share": 0.0, "share_low": 0.0}, Mode.RECOMMEND, "nothing could be decided"),
        ({"own_precision": 0.8}, Mode.RECOMMEND, "right for 80% instead of 90%"),
        ({"accuracy": 0.3}, Mode.MONITOR, "too seldom to help"),
    ],
)
def test_the_advice_follows_from_the_figures(changed: dict[str, float], mode: Mode, said: str) -> None:
    found = advice(replace(FIT, **changed))  # type: ignore[arg-type]
    assert found.mode is mode
    assert said in found.sentence


def test_the_figures_are_told_in_sentences_with_the_names_of_weak_categories() -> None:
    thin = replace(CATEGORY, messages=3, kind=Kind.THIN)
    many = tuple(replace(thin, category=f"c{number}") for number in range(8))
    confused = replace(CATEGORY, category="vpn", kind=Kind.CONFUSED)
    said = " ".join(
        sentences(
            replace(FIT, messages=2000, twins=7, categories=(*many, confused)),
            {"vpn": "Network", "c0": "Zero"},
        )
    )
    assert "the newest 1,000 of 2,000 labelled messages; 200 of them were judged" in said
    assert "7 more are near-copies" in said
    assert "93.0% is right, at least 90.0%" in said
    assert "Too few messages to learn from: Zero, c1, c2, c3, c4, c5 and 2 more." in said
    assert "Mostly taken for another: Network." in said


CATEGORY = CategoryFit("email", 100, 20, 0.9, 0.8, 0.95, "printing", 1)


@pytest.mark.parametrize(
    ("fit", "kind"),
    [
        (CATEGORY, Kind.GOOD),
        (replace(CATEGORY, messages=19), Kind.THIN),
        (replace(CATEGORY, found=0.4, confused=9), Kind.CONFUSED),
        (replace(CATEGORY, found=0.4, judged=3), Kind.GOOD),
    ],
)
def test_a_category_is_thin_or_confused_or_good(fit: CategoryFit, kind: Kind) -> None:
    assert kind_of(fit) is kind


def test_the_command_promises_what_training_promises() -> None:
    """It writes the number down a second time, because what trains takes seconds to load."""
    assert DEFAULT.precision == model_fit_check.PROMISED
