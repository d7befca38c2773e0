"""Weights are fitted again to what people confirmed, and only what is not worse may serve."""

import random
from dataclasses import replace

import numpy as np
import pytest

from kb import refit as refitting
from kb.fitting import log_loss
from kb.index import Entry, Index, build_index
from kb.memory_set import Known, Memory
from kb.own_weights import Judgement
from kb.ranker import Ranker, shipped_rankers
from kb.refit import Example, Refit, TooFew, refit

THINGS = (
    "printer",
    "scanner",
    "laptop",
    "badge",
    "tunnel",
    "mailbox",
    "payslip",
    "headset",
    "screen",
    "phone",
)
TROUBLES = ("is broken", "is missing", "was lost", "is too slow")
# As people say it: nothing of it stands in an article.
SAID = {
    "printer": "the paper thing",
    "scanner": "the copying machine",
    "laptop": "my notebook",
    "badge": "the door card",
    "tunnel": "working from home",
    "mailbox": "my letters",
    "payslip": "money at the end of the month",
    "headset": "what I wear on my ears",
    "screen": "the big display",
    "phone": "my mobile",
}
WAYS = ("", "hello, ", "since today ", "help please: ", "again, ", "for my team, ", "it seems ", "urgently ")
NOTHING = (
    "canteen",
    "parking",
    "party",
    "gym",
    "holidays",
    "trains",
    "weather",
    "flowers",
    "coffee",
    "fruit",
)


@pytest.fixture(scope="module")
def index() -> Index:
    pairs = [(thing, trouble) for thing in THINGS for trouble in TROUBLES]
    return build_index(
        [
            Entry(number, f"a{number}", 1, f"The {thing} {trouble}", "", f"What to do when it {trouble}.")
            for number, (thing, trouble) in enumerate(pairs, start=1)
        ]
    )


def solved() -> list[tuple[str, int]]:
    """Questions in people's own words, and the article that solved each."""
    pairs = [(thing, trouble) for thing in THINGS for trouble in TROUBLES]
    asked = [
        (f"{way}{SAID[thing]} {trouble}", number)
        for number, (thing, trouble) in enumerate(pairs, start=1)
        for way in WAYS
    ]
    random.Random(4).shuffle(asked)
    return asked


def with_wrong(asked: list[tuple[str, int]], share: float) -> list[tuple[str, int]]:
    rng = random.Random(8)
    articles = [article for _, article in asked]
    return [(text, rng.choice(articles) if rng.random() < share else article) for text, article in asked]


def learned(index: Index, asked: list[tuple[str, int]]) -> tuple[Index, list[Example]]:
    known = [Known(number, text, article) for number, (text, article) in enumerate(asked)]
    examples = [Example(one.text, frozenset({one.article_id}), frozenset({one.key})) for one in known]
    return index.with_memory(Memory.of(known)), examples


def unsolved() -> list[Example]:
    return [Example(f"{way}where do I ask about the {what}") for what in NOTHING for way in WAYS]


def fitted(index: Index, asked: list[tuple[str, int]], before: Ranker | None = None) -> tuple[Index, Refit]:
    remembering, examples = learned(index, asked)
    return remembering, refit(remembering, examples, unsolved(), before=before or shipped_rankers().lexical)


def true_mrr(index: Index, ranker: Ranker) -> float:
    """Of other wordings than the ones that were learned."""
    examples = [
        Example(f"could you see to it: {text}", frozenset({article})) for text, article in solved()[::4]
    ]
    looked = refitting._looked_at(index, examples, None)
    return float(np.mean([one.seen.reciprocal_rank(ranker) for one in looked]))


def test_what_is_better_is_adopted(index: Index) -> None:
    shipped = shipped_rankers().lexical
    # As if the shipped weights trusted the memory too little.
    careless = replace(shipped, weights=shipped.weights * 0.2)
    remembering, found = fitted(index, solved(), careless)
    assert found.adopted, found.why
    assert found.after.log_loss < found.before.log_loss
    assert found.after.mrr >= found.before.mrr
    assert found.outcomes == len(solved())
    assert true_mrr(remembering, found.ranker) >= true_mrr(remembering, careless)


def test_outcomes_that_name_any_article_for_any_question_are_refused(index: Index) -> None:
    articles = [article for _, article in solved()]
    random.Random(2).shuffle(articles)
    shuffled = [(text, article) for (text, _), article in zip(solved(), articles, strict=True)]
    _, found = fitted(index, shuffled)
    assert not found.adopted
    assert "look through what was learned" in found.why


def test_of_outcomes_that_are_wrong_by_two_in_five_nothing_bad_is_learned(index: Index) -> None:
    remembering, found = fitted(index, with_wrong(solved(), 0.4))
    assert not found.adopted or true_mrr(remembering, found.ranker) >= (
        true_mrr(remembering, shipped_rankers().lexical) - 0.02
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mrr": 0.59}, "the right article would stand lower"),
        ({"log_loss": 0.41}, "its chances would be less true"),
        ({"false_show": 0.16}, "it would show more that does not help"),
        ({"mrr": 0.597, "log_loss": 0.4, "false_show": 0.14}, ""),
    ],
)
def test_what_is_worse_is_refused_in_words(change: dict[str, float], said: str) -> None:
    was = Judgement(mrr=0.6, log_loss=0.4, false_show=0.05)
    why = refitting._worse(was, replace(was, **change))
    assert why.startswith(said)
    assert bool(why) == bool(said)


def test_a_few_outcomes_change_nothing(index: Index) -> None:
    with pytest.raises(TooFew, match="49 confirmed outcomes; at least 50 are needed"):
        fitted(index, solved()[:49])


def test_a_question_is_not_answered_by_its_own_outcome(index: Index) -> None:
    remembering, examples = learned(index, [("zebra crossing", 3), ("something else", 5)])
    (own, _) = refitting._looked_at(remembering, examples, None)
    (known,) = refitting._looked_at(remembering, [replace(examples[0], own=frozenset())], None)
    assert not own.seen.right.any()
    assert known.seen.right.any()


def test_what_stands_for_many_counts_as_many(index: Index) -> None:
    remembering, examples = learned(index, solved()[:8])
    looked = [one.seen for one in refitting._looked_at(remembering, [*examples, *unsolved()[:8]], None)]
    ranker = shipped_rankers().lexical
    tripled = [replace(one, weight=3.0) if not one.answerable else one for one in looked]
    thrice = [*looked[:8], *looked[8:] * 3]
    assert log_loss(tripled, ranker) == pytest.approx(log_loss(thrice, ranker))


def test_it_says_how_far_it_is_and_stops_when_told_to(index: Index) -> None:
    class Enough(Exception):
        pass

    remembering, examples = learned(index, solved())
    steps: list[int] = []

    def progress(done: int) -> None:
        steps.append(done)
        if done == 5:
            raise Enough

    with pytest.raises(Enough):
        refit(remembering, examples, [], before=shipped_rankers().lexical, progress=progress)
    assert steps == [1, 2, 3, 4, 5]
