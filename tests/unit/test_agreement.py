"""How labels agree: a person sees their own figure, everybody else a number of people and no name."""

import random
from dataclasses import fields

from outlooks import messages_of, outlook_of

from triage.learning.agreement import Astray, Given, astray, own

LABELS = ("vpn", "printing", "pay", "sign_in")
TRUTH = messages_of(LABELS, 200)
CHAMPION = outlook_of(TRUTH, LABELS, wrong=0.1)
BEN, CLEO = 11, 12


def given(by: int, rows: range, *, wrong: float, seed: int = 4) -> list[Given]:
    drawn = random.Random(seed)
    return [Given(row, by, drawn.choice(LABELS) if drawn.random() < wrong else TRUTH[row]) for row in rows]


def test_careful_people_do_not_stand_out() -> None:
    labels = given(BEN, range(100), wrong=0.05) + given(CLEO, range(100, 200), wrong=0.05)
    assert astray(CHAMPION, labels) == Astray(0, ())
    mine = own(BEN, CHAMPION, labels)
    assert mine.labels == 100
    assert "You alone see this" not in mine.sentence


def test_a_careless_hand_is_found_and_sees_it_themselves() -> None:
    labels = given(BEN, range(60), wrong=0.8) + given(CLEO, range(60, 200), wrong=0.05)
    found = astray(CHAMPION, labels)
    assert found.people == 1
    assert set(found.messages) <= set(range(60))
    assert "You alone see this." in own(BEN, CHAMPION, labels).sentence
    assert not own(CLEO, CHAMPION, labels).astray


def test_a_colleague_who_agrees_outweighs_the_model() -> None:
    said = ["printing" if label == "vpn" else label for label in TRUTH]
    both = [Given(row, who, said[row]) for row in range(100) for who in (BEN, CLEO)]
    assert own(BEN, CHAMPION, both).differing == 0
    assert astray(CHAMPION, both).people == 0


def test_a_few_labels_say_nothing_about_anybody() -> None:
    assert not own(BEN, CHAMPION, given(BEN, range(10), wrong=1.0)).astray
    assert own(CLEO, CHAMPION, []).sentence == "None of your labels can be compared yet."


def test_what_admins_are_told_knows_no_name() -> None:
    """By its shape: a number and messages; no field could hold a person."""
    assert {field.name for field in fields(Astray)} == {"people", "messages"}
    for people in range(3):
        sentence = Astray(people, ()).sentence
        assert str(BEN) not in sentence
        assert sentence.endswith(".")
