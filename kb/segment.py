"""Articles laid out in arrays for searching: the bulk of an index, or the few that changed since it was built."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.codes import Codes
from kb.entries import Entry
from kb.lexicon import Lexicon, Numbers, idf_of
from kb.postings import Floats, Groups, Ints, Postings, distinct
from kb.reading import FIELDS, Field, Progress, Reading, Units
from kb.text import tokens
from kb.typos import Vocabulary

K1 = 1.2
_GRAM_SIZES = (3, 4, 5)
# Letter sequences in more phrasings than this tell little and cost most of the time and memory.
_COMMON_GRAM, _COMMON_GRAM_SHARE = 1_000, 0.01


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
    owners, words = reading.articles_by_word()
    vocabulary = Vocabulary(reading.document_counts(words))
    term_of = reading.terms(terms.number)
    article_terms = Groups.of_pairs(*_telling(owners, term_of[words]), rows=len(reading.entries))
    held = np.bincount(article_terms.ids, minlength=len(terms)).astype(np.float32)
    gram_pairs = _read_grams(reading, grams)
    lexicon = Lexicon(
        terms=terms,
        idf=idf_of(held, len(reading.entries)),
        unknown_idf=float(idf_of(np.zeros(1, dtype=np.float32), len(reading.entries))[0]),
        grams=grams,
        gram_idf=_gram_idf(*gram_pairs, size=len(grams), units=len(reading.phrasings)),
        average_lengths=tuple(_average_length(units, term_of) for units in reading.fields),
        vocabulary=vocabulary,
        codes=Codes((row, entry.codes) for row, entry in enumerate(reading.entries)),
        languages=tuple(dict.fromkeys(entry.language for entry in reading.entries)) or ("en",),
    )
    return _segment(reading, term_of, article_terms, gram_pairs, lexicon), lexicon


def lay_out_later(entries: Sequence[Entry], base: Lexicon, first_row: int) -> tuple[Segment, Lexicon]:
    """A few articles beside a base: words are weighed as there, and new ones as those that no article holds."""
    reading = Reading(entries)
    terms, grams = Numbers(base.terms), Numbers(base.grams)
    owners, words = reading.articles_by_word()
    term_of = reading.terms(terms.number)
    article_terms = Groups.of_pairs(*_telling(owners, term_of[words]), rows=len(reading.entries))
    gram_pairs = _read_grams(reading, grams)
    new_grams = np.full(len(grams) - len(base.gram_idf), base.gram_idf.max(initial=1.0), dtype=np.float32)
    new_terms = np.full(len(terms) - len(base.idf), base.unknown_idf, dtype=np.float32)
    lexicon = Lexicon(
        terms=terms,
        idf=np.concatenate([base.idf, new_terms]),
        unknown_idf=base.unknown_idf,
        grams=grams,
        gram_idf=np.concatenate([base.gram_idf, new_grams]),
        average_lengths=base.average_lengths,
        vocabulary=Vocabulary(reading.document_counts(words), base=base.vocabulary),
        codes=Codes(
            ((first_row + row, entry.codes) for row, entry in enumerate(reading.entries)), base=base.codes
        ),
        languages=tuple(dict.fromkeys([*base.languages, *(entry.language for entry in reading.entries)])),
    )
    return _segment(reading, term_of, article_terms, gram_pairs, lexicon), lexicon


def letter_grams(text: str) -> list[str]:
    """Sequences of three to five letters within each word, the word's edges marked by blanks."""
    return [gram for word in tokens(text) for gram in _word_grams(word)]


def _segment(
    reading: Reading,
    term_of: Ints,
    article_terms: Groups,
    gram_pairs: tuple[Ints, Ints],
    lexicon: Lexicon,
) -> Segment:
    rows, size = len(reading.entries), len(lexicon.terms)
    phrasing_of, phrasing_words = _telling(reading.phrasings.of_words, term_of[reading.phrasings.words])
    return Segment(
        entries=reading.entries,
        fields=tuple(
            _bm25(units, term_of, field, average, size)
            for units, field, average in zip(reading.fields, FIELDS, lexicon.average_lengths, strict=True)
        ),
        alias_starts=reading.aliases.starts(rows),
        phrasing_starts=reading.phrasings.starts(rows),
        phrasing_terms=Groups.of_pairs(phrasing_of, phrasing_words, rows=len(reading.phrasings)),
        article_terms=article_terms,
        grams=_gram_postings(*gram_pairs, lexicon.gram_idf, units=len(reading.phrasings)),
    )


def _telling(owners: Ints, terms: Ints) -> tuple[Ints, Ints]:
    return owners[terms >= 0], terms[terms >= 0]


def _average_length(units: Units, term_of: Ints) -> float:
    owners, _ = _telling(units.of_words, term_of[units.words])
    return len(owners) / len(np.unique(owners)) if len(owners) else 1.0


def _bm25(units: Units, term_of: Ints, field: Field, average: float, size: int) -> Postings:
    """BM25's part that does not depend on the question; idf comes in when searching."""
    owners, terms = _telling(units.of_words, term_of[units.words])
    lengths = np.bincount(owners, minlength=len(units)).astype(np.float32)

    def weigh(counts: Floats, unit: Ints, _: Ints) -> Floats:
        long = 1 - field.b + field.b * lengths[unit] / average
        return (counts * (K1 + 1) / (counts + K1 * long)).astype(np.float32)

    return Postings.of_pairs(terms, owners, weigh, term_count=size, units=len(units))


def _read_grams(reading: Reading, numbers: Numbers) -> tuple[Ints, Ints]:
    """Pairs of letter sequence and phrasing, as often as it stands there."""
    words, of_words = np.unique(reading.phrasings.words, return_inverse=True)
    by_word = Groups.of(
        [numbers.number(gram) for gram in _word_grams(reading.words[word][1])] for word in words.tolist()
    )
    grams, places = by_word.of_rows(of_words)
    return grams, reading.phrasings.of_words[places]


def _word_grams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[at : at + size] for size in _GRAM_SIZES for at in range(max(1, len(padded) - size + 1))]


def _gram_idf(grams: Ints, owners: Ints, *, size: int, units: int) -> Floats:
    """0 for sequences so common that they are left out."""
    pairs, _ = distinct(owners.astype(np.int64) * max(1, size) + grams)
    held = np.bincount(pairs % max(1, size), minlength=size)
    idf = (np.log((1 + units) / (1 + held)) + 1).astype(np.float32)
    idf[held > max(_COMMON_GRAM, _COMMON_GRAM_SHARE * units)] = 0
    return idf


def _gram_postings(grams: Ints, owners: Ints, idf: Floats, *, units: int) -> Postings:
    """Each phrasing of length 1 (cosine)."""
    kept = idf[grams] > 0
    found = Postings.of_pairs(
        grams[kept],
        owners[kept],
        lambda counts, _, gram: ((1 + np.log(counts)) * idf[gram]).astype(np.float32),
        term_count=len(idf),
        units=units,
    )
    norms = np.sqrt(np.bincount(found.units, weights=found.weights**2, minlength=units))
    weights = (found.weights / np.maximum(norms, 1e-9)[found.units]).astype(np.float32)
    return Postings(found.starts, found.units, weights, units)
