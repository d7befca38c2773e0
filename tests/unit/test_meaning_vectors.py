"""Nearness to many vectors: exact where they are few, nearly so where they are many, and right after changes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.meaning import vectors
from kb.meaning.vectors import Coded, Kind, Meaning, Shelf, Vectors, to_codes

DIMS = 384


def unit(numbers: NDArray[np.float64]) -> Vectors:
    made: Vectors = (numbers / np.linalg.norm(numbers, axis=1, keepdims=True)).astype(np.float32)
    return made


def texts_about(topics: int, count: int, *, seed: int = 1) -> Vectors:
    """Vectors as sentence models make them: subjects that are alike in part, one common direction, many nuances."""
    world = np.random.default_rng(0)
    themes = world.normal(size=(40, DIMS)) * np.linspace(1.5, 0.3, DIMS)
    subjects = world.normal(size=(topics, 40)) @ themes / 6 + world.normal(size=DIMS) * 0.5
    random = np.random.default_rng(seed)
    chosen = random.integers(topics, size=count)
    return unit(subjects[chosen] + random.normal(size=(count, DIMS)) * 0.7)


def shelf_of(given: Vectors, *, each: int = 2, first_id: int = 0) -> Shelf:
    kinds = [Kind.TITLE, *[Kind.BODY] * (each - 1)]
    articles = [
        Coded.of(first_id + at // each, kinds, given[at : at + each]) for at in range(0, len(given), each)
    ]
    return Shelf.of(articles, DIMS)


def by_hand(given: Vectors, question: Vectors, *, each: int = 2) -> Vectors:
    best: Vectors = (given @ question).reshape(-1, each).max(axis=1)
    return best


def test_an_article_is_as_near_as_its_nearest_part() -> None:
    given, question = texts_about(50, 600), texts_about(50, 1, seed=2)[0]
    meaning = Meaning.of([shelf_of(given, each=3)], np.arange(200))
    assert meaning.scores(question) == pytest.approx(by_hand(given, question, each=3), abs=0.01)


def test_a_byte_a_dimension_is_enough() -> None:
    given = texts_about(50, 200)
    codes = to_codes(given).astype(np.float32)
    alike = np.einsum("vd,vd->v", codes / np.linalg.norm(codes, axis=1, keepdims=True), given)
    assert alike.min() > 0.999


def test_among_many_vectors_the_ten_nearest_are_found() -> None:
    """The signs alone choose who is scored in full: 98 of 100 of the nearest must be among them."""
    given, questions = texts_about(400, 30_000), texts_about(400, 40, seed=2)
    meaning = Meaning.of([shelf_of(given)], np.arange(15_000))
    found = []
    for question in questions:
        wanted, scores = by_hand(given, question), meaning.scores(question)
        nearest = np.argpartition(-wanted, 10)[:10]
        found += [row in np.argpartition(-scores, 10)[:10] for row in nearest]
        kept = np.argpartition(-scores, 10)[:10]
        assert scores[kept] == pytest.approx(wanted[kept], abs=0.01), "what comes first is no estimate"
    assert np.mean(found) >= 0.98


def test_chosen_rows_are_scored_exactly_among_however_many() -> None:
    given, question = texts_about(400, 30_000), texts_about(400, 1, seed=2)[0]
    meaning = Meaning.of([shelf_of(given)], np.arange(15_000))
    rows = np.array([14_999, 3, 3, 700])
    assert meaning.closely(question, rows)[:, 0] == pytest.approx(by_hand(given, question)[rows], abs=0.01)
    assert meaning.closely(question, np.array([], dtype=np.int64)).shape == (0, 3)


def test_a_hundred_thousand_articles_stay_small() -> None:
    codes = np.random.default_rng(1).integers(-127, 127, size=(200_000, DIMS), dtype=np.int8)
    shelf = Shelf(np.arange(100_000), np.arange(0, 200_001, 2), np.zeros(200_000, dtype=np.uint8), codes)
    assert shelf.megabytes < 120


# Rows come and go


@pytest.fixture(params=["few", "many"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once with everything exact, once by signs: the bookkeeping is the same."""
    if request.param == "many":
        monkeypatch.setattr(vectors, "EXACT_UP_TO", 10)


@pytest.mark.usefixtures("either_way")
def test_rows_follow_the_index_whatever_its_order() -> None:
    given, question = texts_about(50, 200), texts_about(50, 1, seed=2)[0]
    order = np.random.default_rng(3).permutation(100)
    meaning = Meaning.of([shelf_of(given)], order)
    assert meaning.scores(question) == pytest.approx(by_hand(given, question)[order], abs=0.01)


@pytest.mark.usefixtures("either_way")
def test_an_article_that_is_gone_scores_nowhere_and_one_without_vectors_scores_nothing() -> None:
    given, question = texts_about(50, 200), texts_about(50, 1, seed=2)[0]
    meaning = Meaning.of([shelf_of(given)], np.array([5, 1_000, 99]))
    scores = meaning.scores(question)
    assert scores == pytest.approx(
        [*by_hand(given, question)[[5]], 0, by_hand(given, question)[99]], abs=0.01
    )
    assert meaning.known.tolist() == [True, False, True]
    assert meaning.closely(question, np.arange(3))[:, 0] == pytest.approx(scores, abs=1e-6)


@pytest.mark.usefixtures("either_way")
def test_a_later_shelf_outdoes_an_earlier_one() -> None:
    before, after = texts_about(50, 40), texts_about(50, 2, seed=4)
    question = texts_about(50, 1, seed=2)[0]
    changed = shelf_of(after, first_id=7)
    # The edited article has a dead row in the base and one of its own behind it.
    ids = np.array([*range(20), 7])
    meaning = Meaning.of([shelf_of(before)], np.arange(20))
    now = Meaning.of([*meaning.shelves, changed], ids)
    scores = now.scores(question)
    assert scores[20] == pytest.approx(by_hand(after, question)[0], abs=0.01)
    assert scores[7] == 0
    assert scores[:7] == pytest.approx(by_hand(before, question)[:7], abs=0.01)


def test_nothing_at_all_has_no_scores() -> None:
    question = texts_about(5, 1)[0]
    assert Meaning.of([], np.array([], dtype=np.int64)).scores(question).shape == (0,)
    assert Meaning.of([Shelf.of([], DIMS)], np.arange(3)).scores(question).tolist() == [0, 0, 0]
    assert Meaning.of([shelf_of(texts_about(5, 4))], np.array([], dtype=np.int64)).scores(question).shape == (
        0,
    )


def test_a_question_is_read_by_the_encoder_that_was_bound() -> None:
    class Reads:
        def encode_question(self, text: str) -> Vectors:
            return np.full(DIMS, len(text), dtype=np.float32)

        def knows(self, word: str) -> bool:
            return word == "vpn"

    meaning = Meaning.of([], np.arange(1))
    with pytest.raises(ValueError, match="without an encoder"):
        meaning.encode("vpn")
    assert meaning.with_encoder(Reads()).encode("vpn")[0] == 3
    assert meaning.with_encoder(Reads()).knows("vpn")
    assert not meaning.knows("vpn")


def test_titles_and_aliases_are_looked_at_apart_from_the_body() -> None:
    vectors = np.eye(4, dtype=np.float32)
    question = np.array([0.5, 0.4, 0.3, 0.7], dtype=np.float32)
    one = Coded.of(7, [Kind.TITLE, Kind.ALIAS, Kind.ALIAS, Kind.BODY], vectors)
    bare = Coded.of(8, [Kind.BODY], vectors[3:])
    meaning = Meaning.of([Shelf.of([one, bare], 4)], np.array([7, 8]))
    part, phrasing, three = meaning.closely(question, np.array([0, 1])).T
    assert part == pytest.approx([0.7, 0.7], abs=0.01)
    assert phrasing == pytest.approx([0.5, 0.0], abs=0.01)
    assert three == pytest.approx([0.4, 0.0], abs=0.01)


def test_the_windows_of_an_article_can_be_told_apart() -> None:
    given = texts_about(3, 9)
    meaning = Meaning.of([shelf_of(given, each=3)], np.arange(3))
    near = meaning.of_body(given[5], 1)
    assert near == pytest.approx(given[4:6] @ given[5], abs=0.01)


def test_an_article_without_vectors_has_no_nearest_window() -> None:
    given = texts_about(3, 4)
    assert len(Meaning.of([shelf_of(given)], np.arange(3)).of_body(given[0], 2)) == 0
