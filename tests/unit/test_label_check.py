"""New labels in the champion's eyes: doubtful ones are listed, a batch gone wrong is held back, a good one is not."""

import random

from outlooks import messages_of, outlook_of

from triage.classifier.outlook import silence
from triage.learning.label_check import Kind, batch_trouble, doubts, usual
from triage.vocabulary import Urgency

LABELS = ("vpn", "printing", "pay", "sign_in", "hardware", "access")
TRUTH = messages_of(LABELS, 400)
CHAMPION = outlook_of(TRUTH, LABELS, wrong=0.1)


def spoiled(share: float, *, to: str | None = None, seed: int = 5) -> list[str]:
    drawn = random.Random(seed)
    wrong = set(drawn.sample(range(len(TRUTH)), round(share * len(TRUTH))))
    return [
        (to or drawn.choice([other for other in LABELS if other != label])) if place in wrong else label
        for place, label in enumerate(TRUTH)
    ]


def test_the_most_doubtful_label_comes_first_and_right_ones_not_at_all() -> None:
    said = list(TRUTH[:20])
    champion = outlook_of(TRUTH[:20], LABELS, wrong=0.0, sure=0.9)
    said[4] = "vpn" if TRUTH[4] != "vpn" else "pay"
    found = doubts(champion, said)
    assert [(one.position, one.thought) for one in found] == [(4, TRUTH[4])]
    assert found[0].said == said[4]
    assert found[0].doubt > 0.8


def test_somebody_who_says_it_belongs_nowhere_is_doubted_when_the_champion_is_sure() -> None:
    champion = outlook_of(["vpn"], LABELS, wrong=0.0, sure=0.95)
    assert doubts(champion, [None])[0].thought == "vpn"


def test_a_good_batch_is_no_trouble() -> None:
    assert batch_trouble(CHAMPION, TRUTH) is None


def test_a_third_labelled_at_random_is_trouble() -> None:
    found = batch_trouble(CHAMPION, spoiled(0.3))
    assert found is not None
    assert found.kind is Kind.MANY
    assert str(found.differing) in found.sentence


def test_two_categories_taken_for_each_other_are_named() -> None:
    other = {"vpn": "pay", "pay": "vpn"}
    found = batch_trouble(
        CHAMPION, [other.get(label, label) for label in TRUTH], names={"pay": "Pay and leave"}
    )
    assert found is not None
    assert "“Pay and leave”" in found.sentence
    assert (found.kind, set(found.categories)) == (Kind.PAIR, {"vpn", "pay"})


def test_one_category_given_to_what_belongs_elsewhere_is_named() -> None:
    found = batch_trouble(CHAMPION, spoiled(0.3, to="hardware"))
    assert found is not None
    assert (found.kind, found.categories) == (Kind.ONE_CATEGORY, ("hardware",))
    assert found.as_json()["kind"] == "one_category"


def test_a_day_on_which_one_thing_is_broken_is_no_trouble() -> None:
    outage = TRUTH[:100] + ["vpn"] * 300
    assert batch_trouble(outlook_of(outage, LABELS, wrong=0.1), outage) is None


def test_a_mediocre_champion_that_knows_it_is_no_trouble_but_still_sees_a_swap() -> None:
    champion = outlook_of(TRUTH, LABELS, wrong=0.4)
    assert batch_trouble(champion, TRUTH) is None
    other = {"vpn": "pay", "pay": "vpn"}
    assert batch_trouble(champion, [other.get(label, label) for label in TRUTH]) is not None


def test_a_champion_that_is_too_sure_is_measured_by_its_earlier_labels() -> None:
    boastful = outlook_of(TRUTH, LABELS, wrong=0.25, sure=0.95)
    before = outlook_of(TRUTH[:200], LABELS, wrong=0.25, sure=0.95, seed=9)
    assert batch_trouble(boastful, TRUTH) is not None
    assert batch_trouble(boastful, TRUTH, earlier=usual(before, TRUTH[:200])) is None


def test_a_category_the_champion_does_not_know_is_no_error_of_the_hand() -> None:
    said = ["tablets" if place % 3 == 0 else label for place, label in enumerate(TRUTH)]
    assert batch_trouble(CHAMPION, said) is None
    assert all(one.said != "tablets" for one in doubts(CHAMPION, said))


def test_a_category_that_was_deleted_since_does_not_count_against_a_label() -> None:
    said = ["hardware" if label == "printing" else label for label in TRUTH]
    left = [label for label in LABELS if label != "printing"]
    assert batch_trouble(CHAMPION, said) is not None
    kept = [place for place, label in enumerate(TRUTH) if label != "printing"]
    champion = outlook_of([TRUTH[place] for place in kept], LABELS, wrong=0.1)
    assert batch_trouble(champion, [said[place] for place in kept], categories=left) is None


def test_a_few_labels_and_no_model_tell_nothing() -> None:
    assert batch_trouble(outlook_of(TRUTH[:10], LABELS), ["vpn"] * 10) is None
    assert batch_trouble(silence([Urgency.LOW] * 50), TRUTH[:50]) is None
    assert doubts(silence([Urgency.LOW] * 50), TRUTH[:50]) == ()
