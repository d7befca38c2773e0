"""Articles laid out in arrays for searching: the bulk of an index, or the few that changed since it was built."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.codes import Codes
from kb.entries import Entry
from kb.grams import PhrasingGrams
from kb.lexicon import Lexicon, Numbers, idf_of
from kb.postings import Counted, Floats, Groups, Ints, Postings
from kb.reading import FIELDS, Field, Progress, Reading, Units
from kb.typos import Vocabulary

K1 = 1.2


@dataclass(frozen=True, eq=False)
class Segment:
    """Articles are rows, in the order of `entries`."""

    entries: tuple[Entry, ...]
    fields: tuple[Postings, ...]  # in the order of FIELDS
    alias_starts: NDArray[np.int64]  # article → its alias units
    phrasing_starts: NDArray[np.int64]  # article → its phrasing units
    phrasing_terms: Groups
    article_terms: Groups
    grams: Postings

    @cached_property
    def article_ids(self) -> NDArray[np.int64]:
        return np.fromiter((entry.article_id for entry in self.entries), np.int64, len(self.entries))


def lay_out(entries: Sequence[Entry], progress: Progress | None = None) -> tuple[Segment, Lexicon]:
    """A whole base: its words are weighed by these articles alone."""
    reading = Reading(entries, progress)
    terms, grams = Numbers(), Numbers()
    in_articles = reading.articles_by_word()
    vocabulary = Vocabulary(reading.document_counts(in_articles.ids))
    term_of = reading.terms(terms.number)
    telling = _telling(in_articles.owners, term_of[in_articles.ids])
    article_terms = Groups.of_counts(telling, rows=len(reading.entries))
    held = np.bincount(article_terms.ids, minlength=len(terms)).astype(np.float32)
    phrasing_grams = PhrasingGrams(reading, grams)
    lexicon = Lexicon(
        terms=terms,
        idf=idf_of(held, len(reading.entries)),
        unknown_idf=float(idf_of(np.zeros(1, dtype=np.float32), len(reading.entries))[0]),
        grams=grams,
        gram_idf=phrasing_grams.idf(),
        average_lengths=tuple(_average_length(units, term_of) for units in reading.fields),
        vocabulary=vocabulary,
        codes=Codes((row, entry.codes) for row, entry in enumerate(reading.entries)),
        languages=tuple(dict.fromkeys(entry.language for entry in reading.entries)) or ("en",),
    )
    return _segment(reading, term_of, article_terms, phrasing_grams, lexicon), lexicon


def lay_out_later(entries: Sequence[Entry], base: Lexicon, first_row: int) -> tuple[Segment, Lexicon]:
    """A few articles beside a base: words are weighed as there, and new ones as those that no article holds."""
    reading = Reading(entries)
    terms, grams = Numbers(base.terms), Numbers(base.grams)
    in_articles = reading.articles_by_word()
    term_of = reading.terms(terms.number)
    telling = _telling(in_articles.owners, term_of[in_articles.ids])
    article_terms = Groups.of_counts(telling, rows=len(reading.entries))
    phrasing_grams = PhrasingGrams(reading, grams)
    new_grams = np.full(len(grams) - len(base.gram_idf), base.gram_idf.max(initial=1.0), dtype=np.float32)
    new_terms = np.full(len(terms) - len(base.idf), base.unknown_idf, dtype=np.float32)
    lexicon = Lexicon(
        terms=terms,
        idf=np.concatenate([base.idf, new_terms]),
        unknown_idf=base.unknown_idf,
        grams=grams,
        gram_idf=np.concatenate([base.gram_idf, new_grams]),
        average_lengths=base.average_lengths,
        vocabulary=Vocabulary(reading.document_counts(in_articles.ids), base=base.vocabulary),
        codes=Codes(
            ((first_row + row, entry.codes) for row, entry in enumerate(reading.entries)), base=base.codes
        ),
        languages=tuple(dict.fromkeys([*base.languages, *(entry.language for entry in reading.entries)])),
    )
    return _segment(reading, term_of, article_terms, phrasing_grams, lexicon), lexicon


def _segment(
    reading: Reading,
    term_of: Ints,
    article_terms: Groups,
    phrasing_grams: PhrasingGrams,
    lexicon: Lexicon,
) -> Segment:
    rows, size = len(reading.entries), len(lexicon.terms)
    phrasings = _telling(reading.phrasings.of_words, term_of[reading.phrasings.words])
    return Segment(
        entries=reading.entries,
        fields=tuple(
            _bm25(units, term_of, field, average, size)
            for units, field, average in zip(reading.fields, FIELDS, lexicon.average_lengths, strict=True)
        ),
        alias_starts=reading.aliases.starts(rows),
        phrasing_starts=reading.phrasings.starts(rows),
        phrasing_terms=Groups.of_counts(phrasings, rows=len(reading.phrasings)),
        article_terms=article_terms,
        grams=phrasing_grams.postings(lexicon.gram_idf),
    )


def _telling(owners: Ints, terms: Ints) -> Counted:
    """How often each owner holds each term, without the words that tell nothing."""
    return Counted.of(owners[terms >= 0], terms[terms >= 0])


def _average_length(units: Units, term_of: Ints) -> float:
    owners = units.of_words[term_of[units.words] >= 0]
    filled = np.count_nonzero(np.bincount(owners)) if len(owners) else 0
    return len(owners) / filled if filled else 1.0


def _bm25(units: Units, term_of: Ints, field: Field, average: float, size: int) -> Postings:
    """BM25's part that does not depend on the question; idf comes in when searching."""
    counted = _telling(units.of_words, term_of[units.words])
    lengths = np.bincount(counted.owners, weights=counted.counts, minlength=len(units)).astype(np.float32)

    def weigh(counts: Floats, unit: Ints, _: Ints) -> Floats:
        long = 1 - field.b + field.b * lengths[unit] / average
        return (counts * (K1 + 1) / (counts + K1 * long)).astype(np.float32)

    return Postings.of_counts(counted, weigh, term_count=size, units=len(units))
