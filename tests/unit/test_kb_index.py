"""An edit beside the base is found at once, and what it replaces is gone, as if all had been built anew."""

import random

import pytest

from kb.entries import Entry
from kb.index import Index, build_index
from kb.models import Audience
from kb.search import EVERYBODY, consider
from kb.starter import starter_index


@pytest.fixture(scope="module")
def base() -> Index:
    return starter_index()


def first(index: Index, question: str) -> str | None:
    considered = consider(index, question).considered
    return considered[0].slug if considered else None


def coffee(article_id: int = 900, **other: object) -> Entry:
    return Entry(article_id, "coffee", 1, "Descale the espresso machine", "", "Use citric acid.", **other)  # type: ignore[arg-type]


def test_a_new_article_is_found_beside_the_base_also_with_a_typo(base: Index) -> None:
    after = base.with_changes([coffee()], [], version=2)
    assert first(after, "how do i descale the espreso machine") == "coffee"
    assert (len(after), after.version, after.changes_waiting) == (len(base) + 1, 2, 1)
    assert first(base, "descale espresso machine") != "coffee", "the picture before the edit stays as it was"


def test_an_edited_article_is_found_by_its_new_words_only(base: Index) -> None:
    old = base.entries[3]
    new = Entry(old.article_id, old.slug, 2, "Descale the espresso machine", "", "Use citric acid.")
    after = base.with_changes([new], [], version=2)
    assert first(after, "descale the espresso machine") == old.slug
    assert len(after) == len(base)
    assert old.title not in [entry.title for entry in after.entries]
    found = [match for match in consider(after, old.title, limit=30).considered if match.slug == old.slug]
    assert all(match.revision == 2 for match in found)


def test_what_is_gone_is_not_found_and_may_come_back(base: Index) -> None:
    old = base.entries[3]
    gone = base.with_changes([], [old.article_id], version=2)
    assert old.slug not in [match.slug for match in consider(gone, old.title, limit=50).considered]
    back = gone.with_changes([old], [], version=3)
    assert first(back, old.title) == old.slug
    away_again = back.with_changes([], [old.article_id], version=4)
    assert len(away_again) == len(base) - 1


def test_an_article_for_agents_stays_hidden_beside_the_base_too(base: Index) -> None:
    after = base.with_changes([coffee(audience=Audience.AGENTS)], [], version=2)
    assert "coffee" not in [
        m.slug for m in consider(after, "espresso machine", audience=EVERYBODY).considered
    ]


def test_an_error_code_of_a_new_article_is_known(base: Index) -> None:
    after = base.with_changes([coffee(codes=("E-4711",))], [], version=2)
    (match, *_) = consider(after, "it says E-4711").considered
    assert match.slug == "coffee"
    assert "e-4711" in match.reasons[0]


def test_edits_one_by_one_find_what_building_anew_finds() -> None:
    entries = list(starter_index().entries)
    rng = random.Random(5)
    later = rng.sample(entries, 8)
    grown = build_index([entry for entry in entries if entry not in later])
    for version, entry in enumerate(later):
        grown = grown.with_changes([entry], [], version=version)
    whole = build_index(entries)
    assert grown.changes_waiting == 8
    for entry in later:
        for question in (entry.title, *entry.aliases):
            assert first(grown, question) == first(whole, question)


def test_progress_is_told_up_to_the_last_article() -> None:
    told: list[int] = []
    build_index(starter_index().entries, progress=told.append)
    assert told[-1] == len(starter_index())
